using GmmVision.Imaging;
using GmmVision.Motion;
using Xunit;

namespace GmmVision.Tests.Motion;

public class EventDetectorTests
{
    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static MotionOptions Plain => new() { Threshold = 0.5, WarmUp = TimeSpan.Zero };

    // At 25 frames a second: motion in the given ranges of frames, both ends included.
    private static List<MotionEvent> Run(MotionOptions options, int frames, params (int From, int To)[] motion)
    {
        var detector = new EventDetector(25, options);
        var events = new List<MotionEvent>();
        for (int frame = 0; frame < frames; frame++)
        {
            bool moves = motion.Any(range => frame >= range.From && frame <= range.To);
            detector.Step(new FrameMotion(frame, Seconds(frame / 25.0), moves ? 1 : 0, new Box(frame, 0, 1, 1)), out _, out MotionEvent? ended);
            if (ended is not null)
                events.Add(ended);
        }
        if (detector.Finish() is { } last)
            events.Add(last);
        return events;
    }

    [Fact]
    public void An_event_starts_and_ends_with_its_motion_and_its_clip_is_wider()
    {
        MotionEvent found = Assert.Single(Run(Plain, 500, (100, 200)));
        Assert.Equal((1, 100L, 200L), (found.Number, found.StartFrame, found.EndFrame));
        Assert.Equal((Seconds(4), Seconds(8), Seconds(4)), (found.Start, found.End, found.Duration));
        Assert.Equal((Seconds(2.5), Seconds(10)), (found.ClipStart, found.ClipEnd));
        Assert.Equal(new Box(100, 0, 101, 1), found.Box);
    }

    [Fact]
    public void A_zone_asks_for_its_own_time_and_its_own_threshold_starts_an_event()
    {
        // Two seconds on the road; at the door what counts everywhere, half a second. Zones in bits: door 1, road 2.
        MotionOptions options = Plain with { MinDuration = Seconds(0.5), MergeWindow = Seconds(1), Include = [Zone.Parse("door:0,0 9,0 9,9"), Zone.Parse("road[min-duration=2]:0,0 9,0 9,9")] };
        Assert.Empty(Events(options, (100, 140, 0b10)));                                                // 1.64 s on the road
        MotionEvent car = Assert.Single(Events(options, (100, 160, 0b10)));
        Assert.Equal((100L, 160L), (car.StartFrame, car.EndFrame));
        Assert.Equal(["road"], car.Zones);
        MotionEvent person = Assert.Single(Events(options, (100, 120, 0b10), (121, 140, 0b01)));       // over the road to the door: only the door had its time
        Assert.Equal(["door"], person.Zones);
        Assert.Equal((100L, 140L), (person.StartFrame, person.EndFrame));
        Assert.Equal(["door", "road"], Assert.Single(Events(options, (100, 120, 0b11), (121, 170, 0b10))).Zones);

        // A threshold of a zone's own (bits reached) starts one although the picture's is not reached; without it nothing does.
        var detector = new EventDetector(25, Plain);
        Assert.Equal(EventState.Quiet, detector.Step(new FrameMotion(0, Seconds(0), 0.1, default, 1), out _, out _));
        detector.Step(new FrameMotion(1, Seconds(0.04), 0.1, default, 1, Reached: 1), out _, out _);
        Assert.NotEqual(EventState.Quiet, detector.State);
    }

    private static List<MotionEvent> Events(MotionOptions options, params (int From, int To, int Zones)[] motion)
    {
        var detector = new EventDetector(25, options);
        var events = new List<MotionEvent>();
        for (int frame = 0; frame < 300; frame++)
        {
            int zones = motion.Where(range => frame >= range.From && frame <= range.To).Sum(range => range.Zones);
            detector.Step(new FrameMotion(frame, Seconds(frame / 25.0), zones > 0 ? 1 : 0, new Box(frame, 0, 1, 1), (ulong)zones), out _, out MotionEvent? ended);
            if (ended is not null)
                events.Add(ended);
        }
        if (detector.Finish() is { } last)
            events.Add(last);
        return events;
    }

