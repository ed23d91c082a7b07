using GmmVision.Cli.Archive;
using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Recording.Loop;

namespace GmmVision.Cli.Detect;

/// <summary>What needs every mask and nothing else: where motion was, and the masks' hash.</summary>
/// <param name="part">Whose masks.</param>
internal sealed class MaskTally(InputPart part) : IFrameObserver
{
    /// <summary>In how many frames each pixel moved, where motion counts.</summary>
    public Heatmap Heatmap { get; } = new(part.Working.Width, part.Working.Height);

    /// <summary>Where each second moved.</summary>
    public MotionGrid Grid { get; } = new(part.Working);

    /// <summary>Masks so far.</summary>
    public long Count { get; private set; }

    /// <summary>Number and time of the first frame; meaningless before there is one.</summary>
    public (long Number, TimeSpan Time) First { get; private set; }

    public void See(Frame frame, FrameResult result)
    {
        if (Count == 0)
            First = (frame.Number, frame.Time);
        Heatmap.Add(result.Motion);
        if (result.Score > 0)
            Grid.Add(frame.Time, result.Motion);
        part.Hash.Add(result.Foreground);
        Count++;
    }
}
