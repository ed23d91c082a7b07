using GmmVision.Recording.Clips;
using GmmVision.Recording.Events;
using Xunit;

namespace GmmVision.Tests.Live;

/// <summary>Clocks that were set must not cost what was recorded.</summary>
public sealed class RetentionTests : IDisposable
{
    private static readonly DateTimeOffset Today = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Step = TimeSpan.FromMinutes(3);

    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-retention").FullName;
    private readonly Clock _clock = new() { Now = Today };
    private readonly List<string> _said = [];
    private readonly EventLog _log = EventLog.InMemory();
    private readonly ClipFolder _clips;

    public RetentionTests() => _clips = new ClipFolder(_folder);

    public void Dispose()
    {
        _log.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Retention Keep(string rule) => new(RetentionRule.Parse(rule), [(_clips, _log)], _said.Add, _clock);

    private void Record(DateTimeOffset time)
    {
        string name = ClipFolder.NameOf(time, (long)(time - Today.AddYears(-1)).TotalMinutes);
        File.WriteAllBytes(_clips.ClipPath(name), new byte[1000]);
        _log.Append(new CameraEvent { Kind = CameraEventKind.Motion, Camera = "a", Number = 1, Start = time, End = time, Clip = name + ".mp4" });
    }

    // Ten a day for so many days, the newest now.
    private void RecordDays(int days)
    {
        for (int i = 10 * days; i >= 0; i--)
            Record(Today - TimeSpan.FromDays(i / 10.0));
    }

    private int Count => _clips.Recordings().Count();

    // As watch does it, but not as often.
    private void Watch(Retention retention, TimeSpan time)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += Step)
        {
            retention.Apply();
            _clock.Pass(Step);
        }
    }

    [Fact]
    public void What_is_too_old_goes_as_the_days_pass()
    {
        RecordDays(20);
        Retention retention = Keep("20d");
        for (int day = 1; day <= 3; day++)
        {
            Watch(retention, TimeSpan.FromDays(1));
            Record(Today.AddDays(day));
        }
        Watch(retention, TimeSpan.FromHours(1));
        Assert.All(_clips.Recordings(), file => Assert.True(ClipFolder.TimeOf(file.Name) >= Today.AddDays(-17)));
        Assert.Equal(170 + 3, Count);
        Assert.Equal(Count, _log.Recent(1000).Count);
        Assert.Empty(_said);
    }

    [Fact]
    public void What_is_too_old_goes_where_nothing_new_comes_too()
    {
        RecordDays(20);
        Watch(Keep("20d"), TimeSpan.FromDays(3) + TimeSpan.FromHours(1));
        Assert.InRange(Count, 170, 171);
    }

    [Fact]
    public void A_start_with_a_clock_sixty_days_ahead_removes_nothing()
    {
        RecordDays(25);
        _clock.Now += TimeSpan.FromDays(60);
        Watch(Keep("30d"), TimeSpan.FromDays(2));
        Assert.Equal(251, Count);
        Assert.Equal(251, _log.Recent(1000).Count);
    }

    [Fact]
    public void With_new_recordings_of_a_wrong_clock_the_old_ones_go_slowly_and_it_is_told()
    {
        RecordDays(100);      // 1001
        _clock.Now += TimeSpan.FromDays(600);
        Retention retention = Keep("200d");
        Record(_clock.Now);
        Watch(retention, TimeSpan.FromMinutes(10));
        Assert.Equal(1002, Count);
        Watch(retention, TimeSpan.FromHours(1));
        Assert.InRange(Count, 1002 - 2 * 51, 1002 - 50);
        Assert.Contains(_said, line => line.Contains("more recordings than 5%"));
        Assert.True(_said.Count <= 2);
        Assert.True(_log.Recent(2000).Count >= Count);
    }

    [Fact]
    public void A_clock_that_is_set_in_the_middle_stops_removing_for_a_while_and_it_is_told()
    {
        RecordDays(30);
        Retention retention = Keep("30d");
        Watch(retention, TimeSpan.FromMinutes(20));
        int before = Count;
        _clock.Now += TimeSpan.FromDays(60);
        Record(_clock.Now);
        Watch(retention, TimeSpan.FromMinutes(9));
        Assert.Equal(before + 1, Count);
        Assert.Equal("the clock was set by 60 days ahead: no recording is removed for its age in the next 10 minutes; put the clock right if it is wrong", Assert.Single(_said));
        _clock.Now -= TimeSpan.FromDays(60);
        Watch(retention, TimeSpan.FromMinutes(30));
        Assert.InRange(Count, before - 1, before + 1);
        Assert.Contains("60 days back", _said[1]);
    }

    [Fact]
    public void A_size_is_kept_at_once_whatever_the_clock_says()
    {
        for (int i = 0; i < 3000; i++)
            Record(Today - TimeSpan.FromMinutes(i));
        _clock.Now -= TimeSpan.FromDays(999);
        Keep("1MB").Apply();
        Assert.Equal(1000, Count);
    }

    [Fact]
    public void A_clip_that_a_full_disk_had_no_room_for_is_told_under_the_number_that_its_event_has()
    {
        CameraEvent told = new() { Kind = CameraEventKind.Motion, Camera = "a", Number = 3, Start = Today, End = Today.AddSeconds(2), Box = new EventBox(1, 2, 3, 4) };
        _log.Append(told);
        string name = ClipFolder.NameOf(Today, 3);
        using (System.Diagnostics.Process ffmpeg = System.Diagnostics.Process.Start("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=64x48:r=10:d=1", "-c:v", "libx264", "-f", "mpegts", Path.Combine(_folder, name + ".part.ts")]))
            ffmpeg.WaitForExit();
        Assert.Equal(1, _clips.Recover(_log, "a"));
        CameraEvent found = Assert.Single(_log.Recent(10));
        Assert.Equal((3, name + ".mp4", told.Box, null), (found.Number, found.Clip, found.Box, found.Interrupted));
        Assert.True(File.Exists(_clips.ClipPath(name)));
        Assert.Equal(0, _clips.Recover(_log, "a"));
    }

    [Fact]
    public void Files_with_dates_that_cannot_be_are_left_alone_and_counted()
    {
        RecordDays(1);
        string[] foreign = ["20261399T250000Z-000002.jpg", "99999999T999999Z-000003.mp4", "20261120T160512Z-99999999999999999999.part.ts"];
        foreach (string name in foreign)
            File.WriteAllText(Path.Combine(_folder, name), "mine");
        Assert.Equal(3, _clips.ForeignFiles());
        Assert.Equal(0, _clips.Recover(_log, "a"));
        Keep("1MB").Apply();
        Assert.All(foreign, name => Assert.Equal("mine", File.ReadAllText(Path.Combine(_folder, name))));
        Assert.Equal(11, Count);
    }

    [Theory]
    [InlineData("{\"number\": 99999999999999999999}")]
    [InlineData("{\"number\": 9223372036854775807}")]
    [InlineData("{\"number\": -5}")]
    public void A_number_that_no_camera_makes_is_no_event(string change)
    {
        string path = Path.Combine(_folder, "events.jsonl");
        using (EventLog log = EventLog.Open(path))
            log.Append(new CameraEvent { Kind = CameraEventKind.Motion, Camera = "a", Number = 7, Start = Today, End = Today });
        string line = File.ReadAllText(path);
        File.AppendAllText(path, line.Replace("\"number\":7", change.Trim('{', '}'), StringComparison.Ordinal).Replace("\"number\": 7", change.Trim('{', '}'), StringComparison.Ordinal));
        using EventLog again = EventLog.Open(path);
        Assert.Equal((7, 1), (again.LastNumber, again.ForeignLines));
    }

    private sealed class Clock : TimeProvider
    {
        private long _counted = 1;

        public DateTimeOffset Now { get; set; }

        public void Pass(TimeSpan time) => (Now, _counted) = (Now + time, _counted + time.Ticks);

        public override DateTimeOffset GetUtcNow() => Now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _counted;
    }
}