    [Fact]
    public void Settings_change_under_a_running_event()
    {
        MotionOptions before = Plain with { Include = [Zone.Parse("door:0,0 9,0 9,9"), Zone.Parse("road:0,0 9,0 9,9")] };
        var detector = new EventDetector(25, before);
        var events = new List<MotionEvent>();
        for (int frame = 0; frame < 500; frame++)
        {
            // Too little motion for the first threshold from frame 200 on; a zone is removed in the middle, and one drawn in front.
            if (frame == 150)
                detector.Change(before with { Threshold = 0.1, Include = [Zone.Parse("tree:0,0 9,0 9,9"), Zone.Parse("road:0,0 9,0 9,9")] });
            bool moves = frame is >= 100 and <= 300;
            detector.Step(new FrameMotion(frame, Seconds(frame / 25.0), !moves ? 0 : frame < 200 ? 1 : 0.2, new Box(frame, 0, 1, 1), frame < 150 ? 0b11UL : 0b01UL), out _, out MotionEvent? ended);
            if (ended is not null)
                events.Add(ended);
        }
        MotionEvent found = Assert.Single(events);
        Assert.Equal((1, 100L, 300L), (found.Number, found.StartFrame, found.EndFrame));
        Assert.Equal(["tree", "road"], found.Zones);
        Assert.Contains("0.1", Assert.Throws<ArgumentOutOfRangeException>(() => detector.Change(Plain with { MaxDuration = Seconds(0.1) })).Message);
    }

    [Fact]
    public void A_clip_does_not_leave_the_input()
    {
        MotionEvent found = Assert.Single(Run(Plain, 60, (10, 59)));
        Assert.Equal((Seconds(0), Seconds(2.4)), (found.ClipStart, found.ClipEnd));
    }

    [Theory]
    [InlineData(4, 0)]      // 0.16 s
    [InlineData(5, 1)]      // 0.2 s
    public void Motion_shorter_than_the_minimum_is_noise(int frames, int events) =>
        Assert.Equal(events, Run(Plain, 300, (100, 100 + frames - 1)).Count);

    [Fact]
    public void Noise_does_not_prolong_an_event_but_more_motion_does()
    {
        Assert.Equal(120, Assert.Single(Run(Plain, 400, (100, 120), (150, 152))).EndFrame);
        Assert.Equal(160, Assert.Single(Run(Plain, 400, (100, 120), (150, 160))).EndFrame);
    }

    [Fact]
    public void Flickering_motion_is_one_bout()
    {
        (int, int)[] everyThirdFrame = [.. Enumerable.Range(0, 30).Select(i => (100 + 3 * i, 100 + 3 * i))];
        MotionEvent found = Assert.Single(Run(Plain, 400, everyThirdFrame));
        Assert.Equal((100L, 187L), (found.StartFrame, found.EndFrame));
        (int, int)[] everySecond = [.. Enumerable.Range(0, 10).Select(i => (25 * i, 25 * i))];
        Assert.Empty(Run(Plain, 400, everySecond));
    }

    [Theory]
    [InlineData(50, 1)]      // 2 s from frame to frame
    [InlineData(51, 2)]
    public void The_merge_window_counts_from_the_last_motion_to_the_next(int gap, int events) =>
        Assert.Equal(events, Run(Plain, 500, (100, 120), (120 + gap, 200)).Count);

    [Fact]
    public void Clips_of_neighbours_touch_but_do_not_overlap()
    {
        List<MotionEvent> near = Run(Plain, 600, (100, 120), (120 + 60, 220));
        Assert.Equal((Seconds(4.8 + 2), Seconds(4.8 + 2)), (near[0].ClipEnd, near[1].ClipStart));

        // Post-roll longer than the merge window: it ends where the next event starts.
        List<MotionEvent> nearer = Run(Plain with { MergeWindow = Seconds(0.5) }, 600, (100, 120), (145, 220));
        Assert.Equal((Seconds(5.8), Seconds(5.8)), (nearer[0].ClipEnd, nearer[1].ClipStart));
        Assert.Equal(Seconds(5.8), nearer[1].Start);
    }

    [Fact]
    public void A_long_event_is_divided_without_losing_a_frame()
    {
        List<MotionEvent> parts = Run(Plain with { MaxDuration = Seconds(3) }, 400, (50, 249));
        Assert.Equal([(50L, 125L), (126L, 201L), (202L, 249L)], parts.Select(part => (part.StartFrame, part.EndFrame)));
        Assert.Equal(parts[0].ClipEnd, parts[1].ClipStart);
        Assert.Equal(parts[1].Start, parts[1].ClipStart);
    }

    [Fact]
    public void Warm_up_swallows_the_first_fifth_of_a_second_and_no_more()
    {
        MotionOptions options = Plain with { WarmUp = new MotionOptions().WarmUp };
        Assert.Equal(5, Assert.Single(Run(options, 200, (0, 60))).StartFrame);
        Assert.Equal(9, Assert.Single(Run(options, 200, (9, 60))).StartFrame);
    }

    [Fact]
    public void A_camera_slower_than_every_window_still_makes_one_event()
    {
        var detector = new EventDetector(0.2, Plain);
        MotionEvent? ended = null;
        for (int frame = 0; frame < 10; frame++)
        {
            detector.Step(new FrameMotion(frame, Seconds(5 * frame), frame is >= 2 and <= 6 ? 1 : 0, default), out _, out MotionEvent? now);
            ended ??= now;
        }
        Assert.Equal((2L, 6L), (ended!.StartFrame, ended.EndFrame));
    }

