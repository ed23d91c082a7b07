using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Motion;
using Xunit;

namespace GmmVision.Tests;

/// <summary>Alone, since allocations are counted over the whole process.</summary>
[CollectionDefinition(nameof(MotionPipelineTests), DisableParallelization = true)]
[Collection(nameof(MotionPipelineTests))]
public class MotionPipelineTests
{
    private const int Width = 150, Height = 90;
    private static readonly FrameFormat Format = new(Width, Height, PixelLayout.Yuv420);

    // Noise of a sensor over a gradient; a bright square crosses from left to right in frames 60 to 149.
    private static List<Frame> Scene(int count)
    {
        var random = new Random(5);
        var frames = new List<Frame>();
        for (int i = 0; i < count; i++)
        {
            var frame = new Frame(Format) { Number = i, Time = TimeSpan.FromSeconds(i / 25.0) };
            for (int plane = 0; plane < 3; plane++)
                for (int y = 0; y < Format.PlaneHeight(plane); y++)
                {
                    Span<byte> row = frame.Row(plane, y);
                    for (int x = 0; x < row.Length; x++)
                        row[x] = (byte)((plane == 0 ? 60 + x / 2 + y / 3 : 128) + random.Next(-2, 3));
                }
            if (i is >= 60 and < 150)
                for (int y = 30; y < 55; y++)
                    frame.Row(0, y).Slice((i - 60) * (Width - 20) / 90, 20).Fill(220);
            frames.Add(frame);
        }
        return frames;
    }

    private static PipelineOptions Options(Preset preset, int threads = 1) => new()
    {
        Foreground = ForegroundOptions.For(preset) with { Background = ForegroundOptions.For(preset).Background with { Threads = threads } },
        Motion = new MotionOptions { Include = [Zone.Parse("all:0,0 149,0 149,89 0,89")] },
    };

    private sealed record Snapshot(ulong[] Foreground, ulong[] Motion, Region[] Regions, Track[] Tracks, double Score, EventState State, int Event, long Peak, long Candidate, int? Started, int? Ended);

    private static Snapshot Take(FrameResult r) => new(
        r.Foreground.Words.ToArray(), r.Motion.Words.ToArray(), r.Regions.ToArray(), r.Tracks.ToArray(), r.Score, r.State, r.EventNumber, r.EventPeakFrame, r.CandidatePeakFrame,
        r.Started?.Number, r.Ended?.Number);

    private static (List<Snapshot> Results, List<MotionEvent> Events) Run(List<Frame> frames, PipelineOptions options, Func<int, int> batchAt)
    {
        using var pipeline = new MotionPipeline(Format, 25, options);
        FrameResult[] results = [.. Enumerable.Range(0, 16).Select(_ => new FrameResult(Format))];
        var snapshots = new List<Snapshot>();
        var events = new List<MotionEvent>();
        for (int at = 0; at < frames.Count;)
        {
            int batch = Math.Min(batchAt(at), frames.Count - at);
            if (batch == 1)
                pipeline.Process(frames[at], results[0]);
            else
                pipeline.Process(frames.GetRange(at, batch).ToArray(), results);
            for (int i = 0; i < batch; i++)
            {
                Assert.Equal((frames[at + i].Number, frames[at + i].Time), (results[i].Number, results[i].Time));
                snapshots.Add(Take(results[i]));
                if (results[i].Ended is { } ended)
                    events.Add(ended);
            }
            at += batch;
        }
        if (pipeline.Finish() is { } last)
            events.Add(last);
        return (snapshots, events);
    }

    [Theory]
    [InlineData(Preset.Fast)]
    [InlineData(Preset.Balanced)]
    [InlineData(Preset.Accurate)]
    public void What_crosses_the_picture_is_one_event_and_one_track(Preset preset)
    {
        (List<Snapshot> results, List<MotionEvent> events) = Run(Scene(260), Options(preset), _ => 1);
        MotionEvent found = Assert.Single(events);
        Assert.InRange(found.StartFrame, 60, 64);
        Assert.InRange(found.EndFrame, 145, 151);
        Assert.Equal(["all"], found.Zones);
        Assert.True(found.Box.X < 10 && found.Box.Right > 135 && found.Box.Y is > 20 and < 40 && found.Box.Bottom is > 48 and < 65);

        List<Track> middle = [.. results[110].Tracks.Where(track => track.IsVisible && track.Region.Area > 250)];
        Track square = Assert.Single(middle);
        Assert.True(square.Frames > 30 && square.VelocityX is > 25 and < 50);
        Assert.Contains(results[140].Tracks, track => track.Number == square.Number && track.IsVisible);
    }

