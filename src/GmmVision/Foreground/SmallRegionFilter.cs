using GmmVision.Imaging;

namespace GmmVision.Foreground;

/// <summary>Removes the 8-connected regions of a mask that are smaller than an area.</summary>
/// <remarks>Holds scratch memory: one instance per thread. No allocation in steady state.</remarks>
public sealed class SmallRegionFilter : IMaskStage
{
    private readonly ConnectedComponentLabeler _labeler;
    private bool[] _isSmall = new bool[64];

    /// <summary>A filter for masks of one size.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="minArea">The smallest region that stays, in pixels, at least 0.</param>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public SmallRegionFilter(int width, int height, int minArea)
    {
        Range.Check(minArea >= 0, minArea, "0 pixels or more");
        _labeler = new ConnectedComponentLabeler(width, height);
        (Width, Height, MinArea) = (width, height, minArea);
    }

    /// <summary>Pixels in a row of the masks that it takes.</summary>
    public int Width { get; }

    /// <summary>Rows of the masks that it takes.</summary>
    public int Height { get; }

    /// <summary>The smallest region that stays, in pixels.</summary>
    public int MinArea { get; }

    /// <summary>Removes the small regions of a mask in place.</summary>
    /// <exception cref="ArgumentException">The mask has another size.</exception>
    public void Apply(Mask mask)
    {
        ReadOnlySpan<Region> regions = _labeler.Label(mask);
        if (_isSmall.Length < regions.Length)
            _isSmall = new bool[2 * regions.Length];
        bool any = false;
        for (int i = 0; i < regions.Length; i++)
            any |= _isSmall[i] = regions[i].Area < MinArea;
        if (any)
            _labeler.Flip(mask, _isSmall);
    }

    void IMaskStage.Apply(in StageContext seen, Mask mask) => Apply(mask);

    bool IMaskStage.NeedsMaskOnly => true;
}
