using System.Globalization;

namespace GmmVision.Ffmpeg;

/// <summary>
/// Times that always rise, from time stamps that may repeat, fall back, start again or jump: what is wrong with a stamp
/// is put right for its frame and, where the stream's clock was set, for all behind it. One thread.
/// </summary>
/// <remarks>
/// A stamp that lags by a few frames is bridged, since the stamps behind it catch up (pictures out of order); one that
/// lags by more means that the clock was set back, and time goes on from there by one frame interval. A step ahead of over
/// ten minutes and a thousand frames is taken as a set clock too; a shorter one is a gap in the recording and stays.
/// </remarks>
public sealed class FrameClock
{
    private const int Window = 15;      // intervals that say what is usual
    private const int LateFrames = 4;   // a reordered picture is late by no more
    private static readonly TimeSpan LeastJump = TimeSpan.FromMinutes(10), LeastGap = TimeSpan.FromSeconds(10);

    private readonly long[] _intervals = new long[Window];
    private readonly bool _jumps;
    private readonly TimeSpan _nominal;
    private int _known;
    private TimeSpan _offset, _last, _lastStamp;
    private bool _begun;
    private long _mends, _firstMend, _gaps, _firstGap;
    private string _mended = "", _gap = "";

    /// <summary>A clock for one stream.</summary>
    /// <param name="frameRate">Frames a second, until the stamps tell; 0 where unknown, taken as 25.</param>
    /// <param name="jumps">Whether a step ahead can be a mistake; false where times were asked for as they are.</param>
    public FrameClock(double frameRate, bool jumps = true)
    {
        _nominal = TimeSpan.FromSeconds(1 / Math.Clamp(frameRate > 0 ? frameRate : 25, 1e-6, 1e6));
        _jumps = jumps;
    }

    /// <summary>What was mended, a sentence each; empty where every stamp was right.</summary>
    public IReadOnlyList<string> Notes
    {
        get
        {
            List<string> notes = [];
            if (_mends > 0)
                notes.Add($"at frame {_firstMend} the time stamps {_mended}; time goes on by one frame there{More(_mends)}.");
            if (_gaps > 0)
                notes.Add($"at frame {_firstGap} the time stamps {_gap}: a gap in the recording{More(_gaps)}.");
            return notes;
        }
    }

    /// <summary>Whether the stream's clock was set, so that times no longer are those in the file.</summary>
    public bool WasSet { get; private set; }

    /// <summary>The time of the next frame, later than the one before.</summary>
    /// <param name="stamp">Its time stamp.</param>
    /// <param name="frame">Its number, for the notes.</param>
    public TimeSpan Next(TimeSpan stamp, long frame)
    {
        TimeSpan step = stamp - _lastStamp, before = _lastStamp;
        _lastStamp = stamp;
        if (!_begun)
        {
            _begun = true;
            return _last = stamp;
        }
        TimeSpan usual = Usual(), time = stamp + _offset;
        if (_jumps && step > LeastJump && step > 1000 * usual)
        {
            Mend(frame, "jump ahead", before, stamp);
            time = Shift(_last + usual, stamp);
        }
        else if (time <= _last && _last - time > LateFrames * usual)
        {
            // A stamp that only repeats has not set the clock: the next ones say how it goes on.
            if (step < TimeSpan.Zero)
                Mend(frame, stamp == TimeSpan.Zero ? "start again" : "fall back", before, stamp);
            time = step > TimeSpan.Zero ? Shift(_last + step, stamp) : step == TimeSpan.Zero ? _last + usual : Shift(_last + usual, stamp);
        }
        else if (time <= _last)
        {
            Mend(frame, step == TimeSpan.Zero ? "repeat" : "fall back", before, stamp);
            time = step == TimeSpan.Zero ? _last + usual : _last + TimeSpan.FromTicks(Math.Max(1, usual.Ticks / 16));
        }
        else if (step > LeastGap && step > 20 * usual)
        {
            if (_gaps++ == 0)
                (_firstGap, _gap) = (frame, $"jump ahead from {Seconds(before)} to {Seconds(stamp)} s");
        }
        else if (step > TimeSpan.Zero)
        {
            _intervals[_known++ % Window] = step.Ticks;
        }
        return _last = time;
    }

    private TimeSpan Shift(TimeSpan time, TimeSpan stamp)
    {
        _offset = time - stamp;
        WasSet = true;
        return time;
    }

    private void Mend(long frame, string how, TimeSpan from, TimeSpan to)
    {
        if (_mends++ == 0)
            (_firstMend, _mended) = (frame, how == "repeat" ? $"repeat {Seconds(to)} s" : $"{how} from {Seconds(from)} to {Seconds(to)} s");
    }

    private TimeSpan Usual()
    {
        int count = Math.Min(_known, Window);
        if (count < 3)
            return _nominal;
        Span<long> sorted = stackalloc long[Window];
        _intervals.AsSpan(0, count).CopyTo(sorted);
        sorted[..count].Sort();
        return new TimeSpan(sorted[count / 2]);
    }

    private static string More(long count) => count switch
    {
        1 => "",
        2 => ", and at one more",
        _ => string.Create(CultureInfo.InvariantCulture, $", and at {count - 1} more"),
    };

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
}
