using GmmVision.Imaging;

namespace GmmVision.Motion;

/// <summary>Gathers frames with motion into events: the state machine behind them, one <see cref="Step"/> a frame.</summary>
/// <remarks>
/// <para>A frame has motion when its score reaches the threshold. A bout is motion frame after motion frame, with
/// dropouts of up to 0.15 s (but not over the merge window) bridged. A bout that lasts shorter than the minimum
/// duration, each frame counted as one frame interval, is noise. Bouts make events: a bout that starts within the
/// merge window after the last motion of an event belongs to it, unless that would become longer than the maximum
/// duration; any other bout starts an event. An event is divided where it exceeds the maximum.</para>
/// <para>Clips never overlap: post-roll ends where the next event starts, pre-roll starts where the clip before ends.
/// To know that, an event is reported as ended when both merge window and post-roll have passed, or the next has
/// started.</para>
/// <para>One instance per input, one thread. Allocates only when an event starts or ends.</para>
/// </remarks>
public sealed class EventDetector
{
    private static readonly TimeSpan Dropout = TimeSpan.FromSeconds(0.15);      // up to three frames at 25 a second: a mask flickers where contrast is low

    private readonly TimeSpan _interval;
    private MotionOptions _options = null!;
    private TimeSpan _mergeWindow, _dropout;
    private string[] _zoneNames = [];
    private readonly TimeSpan[] _zoneSince = new TimeSpan[MotionOptions.MaxZones];      // of a bout, when motion began in each zone
    private TimeSpan?[] _zoneDurations = [];
    private bool _haveDurations;
    private ulong _lasted;                      // zones in which it has lasted long enough
    private Bout? _bout, _event, _ended;      // what moves now; the event under way; the one whose clip still runs
    private bool _boutCounts, _previousMoved;
    private TimeSpan? _firstTime;
    private TimeSpan _lastTime, _clipBefore;
    private int _number;

    // A stretch of motion: of a bout, or of all bouts of an event.
    private struct Bout
    {
        public int Number;
        public long FirstFrame, LastFrame, PeakFrame;
        public TimeSpan First, Last, PeakTime, ClipStart;
        public double Peak;
        public Box Box;
        public ulong Zones;

        public static Bout From(in FrameMotion motion) => new()
        {
            FirstFrame = motion.Frame,
            LastFrame = motion.Frame,
            PeakFrame = motion.Frame,
            First = motion.Time,
            Last = motion.Time,
            PeakTime = motion.Time,
            Peak = motion.Score,
            Box = motion.Box,
            Zones = motion.Zones,
        };

        public void Add(in Bout later)
        {
            (LastFrame, Last) = (later.LastFrame, later.Last);
            if (later.Peak > Peak)
                (Peak, PeakFrame, PeakTime) = (later.Peak, later.PeakFrame, later.PeakTime);
            Box = Box.Union(later.Box);
            Zones |= later.Zones;
        }
    }

    /// <summary>For one input.</summary>
    /// <param name="frameRate">Frames a second on average, 0.00001 to 100,000; what one frame of motion counts.</param>
    /// <param name="options">Thresholds and times; null: the defaults.</param>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public EventDetector(double frameRate, MotionOptions? options = null)
    {
        Range.Check(frameRate, 0.00001, 100_000, "from a frame a day on; where it is not known, 25 will do");
        _interval = TimeSpan.FromSeconds(1 / frameRate);
        Change(options ?? new MotionOptions());
    }

    /// <summary>Goes on with other thresholds and times, also with the event that is under way; zones are the same where their names are.</summary>
    /// <param name="options">The new ones.</param>
    /// <exception cref="ArgumentException">A value is out of range; nothing was changed.</exception>
    public void Change(MotionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Validate();
        // From one frame to the next is never a gap, however slow the camera.
        _mergeWindow = Max(_options.MergeWindow, 1.5 * _interval);
        _dropout = Min(Max(Dropout, 1.5 * _interval), _mergeWindow);
        string[] before = _zoneNames;
        _zoneNames = [.. _options.Include.Select((zone, i) => zone.Name ?? $"{i + 1}")];
        _zoneDurations = [.. _options.Include.Select(zone => zone.Limits.MinDuration)];
        _haveDurations = _zoneDurations.Any(duration => duration is not null);
        (_bout, _event, _ended) = (Renamed(_bout), Renamed(_event), Renamed(_ended));
        _lasted = 0;
        _zoneSince.AsSpan().Fill(_bout?.First ?? default);

        Bout? Renamed(Bout? bout)
        {
            if (bout is not { } old)
                return null;
            ulong zones = 0;
            for (int i = 0; i < before.Length; i++)
                if ((old.Zones >> i & 1) != 0 && Array.IndexOf(_zoneNames, before[i]) is >= 0 and int now)
                    zones |= 1UL << now;
            return old with { Zones = zones };
        }
    }

    /// <summary>Where it stands after the last <see cref="Step"/>.</summary>
    public EventState State => _event is not null ? EventState.Event : _bout is not null ? EventState.Candidate : EventState.Quiet;

    /// <summary>Number of the event under way; 0 for none.</summary>
    public int EventNumber => _event?.Number ?? 0;

    /// <summary>Number of the frame with the highest score of the event under way; -1 for none.</summary>
    public long EventPeakFrame => _event?.PeakFrame ?? -1;

    /// <summary>Number of the frame with the highest score of the motion that is not (yet) part of an event; -1 for none.</summary>
    public long CandidatePeakFrame => _bout is { } bout && !_boutCounts ? bout.PeakFrame : -1;

