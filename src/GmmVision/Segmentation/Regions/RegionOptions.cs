namespace GmmVision.Segmentation;

/// <summary>How a picture is divided into connected regions.</summary>
public sealed record RegionOptions
{
    /// <summary>
    /// Neighbouring regions are joined until the two most alike differ by more than this; 0 (nothing is joined) to 10,
    /// 1.2 by default. See <see cref="RegionSegmenter"/> for what the difference is made of. Lower means more regions.
    /// </summary>
    public double Threshold { get; init; } = 1.2;

    /// <summary>Joined until this many regions are left, whatever they differ by, 1 to <see cref="LabelMap.MaxLabels"/> - 1; null, the default, goes by <see cref="Threshold"/>.</summary>
    public int? Regions { get; init; }

    /// <summary>Superpixels that regions are joined from, 16 to 10,000; 700 by default. Never smaller than 16 pixels.</summary>
    public int Superpixels { get; init; } = 700;

    /// <summary>How the mixture is fitted by whose components colour and texture of a region are told.</summary>
    public SegmentationOptions Mixture { get; init; } = new()
    {
        Choice = ComponentChoice.Given,
        Components = 16,
        Features = new FeatureOptions { TextureWeight = 0.5 },
        Restarts = 1,
        MaxSize = 240,
    };

    /// <summary>Throws where a value is out of range.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message says which, and what is allowed.</exception>
    public RegionOptions Validate()
    {
        Range.Check(Threshold, 0, 10, "0: nothing is joined");
        Range.Check(Regions is null or (>= 1 and <= LabelMap.MaxLabels - 1), Regions, $"1 to {LabelMap.MaxLabels - 1}, or none");
        Range.Check(Superpixels, 16, 10_000);
        ArgumentNullException.ThrowIfNull(Mixture);
        Mixture.Validate();
        return this;
    }
}
