using System.Diagnostics;
using System.Text.Json;
using GmmVision.Ffmpeg;
using GmmVision.Tests.Ffmpeg;
using Xunit;

namespace GmmVision.Tests.Cli;

/// <summary>Looking at a file in parts side by side, at key frames first, and at several files that overlap.</summary>
public sealed class DetectPiecesTests : IDisposable
{
    private static readonly string Videos = MakeFolder();

    // Ten minutes in which a box crosses twice in ten seconds, with a key frame a second.
    private static readonly Lazy<string> Busy = new(() =>
    {
        string path = Path.Combine(Videos, "busy.mp4");
        SmallVideo.Repeat(path);
        return path;
    });

    // Two minutes of which ten seconds move.
    private static readonly Lazy<string> Still = new(() =>
    {
        string first = Path.Combine(Videos, "first.mp4"), path = Path.Combine(Videos, "still.mp4"), list = Path.Combine(Videos, "list.txt");
        Clips.Run("-i", SmallVideo.Path, "-an", "-vf", "trim=end_frame=45,loop=loop=-1:size=45,trim=duration=50,setpts=N/25/TB", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "20", "-g", "25", first);
        File.WriteAllText(list, $"file '{first}'\nfile '{SmallVideo.Path}'\nfile '{first}'\n");
        Clips.Run("-f", "concat", "-safe", "0", "-i", list, "-an", "-c", "copy", path);
        return path;
    });

    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-pieces").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string MakeFolder()
    {
        string folder = Directory.CreateTempSubdirectory("gmmvision-pieces-videos").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    }

    private string Out(string path, string file) => Path.Combine(_folder, Path.GetFileNameWithoutExtension(path), file);

    private (JsonElement Report, string Output) Detect(string path, params string[] args)
    {
        (int code, string output, string error) = CommandLineRun.Here(["detect", path, "--preset", "fast", .. args, "--output", _folder]);
        Assert.Equal((0, ""), (code, args.Contains("--json") ? "" : error));      // the summary gives way to the lines
        return (Read(path), output);
    }

    private JsonElement Read(string path) => JsonDocument.Parse(File.ReadAllText(Out(path, "events.json"))).RootElement;

    private static (long Start, long End)[] Frames(JsonElement report) =>
        [.. report.GetProperty("events").EnumerateArray().Select(motion => (motion.GetProperty("start").GetProperty("frame").GetInt64(), motion.GetProperty("end").GetProperty("frame").GetInt64()))];

    private static string[] Notes(JsonElement report) =>
        report.TryGetProperty("notes", out JsonElement notes) ? [.. notes.EnumerateArray().Select(note => note.GetString()!)] : [];

