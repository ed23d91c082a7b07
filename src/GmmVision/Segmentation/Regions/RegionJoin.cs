namespace GmmVision.Segmentation;

/// <summary>Two neighbouring regions that became one.</summary>
/// <param name="Kept">The region whose number stays: a superpixel of it.</param>
/// <param name="Gone">The other region, by its number until then.</param>
/// <param name="Strength">By how much they differed; never less than at the join before.</param>
public readonly record struct RegionJoin(int Kept, int Gone, double Strength);
