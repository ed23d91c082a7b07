using GmmVision.Imaging;

namespace GmmVision.Cli.Watch;

/// <summary>
/// A few frames between the thread that reads a camera and the one that works on them. When the second falls behind,
/// the oldest waiting frame is dropped and counted: what is worked on is never old.
/// </summary>
/// <remarks>One thread fills, one takes. Frames are made when they are first needed, and go round.</remarks>
internal sealed class LatestFrameQueue
{
    private readonly Lock _lock = new();
    private readonly Queue<Entry> _waiting = new();
    private readonly Stack<Frame> _free = new();
    private readonly SemaphoreSlim _signal = new(0);
    private readonly FrameFormat _format;
    private int _missing;
    private Frame? _taken;
    private bool _isEnded;

    /// <summary>A frame and when it arrived.</summary>
    /// <param name="Frame">The picture.</param>
    /// <param name="Arrival">Time stamp of <see cref="System.Diagnostics.Stopwatch"/>.</param>
    public readonly record struct Entry(Frame Frame, long Arrival);

    /// <summary>An empty queue.</summary>
    /// <param name="format">Of the frames.</param>
    /// <param name="length">How many frames may wait: a third of a second, since networks deliver in bursts.</param>
    public LatestFrameQueue(FrameFormat format, int length = 8)
    {
        _format = format;
        _missing = length + 2;      // one is being filled and one worked on
    }

    /// <summary>Frames that were pushed out.</summary>
    public long Dropped { get; private set; }

    /// <summary>A frame to fill; never waits.</summary>
    public Frame Rent()
    {
        lock (_lock)
        {
            if (_free.TryPop(out Frame? frame))
                return frame;
            if (_missing > 0)
            {
                _missing--;
                return new Frame(_format);
            }
            Dropped++;
            return _waiting.Dequeue().Frame;
        }
    }

    /// <summary>Hands a filled frame over.</summary>
    public void Put(Frame frame, long arrival)
    {
        lock (_lock)
            _waiting.Enqueue(new Entry(frame, arrival));
        _signal.Release();
    }

    /// <summary>Nothing more will come; what waits can still be taken.</summary>
    public void End()
    {
        lock (_lock)
            _isEnded = true;
        _signal.Release();
    }

    /// <summary>The oldest waiting frame, valid until the next call; null at the end or when none came in time.</summary>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="isEnded">Whether nothing more will come.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">Cancelled; also where frames wait, or a machine that cannot keep up would never end.</exception>
    public Entry? Take(TimeSpan timeout, out bool isEnded, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_taken is not null)
                _free.Push(_taken);
            _taken = null;
        }
        long start = Environment.TickCount64;
        while (true)
        {
            lock (_lock)
            {
                if (_waiting.TryDequeue(out Entry entry))
                {
                    isEnded = false;
                    _taken = entry.Frame;
                    return entry;
                }
                isEnded = _isEnded;
                if (isEnded)
                    return null;
            }
            TimeSpan left = timeout - TimeSpan.FromMilliseconds(Environment.TickCount64 - start);
            if (left <= TimeSpan.Zero || !_signal.Wait(left, cancellation))
                return null;
        }
    }
}
