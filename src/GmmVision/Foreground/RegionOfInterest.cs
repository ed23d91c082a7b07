using GmmVision.Imaging;

namespace GmmVision.Foreground;

/// <summary>Nothing is foreground outside of the model's region, which a median or a filled hole may reach beyond.</summary>
internal sealed class WithinRegionOfInterest : IMaskStage
{
    public bool NeedsMaskOnly => true;

    public void Apply(in StageContext seen, Mask mask)
    {
        if (seen.Background.RegionOfInterest is { } region)
            mask.And(region);
    }
}
