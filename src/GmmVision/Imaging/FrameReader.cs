namespace GmmVision.Imaging;

/// <summary>Reads a source ahead, on a thread of its own, so that decoding and computing overlap.</summary>
public sealed class FrameReader : IDisposable
{
    private readonly IFrameSource _source;
    private readonly CancellationTokenSource _stop;
    private readonly Thread _thread;
    private bool _isDisposed;

    /// <summary>Begins to read.</summary>
    /// <param name="source">Read only by this reader; not disposed.</param>
    /// <param name="length">How many frames may wait, at least 1.</param>
    /// <param name="cancellation">Ends the reading; frames that were read by then are still handed out.</param>
    /// <param name="dropsOldest">Whether the oldest of too many frames is dropped, so that the source never waits; where not given, that is so for a live source.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is less than 1.</exception>
    public FrameReader(IFrameSource source, int length, CancellationToken cancellation = default, bool? dropsOldest = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
        Queue = new FrameQueue(source.Format, length, dropsOldest ?? source.IsLive);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _thread = new Thread(Run) { IsBackground = true, Name = "reader of " + source.Name };
        _thread.Start();
    }

    /// <summary>What was read; whoever takes a frame returns it.</summary>
    public FrameQueue Queue { get; }

    /// <summary>Why the source ended early; null at its true end. Known once <see cref="FrameQueue.IsEnded"/> is true.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Ends a read that is under way, and the thread.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _stop.Cancel();
        if (Thread.CurrentThread != _thread)
            _thread.Join();
        _stop.Dispose();
    }

    private void Run()
    {
        try
        {
            while (true)
            {
                Frame frame = Queue.Rent(_stop.Token);
                if (!_source.TryRead(frame, _stop.Token))
                    return;
                Queue.Put(frame);
            }
        }
        catch (Exception exception)
        {
            Failure = exception;      // handed to the thread that takes: nothing may escape here
        }
        finally
        {
            Queue.End();
        }
    }
}
