using GmmVision.Imaging;

namespace GmmVision.Foreground;

/// <summary>Sets the clear pixels that a region encloses.</summary>
/// <remarks>
/// A hole is a 4-connected region of clear pixels that does not reach the border of the picture. Holds scratch
/// memory: one instance per thread. No allocation in steady state.
/// </remarks>
public sealed class HoleFiller : IMaskStage
{
    private readonly ConnectedComponentLabeler _labeler;
    private bool[] _isHole = new bool[64];

    /// <summary>A filler for masks of one size.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="maxArea">The largest hole that is filled, in pixels, at least 0; null: every hole.</param>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public HoleFiller(int width, int height, int? maxArea = null)
    {
        Range.Check(maxArea is null or >= 0, maxArea, "0 pixels or more, or none for every hole");
        _labeler = new ConnectedComponentLabeler(width, height);
        (Width, Height, MaxArea) = (width, height, maxArea ?? int.MaxValue);
    }

    /// <summary>Pixels in a row of the masks that it takes.</summary>
    public int Width { get; }

    /// <summary>Rows of the masks that it takes.</summary>
    public int Height { get; }

    /// <summary>The largest hole that is filled, in pixels.</summary>
    public int MaxArea { get; }

    /// <summary>Fills the holes of a mask in place.</summary>
    /// <exception cref="ArgumentException">The mask has another size.</exception>
    public void Apply(Mask mask)
    {
        ReadOnlySpan<Region> regions = _labeler.Label(mask, Connectivity.Four, ofBackground: true);
        if (_isHole.Length < regions.Length)
            _isHole = new bool[2 * regions.Length];
        bool any = false;
        for (int i = 0; i < regions.Length; i++)
        {
            Box box = regions[i].Box;
            bool enclosed = box.X > 0 && box.Y > 0 && box.Right < Width && box.Bottom < Height;
            any |= _isHole[i] = enclosed && regions[i].Area <= MaxArea;
        }
        if (any)
            _labeler.Flip(mask, _isHole);
    }

    void IMaskStage.Apply(in StageContext seen, Mask mask) => Apply(mask);

    bool IMaskStage.NeedsMaskOnly => true;
}
