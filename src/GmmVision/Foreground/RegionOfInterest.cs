using GmmVision.Imaging;

namespace GmmVision.Foreground;

/// <summary>Nothing is foreground outside of the model's region, which a median or a filled hole may reach beyond.</summary>
internal sealed class RegionOfInterest : IMaskStage
{
    public bool NeedsMaskOnly => true;

    public void Apply(in StageContext seen, Mask mask)
    {
        if (seen.Background.Region is { } region)
            mask.And(region);
    }
}
