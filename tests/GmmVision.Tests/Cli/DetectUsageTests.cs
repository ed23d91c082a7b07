using System.Text.Json;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Recording.Cameras;
using Xunit;

namespace GmmVision.Tests.Cli;

/// <summary>What a person writes on the command line, and what is said to it before anything is done.</summary>
public sealed class DetectUsageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-usage").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Out(params string[] parts) => Path.Combine([_folder, "out", .. parts]);

    private (int Code, string Error) Detect(params string[] args)
    {
        (int code, _, string error) = CommandLineRun.Here(["detect", .. args]);
        return (code, error.TrimEnd());
    }

    private JsonElement Report() => JsonDocument.Parse(File.ReadAllText(Out("small", "events.json"))).RootElement;

    [Theory]
    [InlineData("0.005", 0.005)]
    [InlineData("0.5%", 0.005)]
    [InlineData("100%", 1)]
    [InlineData("1e-4", 0.0001)]
    [InlineData("0%", 0)]
    public void A_part_may_be_given_in_per_cent(string text, double expected)
    {
        Assert.True(CameraSettings.TryParsePart(text, out double part));
        Assert.Equal(expected, part, 12);
        Assert.Equal(expected, new CameraSettings().With("min-area", text).MinArea!.Value, 12);
    }

    [Theory]
    [InlineData("101%")]
    [InlineData("1.5")]
    [InlineData("-1%")]
    [InlineData("%")]
    [InlineData("NaN%")]
    public void A_part_that_is_none_is_refused_with_what_is_allowed(string text)
    {
        Assert.Contains("0% to 100%", Assert.Throws<FormatException>(() => new CameraSettings().With("threshold", text)).Message);
        (int code, string error) = Detect("x.mp4", "--threshold", text, "-o", Out());
        Assert.Equal(2, code);
        Assert.Contains($"--threshold needs a number from 0 to 1, or 0% to 100%, not '{text}'", error);
    }

    [Theory]
    [InlineData("--output", "")]
    [InlineData("--output", "/below")]
    [InlineData("--masks", "")]
    public void A_file_where_the_folder_of_results_is_to_be_is_told_in_plain_words(string option, string below)
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "mine");
        string[] output = option == "--output" ? [] : ["--output", Out()];
        (int code, string error) = Detect([SmallVideo.Path, .. output, option, file + below]);
        Assert.Equal(1, code);
        Assert.Contains("is a file, not a folder", error);
        Assert.EndsWith($"Give another folder with {option}.", error);
        Assert.False(Directory.Exists(Out()));
        Assert.Equal("mine", File.ReadAllText(file));
    }

    [Fact]
    public void A_missing_model_or_a_damaged_one_leaves_no_folder_behind()
    {
        string damaged = Path.Combine(_folder, "damaged.gmm");
        File.WriteAllText(damaged, "no model");
        foreach (string model in (string[])["nowhere.gmm", damaged])
        {
            (int code, string error) = Detect(SmallVideo.Path, "--model", model, "--output", Out());
            Assert.Equal(1, code);
            Assert.Contains(model, error);
            Assert.False(Directory.Exists(Out()));
        }
    }

    [Fact]
    public void A_missing_file_is_a_missing_file_with_clips_too()
    {
        (int code, string error) = Detect("nowhere.mp4", "--clips", "--output", Out());
        Assert.Equal((1, "gmmvision detect: cannot read 'nowhere.mp4': there is no such file."), (code, error));
    }

    [Fact]
    public void Clips_are_encoded_with_what_is_private_in_black()
    {
        (int code, string error) = Detect(SmallVideo.Path, "--end", "5", "--clips", "--privacy", "10,20 50,20 50,40 10,40", "--output", Out());
        Assert.Equal((0, ""), (code, error));
        string clip = Out("small", Report().GetProperty("events")[0].GetProperty("clip").GetString()!);
        Assert.True(MediaInfo.Read(clip).HasAudio);
        using IFrameSource source = FrameSources.Open(clip);
        Frame frame = new(source.Format);
        int count = 0;
        for (; source.TryRead(frame); count++)
        {
            for (int y = 20; y <= 40; y++)
                Assert.All(frame.Row(0, y).Slice(10, 41).ToArray(), luma => Assert.InRange(luma, 0, 20));
            Assert.Contains(frame.Row(0, 60).ToArray(), luma => luma > 60);
        }
        Assert.True(count > 40);
    }

    [Fact]
    public void An_overlay_that_no_encoder_takes_costs_the_overlay_and_nothing_else()
    {
        string tall = Path.Combine(_folder, "tall.mkv");      // more rows than H.264 knows
        FfmpegTools.Run(FfmpegTools.Ffmpeg, ["-loglevel", "error", "-f", "lavfi", "-i", "testsrc=s=32x16504:r=5:d=1", "-c:v", "ffv1", tall], "cannot make a tall video", TestContext.Current.CancellationToken);
        (int code, string error) = Detect(tall, "--overlay", "--mask", "--output", Out());
        Assert.Equal(1, code);
        Assert.Matches(@"^gmmvision detect: overlay\.mp4 could not be written: ffmpeg ended with exit code \d+: .*\. Everything else was\.$", error);
        string[] files = [.. Directory.GetFiles(Out("tall")).Select(Path.GetFileName).OfType<string>().Where(name => !name.StartsWith("event-", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        Assert.Equal(["background.png", "events.csv", "events.json", "heatmap.png", "mask.mkv", "motion.grid"], files);
        JsonElement report = JsonDocument.Parse(File.ReadAllText(Out("tall", "events.json"))).RootElement;
        Assert.Equal(("complete", 5), (report.GetProperty("status").GetString(), report.GetProperty("input").GetProperty("frames").GetInt32()));
        Assert.Contains(report.GetProperty("notes").EnumerateArray(), note => note.GetString()!.StartsWith("overlay.mp4", StringComparison.Ordinal));
        Assert.Equal(["tall"], Directory.GetFileSystemEntries(Out()).Select(Path.GetFileName));
    }

    [Fact]
    public void Tracks_are_a_line_for_each_frame_and_object()
    {
        Assert.Equal((0, ""), Detect(SmallVideo.Path, "--end", "5", "--tracks", "--output", Out()));
        JsonElement[] lines = [.. File.ReadLines(Out("small", "tracks.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];
        // The red box of 24x20 walks through at 70 pixels a second, 50 rows below the top, from second 2 to 4.
        JsonElement[] walker = [.. lines.GroupBy(line => line.GetProperty("track").GetInt32()).MaxBy(track => track.Count())!];
        Assert.InRange(walker.Length, 40, 60);
        Assert.Equal(1, walker[20].GetProperty("event").GetInt32());
        foreach (JsonElement line in walker.Skip(10).Take(25))
        {
            double time = line.GetProperty("time").GetDouble();
            Assert.Equal(time * SmallVideo.FrameRate, line.GetProperty("frame").GetInt64(), 0.01);
            int[] box = [.. line.GetProperty("box").EnumerateArray().Select(side => side.GetInt32())];
            Assert.InRange((time - 2) * 70 + 12, box[0], box[0] + box[2]);      // its middle
            Assert.InRange(60, box[1], box[1] + box[3]);
            Assert.InRange(box[2], 20, 45);
        }
        (int code, string error) = Detect(SmallVideo.Path, "--tracks", "--skim", "--output", Out());
        Assert.Equal(2, code);
        Assert.Contains("--tracks", error);
    }

    [Fact]
    public void A_zone_that_crosses_itself_is_told()
    {
        Assert.Equal((0, ""), Detect(SmallVideo.Path, "--end", "1", "--zone", "door:0,0 100,100 100,0 0,100", "--exclude", "0,0 9,0 9,9", "--output", Out()));
        string note = Assert.Single(Report().GetProperty("notes").EnumerateArray().Select(note => note.GetString()!), note => note.Contains("crosses itself"));
        Assert.StartsWith("The zone \"door\" (door:0,0 100,100 100,0 0,100) crosses itself", note);
    }

    [Theory]
    [InlineData("0,0 100,100 100,0 0,100", true)]
    [InlineData("0,0 100,0 100,100 0,100", false)]
    [InlineData("0,0 100,0 50,50 100,100 0,100", false)]
    [InlineData("0,0 10,10 20,0", false)]
    [InlineData("0,0 20,0 20,20 10,-10 0,20", true)]
    [InlineData("0,0 10,0 10,0 10,10", false)]
    public void Whether_an_outline_crosses_itself(string zone, bool expected) => Assert.Equal(expected, Zone.Parse(zone).CrossesItself);

    [Fact]
    public void A_zones_bounds_hold_all_its_corners() => Assert.Equal(new Box(-3, 1, 15, 9), Zone.Parse("-2.5,1 10.2,5 3,9").Bounds);

    [Fact]
    public void Near_zones_goes_with_a_zone_and_a_preset_that_does_not_look_at_the_whole_picture()
    {
        foreach ((string[] args, string reason) in new (string[], string)[]
        {
            (["--zone", "0,0 90,0 90,90"], "--preset fast"), (["--preset", "fast"], "--zone"), (["--preset", "fast", "--zone", "0,0 90,0 90,90", "--save-model"], "--save-model"),
        })
        {
            (int code, string error) = Detect([SmallVideo.Path, "--near-zones", .. args, "--output", Out()]);
            Assert.Equal(2, code);
            Assert.Contains(reason, error, StringComparison.Ordinal);
        }
        Assert.False(Directory.Exists(Out()));
        Assert.Equal(0, Detect(SmallVideo.Path, "--near-zones", "--preset", "fast", "--zone", "0,0 90,0 90,90", "--output", Out()).Code);
        Assert.True(Report().GetProperty("parameters").GetProperty("near_zones").GetBoolean());
    }
}
