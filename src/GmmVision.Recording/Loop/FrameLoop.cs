using System.Collections.Concurrent;
using GmmVision.Imaging;

namespace GmmVision.Recording.Loop;

/// <summary>
/// The one way of a frame, from a file as from a camera: reader -> queue -> [what is set anew] -> pipeline -> what nobody
/// may see made black -> observers -> back to the queue.
/// </summary>
/// <remarks>
/// Files: the reader waits, several frames go through the pipeline together, and observers work beside it on a thread of
/// their own. Cameras: the oldest waiting frame is dropped and counted, and a frame is through before the next begins.
/// One thread calls; the same frames give the same results either way.
/// </remarks>
public sealed class FrameLoop : IDisposable
{
    private const int BatchesBehindReader = 3;      // one in the pipeline, one at the observers, one waiting
    private const int MostWaitingOfCamera = 8;      // a third of a second, since networks deliver in bursts

    private readonly FrameReader _reader;
    private readonly BlockingCollection<FrameBatch> _free = [];
    private readonly IReadOnlyList<IFrameObserver> _observers;
    private readonly ObserverThread? _thread;
    private Action<FrameLoop, QueuedFrame>? _arriving;

    private FrameLoop(IFrameSource source, int waiting, bool dropsOldest, CancellationToken cancellation, int capacity, int batches, IReadOnlyList<IFrameObserver> observers, bool overlaps)
    {
        _observers = observers;
        _reader = new FrameReader(source, waiting, cancellation, dropsOldest);
        for (int i = 0; i < batches; i++)
            _free.Add(new FrameBatch(source.Format, capacity));
        if (overlaps)
            _thread = new ObserverThread(Show, Release);
    }

    /// <summary>The loop of a source whose every frame counts; of a live one, too, which then may drop some.</summary>
    /// <param name="source">Not disposed.</param>
    /// <param name="pipeline">Not disposed.</param>
    /// <param name="observers">In the order in which they see a frame; not disposed.</param>
    /// <param name="cancellation">Ends the reading; what was read by then still goes through.</param>
    /// <param name="overlaps">Whether observers work on a thread of their own.</param>
    public static FrameLoop OfFile(IFrameSource source, MotionPipeline pipeline, IReadOnlyList<IFrameObserver> observers, CancellationToken cancellation = default, bool overlaps = true)
    {
        ArgumentNullException.ThrowIfNull(source);
        int capacity = CapacityFor(source.Format, source.IsLive);
        return new FrameLoop(source, waiting: capacity, dropsOldest: false, cancellation, capacity, overlaps ? BatchesBehindReader : 1, observers, overlaps) { Pipeline = pipeline };
    }

    /// <summary>The loop of a camera.</summary>
    /// <param name="source">Not disposed.</param>
    /// <param name="observers">In the order in which they see a frame; not disposed.</param>
    /// <param name="arriving">Called with each frame before the pipeline sees it: the moment to set anything anew, the pipeline included.</param>
    public static FrameLoop OfCamera(IFrameSource source, IReadOnlyList<IFrameObserver> observers, Action<FrameLoop, QueuedFrame>? arriving = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new FrameLoop(source, MostWaitingOfCamera, dropsOldest: true, CancellationToken.None, capacity: 1, batches: 1, observers, overlaps: false) { _arriving = arriving };
    }

    /// <summary>What finds motion; needed before the first step, and may be another before any.</summary>
    public MotionPipeline? Pipeline { get; set; }

    /// <summary>Frames that were dropped because the loop could not keep up.</summary>
    public long Dropped => _reader.Queue.Dropped;

    /// <summary>Whether all frames are through.</summary>
    public bool IsEnded => _reader.Queue.IsEnded;

    /// <summary>Why the source ended early; null at its true end. Known once <see cref="IsEnded"/> is true.</summary>
    public Exception? Failure => _reader.Failure;

    /// <summary>Takes the frames that are due all the way.</summary>
    /// <param name="timeout">How long to wait for the first.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>How many; 0 at the end, or where none came in time.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="IOException">An observer could not write.</exception>
    public int Step(TimeSpan timeout, CancellationToken cancellation = default)
    {
        FrameBatch batch = _free.Take(CancellationToken.None);
        if (batch.Fill(_reader.Queue, timeout, cancellation) is not long arrival)
        {
            _free.Add(batch, CancellationToken.None);
            return 0;
        }
        int count = batch.Count;
        _arriving?.Invoke(this, new QueuedFrame(batch.Frames[0], arrival));
        MotionPipeline pipeline = Pipeline ?? throw new InvalidOperationException("The loop has no pipeline: set one before the first step.");
        pipeline.Process(batch.Frames, batch.Results);
        if (_thread is not null)
        {
            _thread.Add(batch);
            return count;
        }
        Show(batch);
        Release(batch);
        return count;
    }

    /// <summary>Takes the frames that are due all the way, however long they take to come.</summary>
    /// <returns>How many; 0 at the end.</returns>
    public int Step() => Step(Timeout.InfiniteTimeSpan);

    /// <summary>Waits until all is through, and finishes every observer.</summary>
    /// <exception cref="IOException">An observer could not write.</exception>
    public void Complete()
    {
        _thread?.Complete();
        foreach (IFrameObserver observer in _observers)
            observer.Complete();
    }

    /// <summary>Ends the reading and waits for the threads.</summary>
    public void Dispose()
    {
        _reader.Dispose();
        _thread?.Dispose();
        _free.Dispose();
    }

    /// <summary>How many frames of a format to take together: enough that a tile's state stays in cache over many of them, and no more than 64 MB.</summary>
    private static int CapacityFor(FrameFormat format, bool isLive) => isLive ? 1 : Math.Clamp((64 << 20) / format.ByteCount, 1, 16);

    private void Show(FrameBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            (Frame frame, FrameResult result) = (batch.Frames[i], batch.Results[i]);
            Blacken(frame, result);
            foreach (IFrameObserver observer in _observers)
                observer.See(frame, result);
        }
    }

    // A step of the loop, in front of every observer: none can be put where it sees more.
    private void Blacken(Frame frame, FrameResult result)
    {
        if (Pipeline!.Privacy is not { } privacy)
            return;
        privacy.Apply(frame);
        result.Foreground.AndNot(privacy.Hidden);
    }

    private void Release(FrameBatch batch)
    {
        batch.Return(_reader.Queue);
        _free.Add(batch);
    }
}