    [Fact]
    public void The_start_is_told_when_the_motion_has_lasted_and_the_end_when_the_clip_is_complete()
    {
        var detector = new EventDetector(25, Plain);
        var told = new List<(int Frame, string What)>();
        for (int frame = 0; frame < 300; frame++)
        {
            EventState state = detector.Step(new FrameMotion(frame, Seconds(frame / 25.0), frame is >= 100 and <= 150 ? 1 : 0, default), out MotionEvent? started, out MotionEvent? ended);
            Assert.Equal(frame switch { < 100 => EventState.Quiet, < 104 => EventState.Candidate, <= 200 => EventState.Event, _ => EventState.Quiet }, state);
            if (started is not null)
                told.Add((frame, "started"));
            if (ended is not null)
                told.Add((frame, "ended"));
        }
        Assert.Equal([(104, "started"), (201, "ended")], told);
        Assert.Null(detector.Finish());
    }

    [Fact]
    public void A_clock_that_is_set_back_stands_still_until_it_has_caught_up()
    {
        var detector = new EventDetector(25, Plain);
        MotionEvent? found = null;
        for (int frame = 0; frame < 500; frame++)
        {
            double seconds = frame / 25.0 - (frame >= 110 ? 0.6 : 0);
            detector.Step(new FrameMotion(frame, Seconds(seconds), frame is >= 100 and <= 150 ? 1 : 0, default), out _, out MotionEvent? ended);
            found ??= ended;
        }
        Assert.Equal((100L, 150L, Seconds(4), Seconds(5.4)), (found!.StartFrame, found.EndFrame, found.Start, found.End));
    }