    private static void AssertSame((long Start, long End)[] expected, (long Start, long End)[] actual, long tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.InRange(actual[i].Start, expected[i].Start - tolerance, expected[i].Start + tolerance);
            Assert.InRange(actual[i].End, expected[i].End - tolerance, expected[i].End + tolerance);
        }
    }

    [Slow]
    [Theory]
    [InlineData(3, 318, false)]     // 106 and 212 s are between crossings
    [InlineData(2, 266, true)]      // 133 s is in the middle of one
    public void Parts_side_by_side_give_the_events_of_one_go(int jobs, int end, bool isCrossing)
    {
        JsonElement whole = Detect(Busy.Value, "--end", $"{end}", "--jobs", "1").Report;
        JsonElement parts = Detect(Busy.Value, "--end", $"{end}", "--jobs", $"{jobs}").Report;
        Assert.Equal(isCrossing, Frames(whole).Any(motion => motion.Start < 25 * end / jobs - 5 && motion.End > 25 * end / jobs + 5));
        Assert.Equal(whole.GetProperty("input").GetProperty("frames").GetInt64(), parts.GetProperty("input").GetProperty("frames").GetInt64());
        Assert.True(Frames(whole).Length > end / 10);
        AssertSame(Frames(whole), Frames(parts), 1);
        Assert.Equal(JsonValueKind.String, whole.GetProperty("mask_hash").ValueKind);
        Assert.Equal(JsonValueKind.Null, parts.GetProperty("mask_hash").ValueKind);
        foreach (JsonElement motion in parts.GetProperty("events").EnumerateArray())
            Assert.True(new FileInfo(Out(Busy.Value, motion.GetProperty("thumbnail").GetString()!)).Length > 1000);
        Assert.True(File.Exists(Out(Busy.Value, "background.png")));
        Assert.True(File.Exists(Out(Busy.Value, "heatmap.png")));
    }

    /// <summary>Of an event that ends in its part the scan has kept it, of the other, which the end of the file ends, it is decoded again.</summary>
    [Fact]
    public void Pictures_of_events_are_those_of_one_go_with_what_is_private_in_black()
    {
        byte[][] whole = Pictures("1"), parts = Pictures("2");
        Assert.Equal(2, whole.Length);
        Assert.Equal(whole, parts);

        byte[][] Pictures(string jobs)
        {
            int events = Detect(SmallVideo.Path, "--privacy", "0,0 60,0 60,110 0,110", "--jobs", jobs).Report.GetProperty("events").GetArrayLength();
            return [.. Enumerable.Range(1, events).Select(number =>
            {
                string path = Out(SmallVideo.Path, $"event-{number:000}.jpg");
                Assert.InRange(StillImage.Load(path).Row(0, 20)[20], 0, 40);
                return File.ReadAllBytes(path);
            })];
        }
    }

    [Slow]
    [Fact]
    public void Lines_of_json_come_once_and_in_order()
    {
        string output = Detect(Busy.Value, "--end", "200", "--jobs", "4", "--json").Output;
        int[] numbers = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("number").GetInt32())];
        Assert.True(numbers.Length > 20);
        Assert.Equal(Enumerable.Range(1, numbers.Length), numbers);
    }

    [Fact]
    public void Skimming_finds_what_lasts_and_looks_at_little()
    {
        (long start, long end)[] whole = Frames(Detect(Still.Value).Report);
        (JsonElement report, string output) = Detect(Still.Value, "--skim");
        AssertSame(whole, Frames(report), 2);
        Assert.Equal(2, whole.Length);
        Assert.True(report.GetProperty("skim").GetBoolean());
        Assert.Equal(1, report.GetProperty("longest_key_frame_interval").GetDouble(), 0.1);
        Assert.InRange(report.GetProperty("input").GetProperty("frames").GetInt64(), 300, 1000);       // of 2750
        Assert.Contains("skimmed by", output, StringComparison.Ordinal);
        Assert.True(File.Exists(Out(Still.Value, "event-002.jpg")));
    }

    [Slow]
    [Fact]
    public void Skimming_goes_on_while_something_moves()
    {
        AssertSame(Frames(Detect(Busy.Value, "--end", "120").Report), Frames(Detect(Busy.Value, "--end", "120", "--skim").Report), 2);
    }

    [Fact]
    public void What_cannot_be_looked_at_in_pieces_is_looked_at_in_one_go_and_says_so()
    {
        string single = Path.Combine(_folder, "single.mp4"), joined = Path.Combine(_folder, "joined.ts"), sizes = Path.Combine(_folder, "sizes.ts"), one = Path.Combine(_folder, "one.ts"), two = Path.Combine(_folder, "two.ts");
        Clips.Run("-i", SmallVideo.Path, "-an", "-c:v", "libx264", "-preset", "ultrafast", "-g", "1000", "-sc_threshold", "0", single);
        Clips.Run("-i", SmallVideo.Path, "-an", "-c", "copy", one);
        Clips.Run("-i", SmallVideo.Scaled(240, 180), "-an", "-c:v", "libx264", "-preset", "ultrafast", "-g", "25", two);
        File.WriteAllBytes(joined, [.. File.ReadAllBytes(one), .. File.ReadAllBytes(one)]);
        File.WriteAllBytes(sizes, [.. File.ReadAllBytes(one), .. File.ReadAllBytes(two)]);

        foreach ((string path, string option, string reason, int events) in new[] { (single, "--skim", "too few", 2), (joined, "--skim", "mended", 4), (joined, "--jobs=2", "joined", 4), (sizes, "--skim", "in one go", 4) })
        {
            JsonElement report = Detect(path, option).Report;
            Assert.InRange(report.GetProperty("events").GetArrayLength(), events - 1, events);      // the crossing at the seam may be one
            Assert.Contains(Notes(report), note => note.Contains(reason, StringComparison.Ordinal));
            Assert.False(report.TryGetProperty("skim", out _));
        }
    }

    [Theory]
    [InlineData("--skim", "--mask")]
    [InlineData("--skim", "--overlay")]
    [InlineData("--skim", "--save-model")]
    [InlineData("--jobs=2", "--every=2")]
    [InlineData("--jobs=2", "--mask")]
    [InlineData("--jobs=2", "--skim")]
    public void Options_that_exclude_each_other_are_wrong_usage(string first, string second)
    {
        (int code, _, string error) = CommandLineRun.Here("detect", SmallVideo.Path, first, second, "--output", _folder);
        Assert.Equal(2, code);
        Assert.Contains("leave one of them out", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--jobs=3")]
    [InlineData("--skim")]
    public void A_cut_file_is_told_and_what_it_holds_is_kept(string option)
    {
        string whole = Path.Combine(_folder, "whole.mp4"), cut = Path.Combine(_folder, "cut.mp4");
        Clips.Run("-i", Still.Value, "-c", "copy", "-movflags", "+faststart", whole);
        byte[] all = File.ReadAllBytes(whole);
        File.WriteAllBytes(cut, all[..(all.Length * 7 / 10)]);
        (int code, _, string error) = CommandLineRun.Here("detect", cut, option, "--preset", "fast", "--output", _folder);
        Assert.Equal(1, code);
        Assert.Contains("is cut", error, StringComparison.Ordinal);
        JsonElement report = Read(cut);
        Assert.Equal("truncated", report.GetProperty("status").GetString());
        Assert.Equal(2, report.GetProperty("events").GetArrayLength());
    }

    [Theory]
    [InlineData("--jobs=3")]
    [InlineData("--skim")]
    public void Ctrl_C_keeps_what_was_seen(string option)
    {
        using Process process = CommandLineRun.Start("detect", Busy.Value, option, "--json", "--output", _folder);
        string? first = process.StandardOutput.ReadLine();
        Assert.NotNull(first);
        CommandLineRun.Signal(process, "INT");
        Assert.True(process.WaitForExit(30_000));
        Assert.Equal(130, process.ExitCode);
        JsonElement report = Read(Busy.Value);
        Assert.Equal("interrupted", report.GetProperty("status").GetString());
        Assert.NotEqual(0, report.GetProperty("events").GetArrayLength());
        Assert.True(File.Exists(Out(Busy.Value, "event-001.jpg")));
        Assert.Single(Directory.GetFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData("--jobs=64")]
    [InlineData("--skim")]
    public void A_short_video_is_looked_at_all_the_same(string option)
    {
        string path = Path.Combine(_folder, "short.mp4");
        Clips.Run("-i", SmallVideo.Path, "-an", "-t", "4.2", "-c:v", "libx264", "-preset", "ultrafast", path);
        Assert.Equal(Frames(Detect(path).Report), Frames(Detect(path, option).Report));
    }

    [Fact]
    public void Inputs_overlap_and_are_told_in_order()
    {
        string bad = Path.Combine(_folder, "bad.mp4"), copy = Path.Combine(_folder, "copy.mp4"), last = Path.Combine(_folder, "last.mp4");
        File.WriteAllText(bad, "no video");
        File.Copy(SmallVideo.Path, copy);
        File.Copy(SmallVideo.Path, last);
        (int code, string output, string error) = CommandLineRun.Here("detect", SmallVideo.Path, bad, copy, last, "--preset", "fast", "--json", "--output", _folder);
        Assert.Equal(1, code);
        Assert.Contains("1 of 4 inputs", error, StringComparison.Ordinal);
        string[] names = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("input").GetString()!)];
        string small = Path.GetFileNameWithoutExtension(SmallVideo.Path);
        Assert.Equal([small, small, "copy", "copy", "last", "last"], names);
    }
}
