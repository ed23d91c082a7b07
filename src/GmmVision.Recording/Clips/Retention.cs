using System.Globalization;
using GmmVision.Recording.Events;

namespace GmmVision.Recording.Clips;

/// <summary>Removes the oldest recordings so that what <see cref="RetentionRule"/> allows is kept, over all cameras together.</summary>
/// <remarks>
/// The clock may be wrong: a board without a battery, a time server gone astray. So an age is told by the newest recording as well
/// as by the clock, nothing goes by its age in the first minutes after a start or after the clock was set, and then only a part of
/// what there is each hour, which leaves time to notice. What does not fit the size goes at once, for the disk would be full.
/// What somebody keeps (<see cref="ClipFolder.IsKept"/>) is neither removed nor counted.
/// </remarks>
/// <param name="rule">What is kept.</param>
/// <param name="camerasNow">Whose recordings, asked for each time: cameras come and go.</param>
/// <param name="log">Takes a line.</param>
/// <param name="clock">The system's unless given.</param>
public sealed class Retention(RetentionRule rule, Func<IReadOnlyList<(ClipFolder Folder, EventLog Log)>> camerasNow, Action<string> log, TimeProvider? clock = null)
{
    /// <summary>The part of all recordings that may go by their age in an hour, and how many may go whatever the part is.</summary>
    private const double HourlyPart = 0.05;
    private const int HourlyLeast = 20;

    /// <summary>How long nothing goes by its age after a start or a jump of the clock.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10), Hour = TimeSpan.FromHours(1);

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly ClockWatch _watch = new(clock ?? TimeProvider.System, Hour);
    private long _trustedFrom = (clock ?? TimeProvider.System).GetTimestamp(), _hourBegan, _newestSince;
    private DateTimeOffset? _newest;
    private int _left;
    private bool _isLimitTold;

    /// <summary>For cameras that stay.</summary>
    /// <param name="rule">What is kept.</param>
    /// <param name="cameras">Whose recordings.</param>
    /// <param name="log">Takes a line.</param>
    /// <param name="clock">The system's unless given.</param>
    public Retention(RetentionRule rule, IReadOnlyList<(ClipFolder Folder, EventLog Log)> cameras, Action<string> log, TimeProvider? clock = null)
        : this(rule, () => cameras, log, clock)
    {
    }

    /// <summary>Looks once, and removes.</summary>
    /// <returns>How many files were removed.</returns>
    public int Apply()
    {
        IReadOnlyList<(ClipFolder Folder, EventLog Log)> cameras = camerasNow();
        List<FileInfo> files = [.. cameras.SelectMany(camera => camera.Folder.Recordings().Where(file => !camera.Folder.IsKept(file.Name))).OrderBy(file => file.Name, StringComparer.Ordinal)];
        DateTimeOffset? limit = rule.Days is double days && files.Count > 0 ? Now(ClipFolder.TimeOf(files[^1].Name)) - TimeSpan.FromDays(days) : null;
        if (IsPatient())
            limit = null;
        BeginHour(files.Count);
        long bytes = files.Sum(file => file.Length);
        int removed = 0;
        foreach (FileInfo file in files)
        {
            bool isTooLarge = bytes > rule.Bytes, isTooOld = ClipFolder.TimeOf(file.Name) < limit;
            if (isTooOld && !isTooLarge && _left == 0)
                TellLimit(limit = ClipFolder.TimeOf(file.Name));
            if (!isTooLarge && !(isTooOld && _left > 0))
                break;
            bytes -= file.Length;
            try
            {
                file.Delete();
                removed++;
                _left -= isTooLarge ? 0 : 1;
            }
            catch (IOException)
            {
                // Somebody plays it (Windows); it goes the next time.
            }
        }
        if (limit is { } time)
        {
            foreach ((ClipFolder folder, EventLog events) in cameras)
                events.RemoveBefore(time, happened => happened.Kind == CameraEventKind.Motion && folder.IsKept(ClipFolder.NameOf(happened.Start, happened.Number)));
        }
        return removed;
    }

    // No later than the newest recording and the time that has passed here since it was made, whatever the clock says.
    private DateTimeOffset Now(DateTimeOffset newest)
    {
        if (newest != _newest)
            (_newest, _newestSince) = (newest, _clock.GetTimestamp());
        DateTimeOffset now = _clock.GetUtcNow(), known = newest + _clock.GetElapsedTime(_newestSince);
        return now < known ? now : known;
    }

    private bool IsPatient()
    {
        if (_watch.Look() is TimeSpan jump)
        {
            _trustedFrom = _clock.GetTimestamp();
            if (rule.Days is not null)
                log($"the clock was set by {ClockWatch.Text(jump)}: no recording is removed for its age in the next {Patience.TotalMinutes:0} minutes; put the clock right if it is wrong");
        }
        return _clock.GetElapsedTime(_trustedFrom) < Patience;
    }

    private void BeginHour(int count)
    {
        if (_hourBegan != 0 && _clock.GetElapsedTime(_hourBegan) < Hour)
            return;
        (_hourBegan, _left, _isLimitTold) = (_clock.GetTimestamp(), Math.Max(HourlyLeast, (int)(HourlyPart * count)), false);
    }

    private void TellLimit(DateTimeOffset? oldest)
    {
        if (!_isLimitTold)
            log(string.Create(CultureInfo.InvariantCulture, $"more recordings than {HourlyPart:0%} are older than what is to be kept, back to {oldest:yyyy-MM-dd}: the others go in the hours to come; if the clock is wrong, put it right now"));
        _isLimitTold = true;
    }
}
