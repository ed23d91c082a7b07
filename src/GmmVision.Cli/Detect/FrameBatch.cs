using GmmVision.Imaging;

namespace GmmVision.Cli.Detect;

/// <summary>Consecutive frames on their way through a job, with room for what the pipeline finds in them; reused over and over.</summary>
internal sealed class FrameBatch
{
    private readonly Frame[] _frames;
    private readonly FrameResult[] _results;

    /// <param name="format">Size and layout of the frames.</param>
    /// <param name="capacity">Most frames, at least 1.</param>
    public FrameBatch(FrameFormat format, int capacity)
    {
        _frames = new Frame[capacity];
        _results = new FrameResult[capacity];
        for (int i = 0; i < capacity; i++)
            (_frames[i], _results[i]) = (new Frame(format), new FrameResult(format));
    }

    /// <summary>Frames in it now.</summary>
    public int Count { get; private set; }

    public ReadOnlySpan<Frame> Frames => _frames.AsSpan(0, Count);

    /// <summary>One for each frame.</summary>
    public ReadOnlySpan<FrameResult> Results => _results.AsSpan(0, Count);

    /// <summary>Starts over and reads as many frames as it holds.</summary>
    /// <returns>False where the source ended, or broke, before it was full; <see cref="Count"/> says how many came.</returns>
    public bool Fill(IFrameSource source, CancellationToken cancellation)
    {
        for (Count = 0; Count < _frames.Length; Count++)
        {
            if (!source.TryRead(_frames[Count], cancellation))
                return false;
        }
        return true;
    }

    /// <summary>How many frames of a format to take together: enough that a tile's state stays in cache over many of them, and no more than 64 MB.</summary>
    public static int CapacityFor(FrameFormat format, bool isLive) => isLive ? 1 : Math.Clamp((64 << 20) / format.ByteCount, 1, 16);
}
