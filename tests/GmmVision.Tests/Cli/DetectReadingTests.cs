using System.Text.Json;
using GmmVision.Cli.Detect;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Tests.Ffmpeg;
using Xunit;

namespace GmmVision.Tests.Cli;

/// <summary>Files as recorders, thermal cameras and timelapses write them.</summary>
public sealed class DetectReadingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-reading").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string In(string name) => Path.Combine(_folder, name);

    private string Out(string name, string file) => Path.Combine(_folder, "out", name, file);

    private JsonElement Detect(string path, params string[] args)
    {
        (int code, _, string error) = CommandLineRun.Here(["detect", path, .. args, "--output", Path.Combine(_folder, "out")]);
        Assert.Equal((0, ""), (code, error));
        return JsonDocument.Parse(File.ReadAllText(Out(Path.GetFileNameWithoutExtension(path), "events.json"))).RootElement;
    }

    private static void Join(string to, params string[] from)
    {
        using FileStream joined = File.Create(to);
        foreach (string path in from)
            joined.Write(File.ReadAllBytes(path));
    }

    private static string Notes(JsonElement report) => report.GetProperty("notes").ToString();

    private static void HasEvents(JsonElement report, params (double Start, double End)[] expected)
    {
        JsonElement events = report.GetProperty("events");
        Assert.Equal(expected.Length, events.GetArrayLength());
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Start, events[i].GetProperty("start").GetProperty("seconds").GetDouble(), 0.3);
            Assert.Equal(expected[i].End, events[i].GetProperty("end").GetProperty("seconds").GetDouble(), 0.3);
        }
    }

    [Fact]
    public void A_start_in_a_stream_without_an_index_is_the_frame_that_was_asked_for()
    {
        string path = In("sparse.ts");
        Clips.Run("-i", SmallVideo.Path, "-an", "-c:v", "libx264", "-preset", "ultrafast", "-g", "200", path);
        JsonElement report = Detect(path, "--start", "3", "--clips");
        Assert.Equal(SmallVideo.Frames - 75, report.GetProperty("input").GetProperty("frames").GetInt32());
        JsonElement second = report.GetProperty("events").EnumerateArray().Last();
        Assert.Equal(SmallVideo.Crossings[1].Start, second.GetProperty("start").GetProperty("seconds").GetDouble(), 0.3);
        // From the key frame at or before the beginning of the clip to its end.
        double length = second.GetProperty("clip_end").GetDouble() - second.GetProperty("clip_start").GetDouble();
        Assert.True(MediaInfo.Read(Out("sparse", second.GetProperty("clip").GetString()!)).Duration!.Value.TotalSeconds >= length - 0.1);
    }

    [Fact]
    public void Two_recordings_joined_are_one_clock_and_a_note_and_have_their_clips()
    {
        string one = In("one.ts"), path = In("joined.ts");
        SmallVideo.Remux(one);
        Join(path, one, one);
        JsonElement report = Detect(path, "--clips");
        HasEvents(report, (2, 4), (8, 10), (12, 14), (18, 20));
        Assert.Contains($"frame {SmallVideo.Frames} ", Notes(report));
        Assert.All(report.GetProperty("events").EnumerateArray(), motion => Assert.True(File.Exists(Out("joined", motion.GetProperty("clip").GetString()!))));
    }

    [Fact]
    public void Another_size_in_mid_stream_is_a_new_background_in_the_same_list()
    {
        string small = In("small.ts"), large = In("large.ts"), path = In("sizes.ts");
        Clips.Run("-i", SmallVideo.Path, "-an", "-c:v", "libx264", "-preset", "ultrafast", small);
        Clips.Run("-i", SmallVideo.Path, "-an", "-vf", "scale=320:240", "-c:v", "libx264", "-preset", "ultrafast", "-output_ts_offset", "10", large);
        Join(path, small, large);
        JsonElement report = Detect(path), change = report.GetProperty("size_changes")[0];
        HasEvents(report, (2, 4), (8, 10), (12, 14), (18, 20));
        Assert.Equal((320, 240), (change.GetProperty("width").GetInt32(), change.GetProperty("height").GetInt32()));
        Assert.Equal([1, 2, 3, 4], report.GetProperty("events").EnumerateArray().Select(motion => motion.GetProperty("number").GetInt32()));
    }

    [Fact]
    public void Counts_of_a_thermal_camera_are_spread_over_the_levels_that_are_used()
    {
        string path = In("thermal.mkv");
        Clips.Run("-f", "lavfi", "-i", "color=black:s=160x120:r=25:d=8,format=gray16le,geq=lum='7200+40*random(1)+if(between(T,4,6)*between(X,(T-4)*60,(T-4)*60+24)*between(Y,50,80),600,0)'", "-c:v", "ffv1", path);
        JsonElement report = Detect(path);
        HasEvents(report, (4, 6));
        int[] levels = [.. report.GetProperty("input").GetProperty("levels").EnumerateArray().Select(level => level.GetInt32())];
        Assert.InRange(levels[0], 7000, 7200);
        Assert.Contains("give other levels", Notes(report));
        report = Detect(path, "--levels", "7000:8000");
        Assert.Equal("[7000,8000]", JsonSerializer.Serialize(report.GetProperty("input").GetProperty("levels")));
        HasEvents(report, (4, 6));
    }

    [Fact]
    public void A_picture_in_front_is_not_the_video()
    {
        string path = In("cover.mkv");
        Clips.Run("-f", "lavfi", "-i", "testsrc=s=640x480", "-frames:v", "1", In("cover.jpg"));
        Clips.Run("-i", In("cover.jpg"), "-i", SmallVideo.Path, "-map", "0:v", "-map", "1:v", "-c", "copy", path);
        JsonElement report = Detect(path);
        Assert.Equal((SmallVideo.Frames, 1), (report.GetProperty("input").GetProperty("frames").GetInt32(), report.GetProperty("input").GetProperty("stream").GetInt32()));
        Assert.Equal(640, Detect(path, "--stream", "0").GetProperty("input").GetProperty("width").GetInt32());
    }

    [Theory]
    [InlineData("--fps", "1/60", 0)]
    [InlineData("--times", "name", 0)]
    public void Stills_of_a_timelapse_have_the_times_that_are_asked_for(string option, string value, double first)
    {
        string folder = Directory.CreateDirectory(In("lapse")).FullName;
        for (int i = 0; i < 4; i++)
            Clips.Run("-f", "lavfi", "-i", $"color=gray:s=64x48", "-frames:v", "1", Path.Combine(folder, $"20261126-08{i:00}00.png"));
        using IFrameSource source = FrameSources.Open(folder, option == "--fps" ? new SourceOptions { FrameRate = 1 / 60.0 } : new SourceOptions { Times = ImageTimes.Name });
        Frame frame = new(source.Format);
        List<double> times = [];
        while (source.TryRead(frame))
            times.Add(frame.Time.TotalSeconds);
        Assert.Equal([first, 60, 120, 180], times.Select(time => Math.Round(time, 3)));
        Assert.Equal(4, Detect(folder, option, value).GetProperty("input").GetProperty("frames").GetInt32());
    }

    [Theory]
    [InlineData("--levels", "8000:7000")]
    [InlineData("--levels", "1:70000")]
    [InlineData("--fps", "0")]
    [InlineData("--fps", "1/x")]
    [InlineData("--times", "moon")]
    [InlineData("--stream", "-1")]
    public void A_way_of_reading_that_cannot_be_is_one_line_and_code_2(string option, string value)
    {
        (int code, _, string error) = CommandLineRun.Here("detect", "x.mp4", option, value);
        Assert.Equal(2, code);
        Assert.Contains(value, Assert.Single(error.TrimEnd().Split('\n')));
    }

    [Fact]
    public void A_stream_that_is_not_there_is_one_line_and_code_1()
    {
        (int code, _, string error) = CommandLineRun.Here("detect", SmallVideo.Path, "--stream", "1", "--output", In("out"));
        Assert.Equal(1, code);
        Assert.Contains("stream", Assert.Single(error.TrimEnd().Split('\n')));
    }

    [Fact]
    public void A_clip_that_cannot_be_cut_costs_that_clip_only()
    {
        string path = In("gone.mp4");
        File.Copy(SmallVideo.Path, path);
        using var source = (FfmpegFrameSource)FrameSources.Open(path);
        DetectedEvent[] events = [.. new[] { 1, 2 }.Select(number => new DetectedEvent(new MotionEvent
        {
            Number = number,
            StartFrame = 50,
            EndFrame = 75,
            Start = TimeSpan.FromSeconds(2),
            End = TimeSpan.FromSeconds(3),
            ClipStart = TimeSpan.FromSeconds(1),
            ClipEnd = TimeSpan.FromSeconds(4),
            Zones = [],
            PeakTime = TimeSpan.FromSeconds(2),
            PeakFrame = 50,
            PeakScore = 0.1,
            Box = new Box(0, 0, 9, 9),
        }, null, null))];
        string folder = Directory.CreateDirectory(In("clips")).FullName;
        // Where the second clip is to be there is a folder already.
        Directory.CreateDirectory(Path.Combine(folder, "event-002.mp4", "x"));
        IReadOnlyList<DetectedEvent> done = new EventClips(new JobInput(path, "gone"), source, 25, folder, new DetectOptions { Output = folder }).Cut(events, _ => { });
        Assert.Equal(("event-001.mp4", null), (done[0].Clip, done[0].ClipProblem));
        Assert.Null(done[1].Clip);
        Assert.Contains("event-002.mp4", done[1].ClipProblem);
        Assert.Contains("event 2 could not be cut", EventClips.Problem("gone.mp4", done));
    }
}