    /// <summary>Takes in the next frame.</summary>
    /// <param name="motion">What moved in it. A time before the last frame's is taken as that: a camera's clock may be set back.</param>
    /// <param name="started">The event that is now known to have started, or null.</param>
    /// <param name="ended">The event that is now known to have ended, or null; one that ended before <paramref name="started"/> began.</param>
    /// <returns>Where it stands now.</returns>
    public EventState Step(in FrameMotion motion, out MotionEvent? started, out MotionEvent? ended)
    {
        (started, ended) = (null, null);
        TimeSpan time = _firstTime is null ? motion.Time : Max(motion.Time, _lastTime);
        _firstTime ??= _clipBefore = time;
        _lastTime = time;

        bool moves = (motion.Score >= _options.Threshold || motion.Reached != 0) && motion.Score > 0 && time - _firstTime >= _options.WarmUp;
        EndBout(time, moves);
        if (moves)
            Move(motion with { Time = time }, ref started, ref ended);
        _previousMoved = moves;
        EndEvent(time);
        ended ??= Release(time);
        return State;
    }

    /// <summary>Ends the event under way, if there is one, at the end of the input. The next frame starts afresh.</summary>
    /// <returns>The event that ended, or null.</returns>
    public MotionEvent? Finish()
    {
        if (_event is { } last)
            _ended = last;
        (_event, _bout, _boutCounts, _previousMoved) = (null, null, false, false);
        MotionEvent? ended = _ended is null ? null : Report(_lastTime + _interval);
        return ended;
    }

    private void EndBout(TimeSpan time, bool moves)
    {
        if (_bout is { } bout && time - bout.Last > (moves && _previousMoved ? _mergeWindow : _dropout))
            (_bout, _boutCounts) = (null, false);
    }

    private void Move(in FrameMotion motion, ref MotionEvent? started, ref MotionEvent? ended)
    {
        var now = Bout.From(motion);
        ulong before = _bout?.Zones ?? 0;
        if (_bout is null)
            _lasted = 0;
        if (_bout is { } bout)
        {
            bout.Add(now);
            _bout = bout;
        }
        else
            _bout = bout = now;

        bool lasts = _haveDurations ? LastsInAZone(motion, bout, before) : bout.Last - bout.First + _interval >= _options.MinDuration;
        if (_haveDurations)
            (now.Zones, bout.Zones) = (now.Zones & _lasted, bout.Zones & _lasted);
        if (_boutCounts)
            Prolong(now, ref started, ref ended);
        else if (lasts)
        {
            _boutCounts = true;
            Prolong(bout, ref started, ref ended);
        }
    }

    // A zone with a duration of its own measures from when motion began in it, the others from when it began anywhere.
    private bool LastsInAZone(in FrameMotion motion, in Bout bout, ulong before)
    {
        for (int zone = 0; zone < _zoneDurations.Length; zone++)
        {
            if ((motion.Zones >> zone & 1) == 0)
                continue;
            if ((before >> zone & 1) == 0)
                _zoneSince[zone] = motion.Time;
            TimeSpan since = _zoneDurations[zone] is null ? bout.First : _zoneSince[zone];
            if (motion.Time - since + _interval >= (_zoneDurations[zone] ?? _options.MinDuration))
                _lasted |= 1UL << zone;
        }
        return (motion.Zones & _lasted) != 0;
    }

    // A bout that counts, or its next frame, goes to the event under way or starts one.
    private void Prolong(in Bout motion, ref MotionEvent? started, ref MotionEvent? ended)
    {
        if (_event is { } current)
        {
            bool near = motion.First - current.Last <= _mergeWindow;
            if (near && (_options.MaxDuration is null || motion.Last - current.First <= _options.MaxDuration))
            {
                current.Add(motion);
                _event = current;
                return;
            }
            _ended = current;
        }
        if (_ended is not null)
            ended = Report(motion.First);
        _event = motion with { Number = ++_number, ClipStart = Max(motion.First - _options.PreRoll, _clipBefore) };
        started = Describe(_event.Value, motion.Last);
    }

    // An event is over when nothing that could still belong to it moves.
    private void EndEvent(TimeSpan time)
    {
        if (_event is not { } current || time - current.Last <= _mergeWindow)
            return;
        if (_bout is { } bout && bout.First - current.Last <= _mergeWindow)
            return;
        _ended = current;
        _event = null;
    }

    // Its clip is known when the post-roll has passed and no motion within it can still become an event.
    private MotionEvent? Release(TimeSpan time)
    {
        if (_ended is not { } over || time < over.Last + _options.PostRoll || (_bout is { } bout && bout.First < over.Last + _options.PostRoll))
            return null;
        return Report(TimeSpan.MaxValue);
    }

    private MotionEvent Report(TimeSpan clipLimit)
    {
        Bout over = _ended!.Value;
        _ended = null;
        _clipBefore = Min(over.Last + _options.PostRoll, clipLimit);
        return Describe(over, _clipBefore);
    }

    private MotionEvent Describe(in Bout motion, TimeSpan clipEnd)
    {
        var zones = new List<string>();
        for (int i = 0; i < _zoneNames.Length; i++)
            if ((motion.Zones >> i & 1) != 0)
                zones.Add(_zoneNames[i]);
        return new MotionEvent
        {
            Number = motion.Number,
            StartFrame = motion.FirstFrame,
            Start = motion.First,
            EndFrame = motion.LastFrame,
            End = motion.Last,
            PeakScore = motion.Peak,
            PeakFrame = motion.PeakFrame,
            PeakTime = motion.PeakTime,
            Box = motion.Box,
            ClipStart = motion.ClipStart,
            ClipEnd = clipEnd,
            Zones = zones,
        };
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
