using GmmVision.Cli.Drawing;
using GmmVision.Imaging;

namespace GmmVision.Cli.Detect;

/// <summary>What there was to see at the peak of an event: the picture as the pipeline saw it, and where it moved.</summary>
internal sealed class EventPicture(FrameFormat working)
{
    private readonly List<Box> _boxes = [];

    /// <summary>The picture, as large as the pipeline saw it.</summary>
    public Frame Frame { get; } = new(working);

    /// <summary>Around each region that moved, in the pipeline's pixels.</summary>
    public IReadOnlyList<Box> Boxes => _boxes;

    /// <summary>Takes over a frame and what moves in it.</summary>
    public void Take(Frame frame, FrameResult result)
    {
        Frame.CopyFrom(frame);
        _boxes.Clear();
        foreach (Region region in result.Regions)
            _boxes.Add(region.Box);
    }

    /// <summary>Draws zones and boxes into a picture of the video's own size.</summary>
    public static Frame Paint(Frame picture, ZoneOutlines zones, IEnumerable<Box> boxes)
    {
        Canvas canvas = new(picture.Format);
        canvas.Load(picture);
        zones.DrawOn(canvas);
        foreach (Box box in boxes)
            canvas.Outline(box, canvas.Scale, canvas.Color(255, 60, 40));
        return canvas.Frame;
    }
}
