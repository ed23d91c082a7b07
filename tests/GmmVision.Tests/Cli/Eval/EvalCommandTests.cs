using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using GmmVision.Cli;
using GmmVision.Cli.Commands;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Tests.Imaging;
using Xunit;

namespace GmmVision.Tests.Cli.Eval;

public sealed class EvalCommandTests : IDisposable
{
    private const int Width = 67, Height = 45, Frames = 40, First = 12, Last = 38;

    private readonly string _root = Directory.CreateTempSubdirectory("gmmvision-eval-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static (int Code, string Output, string Error) Eval(params string[] args)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "GmmVision.Cli.dll"), "eval", .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }

    // A bright square walks over noise; ground truth has its shadow, its unknown edge and an outside corner.
    private string Video(string category, string name, int seed, bool withTruth = true, List<byte[]>? truths = null)
    {
        string folder = Path.Combine(_root, "data", category, name);
        Directory.CreateDirectory(Path.Combine(folder, "input"));
        if (withTruth)
            Directory.CreateDirectory(Path.Combine(folder, "groundtruth"));
        var random = new Random(seed);
        var picture = new Frame(new FrameFormat(Width, Height, PixelLayout.Gray8, ColorRange.Full));
        var truth = new Frame(picture.Format);
        for (int number = 1; number <= Frames; number++)
        {
            foreach (ref byte sample in picture.Data)
                sample = (byte)(90 + random.Next(-3, 4));
            truth.Data.Clear();
            for (int y = 12; number > 6 && y < 30; y++)
            {
                picture.Row(0, y).Slice(number, 14).Fill(200);
                truth.Row(0, y).Slice(number - 1, 16).Fill(170);
                truth.Row(0, y).Slice(number, 14).Fill(255);
                truth.Row(0, y).Slice(number + 15, 6).Fill(50);
            }
            for (int y = 0; y < 8; y++)
                truth.Row(0, y)[..20].Fill(85);
            truths?.Add(truth.Data.ToArray());
            StillImage.Save(Path.Combine(folder, "input", $"in{number:000000}.png"), picture);
            if (withTruth && number >= 5)
                StillImage.Save(Path.Combine(folder, "groundtruth", $"gt{number:000000}.png"), truth);
        }
        if (withTruth)
        {
            picture.Data.Fill(255);
            for (int y = 20; y < Height; y++)
                picture.Row(0, y)[30..40].Clear();
            StillImage.Save(Path.Combine(folder, "ROI.png"), picture);
            File.WriteAllText(Path.Combine(folder, "temporalROI.txt"), $"{First} {Last}\n");
        }
        return folder;
    }

    // As peers score: pixel by pixel, from the files that were written.
    private static (long Tp, long Fp, long Fn, long Tn) Score(List<byte[]> truths, string masks)
    {
        long tp = 0, fp = 0, fn = 0, tn = 0;
        using IFrameSource source = FrameSources.Open(masks);
        var mask = new Frame(source.Format);
        for (int number = 1; source.TryRead(mask); number++)
        {
            byte[] truth = truths[number - 1];
            for (int i = 0; number is >= First and <= Last && i < Width * Height; i++)
            {
                bool inRegion = i / Width < 20 || i % Width is < 30 or >= 40;
                if (truth[i] == 85 || truth[i] == 170 || !inRegion)
                    continue;
                _ = (truth[i] == 255, mask.Data[i] > 127) switch { (true, true) => tp++, (false, true) => fp++, (true, false) => fn++, _ => tn++ };
            }
        }
        return (tp, fp, fn, tn);
    }

    [Fact]
    public void Scores_are_those_of_the_masks_that_it_writes_and_a_bad_video_does_not_end_the_others()
    {
        List<byte[]> one = [], two = [];
        Video("walk", "one", 1, truths: one);
        Video("walk", "two", 2, truths: two);
        Directory.CreateDirectory(Path.Combine(_root, "data", "broken", "empty", "input"));
        string masks = Path.Combine(_root, "masks"), csv = Path.Combine(_root, "table.csv"), json = Path.Combine(_root, "report.json");
        (int code, string output, string error) = Eval(Path.Combine(_root, "data"), "--masks", masks, "--csv", csv, "--json", json, "--set", "history=200", "--threads", "2");

        Assert.Equal(1, code);
        string line = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("gmmvision eval: broken/empty: ", line, StringComparison.Ordinal);
        Assert.Contains("no numbered images", line, StringComparison.Ordinal);

        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(json));
        JsonElement[] videos = [.. report.RootElement.GetProperty("videos").EnumerateArray()];
        Assert.Equal(["one", "two"], videos.Select(video => video.GetProperty("video").GetString()));
        double sum = 0;
        foreach ((JsonElement video, List<byte[]> truths) in videos.Zip([one, two]))
        {
            string name = video.GetProperty("video").GetString()!;
            Assert.Equal(Frames, Directory.GetFiles(Path.Combine(masks, "walk", name)).Length);
            (long tp, long fp, long fn, long tn) = Score(truths, Path.Combine(masks, "walk", name));
            Assert.True(tp > 500 && tn > 10000);      // it has something to count
            Assert.Equal((tp, fp, fn, tn), (video.GetProperty("true_positives").GetInt64(), video.GetProperty("false_positives").GetInt64(),
                video.GetProperty("false_negatives").GetInt64(), video.GetProperty("true_negatives").GetInt64()));
            double recall = (double)tp / (tp + fn), precision = (double)tp / (tp + fp), f = 2 * recall * precision / (recall + precision);
            Assert.Equal(f, video.GetProperty("f_measure").GetDouble(), 1e-9);
            Assert.Equal(Last - First + 1, video.GetProperty("scored_frames").GetInt32());
            Assert.Contains(f.ToString("0.0000", CultureInfo.InvariantCulture), output, StringComparison.Ordinal);
            sum += f;
        }
        Assert.Equal(sum / 2, report.RootElement.GetProperty("overall").GetProperty("f_measure").GetDouble(), 1e-9);
        Assert.Equal("history=200", report.RootElement.GetProperty("set")[0].GetString());
        Assert.Equal(1, report.RootElement.GetProperty("failed").GetArrayLength());

        string[] lines = File.ReadAllLines(csv);
        Assert.StartsWith("level,category,video,frames,recall,", lines[0], StringComparison.Ordinal);
        Assert.Equal(["video,walk,one,40", "video,walk,two,40", "category,walk,,80", "overall,,,80", "mean over videos,,,80"],
            lines[1..].Select(row => string.Join(',', row.Split(',')[..4])));
        Assert.Empty(Directory.GetDirectories(Path.Combine(masks, "walk"), ".*"));
    }

