using System.Diagnostics;
using System.Text.Json;
using GmmVision.Cli.Bench;
using GmmVision.Cli.Detect;
using GmmVision.Ffmpeg;
using GmmVision.Foreground;
using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Cli;

public sealed class DetectCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-detect").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Out(params string[] parts) => Path.Combine([_folder, "out", .. parts]);

    private (int Code, string Error) Detect(params string[] args)
    {
        (int code, _, string error) = CommandLineRun.Here(["detect", .. args, "--output", Out()]);
        return (code, error);
    }

    private JsonElement Report(string name) => JsonDocument.Parse(File.ReadAllText(Out(name, "events.json"))).RootElement;

    private static void IsOneLine(string error, string expected)
    {
        Assert.Contains(expected, error);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("--threshold", "1.5")]
    [InlineData("--threshold", "much")]
    [InlineData("--min-area", "-0.1")]
    [InlineData("--max-area", "2")]
    [InlineData("--min-event-length", "long")]
    [InlineData("--max-event-length", "-1")]
    [InlineData("--merge-window", "1:99")]
    [InlineData("--time-before-event", "x")]
    [InlineData("--time-post-event", "1e99")]
    [InlineData("--start", "-5")]
    [InlineData("--end", "later")]
    [InlineData("--every", "0")]
    [InlineData("--threads", "1000")]
    [InlineData("--preset", "best")]
    [InlineData("--zone", "1,2 3,4")]
    [InlineData("--exclude", "1;2")]
    [InlineData("--privacy", "a,b c,d e,f")]
    public void An_option_out_of_range_is_one_line_with_its_value_and_code_2(string option, string value)
    {
        (int code, string error) = Detect("x.mp4", option, value);
        Assert.Equal(2, code);
        IsOneLine(error, option);
        Assert.Contains(value, error);
        Assert.False(Directory.Exists(Out()));
    }

    [Theory]
    [InlineData("--min-area 0.5 --max-area 0.1", "min-area")]
    [InlineData("--start 5 --end 4", "End")]
    [InlineData("--privacy 0,0,9,9 --save-model", "privacy")]
    public void Options_that_do_not_go_together_are_code_2(string options, string expected)
    {
        string[] words = [.. options.Split(' ').Select(word => word == "0,0,9,9" ? "0,0 9,0 9,9" : word)];
        (int code, string error) = Detect(["x.mp4", .. words]);
        Assert.Equal(2, code);
        IsOneLine(error, expected);
    }

    [Fact]
    public void No_input_is_wrong_usage()
    {
        (int code, _, string error) = CommandLineRun.Here("detect");
        Assert.Equal(2, code);
        IsOneLine(error, "INPUT");
    }

    [Fact]
    public void A_missing_file_is_one_line_and_code_1()
    {
        (int code, string error) = Detect(Path.Combine(_folder, "nowhere.mp4"));
        Assert.Equal(1, code);
        IsOneLine(error, "nowhere.mp4");
    }

    [Fact]
    public void A_text_file_called_mp4_is_one_line_and_leaves_nothing()
    {
        string path = Path.Combine(_folder, "text.mp4");
        File.WriteAllText(path, "not a video");
        (int code, string error) = Detect(path);
        Assert.Equal(1, code);
        IsOneLine(error, "text.mp4");
        Assert.False(Directory.Exists(Out()));
    }

    [Fact]
    public void A_zone_outside_of_the_picture_is_refused_with_the_pictures_size()
    {
        (int code, string error) = Detect(SmallVideo.Path, "--zone", "1000,1000 1100,1000 1100,1100");
        Assert.Equal(2, code);
        IsOneLine(error, "160x120");
    }

    [Fact]
    public void An_output_that_cannot_be_written_is_one_line_and_code_1()
    {
        File.WriteAllText(Out(), "a file");
        (int code, string error) = Detect(SmallVideo.Path);
        Assert.Equal(1, code);
        IsOneLine(error, Out());
    }

    [Fact]
    public void The_events_of_a_video_are_reported_with_their_files()
    {
        Assert.Equal((0, ""), Detect(SmallVideo.Path, "--save-model"));
        JsonElement report = Report("small");
        Assert.Equal(1, report.GetProperty("version").GetInt32());
        Assert.StartsWith("GmmVision ", report.GetProperty("generator").GetString());
        Assert.True(report.GetProperty("created").TryGetDateTimeOffset(out _));
        Assert.Equal("complete", report.GetProperty("status").GetString());
        JsonElement input = report.GetProperty("input");
        Assert.Equal(("small.mp4", SmallVideo.Width, SmallVideo.Height, SmallVideo.FrameRate, SmallVideo.Frames),
            (input.GetProperty("name").GetString(), input.GetProperty("width").GetInt32(), input.GetProperty("height").GetInt32(), input.GetProperty("frame_rate").GetDouble(), input.GetProperty("frames").GetInt32()));
        Assert.Equal("balanced", report.GetProperty("parameters").GetProperty("preset").GetString());

        JsonElement[] events = [.. report.GetProperty("events").EnumerateArray()];
        Assert.Equal(SmallVideo.Crossings.Length, events.Length);
        for (int i = 0; i < events.Length; i++)
        {
            Assert.Equal(i + 1, events[i].GetProperty("number").GetInt32());
            AssertMoment(SmallVideo.Crossings[i].Start, events[i].GetProperty("start"));
            AssertMoment(SmallVideo.Crossings[i].End, events[i].GetProperty("end"));
            Assert.InRange(events[i].GetProperty("peak").GetProperty("score").GetDouble(), 0.01, 0.1);
            Assert.InRange(events[i].GetProperty("clip_start").GetDouble(), SmallVideo.Crossings[i].Start - 1.7, SmallVideo.Crossings[i].Start - 1.3);
            Frame thumbnail = StillImage.Load(Out("small", events[i].GetProperty("thumbnail").GetString()!));
            Assert.Equal((SmallVideo.Width, SmallVideo.Height), (thumbnail.Width, thumbnail.Height));
        }
        Assert.Equal(1 + events.Length, File.ReadAllLines(Out("small", "events.csv")).Length);
        Assert.All((string[])["background.png", "heatmap.png", "background.gmm"], name => Assert.True(new FileInfo(Out("small", name)).Length > 100, name));
        Assert.Equal(8, Directory.GetFileSystemEntries(Out("small")).Length);
        Assert.Single(Directory.GetFileSystemEntries(Out()));
    }

    private static void AssertMoment(double expected, JsonElement moment)
    {
        double seconds = moment.GetProperty("seconds").GetDouble();
        Assert.InRange(seconds, expected - 0.3, expected + 0.3);
        Assert.Equal(Math.Round(seconds * SmallVideo.FrameRate), moment.GetProperty("frame").GetInt64());
        Assert.True(TimeSpan.TryParse(moment.GetProperty("timecode").GetString(), out TimeSpan time));
        Assert.Equal(seconds, time.TotalSeconds, 6);
    }

    [Fact]
    public void The_masks_have_the_hash_that_the_report_and_the_benchmark_state()
    {
        Assert.Equal((0, ""), Detect(SmallVideo.Path, "--end", "1", "--masks", Path.Combine(_folder, "masks")));
        string expected = Report("small").GetProperty("mask_hash").GetString()!;

        MaskHash hash = new();
        string[] files = [.. Directory.GetFiles(Path.Combine(_folder, "masks")).Order(StringComparer.Ordinal)];
        Assert.Equal(25, files.Length);
        Assert.EndsWith("bin000001.png", files[0]);
        foreach (string file in files)
        {
            Frame gray = StillImage.Load(file, PixelLayout.Gray8);
            Mask mask = new(gray.Width, gray.Height);
            mask.CopyFrom(gray.Data, gray.Width);
            hash.Add(mask);
        }
        Assert.Equal(expected, hash.ToString());

        foreach ((int threads, int batch) in ((int, int)[])[(1, 1), (2, 7)])
        {
            BackgroundBench bench = new() { Video = SmallVideo.Path, Frames = files.Length, Threads = threads, Batch = batch, Preset = Preset.Balanced };
            Assert.Equal(expected, bench.Run(TestContext.Current.CancellationToken).MaskHash);
        }
    }

    [Fact]
    public void Mask_video_overlay_and_clips_are_written_on_request()
    {
        Assert.Equal((0, ""), Detect(SmallVideo.Path, "--end", "5", "--mask", "--overlay", "--clips"));
        MediaInfo mask = MediaInfo.Read(Out("small", "mask.mkv")), overlay = MediaInfo.Read(Out("small", "overlay.mp4")), clip = MediaInfo.Read(Out("small", "event-001.mp4"));
        Assert.Equal((SmallVideo.Width, SmallVideo.Height), (mask.Width, mask.Height));
        Assert.Equal((SmallVideo.Width, SmallVideo.Height), (overlay.Width, overlay.Height));
        Assert.InRange(clip.Duration!.Value.TotalSeconds, 4, 6);      // 0.5 s to 5 s, from the key frame before
        Assert.Equal("event-001.mp4", Report("small").GetProperty("events")[0].GetProperty("clip").GetString());

        MaskHash hash = new();
        using IFrameSource masks = FrameSources.Open(Out("small", "mask.mkv"), cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(PixelLayout.Gray8, masks.Format.Layout);
        Frame gray = new(masks.Format);
        Mask read = new(gray.Width, gray.Height);
        while (masks.TryRead(gray, TestContext.Current.CancellationToken))
        {
            read.CopyFrom(gray.Data, gray.Width);
            hash.Add(read);
        }
        Assert.Equal(Report("small").GetProperty("mask_hash").GetString(), hash.ToString());
    }

    [Fact]
    public void All_events_are_joined_into_one_video()
    {
        string joined = Out("all 'events.mp4"), both = Out("both.mp4");
        Assert.Equal((0, ""), Detect(SmallVideo.Path, "--joined", joined));
        double clips = Length("small");
        MediaInfo copied = MediaInfo.Read(joined);
        Assert.Equal(clips, copied.Duration!.Value.TotalSeconds, 0.3);
        Assert.True(copied.HasAudio);

        // Of another size and without sound: encoded in the size of the first. What was done by an earlier run counts too.
        Assert.Equal((0, ""), Detect(SmallVideo.Path, SmallVideo.Scaled(80, 60), "--joined", both, "--resume"));
        MediaInfo encoded = MediaInfo.Read(both);
        Assert.Equal((SmallVideo.Width, SmallVideo.Height, false), (encoded.Width, encoded.Height, encoded.HasAudio));
        Assert.Equal(clips + Length("small-80"), encoded.Duration!.Value.TotalSeconds, 0.5);
        using IFrameSource source = FrameSources.Open(both, cancellation: TestContext.Current.CancellationToken);
        int frames = 0;
        for (Frame frame = new(source.Format); source.TryRead(frame, TestContext.Current.CancellationToken); frames++)
        {
        }
        Assert.Equal(encoded.Duration!.Value.TotalSeconds * SmallVideo.FrameRate, frames, 5.0);

        string none = Out("none.mp4");
        (int code, string error) = Detect(SmallVideo.Path, "--end", "1", "--joined", none);
        Assert.Equal(0, code);
        IsOneLine(error, "nothing to join");
        Assert.False(File.Exists(none));
        Assert.Equal(2, Detect(SmallVideo.Path, "--joined", Out("x.txt")).Code);
        Assert.Equal(2, Detect(SmallVideo.Path, "--shard", "1/2", "--joined", none).Code);

        double Length(string name) => Directory.GetFiles(Out(name), "event-*.mp4").Sum(clip => MediaInfo.Read(clip).Duration!.Value.TotalSeconds);
    }

    [Fact]
    public void Clips_of_what_is_no_file_are_refused()
    {
        (int code, string error) = Detect("rtsp://127.0.0.1:9/x", "--clips");
        Assert.Equal(1, code);
        IsOneLine(error, "--clips");
    }

    [Fact]
    public void A_start_behind_the_end_of_the_video_is_no_frame_and_code_1()
    {
        (int code, string error) = Detect(SmallVideo.Path, "--start", "1:00");
        Assert.Equal(1, code);
        IsOneLine(error, "small.mp4");
        Assert.False(Directory.Exists(Out("small")));
    }

    [Fact]
    public void A_zone_and_a_smallest_region_decide_what_counts()
    {
        Assert.Equal((0, ""), Detect(SmallVideo.Path, "--exclude", "lane:0,40 159,40 159,80 0,80"));
        Assert.Equal(0, Report("small").GetProperty("events").GetArrayLength());
        Assert.Equal("lane:0,40 159,40 159,80 0,80", Report("small").GetProperty("parameters").GetProperty("exclude")[0].GetString());
        Assert.Equal((0, ""), Detect(SmallVideo.Path, "--min-area", "0.1"));
        Assert.Equal(0, Report("small").GetProperty("events").GetArrayLength());
    }

    [Fact]
    public void What_is_private_is_black_in_the_background_and_in_thumbnails()
    {
        Assert.Equal((0, ""), Detect(SmallVideo.Path, "--privacy", "0,0 79,0 79,59 0,59"));
        Assert.Equal(2, Report("small").GetProperty("events").GetArrayLength());
        foreach (string name in (string[])["background.png", "event-001.jpg"])
        {
            Frame picture = StillImage.Load(Out("small", name), PixelLayout.Gray8);
            Assert.True(picture.Row(0, 20)[20] < 24, name);
            Assert.True(picture.Row(0, 20)[120] > 40, name);
        }
    }

    [Fact]
    public void A_saved_model_knows_the_background_from_the_first_frame_and_fits_its_size_only()
    {
        Assert.Equal((0, ""), Detect(SmallVideo.Path, "--end", "1.8", "--save-model"));
        string model = Path.Combine(_folder, "background.gmm");
        File.Copy(Out("small", "background.gmm"), model);
        Assert.Equal((0, ""), Detect(SmallVideo.Path, "--start", "3", "--end", "5", "--model", model));
        JsonElement first = Assert.Single(Report("small").GetProperty("events").EnumerateArray());
        Assert.InRange(first.GetProperty("start").GetProperty("seconds").GetDouble(), 3, 3.3);

        (int code, string error) = Detect(SmallVideo.Scaled(80, 60), "--model", model);
        Assert.Equal(1, code);
        Assert.Contains("80x60", error);
        Assert.Contains("160x120", error);

        File.WriteAllText(model, "no model");
        (code, error) = Detect(SmallVideo.Path, "--model", model);
        Assert.Equal(1, code);
        IsOneLine(error, model);
    }

    [Fact]
    public void Several_inputs_are_done_and_the_bad_ones_listed_at_the_end()
    {
        string text = Path.Combine(_folder, "text.mp4"), copy = Path.Combine(_folder, "small.mkv");
        File.WriteAllText(text, "not a video");
        File.Copy(SmallVideo.Path, copy);
        (int code, string error) = Detect(text, SmallVideo.Path, copy, "--end", "1");
        Assert.Equal(1, code);
        Assert.Contains("1 of 3 inputs", error);
        Assert.Contains(text, error);
        Assert.True(File.Exists(Out("small.mp4", "events.json")));
        Assert.True(File.Exists(Out("small.mkv", "events.json")));
    }

    [Fact]
    public void A_file_that_is_cut_keeps_what_could_be_decoded_and_says_so()
    {
        string cut = Path.Combine(_folder, "cut.mkv");
        SmallVideo.Remux(cut);
        using (FileStream file = File.OpenWrite(cut))
            file.SetLength(file.Length / 2);
        (int code, string error) = Detect(cut);
        Assert.Equal(1, code);
        IsOneLine(error, "cut.mkv");
        JsonElement report = Report("cut");
        Assert.Equal("truncated", report.GetProperty("status").GetString());
        Assert.NotEqual(0, report.GetProperty("notes").GetArrayLength());
        Assert.InRange(report.GetProperty("input").GetProperty("frames").GetInt32(), 80, 200);
        Assert.Equal(1, report.GetProperty("events").GetArrayLength());
    }

    [Fact]
    public void Without_ffmpeg_one_line_says_how_to_get_it()
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "GmmVision.Cli.dll"), "detect", SmallVideo.Path, "--output", Out()])
        {
            RedirectStandardError = true,
            Environment = { ["GMMVISION_FFMPEG"] = "/nowhere/ffmpeg", ["GMMVISION_FFPROBE"] = "/nowhere/ffprobe" },
        })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(1, process.ExitCode);
        IsOneLine(error, "GMMVISION_FF");
        Assert.False(Directory.Exists(Out()));
    }

    [Fact]
    public void Json_prints_a_line_for_each_event_and_nothing_else_on_stdout()
    {
        (int code, string output, string error) = CommandLineRun.Here("detect", SmallVideo.Path, "--json", "--output", Out());
        Assert.Equal(0, code);
        Assert.Contains("2 motion events", error);
        string[] lines = output.TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        JsonElement second = JsonDocument.Parse(lines[1]).RootElement;
        Assert.Equal("small", second.GetProperty("input").GetString());
        Assert.Equal(2, second.GetProperty("number").GetInt32());
        AssertMoment(SmallVideo.Crossings[1].Start, second.GetProperty("start"));
    }

    [Fact]
    public void Ctrl_C_keeps_what_was_seen()
    {
        using Process process = StartLong();
        CommandLineRun.Signal(process, "INT");
        Assert.True(process.WaitForExit(30_000));
        Assert.Equal(130, process.ExitCode);
        JsonElement report = Report("long");
        Assert.Equal("interrupted", report.GetProperty("status").GetString());
        Assert.NotEqual(0, report.GetProperty("events").GetArrayLength());
        Assert.InRange(report.GetProperty("input").GetProperty("frames").GetInt32(), 100, SmallVideo.Frames * SmallVideo.LongCopies - 1);
        Assert.Single(Directory.GetFileSystemEntries(Out()));
        AssertNoFfmpegLeft();
    }

    [Fact]
    public void Killed_it_leaves_nothing_under_a_final_name_and_no_ffmpeg()
    {
        using (Process process = StartLong())
        {
            process.Kill();
            process.WaitForExit();
        }
        Assert.False(Directory.Exists(Out("long")));
        AssertNoFfmpegLeft();

        File.Copy(SmallVideo.Path, Path.Combine(_folder, "long.mp4"), overwrite: true);
        Assert.Equal((0, ""), Detect(Path.Combine(_folder, "long.mp4"), "--end", "1"));
        Assert.Equal(Out("long"), Assert.Single(Directory.GetFileSystemEntries(Out())));
    }

    // Runs until it has told an event.
    private Process StartLong()
    {
        string path = Path.Combine(_folder, "long.mp4");
        SmallVideo.Repeat(path);
        Process process = CommandLineRun.Start("detect", path, "--json", "--output", Out());
        Assert.NotNull(process.StandardOutput.ReadLine());
        return process;
    }

    private void AssertNoFfmpegLeft()
    {
        if (!OperatingSystem.IsLinux())
            return;
        for (int attempt = 0; ; attempt++)
        {
            string[] left = [.. Directory.GetDirectories("/proc").Select(CommandLineOf).Where(line => line.Contains("ffmpeg", StringComparison.Ordinal) && line.Contains(_folder, StringComparison.Ordinal))];
            if (left.Length == 0)
                return;
            Assert.True(attempt < 50, string.Join('\n', left));
            Thread.Sleep(100);
        }
    }

    private static string CommandLineOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
