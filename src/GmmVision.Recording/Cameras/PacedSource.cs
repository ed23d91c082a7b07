using System.Diagnostics;
using GmmVision.Imaging;

namespace GmmVision.Recording.Cameras;

/// <summary>A file that comes at its own pace, as a camera would.</summary>
/// <param name="source">The file; disposed with this.</param>
/// <param name="again">Opens it again at its end; null where that is the end.</param>
internal sealed class PacedSource(IFrameSource source, Func<IFrameSource>? again) : IFrameSource
{
    private const double UsualRate = 25;

    private readonly long _start = Stopwatch.GetTimestamp();
    private IFrameSource _source = source;
    private TimeSpan _before;        // how long all rounds before this one were
    private TimeSpan _last = TimeSpan.MinValue;

    public string Name => _source.Name;

    public FrameFormat Format => _source.Format;

    public FrameFormat OwnFormat => _source.OwnFormat;

    public double FrameRate => _source.FrameRate;

    public long? FrameCount => null;

    public bool IsLive => true;

    public bool TryRead(Frame frame, CancellationToken cancellation = default)
    {
        while (!_source.TryRead(frame, cancellation))
        {
            if (again is null || _last < _before)      // a round without a frame would go on for ever
                return false;
            Reopen();
        }
        _last = frame.Time += _before;
        TimeSpan wait = _last - Stopwatch.GetElapsedTime(_start);
        if (wait > TimeSpan.Zero && cancellation.WaitHandle.WaitOne(wait))
            cancellation.ThrowIfCancellationRequested();
        return true;
    }

    public void Dispose() => _source.Dispose();

    private void Reopen()
    {
        FrameFormat format = Format;
        _before = _last + TimeSpan.FromSeconds(1 / (FrameRate > 0 ? FrameRate : UsualRate));
        _source.Dispose();
        _source = again!();
        if (_source.Format != format)
            throw new IOException($"'{Name}' changed from {format} to {_source.Format}.");
    }
}