    [Fact]
    public void Without_ground_truth_the_masks_are_the_same_and_there_are_no_scores()
    {
        string with = Video("walk", "one", 3), masks = Path.Combine(_root, "masks"), again = Path.Combine(_root, "again");
        Assert.Equal(0, Eval(with, "--masks", masks).Code);
        Directory.Delete(Path.Combine(with, "groundtruth"), recursive: true);
        File.Delete(Path.Combine(with, "temporalROI.txt"));
        (int code, string output, string error) = Eval(with, "--masks", again);
        Assert.Equal((0, ""), (code, error));
        Assert.Matches(@"walk/one +40 +- ", output);
        foreach (string mask in Directory.GetFiles(Path.Combine(masks, "walk", "one")))
            Assert.Equal(File.ReadAllBytes(mask), File.ReadAllBytes(Path.Combine(again, "walk", "one", Path.GetFileName(mask))));
    }

    [Fact]
    public void Labels_that_are_none_fail_the_video_and_a_video_without_foreground_gets_a_note()
    {
        string wrong = Video("walk", "wrong", 5), empty = Video("walk", "empty", 6), json = Path.Combine(_root, "report.json");
        foreach (string file in Directory.GetFiles(Path.Combine(empty, "groundtruth")))
            File.WriteAllBytes(file, PngFile.Make(Width, Height, 0, 8, (_, y) => [y < 9 ? 50 : 0]));
        File.WriteAllBytes(Path.Combine(wrong, "groundtruth", "gt000020.png"), PngFile.Make(Width, Height, 0, 8, (x, y) => [(x, y) == (7, 3) ? 235 : 0]));
        (int code, string output, string error) = Eval(Path.Combine(_root, "data"), "--json", json);
        Assert.Equal(1, code);
        string line = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("gt000020.png' is no ground truth: the ground truth at (7, 3) is 235: it must be 0 (background), 50 (shadow)", line, StringComparison.Ordinal);
        Assert.Contains("note: walk/empty: in none of the 27 labelled frames", output, StringComparison.Ordinal);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(json));
        Assert.Contains("walk/empty", Assert.Single(report.RootElement.GetProperty("notes").EnumerateArray().ToArray()).GetString()!, StringComparison.Ordinal);
        Assert.Equal("empty", Assert.Single(report.RootElement.GetProperty("videos").EnumerateArray().ToArray()).GetProperty("video").GetString());
    }

    [Fact]
    public void Wrong_options_end_it_before_anything_is_done()
    {
        string folder = Video("walk", "one", 4, withTruth: false), masks = Path.Combine(_root, "masks");
        foreach ((string[] args, int code, string message) in new (string[], int, string)[]
        {
            (["--set", "history=1"], 2, "history is 1; it must be 2 to 1000000"),
            (["--set", "sensitivity=1"], 2, "knows no option 'sensitivity'"),
            (["--preset", "best"], 2, "--preset needs one of fast, balanced, accurate, not 'best'"),
            (["--threads", "0"], 2, "--threads needs a whole number from 1 to 256, not '0'"),
        })
        {
            StringWriter error = new();
            Assert.Equal(code, CommandFrame.Run(new RootCommand("Test.") { EvalCommand.Create() }, ["eval", folder, "--masks", masks, .. args], error));
            Assert.Contains(message, Assert.Single(error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        }
        Assert.False(Directory.Exists(masks));
        Assert.Equal(1, CommandFrame.Run(new RootCommand("Test.") { EvalCommand.Create() }, ["eval", Path.Combine(_root, "nowhere")], TextWriter.Null));
    }
}
