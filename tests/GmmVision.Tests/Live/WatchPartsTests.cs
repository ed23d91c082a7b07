using GmmVision.Ffmpeg;
using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Recording.Cameras;
using GmmVision.Recording.Clips;
using GmmVision.Recording.Events;
using GmmVision.Recording.Loop;
using GmmVision.Web;
using Xunit;

namespace GmmVision.Tests.Live;

public sealed class WatchPartsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("rtsp://camera/stream?channel=1@2", "camera", 0)]
    [InlineData("rtsp://admin:P@ss:w0rd@192.168.1.64:8554/a", "192.168.1.64", 8554)]
    [InlineData("rtsp://me:secret@[fe80::1]:554", "fe80::1", 554)]
    [InlineData("http://[::1]/", "::1", 0)]
    [InlineData("http://", null, 0)]
    [InlineData("http://me@:80/", null, 0)]
    [InlineData("rtsp://[camera/", null, 0)]
    [InlineData("rtsp://camera:99999/", null, 0)]
    public void Host_and_port_are_found_behind_any_password(string url, string? host, int port) =>
        Assert.Equal(host is null ? null : new NetworkAddress(host, port), NetworkAddress.Of(url));

    [Fact]
    public void A_burst_keeps_the_streams_own_spacing_and_time_never_goes_back()
    {
        StreamClock clock = new();
        List<double> times = [];
        for (int i = 0; i < 100; i++)
        {
            // Ten frames at once, every 400 ms.
            TimeSpan arrival = TimeSpan.FromMilliseconds(1000 + (i / 10 + 1) * 400);
            times.Add(clock.Next(TimeSpan.FromMilliseconds(40 * i), arrival).TotalMilliseconds);
        }
        double[] steps = [.. times.Skip(1).Zip(times, (later, earlier) => later - earlier)];
        Assert.All(steps, step => Assert.True(step > 0));
        Assert.All(steps[20..], step => Assert.Equal(40, step, 3));

        clock.Restart();
        Assert.True(clock.Next(TimeSpan.Zero, TimeSpan.FromSeconds(1)).TotalMilliseconds > times[^1]);      // even if the clock said otherwise
    }

    [Fact]
    public void Stamps_that_stand_still_or_jump_do_not_hold_the_clock()
    {
        StreamClock clock = new();
        TimeSpan last = TimeSpan.MinValue;
        for (int i = 0; i < 50; i++)
        {
            TimeSpan stamp = i < 20 ? TimeSpan.Zero : TimeSpan.FromHours(i * 7 % 5);
            TimeSpan arrival = TimeSpan.FromMilliseconds(40 * i);
            TimeSpan time = clock.Next(stamp, arrival);
            Assert.True(time > last);
            Assert.InRange((time - arrival).TotalMilliseconds, -1001, 60);
            last = time;
        }
    }

    [Fact]
    public void Night_comes_and_goes_with_hysteresis_and_only_after_a_while()
    {
        BrightnessSwitch light = new();
        List<(int Second, bool IsNight)> changes = [];
        for (int second = 0; second < 100; second++)
        {
            double brightness = second switch { < 10 => 100, < 12 => 20, < 20 => 60, < 40 => 40, < 60 => 60, 70 => 40, _ => 80 };
            if (light.Step(brightness, TimeSpan.FromSeconds(second), 50, 70))
                changes.Add((second, light.IsNight));
        }
        Assert.Equal([(25, true), (65, false)], changes);      // not at 12 (too short), not at 40 to 60 (between), not at 70 (one frame)
    }

    [Theory]
    [InlineData(PixelLayout.Gray8, ColorRange.Full, 16, 0)]
    [InlineData(PixelLayout.Yuv420, ColorRange.Limited, 235, 255)]
    public void Brightness_is_that_of_the_full_range(PixelLayout layout, ColorRange range, byte sample, double expected)
    {
        Frame frame = new(new FrameFormat(33, 21, layout, range));
        for (int y = 0; y < frame.Height; y++)
            frame.Row(0, y).Fill(sample);
        Assert.Equal(range == ColorRange.Full ? sample : expected, BrightnessSwitch.BrightnessOf(frame), 6);
    }

    [Theory]
    [InlineData("30d", 30.0, null)]
    [InlineData("0.5d", 0.5, null)]
    [InlineData("50GB", null, 50_000_000_000L)]
    [InlineData("800mb", null, 800_000_000L)]
    public void A_retention_rule_is_an_age_or_a_size(string text, double? days, long? bytes) => Assert.Equal(new RetentionRule(days, bytes), RetentionRule.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("-1d")]
    [InlineData("1e9GB")]
    [InlineData("800000d")]
    [InlineData("0.0000001d")]
    [InlineData("0.1MB")]
    [InlineData("2000TB")]
    public void Anything_else_is_none(string text) => Assert.Contains("0.01d to 36500d", Assert.Throws<FormatException>(() => RetentionRule.Parse(text)).Message);

    [Fact]
    public void Retention_removes_the_oldest_of_all_cameras_and_nothing_else()
    {
        ClipFolder a = new(Path.Combine(_folder, "a")), b = new(Path.Combine(_folder, "b"));
        for (int day = 1; day <= 6; day++)
        {
            ClipFolder folder = day % 2 == 0 ? a : b;
            string name = ClipFolder.NameOf(new DateTimeOffset(2026, 11, day, 0, 0, 0, TimeSpan.Zero), day);
            File.WriteAllBytes(folder.ClipPath(name), new byte[900]);
            File.WriteAllBytes(folder.ThumbnailPath(name), new byte[100]);
        }
        File.WriteAllBytes(a.ModelPath, new byte[100_000]);
        File.WriteAllText(Path.Combine(a.FullPath, "20200101-mine.mp4"), "not one of ours");
        using EventLog log = EventLog.InMemory();
        Retention retention = new(new RetentionRule(null, 3500), [(a, log), (b, log)], _ => { });
        Assert.Equal(6, retention.Apply());
        Assert.Equal(0, retention.Apply());
        Assert.True(File.Exists(a.ModelPath) && File.Exists(Path.Combine(a.FullPath, "20200101-mine.mp4")));
        Assert.Equal([4, 6], a.Recordings().Where(file => file.Extension == ".mp4").Select(file => ClipFolder.TimeOf(file.Name).Day));
        Assert.Equal([5], b.Recordings().Where(file => file.Extension == ".mp4").Select(file => ClipFolder.TimeOf(file.Name).Day));

        // What is kept neither goes nor counts.
        string kept = ClipFolder.NameOf(new DateTimeOffset(2026, 11, 4, 0, 0, 0, TimeSpan.Zero), 4);
        a.Keep(kept, true);
        Assert.True(a.IsKept(kept + ".mp4"));
        Retention small = new(new RetentionRule(null, 500), [(a, log), (b, log)], _ => { });
        Assert.Equal(4, small.Apply());
        Assert.Equal([4], a.Recordings().Where(file => file.Extension == ".mp4").Select(file => ClipFolder.TimeOf(file.Name).Day));
        a.Keep(kept, false);
        Assert.Equal(2, small.Apply());
        a.Keep(kept, true);
        a.Remove(kept);
        Assert.False(a.IsKept(kept));
    }

    [Theory]
    [InlineData("20261120T160512Z-000012.mp4", true)]
    [InlineData("20261120T160512Z-000012.jpg", true)]
    [InlineData("20261120T160512Z-000012.part.ts", false)]
    [InlineData("../20261120T160512Z-000012.mp4", false)]
    [InlineData("20261399T250000Z-000002.jpg", false)]
    [InlineData("99999999T999999Z-000002.mp4", false)]
    [InlineData("20261120T160512Z-99999999999999999999.mp4", false)]
    [InlineData("20261120T160512Z-9223372036854775807.jpg", false)]
    [InlineData("20261120T160512Z-000012.mp4\n", false)]
    [InlineData("events.jsonl", false)]
    [InlineData("model.gmm", false)]
    public void Only_clips_and_their_pictures_are_recordings(string name, bool isRecording) => Assert.Equal(isRecording, ClipFolder.IsRecording(name));

    [Fact]
    public void Settings_of_an_earlier_run_that_no_longer_go_together_are_left()
    {
        string path = Path.Combine(_folder, "settings.json");
        CameraSetup setup = new() { Name = "a", Source = "x" };
        new SettingsFile(new CameraProfiles { Day = new CameraSettings { MinArea = 0.95 } }, null).Write(path, setup);
        List<string> log = [];
        Assert.Null(SettingsFile.Read(path, setup, log.Add));
        Assert.Contains("min-area", Assert.Single(log), StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_of_the_page_outlive_a_restart_until_the_configuration_changes()
    {
        string path = Path.Combine(_folder, "settings.json");
        CameraSetup setup = new() { Name = "a", Source = "x", Profiles = new CameraProfiles { Day = new CameraSettings { MinArea = 0.003 } }, Zones = [(ZoneKind.Include, GmmVision.Motion.Zone.Parse("door:1,2 3.5,4 5,6"))] };
        CameraProfiles profiles = new() { Day = new CameraSettings { History = 77, Probability = 1e-5 }, Night = new CameraSettings { Preset = "fast" }, Switching = true };
        CameraZone[] zones = [new(ZoneKind.Exclude, "tree", [[0.1, 0.2], [0.3, 0.4], [0.5, 1.0 / 3]])];
        new SettingsFile(profiles, zones).Write(path, setup);
        List<string> log = [];
        SettingsFile read = SettingsFile.Read(path, setup, log.Add)!;
        Assert.Equal(profiles, read.Profiles);
        Assert.Equal(zones[0].Points.SelectMany(point => point), Assert.Single(read.Zones!).Points.SelectMany(point => point));
        // What an older file does not say is as it is without a word.
        File.WriteAllLines(path, File.ReadAllLines(path).Where(line => !line.Contains("night_below", StringComparison.Ordinal) && !line.Contains("smart_mask", StringComparison.Ordinal)));
        Assert.Equal(profiles, SettingsFile.Read(path, setup, log.Add)!.Profiles);
        Assert.Empty(log);
        Assert.Null(SettingsFile.Read(path, setup with { Profiles = new CameraProfiles() }, log.Add));
        File.WriteAllText(path, "{\"version\": 1, \"configured\": ");
        Assert.Null(SettingsFile.Read(path, setup, log.Add));
        File.WriteAllText(path, "{\"version\": 1, \"version\": 1}");
        Assert.Null(SettingsFile.Read(path, setup, log.Add));
        File.WriteAllBytes(path, [.. "{\"version\": 1, \"zones\": \""u8, 0xC3, 0x28, .. "\"}"u8]);
        Assert.Null(SettingsFile.Read(path, setup, log.Add));
        Assert.Equal(4, log.Count);
    }

    [Theory]
    [InlineData(PixelLayout.Gray8, ColorRange.Full, 97, 61)]
    [InlineData(PixelLayout.Yuv420, ColorRange.Limited, 97, 61)]
    [InlineData(PixelLayout.Yuv420, ColorRange.Full, 64, 48)]
    [InlineData(PixelLayout.Rgb, ColorRange.Full, 33, 9)]
    public void A_jpeg_shows_what_the_frame_shows(PixelLayout layout, ColorRange range, int width, int height)
    {
        Assert.SkipUnless(FfmpegTools.IsAvailable, "ffmpeg is not installed");
        Frame frame = new(new FrameFormat(width, height, layout, range));
        for (int plane = 0; plane < frame.Format.PlaneCount; plane++)
            for (int y = 0; y < frame.Format.PlaneHeight(plane); y++)
                for (int x = 0; x < frame.Format.PlaneWidth(plane); x++)
                    frame.Row(plane, y)[x] = (byte)(128 + 60 * Math.Sin(x * 0.07 + plane) * Math.Cos(y * 0.11 - plane));
        string path = Path.Combine(_folder, "a.jpg");
        File.WriteAllBytes(path, new JpegWriter(92).Encode(frame).ToArray());
        Frame decoded = StillImage.Load(path, layout == PixelLayout.Rgb ? PixelLayout.Rgb : layout == PixelLayout.Gray8 ? PixelLayout.Gray8 : PixelLayout.Yuv420);
        Assert.Equal((width, height), (decoded.Width, decoded.Height));
        double squares = 0;
        int count = 0;
        // Luma is compared in full range, whichever range the decoder hands out.
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++, count++)
                squares += Math.Pow(Full(frame, x, y) - Full(decoded, x, y), 2);
        Assert.InRange(Math.Sqrt(squares / count), 0, 3);

        static double Full(Frame frame, int x, int y) =>
            frame.Format is { Range: ColorRange.Limited, Layout: not PixelLayout.Rgb } ? (frame.Row(0, y)[x] - 16) * 255.0 / 219 : frame.Row(0, y)[x];
    }

    [Fact]
    public void Metrics_have_the_form_of_prometheus()
    {
        CameraMeter meter = new();
        meter.SetUp(64, 48, isAgain: true);
        meter.AddFrame(0.25, 0.5);
        meter.AddDropped(3);
        meter.AddEvent();
        meter.AddSceneChange(new CameraSceneChange(SceneState.Dark, DateTimeOffset.UnixEpoch, "dark"));
        string[] lines = MetricsText.Format([("front \"1\"", meter.Read())]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] expected =
        [
            "gmmvision_frames_total{camera=\"front \\\"1\\\"\"} 1", "gmmvision_frames_dropped_total{camera=\"front \\\"1\\\"\"} 3",
            "gmmvision_events_total{camera=\"front \\\"1\\\"\"} 1", "gmmvision_reconnects_total{camera=\"front \\\"1\\\"\"} 1", "gmmvision_scene_changes_total{camera=\"front \\\"1\\\"\"} 1",
            "gmmvision_latency_seconds{camera=\"front \\\"1\\\"\"} 0.25", "gmmvision_score{camera=\"front \\\"1\\\"\"} 0.5", "gmmvision_up{camera=\"front \\\"1\\\"\"} 1",
        ];
        Assert.All(expected, line => Assert.Contains(line, lines));
        Assert.Equal(9, lines.Count(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)));
        Assert.All(lines.Where(line => line[0] != '#'), line => Assert.Matches(@"^gmmvision_[a-z_]+\{camera="".*""\} [0-9.E+-]+$", line));
    }
}
