using GmmVision.Imaging;

namespace GmmVision.Ffmpeg;

/// <summary>
/// Keeps reading a source that cannot wait, on a thread of its own. Up to four frames are kept for the reader; when it
/// is slower than the source the oldest is dropped and counted, so that what it gets is always recent.
/// </summary>
internal sealed class LiveFrameSource : IFrameSource
{
    private const int Capacity = 4;

    private readonly FfmpegFrameSource _inner;
    private readonly Lock _gate = new();
#pragma warning disable CA2213      // it holds nothing while nobody asks for its handle, and the reader may still release it
    private readonly SemaphoreSlim _available = new(0);
#pragma warning restore CA2213
    private readonly Queue<Frame> _ready = new(Capacity), _free = new(Capacity + 2);
    private readonly Thread _reader;
    private Exception? _failure;
    private bool _ended;
    private long _dropped;

    public LiveFrameSource(FfmpegFrameSource inner)
    {
        _inner = inner;
        for (int i = 0; i < Capacity + 2; i++)      // one more is being filled, one more being copied
            _free.Enqueue(new Frame(inner.Format));
        _reader = new Thread(Pump) { IsBackground = true, Name = "live " + inner.Name };
        _reader.Start();
    }

    public string Name => _inner.Name;

    public FrameFormat Format => _inner.Format;

    public FrameFormat OwnFormat => _inner.OwnFormat;

    public double FrameRate => _inner.FrameRate;

    public long? FrameCount => null;

    public bool IsLive => true;

    public long Dropped => Interlocked.Read(ref _dropped);

    public IReadOnlyList<string> Warnings => _inner.Warnings;

    public bool TryRead(Frame frame, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.Format != Format)
            throw new ArgumentException($"A frame of {frame.Format} was given to a source of {Format}.", nameof(frame));
        while (true)
        {
            _available.Wait(cancellation);
            Frame? next = null;
            lock (_gate)
            {
                if (_ready.Count > 0)
                    next = _ready.Dequeue();
                else if (_ended)
                    return AtEnd();
            }
            if (next is null)
                continue;      // its frame was dropped in between
            frame.CopyFrom(next);
            lock (_gate)
                _free.Enqueue(next);
            return true;
        }
    }

    public void Dispose()
    {
        _inner.Dispose();
        if (Thread.CurrentThread != _reader)
            _reader.Join();
    }

    private bool AtEnd()
    {
        _available.Release();      // the next call, too, finds the end without waiting
        Exception? failure = _failure;
        _failure = null;
        return failure is null ? false : throw failure;
    }

    private void Pump()
    {
        try
        {
            while (true)
            {
                Frame slot = TakeFree();
                if (!_inner.TryRead(slot))
                    break;
                lock (_gate)
                    _ready.Enqueue(slot);
                _available.Release();
            }
        }
        catch (IOException exception)
        {
            _failure = exception;
        }
        lock (_gate)
            _ended = true;
        _available.Release();
    }

    private Frame TakeFree()
    {
        lock (_gate)
        {
            if (_ready.Count >= Capacity)
            {
                _free.Enqueue(_ready.Dequeue());
                Interlocked.Increment(ref _dropped);
            }
            return _free.Dequeue();
        }
    }
}
