using GmmVision.Cli.Detect;
using GmmVision.Ffmpeg;
using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Recording.Loop;
using Xunit;

namespace GmmVision.Tests.Recording;

public sealed class FrameLoopTests
{
    private static readonly FrameFormat Format = new(64, 48, PixelLayout.Yuv420);

    /// <summary>Remembers what it was shown.</summary>
    private sealed class Watcher : IFrameObserver
    {
        private readonly MaskHash _hash = new();

        public List<long> Numbers { get; } = [];

        public List<byte> Corners { get; } = [];

        public bool SawHiddenMotion { get; private set; }

        public bool IsComplete { get; private set; }

        public string Hash => _hash.ToString();

        public void See(Frame frame, FrameResult result)
        {
            Numbers.Add(frame.Number);
            Corners.Add(frame.Row(0, 0)[0]);
            SawHiddenMotion |= result.Foreground[0, 0];
            _hash.Add(result.Foreground);
        }

        public void Complete() => IsComplete = true;
    }

    /// <summary>Frames without end, or so many; the top left corner flickers.</summary>
    private sealed class Flicker(long count = long.MaxValue, Exception? failure = null, TimeSpan? pause = null, bool isLive = false) : IFrameSource
    {
        private long _next;

        public string Name => "flicker";

        public FrameFormat Format => FrameLoopTests.Format;

        public double FrameRate => 25;

        public long? FrameCount => null;

        public bool IsLive => isLive;

        public bool TryRead(Frame frame, CancellationToken cancellation = default)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_next == count)
                return failure is null ? false : throw failure;
            if (pause is TimeSpan wait)
                cancellation.WaitHandle.WaitOne(wait);
            frame.Data.Fill(128);
            for (int y = 0; y < 16; y++)
                frame.Row(0, y)[..16].Fill(_next % 2 == 0 ? (byte)40 : (byte)220);
            (frame.Number, frame.Time) = (_next, TimeSpan.FromSeconds(_next / 25.0));
            _next++;
            return true;
        }

        public void Dispose()
        {
        }
    }

    private static MotionPipeline Pipeline(MotionOptions? motion = null) => new(Format, 25, new PipelineOptions { Preset = Preset.Fast, Motion = motion ?? new MotionOptions() });

    // What a redesign must not change by a bit: all masks of the sample clip, per preset. Taken on 2026-11-30; whoever changes masks on purpose compares F with media/street.groundtruth.mkv first (0.9700).
    [Theory]
    [InlineData(Preset.Fast, "b3993b321ed800c5", true)]
    [InlineData(Preset.Balanced, "6dfde1366f99c2cf", true)]
    [InlineData(Preset.Balanced, "6dfde1366f99c2cf", false)]
    [InlineData(Preset.Accurate, "6ddff0903c521525", true)]
    public void Masks_of_the_sample_clip_are_what_they_were(Preset preset, string hash, bool overlaps)
    {
        Assert.SkipUnless(FfmpegTools.IsAvailable, "ffmpeg is not installed");
        using IFrameSource source = FrameSources.Open(Path.Combine(ReadmeTests.Root, "media", "street.mp4"), null, TestContext.Current.CancellationToken);
        using MotionPipeline pipeline = new(source.Format, source.FrameRate, new PipelineOptions { Preset = preset });
        Watcher watcher = new();
        using FrameLoop loop = FrameLoop.OfFile(source, pipeline, [watcher], TestContext.Current.CancellationToken, overlaps);
        while (loop.Step() > 0)
        {
        }
        loop.Complete();
        Assert.Null(loop.Failure);
        Assert.True(watcher.IsComplete && loop.IsEnded);
        Assert.Equal(hash, watcher.Hash);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_frame_of_a_file_is_shown_once_and_in_order_and_why_it_broke_is_known(bool overlaps)
    {
        IOException broken = new("cut");
        using Flicker source = new(count: 1000, broken);
        using MotionPipeline pipeline = Pipeline();
        Watcher first = new(), second = new();
        using FrameLoop loop = FrameLoop.OfFile(source, pipeline, [first, second], TestContext.Current.CancellationToken, overlaps);
        long steps = 0;
        while (loop.Step() is > 0 and int count)
            steps += count;
        loop.Complete();
        Assert.Equal(1000, steps);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (long)i), first.Numbers);
        Assert.Equal(first.Hash, second.Hash);
        Assert.Same(broken, loop.Failure);
        Assert.Equal(0, loop.Dropped);
    }

    // Whatever an observer's place in the list, and whether from a file or a camera: it never sees what is private.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_observer_sees_what_is_private_and_motion_there_counts(bool isCamera)
    {
        using Flicker source = new(count: 60);
        using MotionPipeline pipeline = Pipeline(new MotionOptions { Privacy = [Zone.Parse("0,0 20,0 20,20 0,20")] });
        Watcher watcher = new();
        List<double> scores = [];
        using FrameLoop loop = isCamera ? FrameLoop.OfCamera(new Flicker(count: 60, pause: TimeSpan.FromMilliseconds(2)), [watcher, new Scores(scores)], (loop, _) => loop.Pipeline = pipeline)
            : FrameLoop.OfFile(source, pipeline, [watcher, new Scores(scores)], TestContext.Current.CancellationToken);
        while (loop.Step(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken) > 0)
        {
        }
        loop.Complete();
        Assert.All(watcher.Corners, corner => Assert.Equal(16, corner));
        Assert.False(watcher.SawHiddenMotion);
        Assert.Contains(scores, score => score > 0.05);
    }

    private sealed class Scores(List<double> scores) : IFrameObserver
    {
        public void See(Frame frame, FrameResult result) => scores.Add(result.Score);
    }

    [Fact]
    public void Of_a_camera_that_is_too_fast_the_oldest_frames_go_and_are_counted()
    {
        using Flicker source = new(pause: TimeSpan.Zero);
        using MotionPipeline pipeline = Pipeline();
        Watcher watcher = new();
        using FrameLoop loop = FrameLoop.OfCamera(source, [watcher], (loop, _) =>
        {
            loop.Pipeline = pipeline;
            Thread.Sleep(20);
        });
        for (int i = 0; i < 20; i++)
            Assert.Equal(1, loop.Step(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        Assert.True(loop.Dropped > 0);
        Assert.Equal(watcher.Numbers.Order(), watcher.Numbers);
        Assert.True(watcher.Numbers[^1] > 20);
    }

    [Fact]
    public void A_camera_that_stands_still_is_neither_waited_for_nor_ended()
    {
        using Flicker source = new(pause: Timeout.InfiniteTimeSpan);
        using FrameLoop loop = FrameLoop.OfCamera(source, []);
        Assert.Equal(0, loop.Step(TimeSpan.FromMilliseconds(30), TestContext.Current.CancellationToken));
        Assert.False(loop.IsEnded);
        Assert.Throws<OperationCanceledException>(() => loop.Step(Timeout.InfiniteTimeSpan, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void What_an_observer_cannot_write_ends_the_loop()
    {
        using Flicker source = new();
        using MotionPipeline pipeline = Pipeline();
        using FrameLoop loop = FrameLoop.OfFile(source, pipeline, [new FullDisk()], TestContext.Current.CancellationToken);
        Assert.Throws<IOException>(() =>
        {
            while (loop.Step() > 0)
            {
            }
        });
    }

    private sealed class FullDisk : IFrameObserver
    {
        public void See(Frame frame, FrameResult result)
        {
            if (frame.Number == 40)
                throw new IOException("no space left");
        }
    }
}
