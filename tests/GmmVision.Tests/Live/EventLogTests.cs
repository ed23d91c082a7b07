using System.Text;
using GmmVision.Recording.Events;
using Xunit;

namespace GmmVision.Tests.Live;

public sealed class EventLogTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"gmmvision-{Guid.NewGuid():N}.jsonl");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void What_was_appended_is_read_again_in_order()
    {
        using (EventLog log = EventLog.Open(_path))
        {
            for (int i = 1; i <= 3; i++)
                log.Append(Event(i));
        }
        using EventLog again = EventLog.Open(_path);
        Assert.Equal([3L, 2, 1], again.Recent(10).Select(happened => happened.Number));
        Assert.Equal(3, again.LastNumber);
        Assert.Equal(Event(2), again.Recent(10)[1]);
        Assert.Equal(0, again.TornBytes);
    }

    [Fact]
    public void A_line_torn_anywhere_is_cut_off_and_the_lines_before_stay()
    {
        string line = Event(7).ToJson() + "\n";
        byte[] bytes = Encoding.UTF8.GetBytes(line);
        for (int cut = 1; cut < bytes.Length; cut += 13)
        {
            File.WriteAllText(_path, Event(6).ToJson() + "\n");
            using (FileStream file = File.Open(_path, FileMode.Append))
                file.Write(bytes, 0, cut);
            using (EventLog log = EventLog.Open(_path))
            {
                Assert.Equal(cut, log.TornBytes);
                Assert.Equal(6, Assert.Single(log.Recent(10)).Number);
                log.Append(Event(8));
            }
            Assert.Equal([6L, 8], File.ReadAllLines(_path).Select(text => CameraEvent.FromJson(Encoding.UTF8.GetBytes(text)).Number));
        }
    }

    private sealed class SetClock : TimeProvider
    {
        public TimeSpan Counted { get; set; }

        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 11, 26, 8, 0, 0, TimeSpan.Zero) + Counted + Ahead;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Counted.Ticks;
    }

    [Fact]
    public void A_clock_that_is_set_is_told_between_the_entries_and_their_order_stays()
    {
        SetClock clock = new();
        using (EventLog log = EventLog.Open(_path, clock))
        {
            log.Append(Event(1));
            clock.Counted = TimeSpan.FromHours(1);
            log.Append(Event(2));
            clock.Ahead = TimeSpan.FromDays(60);
            log.Append(Event(3) with { Start = clock.GetUtcNow() });
            clock.Ahead = TimeSpan.Zero;
            log.Append(Event(4));
            Assert.Equal([4L, 0, 3, 0, 2, 1], log.Recent(10).Select(happened => happened.Number));
            Assert.Equal(["the clock was set 60 days back, or the machine slept", "the clock was set 60 days ahead, or the machine slept"], log.Recent(10).Where(happened => happened.Kind == CameraEventKind.ClockSet).Select(happened => happened.Message!));
        }
        // Set back while nobody looked.
        clock.Ahead = -TimeSpan.FromDays(3650);
        using EventLog again = EventLog.Open(_path, clock);
        again.Append(Event(5));
        Assert.Contains("behind the entry before", again.Recent(2)[1].Message);
        Assert.Equal(5, again.LastNumber);
    }

    [Fact]
    public void Of_a_long_log_the_last_entries_are_read_and_of_all_others_the_numbers()
    {
        const int Lines = 5000;
        using (StreamWriter writer = new(_path))
        {
            writer.Write("hello\n");
            writer.Write((Event(1) with { Number = 70_000 }).ToJson() + "\n");      // a number that later ones do not reach
            for (int i = 1; i <= Lines; i++)
                writer.Write((i % 10 == 0 ? new CameraEvent { Kind = CameraEventKind.CameraLost, Camera = "yard", Start = Event(i % 60).Start } : Event(i % 60) with { Number = i }).ToJson() + "\n");
            writer.Write("{\"version\":1,\"kind\":\"motion\",\"camera\":\"x\",\"number\":-5}\n{}\n");
        }
        using EventLog log = EventLog.Open(_path);
        Assert.Equal(70_000, log.LastNumber);
        Assert.Equal(2000 - 2, log.Recent(10_000).Count);
        Assert.Equal(3, log.ForeignLines);
    }

    [Fact]
    public void Events_beyond_those_in_memory_are_read_from_the_file_and_deleted_ones_are_not()
    {
        DateTimeOffset start = new(2026, 10, 1, 0, 0, 0, TimeSpan.Zero);
        using EventLog log = EventLog.Open(_path);
        for (int i = 1; i <= 2500; i++)
            File.AppendAllText(_path, (Event(1) with { Number = i, Start = start.AddMinutes(i), End = start.AddMinutes(i).AddSeconds(5) }).ToJson() + "\n");
        using EventLog again = Reopened(log);
        again.Delete(again.Find(7)!);
        IReadOnlyList<CameraEvent> old = again.Read(new EventSelection(20, start.AddMinutes(15)));
        Assert.Equal([14, 13, 12, 11, 10, 9, 8, 6, 5, 4, 3, 2, 1], old.Select(happened => happened.Number));
        Assert.Null(again.Find(7));
        Assert.Equal([12, 11, 10], again.Read(new EventSelection(20, start.AddMinutes(13), start.AddMinutes(10))).Select(happened => happened.Number));
        Assert.Equal([14, 12, 10], again.Read(new EventSelection(3, start.AddMinutes(15), IsWanted: happened => happened.Number % 2 == 0)).Select(happened => happened.Number));
        Assert.Equal(start.AddMinutes(3), again.Find(3)!.Start);
        Assert.Equal([2000, 1999], again.Read(new EventSelection(2, start.AddMinutes(2001))).Select(happened => happened.Number));

        EventLog Reopened(EventLog log)
        {
            log.Dispose();
            return EventLog.Open(_path);
        }
    }

    [Fact]
    public void A_later_line_for_an_event_takes_the_place_of_the_earlier_one()
    {
        using (EventLog log = EventLog.Open(_path))
        {
            for (int i = 1; i <= 4; i++)
                log.Append(Event(i) with { Clip = i == 2 ? null : "a.mp4" });
            log.Append(Event(2) with { Clip = "late.mp4" });
            Check(log);
        }
        using EventLog again = EventLog.Open(_path);
        Check(again);
        Assert.Equal(5, File.ReadAllLines(_path).Length);

        static void Check(EventLog log)
        {
            Assert.Equal([4, 3, 2, 1], log.Recent(10).Select(happened => happened.Number));
            Assert.Equal("late.mp4", log.Find(2)!.Clip);
            Assert.Equal(4, log.LastNumber);
        }
    }

    [Fact]
    public void What_a_full_disk_did_not_take_is_written_when_there_is_room()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "a file system of its own needs root");
        string folder = Directory.CreateTempSubdirectory("gmmvision-full-").FullName;
        using (System.Diagnostics.Process mount = System.Diagnostics.Process.Start("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]))
        {
            mount.WaitForExit();
            Assert.SkipUnless(mount.ExitCode == 0, "no file system can be mounted here");
        }
        try
        {
            string path = Path.Combine(folder, "events.jsonl"), filler = Path.Combine(folder, "filler");
            using (EventLog log = EventLog.Open(path))
            {
                log.Append(Event(1));
                Assert.Throws<IOException>(() =>
                {
                    using FileStream full = new(filler, FileMode.Create, FileAccess.Write, FileShare.None, 0);
                    for (int i = 0; i < 100_000; i++)
                        full.Write([1]);
                });
                // The file's own page has room for some lines still.
                int refused = 0;
                for (int i = 2; i <= 40; i++)
                {
                    if (Record.Exception(() => log.Append(Event(i))) is IOException)
                        refused++;
                }
                Assert.InRange(refused, 1, 39);
                Assert.Equal(40, log.Recent(100).Count);
                File.Delete(filler);
                log.Append(Event(41));
            }
            Assert.Equal(Enumerable.Range(1, 41).Select(i => (long)i), File.ReadAllLines(path).Select(text => CameraEvent.FromJson(Encoding.UTF8.GetBytes(text)).Number));
        }
        finally
        {
            using System.Diagnostics.Process unmount = System.Diagnostics.Process.Start("umount", ["-l", folder]);
            unmount.WaitForExit();
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_log_that_grows_begins_a_file_a_month_and_goes_on_where_it_was()
    {
        string folder = Directory.CreateTempSubdirectory("gmmvision-log-").FullName;
        try
        {
            string path = Path.Combine(folder, "events.jsonl");
            DateTimeOffset first = new(2026, 8, 1, 0, 0, 0, TimeSpan.Zero);
            SetClock clock = new();
            using (EventLog log = EventLog.Open(path, clock, leastToDivide: 500))
            {
                for (int day = 0; day < 92; day += 10)
                    log.Append(Event(1) with { Number = 1 + day / 10, Start = first.AddDays(day), End = first.AddDays(day) });
                Assert.Equal(["events-2026-08.jsonl", "events-2026-09.jsonl", "events.jsonl"], Directory.GetFiles(folder, "*.jsonl").Select(Path.GetFileName).Order(StringComparer.Ordinal));
                Assert.Equal(Enumerable.Range(1, 10).Reverse().Select(number => (long)number), log.Read(new EventSelection(50)).Select(happened => happened.Number));
            }
            File.Delete(path);      // as after a kill between the renaming and the first line
            using (EventLog log = EventLog.Open(path, clock, leastToDivide: 500))
            {
                Assert.Equal(7, log.LastNumber);      // the last of September: numbers go on
                Assert.Equal(Enumerable.Range(1, 7).Reverse().Select(number => (long)number), log.Read(new EventSelection(50)).Select(happened => happened.Number));
                Assert.Equal(3, log.Find(3)!.Number);
                log.Append(Event(1) with { Number = 8, Start = first.AddDays(70), End = first.AddDays(70) });

                // Events 1 to 4 are of August; 2 is kept by hand.
                Assert.Equal(4, log.RemoveBefore(first.AddDays(45), happened => happened.Number == 2));
                Assert.Equal([8, 7, 6, 2], log.Read(new EventSelection(50)).Select(happened => happened.Number));
                Assert.Equal(2, log.RemoveBefore(first.AddDays(55)));
            }
            Assert.Equal(["events-2026-09.jsonl", "events.jsonl"], Directory.GetFiles(folder, "*.jsonl").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_line_of_somebody_else_is_left_alone()
    {
        File.WriteAllText(_path, "hello\n" + Event(1).ToJson() + "\n");
        using (EventLog log = EventLog.Open(_path))
        {
            Assert.Equal(1, log.ForeignLines);
            Assert.Single(log.Recent(10));
        }
        Assert.StartsWith("hello\n", File.ReadAllText(_path), StringComparison.Ordinal);
    }

    [Fact]
    public void Old_lines_go_and_the_rest_stays_and_can_be_added_to()
    {
        using (EventLog log = EventLog.Open(_path))
        {
            for (int i = 1; i <= 10; i++)
                log.Append(Event(i));
            Assert.Equal(4, log.RemoveBefore(Event(5).Start));
            Assert.Equal(0, log.RemoveBefore(Event(5).Start));
            log.Append(Event(11));
        }
        Assert.Equal(Enumerable.Range(5, 7).Select(i => (long)i), File.ReadAllLines(_path).Select(text => CameraEvent.FromJson(Encoding.UTF8.GetBytes(text)).Number));
        Assert.False(File.Exists(_path + ".tmp"));
    }

    [Fact]
    public void What_is_kept_stays_whatever_its_age_and_what_is_deleted_is_gone()
    {
        using (EventLog log = EventLog.Open(_path))
        {
            for (int i = 1; i <= 10; i++)
                log.Append(Event(i));
            Assert.Equal(5, log.RemoveBefore(Event(7).Start, happened => happened.Number == 3));
            Assert.Equal([10, 9, 8, 7, 3], log.Recent(100).Select(happened => happened.Number));
            Assert.Equal(0, log.RemoveBefore(Event(7).Start, happened => happened.Number == 3));
            log.Delete(log.Find(8)!);
            Assert.Null(log.Find(8));
            Assert.Null(log.Find(1));
        }
        using EventLog again = EventLog.Open(_path);
        Assert.Equal([10, 9, 7, 3], again.Recent(100).Select(happened => happened.Number));
        Assert.Equal(10, again.LastNumber);
        Assert.Equal([3, 7, 8, 9, 10, 8], File.ReadAllLines(_path).Select(text => CameraEvent.FromJson(Encoding.UTF8.GetBytes(text)).Number));
    }

    [Fact]
    public void Two_programs_cannot_write_one_log()
    {
        using EventLog log = EventLog.Open(_path);
        Assert.Throws<IOException>(() => EventLog.Open(_path));
    }

    private static CameraEvent Event(int number) => new()
    {
        Kind = CameraEventKind.Motion,
        Camera = "front",
        Number = number,
        Start = new DateTimeOffset(2026, 11, 20, 12, number, 0, TimeSpan.Zero),
        End = new DateTimeOffset(2026, 11, 20, 12, number, 3, TimeSpan.Zero),
        Duration = 3,
        Peak = new EventPeak(0.25, new DateTimeOffset(2026, 11, 20, 12, number, 1, TimeSpan.Zero)),
        Box = new EventBox(1, 2, 3, 4),
        Clip = "a.mp4",
    };
}
