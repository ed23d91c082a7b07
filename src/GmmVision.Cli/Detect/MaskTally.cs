using GmmVision.Imaging;
using GmmVision.Motion;

namespace GmmVision.Cli.Detect;

/// <summary>What needs every mask and nothing else: where motion was, and the masks' hash.</summary>
internal sealed class MaskTally(FrameFormat format) : IFrameOutput
{
    /// <summary>In how many frames each pixel moved, where motion counts.</summary>
    public Heatmap Heatmap { get; } = new(format.Width, format.Height);

    /// <summary>Over all masks so far.</summary>
    public MaskHash Hash { get; } = new();

    /// <summary>Masks so far.</summary>
    public long Count { get; private set; }

    public void Add(Frame frame, FrameResult result)
    {
        Heatmap.Add(result.Motion);
        Hash.Add(result.Foreground);
        Count++;
    }

    public void Complete()
    {
    }

    public void Dispose()
    {
    }
}