    [Theory]
    [InlineData(Preset.Fast)]
    [InlineData(Preset.Balanced)]
    [InlineData(Preset.Accurate)]
    public void Live_and_batch_give_the_same_bits_for_any_threads(Preset preset)
    {
        List<Frame> frames = Scene(240);
        (List<Snapshot> live, List<MotionEvent> liveEvents) = Run(frames, Options(preset), _ => 1);
        foreach ((int threads, Func<int, int> batch) in new (int, Func<int, int>)[] { (1, _ => 16), (2, _ => 5), (3, at => 1 + at % 7) })
        {
            (List<Snapshot> batched, List<MotionEvent> events) = Run(frames, Options(preset, threads), batch);
            for (int i = 0; i < live.Count; i++)
                Assert.Equivalent(live[i], batched[i], strict: true);
            Assert.Equal(liveEvents.Select(e => (e.Number, e.StartFrame, e.EndFrame, e.PeakFrame, e.PeakScore, e.Box)), events.Select(e => (e.Number, e.StartFrame, e.EndFrame, e.PeakFrame, e.PeakScore, e.Box)));
        }
    }

    [Theory]
    [InlineData(Preset.Fast)]
    [InlineData(Preset.Balanced)]
    [InlineData(Preset.Accurate)]
    public void Nothing_is_allocated_per_frame_in_steady_state(Preset preset)
    {
        List<Frame> frames = Scene(150);
        using var pipeline = new MotionPipeline(Format, 25, Options(preset, threads: 2));
        var result = new FrameResult(Format);
        foreach (Frame frame in frames)
            pipeline.Process(frame, result);

        int number = 150;
        Assert.Equal(0, Allocation.LeastOfProcess(() =>
        {
            for (int i = 0; i < 100; i++, number++)
            {
                Frame frame = frames[i % 50];
                (frame.Number, frame.Time) = (number, TimeSpan.FromSeconds(number / 25.0));
                pipeline.Process(frame, result);
            }
        }));
    }

    [Theory]
    [InlineData(Preset.Fast)]
    [InlineData(Preset.Balanced)]
    public void Frames_without_times_or_numbers_give_the_same_events(Preset preset)
    {
        List<Frame> frames = Scene(250);
        MotionEvent expected = Assert.Single(Run(frames, Options(preset), _ => 1).Events);
        using MotionPipeline pipeline = new(Format, 25, Options(preset));
        FrameResult result = new(Format);
        Frame reused = new(Format);      // as a loop over a camera has it
        List<MotionEvent> events = [];
        foreach (Frame frame in frames)
        {
            frame.Data.CopyTo(reused.Data);
            pipeline.Process(reused, result);
            if (result.Ended is { } ended)
                events.Add(ended);
        }
        if (pipeline.Finish() is { } last)
            events.Add(last);
        Assert.Equal(249, reused.Number);
        Assert.Equal(9.96, reused.Time.TotalSeconds, 9);
        MotionEvent found = Assert.Single(events);
        Assert.Equal((expected.StartFrame, expected.EndFrame, expected.PeakFrame, expected.Start, expected.End), (found.StartFrame, found.EndFrame, found.PeakFrame, found.Start, found.End));
    }

    [Fact]
    public void A_clock_that_begins_again_goes_on_instead_of_losing_what_follows()
    {
        List<Frame> frames = [.. Scene(250), .. Scene(250)];
        Assert.Equal(2, Run(frames, Options(Preset.Balanced), _ => 1).Events.Count);
        Assert.Equal(10.0, frames[250].Time.TotalSeconds, 9);
        Assert.Equal(499, frames[^1].Number);
    }

    [Theory]
    [InlineData(1e-300)]
    [InlineData(double.NaN)]
    [InlineData(-1)]
    [InlineData(double.PositiveInfinity)]
    public void A_frame_rate_that_is_none_is_refused(double frameRate) =>
        Assert.Contains("frames a second", Assert.Throws<ArgumentOutOfRangeException>(() => new MotionPipeline(Format, frameRate)).Message);

    [Theory]
    [InlineData(Preset.Fast)]
    [InlineData(Preset.Balanced)]
    public void A_time_beyond_a_century_is_refused_and_one_that_falls_there_is_mended(Preset preset)
    {
        using MotionPipeline pipeline = new(Format, 25, Options(preset));
        FrameResult result = new(Format);
        foreach (TimeSpan time in (TimeSpan[])[TimeSpan.MinValue, TimeSpan.MaxValue])
            Assert.Contains("century", Assert.Throws<ArgumentException>(() => pipeline.Process(new Frame(Format) { Time = time }, result)).Message);
        pipeline.Process(new Frame(Format) { Time = TimeSpan.FromSeconds(-3) }, result);
        Frame fallen = new(Format) { Time = TimeSpan.FromDays(-30000) };
        pipeline.Process(fallen, result);
        Assert.Equal(-2.96, fallen.Time.TotalSeconds, 9);
    }

    [Fact]
    public void A_layout_or_range_that_is_none_is_refused()
    {
        Assert.Contains("layout", Assert.Throws<ArgumentException>(() => new Frame(Format with { Layout = (PixelLayout)9 })).Message);
        Assert.Contains("range", Assert.Throws<ArgumentException>(() => new MotionPipeline(Format with { Range = (ColorRange)(-1) }, 25)).Message);
    }

