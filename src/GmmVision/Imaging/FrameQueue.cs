using System.Diagnostics;

namespace GmmVision.Imaging;

/// <summary>
/// Frames between the thread that reads them and the one that works on them. When the second falls behind, either the
/// first waits (files), or the oldest waiting frame is dropped and counted (cameras: what is worked on is never old).
/// </summary>
/// <remarks>
/// One thread fills, one takes; frames may be returned by any. Frames are made when they are first needed and go round:
/// as many as may wait, one that is being filled, and those that are taken and not returned.
/// </remarks>
public sealed class FrameQueue
{
    private readonly object _lock = new();      // not a Lock: threads wait on it
    private readonly Queue<QueuedFrame> _waiting = new();
    private readonly Stack<Frame> _free = new();
    private readonly FrameFormat _format;
    private readonly int _length;
    private readonly bool _dropsOldest;
    private readonly Func<bool> _hasRoom, _hasFrame;
    private bool _isEnded;

    /// <summary>An empty queue.</summary>
    /// <param name="format">Of the frames.</param>
    /// <param name="length">How many frames may wait, at least 1.</param>
    /// <param name="dropsOldest">What happens beyond: the oldest is dropped (true), or whoever fills waits (false).</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is less than 1.</exception>
    public FrameQueue(FrameFormat format, int length, bool dropsOldest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        (_format, _length, _dropsOldest) = (format, length, dropsOldest);
        _hasRoom = () => _waiting.Count < _length;
        _hasFrame = () => _waiting.Count > 0 || _isEnded;
    }

    /// <summary>Frames that were dropped.</summary>
    public long Dropped { get; private set; }

    /// <summary>Whether nothing waits and nothing more will come.</summary>
    public bool IsEnded
    {
        get
        {
            lock (_lock)
                return _isEnded && _waiting.Count == 0;
        }
    }

    /// <summary>A frame to fill.</summary>
    /// <param name="cancellation">Ends the wait for room, where there is one.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Frame Rent(CancellationToken cancellation = default)
    {
        lock (_lock)
        {
            if (!_dropsOldest)
                WaitUntil(_hasRoom, Timeout.InfiniteTimeSpan, cancellation);
            if (_waiting.Count >= _length)
            {
                Dropped++;
                return _waiting.Dequeue().Frame;
            }
            return _free.TryPop(out Frame? frame) ? frame : new Frame(_format);
        }
    }

    /// <summary>Hands a filled frame over, which arrives now.</summary>
    public void Put(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        lock (_lock)
        {
            _waiting.Enqueue(new QueuedFrame(frame, Stopwatch.GetTimestamp()));
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Gives a frame back to be filled again, after it was taken or instead of <see cref="Put"/>. Any thread.</summary>
    public void Return(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        lock (_lock)
            _free.Push(frame);
    }

    /// <summary>Nothing more will come; what waits can still be taken.</summary>
    public void End()
    {
        lock (_lock)
        {
            _isEnded = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>The oldest waiting frame, which belongs to the caller until it is returned; null at the end or when none came in time.</summary>
    /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/> for as long as it takes.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">Cancelled; also where frames wait, or a machine that cannot keep up would never end.</exception>
    public QueuedFrame? Take(TimeSpan timeout, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            WaitUntil(_hasFrame, timeout, cancellation);
            if (!_waiting.TryDequeue(out QueuedFrame queued))
                return null;
            Monitor.PulseAll(_lock);
            return queued;
        }
    }

    private void WaitUntil(Func<bool> holds, TimeSpan timeout, CancellationToken cancellation)
    {
        if (holds())
            return;
        CancellationTokenRegistration registration = cancellation.Register(() =>
        {
            lock (_lock)
                Monitor.PulseAll(_lock);
        });
        try
        {
            long start = Stopwatch.GetTimestamp();
            while (!holds())
            {
                cancellation.ThrowIfCancellationRequested();
                TimeSpan left = timeout == Timeout.InfiniteTimeSpan ? timeout : timeout - Stopwatch.GetElapsedTime(start);
                if (left < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
                    return;
                Monitor.Wait(_lock, left);
            }
        }
        finally
        {
            // Not disposed, which would wait for a call that is under way, and that waits for the lock held here.
            registration.Unregister();
        }
    }
}

/// <summary>A frame of a <see cref="FrameQueue"/>.</summary>
/// <param name="Frame">The picture.</param>
/// <param name="Arrival">When it was filled: a time stamp of <see cref="Stopwatch"/>.</param>
public readonly record struct QueuedFrame(Frame Frame, long Arrival);