    [Fact]
    public void Options_out_of_range_are_refused_with_their_value()
    {
        foreach ((MotionOptions options, string text) in new[]
        {
            (new MotionOptions { MinArea = -0.5 }, "MinArea is -0.5; it must be 0 to 1 (a fraction of the area"),
            (new MotionOptions { MaxArea = 20 }, "MaxArea is 20; it must be 0 to 1"),
            (new MotionOptions { Threshold = double.NaN }, "Threshold is NaN; it must be 0 to 1"),
            (new MotionOptions { MinArea = 0.5, MaxArea = 0.2 }, "MaxArea is 0.2; it must be MinArea, 0.5, or more"),
            (new MotionOptions { MinDuration = Seconds(-1) }, "MinDuration is -1 s; it must be 0 to 3600 seconds"),
            (new MotionOptions { MergeWindow = Seconds(100_000) }, "MergeWindow is 100000 s"),
            (new MotionOptions { MaxDuration = Seconds(0.5) }, "MaxDuration is 0.5 s; it must be 1 to"),
            (new MotionOptions { PreRoll = Seconds(-0.5) }, "PreRoll is -0.5 s"),
            (new MotionOptions { PostRoll = Seconds(-0.5) }, "PostRoll is -0.5 s"),
            (new MotionOptions { WarmUp = Seconds(-0.5) }, "WarmUp is -0.5 s"),
        })
            Assert.Contains(text, Assert.Throws<ArgumentOutOfRangeException>(() => options.Validate()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventDetector(0));
    }

    // ---- The definition in the class's remarks, over the whole sequence at once, with lists. ----

    private sealed record Expected(int Number, long StartFrame, long EndFrame, TimeSpan Start, TimeSpan End, TimeSpan ClipStart, TimeSpan ClipEnd, double Peak, long PeakFrame, Box Box);

    private static List<Expected> Oracle(MotionOptions options, double frameRate, List<FrameMotion> frames)
    {
        TimeSpan interval = Seconds(1 / frameRate);
        TimeSpan merge = new(Math.Max(options.MergeWindow.Ticks, (1.5 * interval).Ticks));
        TimeSpan dropout = new(Math.Min(Math.Max(Seconds(0.15).Ticks, (1.5 * interval).Ticks), merge.Ticks));
        bool Moves(int i) => frames[i].Score >= options.Threshold && frames[i].Time - frames[0].Time >= options.WarmUp;

        var bouts = new List<List<int>>();
        for (int i = 0; i < frames.Count; i++)
        {
            if (!Moves(i))
                continue;
            int before = bouts.Count == 0 ? -1 : bouts[^1][^1];
            if (before >= 0 && frames[i].Time - frames[before].Time <= (before == i - 1 ? merge : dropout))
                bouts[^1].Add(i);
            else
                bouts.Add([i]);
        }
        // The pieces in which motion becomes known: a bout up to where it counts, then frame by frame.
        var pieces = new List<int[]>();
        foreach (List<int> bout in bouts)
        {
            int counts = bout.FindIndex(i => frames[i].Time - frames[bout[0]].Time + interval >= options.MinDuration);
            if (counts < 0)
                continue;
            pieces.Add([.. bout[..(counts + 1)]]);
            pieces.AddRange(bout[(counts + 1)..].Select(i => new[] { i }));
        }
        var events = new List<List<int>>();
        foreach (int[] piece in pieces)
        {
            bool joins = events.Count > 0 && frames[piece[0]].Time - frames[events[^1][^1]].Time <= merge
                && (options.MaxDuration is null || frames[piece[^1]].Time - frames[events[^1][0]].Time <= options.MaxDuration);
            if (joins)
                events[^1].AddRange(piece);
            else
                events.Add([.. piece]);
        }
        var result = new List<Expected>();
        TimeSpan clipBefore = frames[0].Time;
        for (int e = 0; e < events.Count; e++)
        {
            List<int> found = events[e];
            TimeSpan limit = e + 1 < events.Count ? frames[events[e + 1][0]].Time : frames[^1].Time + interval;
            TimeSpan start = frames[found[0]].Time, end = frames[found[^1]].Time;
            TimeSpan clipStart = new(Math.Max((start - options.PreRoll).Ticks, clipBefore.Ticks));
            clipBefore = new TimeSpan(Math.Min((end + options.PostRoll).Ticks, limit.Ticks));
            int peak = found.MaxBy(i => frames[i].Score);
            result.Add(new Expected(e + 1, frames[found[0]].Frame, frames[found[^1]].Frame, start, end, clipStart, clipBefore,
                frames[peak].Score, frames[peak].Frame, found.Select(i => frames[i].Box).Aggregate((a, b) => a.Union(b))));
        }
        return result;
    }

    [Fact]
    public void Frame_by_frame_gives_what_the_definition_gives_over_the_whole()
    {
        int seen = 0, divided = 0;
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            double frameRate = random.Next(4) switch { 0 => 25, 1 => 30, 2 => 5, _ => 1 + 60 * random.NextDouble() };
            var options = new MotionOptions
            {
                Threshold = 0.25,
                MinDuration = Seconds(random.Next(3) * 0.2),
                MergeWindow = Seconds(random.Next(4) * 0.7),
                MaxDuration = random.Next(2) == 0 ? null : Seconds(1 + 3 * random.NextDouble()),
                PreRoll = Seconds(random.Next(3)),
                PostRoll = Seconds(random.Next(3)),
                WarmUp = Seconds(random.Next(3) * 0.2),
            };
            bool variable = random.Next(2) == 0;
            var frames = new List<FrameMotion>();
            TimeSpan time = Seconds(random.Next(2) * 3.7);
            double phase = 0;
            for (int i = 0; i < 400; i++)
            {
                // Long quiet, long motion, flicker and noise take turns.
                if (random.Next(30) == 0)
                    phase = random.Next(5) switch { 0 or 1 => 0.01, 2 => 0.97, 3 => 0.5, _ => 0.15 };
                bool moves = random.NextDouble() < phase;
                double score = Math.Round(moves ? 0.25 + 0.75 * random.NextDouble() : 0.24 * random.NextDouble(), 2);
                frames.Add(new FrameMotion(i * 2, time, score, new Box(random.Next(100), random.Next(100), 5, 5)));
                time += Seconds(1 / frameRate * (!variable ? 1 : random.Next(20) == 0 ? 30 * random.NextDouble() : 0.2 + 1.6 * random.NextDouble()));
            }

            var detector = new EventDetector(frameRate, options);
            var found = new List<Expected>();
            var started = new List<int>();
            void Take(MotionEvent? ended)
            {
                if (ended is not null)
                    found.Add(new Expected(ended.Number, ended.StartFrame, ended.EndFrame, ended.Start, ended.End, ended.ClipStart, ended.ClipEnd, ended.PeakScore, ended.PeakFrame, ended.Box));
            }
            foreach (FrameMotion frame in frames)
            {
                detector.Step(frame, out MotionEvent? start, out MotionEvent? end);
                Take(end);
                if (start is not null)
                    started.Add(start.Number);
            }
            Take(detector.Finish());

            List<Expected> expected = Oracle(options, frameRate, frames);
            Assert.True(expected.SequenceEqual(found), $"seed {seed}: expected\n{string.Join('\n', expected)}\nfound\n{string.Join('\n', found)}");
            Assert.Equal(Enumerable.Range(1, expected.Count), started);
            for (int i = 0; i < found.Count; i++)
            {
                Assert.True(found[i].ClipStart <= found[i].Start && found[i].End <= found[i].ClipEnd);
                Assert.True(i == 0 || found[i - 1].ClipEnd <= found[i].ClipStart);
            }
            seen += found.Count;
            divided += options.MaxDuration is not null ? 1 : 0;
        }
        Assert.True(seen > 5000 && divided > 1000);      // the sequences are neither all quiet nor all motion
    }
}