    [Fact]
    public void Settings_change_without_losing_the_background_or_the_event()
    {
        List<Frame> frames = Scene(250);
        PipelineOptions first = Options(Preset.Balanced), other = Options(Preset.Balanced) with
        {
            Foreground = ForegroundOptions.For(Preset.Accurate) with { Background = ForegroundOptions.For(Preset.Accurate).Background with { Threads = 1 } },
            Motion = first.Motion with { MinArea = 0.001, Include = [Zone.Parse("all:0,0 149,0 149,80 0,80")] },
        };
        MotionEvent expected = Assert.Single(Run(frames, first, _ => 1).Events);
        foreach (PipelineOptions then in (PipelineOptions[])[first, first with { Motion = other.Motion }, other])
        {
            using MotionPipeline pipeline = new(Format, 25, first);
            FrameResult result = new(Format);
            List<MotionEvent> events = [];
            foreach (Frame frame in frames)
            {
                if (frame.Number is 80 or 110)
                    pipeline.Change(frame.Number == 80 ? then : first);
                pipeline.Process(frame, result);
                if (result.Ended is { } ended)
                    events.Add(ended);
            }
            if (pipeline.Finish() is { } last)
                events.Add(last);
            MotionEvent found = Assert.Single(events);
            Assert.Equal((1, expected.StartFrame), (found.Number, found.StartFrame));
            Assert.InRange(found.EndFrame, expected.EndFrame - 2, expected.EndFrame + 2);
            Assert.Equal(250, pipeline.Detector.Background.FrameCount);
        }
    }

    [Fact]
    public void A_change_that_cannot_be_leaves_everything_as_it_was()
    {
        using MotionPipeline pipeline = new(Format, 25, Options(Preset.Balanced));
        ForegroundDetector before = pipeline.Detector;
        Assert.Throws<ArgumentException>(() => pipeline.Change(Options(Preset.Fast) with { Motion = new MotionOptions { Include = [Zone.Parse("1000,1000 1010,1000 1010,1010")] } }));
        Assert.Same(before, pipeline.Detector);
        pipeline.Process(Scene(1)[0], new FrameResult(Format));
    }

    [Fact]
    public void Near_zones_what_is_far_is_not_looked_at_and_the_rest_is_as_without()
    {
        // The square is in the zone's columns, 60 to 70, and up to an eighth of 150 beside them, in the frames around the 105th.
        PipelineOptions whole = Options(Preset.Fast) with { Motion = new MotionOptions { Include = [Zone.Parse("60,25 70,25 70,60 60,60")] } };
        using MotionPipeline all = new(Format, 25, whole), near = new(Format, 25, whole with { NearZones = true });
        FrameResult a = new(Format), b = new(Format);
        Assert.Null(all.Detector.Background.RegionOfInterest);
        Mask region = near.Detector.Background.RegionOfInterest!;
        Assert.True(region[70 + 18, 60 + 18] && !region[70 + 20, 60] && region[60 - 18, 25 - 18] && !region[60 - 20, 25] && !region[60, 60 + 20]);
        int beyond = 0;
        foreach (Frame frame in Scene(200))
        {
            all.Process(frame, a);
            near.Process(frame, b);
            Mask expected = new(Width, Height);
            expected.CopyFrom(a.Foreground);
            expected.And(region);
            beyond += a.Foreground.Count() - expected.Count();
            Assert.Equal(expected.Words.ToArray(), b.Foreground.Words.ToArray());
            Assert.Equal(a.Score, b.Score);
        }
        Assert.True(beyond > 1000, "the scene has nothing far from the zone");

        near.Change(whole);
        Assert.Null(near.Detector.Background.RegionOfInterest);
        near.Change(whole with { NearZones = true, Motion = new MotionOptions() });
        Assert.Null(near.Detector.Background.RegionOfInterest);
    }

    [Fact]
    public void A_region_that_was_set_by_hand_stays()
    {
        ForegroundDetector detector = new(Format, 25, ForegroundOptions.For(Preset.Fast));
        Mask mine = new(Width, Height);
        mine[1, 1] = true;
        detector.Background.RegionOfInterest = mine;
        using MotionPipeline pipeline = new(detector, Options(Preset.Fast));
        Assert.Same(mine, pipeline.Detector.Background.RegionOfInterest);
        pipeline.Change(Options(Preset.Fast) with { Motion = new MotionOptions { MinArea = 0.01 } });
        Assert.Same(mine, pipeline.Detector.Background.RegionOfInterest);
    }

    [Fact]
    public void Near_zones_nothing_that_needs_the_whole_picture_works()
    {
        PipelineOptions near = Options(Preset.Balanced) with { NearZones = true };
        Assert.Contains("Preset.Fast", Assert.Throws<ArgumentException>(() => new MotionPipeline(Format, 25, near)).Message, StringComparison.Ordinal);
        using MotionPipeline pipeline = new(Format, 25, Options(Preset.Fast));
        Assert.Throws<ArgumentException>(() => pipeline.Change(near));
        Assert.False(pipeline.Detector.Options.SceneMonitor);
    }
}
