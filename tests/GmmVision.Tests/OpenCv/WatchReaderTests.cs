using GmmVision.Cli;
using GmmVision.Cli.Commands;
using GmmVision.Cli.Watch;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.OpenCv;
using GmmVision.Recording.Cameras;
using GmmVision.Recording.Events;
using GmmVision.Tests.Cli;
using GmmVision.Tests.Live;
using Xunit;

namespace GmmVision.Tests.OpenCv;

/// <summary>Cameras that are watched by OpenCV in place of ffmpeg.</summary>
public sealed class WatchReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_file_comes_at_its_own_pace_and_its_events_have_pictures_and_no_clips()
    {
        OpenCvHere.Require();
        string input = Path.Combine(_folder, "input.mp4"), output = Path.Combine(_folder, "out");
        SimulatedCamera.WriteFile(input, 6);
        TimeSpan took = TimeSpan.Zero;
        // A second camera, which never comes, keeps the run alive until it was asked.
        await using (LiveRun run = await LiveRun.StartAsync(output, ["camera=" + input, "none=rtsp://127.0.0.1:1/none"], ("realtime", "true"), ("reader", "opencv")))
        {
            long start = Environment.TickCount64;
            await NotifierTests.WaitUntil(() => run.Log.Contains("come to its end", StringComparison.Ordinal), 60);
            took = TimeSpan.FromMilliseconds(Environment.TickCount64 - start);
            Assert.Contains("without clips, which need ffmpeg", run.Log, StringComparison.Ordinal);
            Assert.InRange((await run.StatusAsync()).GetProperty("frames").GetInt64(), 100, 150);
        }
        Assert.InRange(took.TotalSeconds, 4, 60);
        CameraEvent happened = Assert.Single(WatchTests.ReadLog(Path.Combine(output, "camera")));
        Assert.Null(happened.Clip);
        Assert.True(new FileInfo(Path.Combine(output, "camera", happened.Thumbnail!)).Length > 1000);
        Assert.Empty(Directory.GetFiles(Path.Combine(output, "camera"), "*.mp4"));
    }

    [Fact]
    public async Task A_loop_goes_on_and_a_stream_that_cannot_be_opened_says_what_to_do()
    {
        OpenCvHere.Require();
        string file = Path.Combine(_folder, "input.mp4");
        SimulatedCamera.WriteFile(file, 1);
        await using LiveRun run = await LiveRun.StartAsync(null, ["street=rtsp://127.0.0.1:1/none", "round=" + file], ("loop", "true"), ("reader", "opencv"));
        // Three rounds of 25 frames, without a loss.
        await run.WaitForAsync(status => status.GetProperty("frames").GetInt64() > 55 && status.GetProperty("reconnects").GetInt32() == 0, "round");
        await run.WaitForAsync(status => status.GetProperty("message").GetString()!.Contains("without network", StringComparison.Ordinal), "street");
    }

    [Fact]
    public async Task A_camera_that_hangs_is_lost_and_one_that_comes_back_in_another_size_is_found()
    {
        int opened = 0;
        List<string> log = [];
        SourceOpener opener = new("test", (_, _, _) => new FickleSource(Interlocked.Increment(ref opened)));
        CameraSession session = new(new CameraSetup { Name = "camera", Source = "rtsp://127.0.0.1/none", Opener = opener, Stall = TimeSpan.FromSeconds(1) }, new CameraServices(line =>
        {
            lock (log)
                log.Add(line);
        }, []), folder: null);
        session.Start();
        try
        {
            await NotifierTests.WaitUntil(() => session.Meter.Read() is { Width: 96 }, 30);
        }
        finally
        {
            session.Dispose();
        }
        Assert.Contains(log, line => line.Contains("no picture for 1 s", StringComparison.Ordinal));
        Assert.Contains(log, line => line.Contains("camera back", StringComparison.Ordinal));
    }

    /// <summary>Ten pictures, and then none and no end until the next time, when it is wider.</summary>
    private sealed class FickleSource(int number) : IFrameSource
    {
        private int _read;

        public string Name => "fickle";

        public FrameFormat Format { get; } = new(number == 1 ? 64 : 96, 48, PixelLayout.Gray8);

        public double FrameRate => 25;

        public long? FrameCount => null;

        public bool IsLive => true;

        public bool TryRead(Frame frame, CancellationToken cancellation = default)
        {
            bool hangs = number == 1 && _read == 10;
            if (cancellation.WaitHandle.WaitOne(hangs ? Timeout.Infinite : 20))
                cancellation.ThrowIfCancellationRequested();
            (frame.Number, frame.Time) = (_read, TimeSpan.FromSeconds(_read / 25.0));
            _read++;
            return true;
        }

        public void Dispose()
        {
        }
    }

    [Fact]
    public void A_time_limit_goes_to_what_opens_urls()
    {
        OpenCvHere.Require();
        using OpenCvFrameSource source = OpenCvFrameSource.Open("file://" + Path.GetFullPath(SmallVideo.Path), new CaptureOptions { Timeout = TimeSpan.FromSeconds(5) }, TestContext.Current.CancellationToken);
        Assert.Equal(SmallVideo.Width, source.Format.Width);
        Assert.ThrowsAny<ArgumentException>(() => new CaptureOptions { Timeout = TimeSpan.Zero }.Validate());
        Assert.ThrowsAny<ArgumentException>(() => new CaptureOptions { CameraRate = double.NaN }.Validate());
        Assert.ThrowsAny<ArgumentException>(() => new CaptureOptions { CameraSize = new OpenCvSharp.Size(0, 1) }.Validate());
    }

    [Fact]
    public void A_camera_that_never_answers_is_given_up_at_once_when_all_ends()
    {
        using ManualResetEventSlim asked = new();
        using ManualResetEventSlim never = new();
        SourceOpener opener = new("nobody", (_, _, _) =>
        {
            asked.Set();
            never.Wait();
            throw new IOException("too late");
        });
        CameraSession session = new(new CameraSetup { Name = "camera", Source = "rtsp://127.0.0.1/none", Opener = opener }, new CameraServices(_ => { }, []), folder: null);
        session.Start();
        Assert.True(asked.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        session.Dispose();      // would wait for ever
        never.Set();
    }

    [Theory, InlineData("record", "always"), InlineData("record", "encode"), InlineData("sound", "true")]
    public void What_needs_packets_is_refused(string option, string value)
    {
        OpenCvHere.Require();
        UserError error = Assert.Throws<UserError>(() => Assemble(("reader", "opencv"), (option, value)));
        Assert.Contains(option, error.Message, StringComparison.Ordinal);
        Assert.Contains("needs ffmpeg", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_says_who_reads_which_camera()
    {
        OpenCvHere.Require();
        Assert.SkipUnless(FfmpegTools.IsAvailable, "ffmpeg is not installed");
        string path = Path.Combine(_folder, "cameras.yaml");
        File.WriteAllText(path, "cameras:\n  door:\n    source: rtsp://127.0.0.1/a\n    reader: opencv\n  yard: rtsp://127.0.0.1/b\n");
        IReadOnlyList<CameraSetup> cameras = WatchConfiguration.Read(path).Cameras;
        Assert.Equal(["OpenCV", null], cameras.Select(camera => camera.Opener?.Name));
        Assert.Equal(cameras, WatchConfiguration.Read(path).Cameras);      // or a camera would begin again whenever the file is read
    }

    [Fact]
    public void A_round_of_a_file_goes_on_where_the_last_one_ended()
    {
        OpenCvHere.Require();
        using PacedSource source = new(Open(), Open);
        Frame frame = new(source.Format);
        List<double> times = [];
        for (int i = 0; i < 6; i++)
        {
            Assert.True(source.TryRead(frame, TestContext.Current.CancellationToken));
            times.Add(Math.Round(frame.Time.TotalSeconds, 2));
        }
        Assert.Equal([0, 0.04, 0.08, 0.12, 0.16, 0.2], times);

        static IFrameSource Open() => OpenCvFrameSource.Open(SmallVideo.Path, new CaptureOptions { End = TimeSpan.FromSeconds(0.11) }, TestContext.Current.CancellationToken);
    }

    private static WatchSetup Assemble(params (string Name, string Value)[] options) =>
        WatchCommand.Assemble(null, [.. options.Select(option => (WatchOptions.All.Concat(WatchOptions.Flags).Single(known => known.Name == option.Name), option.Value))], ["rtsp://127.0.0.1/x"]);
}
