using GmmVision.Cli.Drawing;
using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Motion;

namespace GmmVision.Cli.Detect;

/// <summary>From the pixels that motion is looked for in to the video's own, in which everything is told and shown. One thread at a time.</summary>
/// <param name="working">What the pipeline sees.</param>
/// <param name="own">What the video has.</param>
internal sealed class OwnPixels(FrameFormat working, FrameFormat own)
{
    private readonly bool _isSame = working == own;
    private Enlarger? _enlarger;
    private Mask? _mask;

    /// <summary>Of the video's own pictures.</summary>
    public FrameFormat Format { get; } = own;

    /// <summary>A box around the same place.</summary>
    public Box Of(Box box)
    {
        if (_isSame || box.IsEmpty)
            return box;
        int x = Edge(box.X, working.Width, Format.Width), y = Edge(box.Y, working.Height, Format.Height);
        return new Box(x, y, Edge(box.Right, working.Width, Format.Width) - x, Edge(box.Bottom, working.Height, Format.Height) - y);
    }

    /// <summary>The same place.</summary>
    public (double X, double Y) Of(double x, double y) => ((x + 0.5) * Format.Width / working.Width - 0.5, (y + 0.5) * Format.Height / working.Height - 0.5);

    /// <summary>The same event with its box in the video's own pixels.</summary>
    public MotionEvent Of(MotionEvent motion) => _isSame ? motion : motion with { Box = Of(motion.Box) };

    /// <summary>The same change with its shift in the video's own pixels.</summary>
    public SceneChange Of(SceneChange change) => _isSame ? change : change with { ShiftX = Edge(change.ShiftX, working.Width, Format.Width), ShiftY = Edge(change.ShiftY, working.Height, Format.Height) };

    /// <summary>The picture, scaled up where it is smaller; valid until the next call.</summary>
    public Frame Of(Frame picture) => _isSame ? picture : (_enlarger ??= new Enlarger(working, Format)).Enlarge(picture);

    /// <summary>The mask, scaled up smoothly where it is smaller; valid until the next call.</summary>
    public Mask Of(Mask mask)
    {
        if (_isSame)
            return mask;
        (_enlarger ??= new Enlarger(working, Format)).Enlarge(mask, _mask ??= new Mask(Format.Width, Format.Height));
        return _mask;
    }

    private static int Edge(int at, int from, int to) => (int)Math.Round((double)at * to / from);
}
