using GmmVision.Imaging;

namespace GmmVision.Recording.Loop;

/// <summary>Consecutive frames on their way through the loop, with room for what the pipeline finds in them; reused over and over.</summary>
internal sealed class FrameBatch
{
    private readonly FrameFormat _format;
    private readonly Frame[] _frames;
    private readonly FrameResult?[] _results;

    /// <param name="format">Size and layout of the frames.</param>
    /// <param name="capacity">Most frames, at least 1.</param>
    public FrameBatch(FrameFormat format, int capacity)
    {
        _format = format;
        _frames = new Frame[capacity];
        _results = new FrameResult?[capacity];
    }

    /// <summary>Frames in it now.</summary>
    public int Count { get; private set; }

    public ReadOnlySpan<Frame> Frames => _frames.AsSpan(0, Count);

    /// <summary>One for each frame.</summary>
    public ReadOnlySpan<FrameResult> Results => _results.AsSpan(0, Count)!;

    /// <summary>Starts over and takes as many frames as it holds, fewer at the end.</summary>
    /// <param name="queue">Where they wait.</param>
    /// <param name="timeout">How long the first may take.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>When the first frame arrived; null where none came.</returns>
    public long? Fill(FrameQueue queue, TimeSpan timeout, CancellationToken cancellation)
    {
        long? arrival = null;
        for (Count = 0; Count < _frames.Length; Count++)
        {
            if (queue.Take(Count == 0 ? timeout : Timeout.InfiniteTimeSpan, cancellation) is not { } next)
                break;
            arrival ??= next.Arrival;
            _frames[Count] = next.Frame;
            _results[Count] ??= new FrameResult(_format);
        }
        return arrival;
    }

    /// <summary>Gives the frames back.</summary>
    public void Return(FrameQueue queue)
    {
        foreach (Frame frame in Frames)
            queue.Return(frame);
        Count = 0;
    }
}
