using System.Runtime.ExceptionServices;
using GmmVision.Imaging;

namespace GmmVision.Ffmpeg;

/// <summary>
/// Keeps reading a source that cannot wait, on a thread of its own. A few frames are kept for the reader; when it is
/// slower than the source the oldest is dropped and counted, so that what it gets is always recent.
/// </summary>
internal sealed class LiveFrameSource(FfmpegFrameSource inner) : IFrameSource
{
    private const int MostWaiting = 4;

    private readonly FrameReader _reader = new(inner, MostWaiting, dropsOldest: true);
    private bool _isTold, _isDisposed;

    public string Name => inner.Name;

    public FrameFormat Format => inner.Format;

    public FrameFormat OwnFormat => inner.OwnFormat;

    public double FrameRate => inner.FrameRate;

    public long? FrameCount => null;

    public bool IsLive => true;

    public long Dropped => _reader.Queue.Dropped;

    public IReadOnlyList<string> Warnings => inner.Warnings;

    /// <inheritdoc cref="FfmpegFrameSource.ProcessId"/>
    internal int ProcessId => inner.ProcessId;

    public bool TryRead(Frame frame, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.Format != Format)
            throw new ArgumentException($"A frame of {frame.Format} was given to a source of {Format}.", nameof(frame));
        if (_reader.Queue.Take(Timeout.InfiniteTimeSpan, cancellation) is not { } next)
            return AtEnd();
        frame.CopyFrom(next.Frame);
        _reader.Queue.Return(next.Frame);
        return true;
    }

    public void Dispose()
    {
        _isDisposed = true;
        inner.Dispose();
        _reader.Dispose();
    }

    // Why it ended is told once; after that it is at its end.
    private bool AtEnd()
    {
        if (!_isTold && !_isDisposed && _reader.Failure is { } failure)
        {
            _isTold = true;
            ExceptionDispatchInfo.Throw(failure);
        }
        return false;
    }
}
