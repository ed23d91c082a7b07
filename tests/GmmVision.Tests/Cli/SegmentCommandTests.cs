using System.CommandLine;
using System.Text.Json;
using GmmVision.Cli;
using GmmVision.Cli.Commands;
using GmmVision.Cli.Segment;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Segmentation;
using GmmVision.Tests.Ffmpeg;
using GmmVision.Tests.Segmentation;
using Xunit;

namespace GmmVision.Tests.Cli;

public sealed class SegmentCommandTests : IDisposable
{
    // 32x16 pixels of CMYK with Adobe's marker: left half red, right half blue.
    private const string CmykJpeg = "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwANCQoLCggNCwoLDg4NDxMgFRMSEhMnHB4XIC4pMTAuKS0sMzpKPjM2RjcsLUBXQUZMTlJTUjI+WmFaUGBKUVJP/8AAFAgAEAAgBEMRAE0RAFkRAEsRAP/EABYAAQEBAAAAAAAAAAAAAAAAAAAIB//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAOBEMATQBZAEsAAD8A05mDMGnACYhToAKdExAAmIU6AD//2Q==";

    private static readonly SegmentationOptions Two = new() { Choice = ComponentChoice.Given, Components = 2, Restarts = 1 };

    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-segment-").FullName;
    private readonly StringWriter _output = new(), _error = new();

    private string Output => Path.Combine(_folder, "out");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_picture_gets_labels_segments_overlay_and_document()
    {
        Frame image = Pictures.Disc(64, 48, 1);
        string path = Save("disc.png", image);
        Assert.Equal(0, Run([path], new() { Output = Output, Fit = Two with { Components = 3 } }));
        Assert.Equal(["disc.json", "disc.labels.png", "disc.overlay.png", "disc.segments.png"], Files());
        Assert.Equal(3, File.ReadAllBytes(Path.Combine(Output, "disc.labels.png"))[25]);      // colour type 3: indexed

        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Output, "disc.json")));
        JsonElement root = document.RootElement;
        Assert.Equal(3, root.GetProperty("k").GetInt32());
        JsonElement[] labels = [.. root.GetProperty("labels").EnumerateArray()];
        Assert.Equal(64 * 48, labels.Sum(label => label.GetProperty("area").GetInt64()));
        Assert.Equal(1, labels.Sum(label => label.GetProperty("weight").GetDouble()), 1e-9);
        Assert.All(labels, label => Assert.Equal((3, 3), (label.GetProperty("mean").GetArrayLength(), label.GetProperty("covariance").GetArrayLength())));
        double[] likelihoods = [.. root.GetProperty("log_likelihoods").EnumerateArray().Select(value => value.GetDouble())];
        Assert.Equal(root.GetProperty("iterations").GetInt32(), likelihoods.Length);

        Frame segments = StillImage.Load(Path.Combine(Output, "disc.segments.png")), overlay = StillImage.Load(Path.Combine(Output, "disc.overlay.png"));
        int colors = Enumerable.Range(0, 64 * 48).Select(i => segments.Data[i] << 16 | segments.Data[3072 + i] << 8 | segments.Data[6144 + i]).Distinct().Count();
        Assert.Equal(3, colors);
        int changed = Enumerable.Range(0, 64 * 48).Count(i => overlay.Data[i] != image.Data[i] || overlay.Data[6144 + i] != image.Data[6144 + i]);
        Assert.InRange(changed, 100, 1000);      // the boundaries and nothing else
    }

    [Fact]
    public void Connected_regions_have_boxes_and_their_number_where_it_is_given()
    {
        string path = Save("disc.png", Pictures.Disc(64, 48, 1));
        var (code, _, error) = CommandLineRun.Run("segment", path, "--connected", "-k", "3", "-o", Output, "--report");
        Assert.True(code == 0, error);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Output, "disc.json")));
        JsonElement[] labels = [.. document.RootElement.GetProperty("labels").EnumerateArray()];
        Assert.Equal(3, labels.Length);
        Assert.Equal([0, 0, 64], labels[0].GetProperty("box").EnumerateArray().Take(3).Select(value => value.GetInt32()));
        JsonElement disc = labels.Single(label => label.GetProperty("color").GetString()![1] > 'a');      // the red one
        int[] box = [.. disc.GetProperty("box").EnumerateArray().Select(value => value.GetInt32())];
        Assert.All(box.Zip((int[])[20, 7, 24, 24]), pair => Assert.InRange(pair.First, pair.Second - 3, pair.Second + 3));
        Assert.Contains("3 regions", File.ReadAllText(Path.Combine(Output, "report.html")));
        Assert.Equal(3, File.ReadAllBytes(Path.Combine(Output, "disc.labels.png"))[25]);
    }

    [Theory]
    [InlineData("--merge", "1")]
    [InlineData("--connected", "--soft-masks")]
    [InlineData("--connected", "--shared-model")]
    [InlineData("--connected", "-k", "variational")]
    [InlineData("--connected", "--max-k", "4")]
    [InlineData("--connected", "--smooth", "icm")]
    [InlineData("--connected", "-k", "4", "--merge", "1")]
    public void What_does_not_go_with_connected_regions_is_refused(params string[] options)
    {
        string path = Save("disc.png", Pictures.Disc(16, 12, 1));
        var (code, _, error) = CommandLineRun.Run(["segment", path, "-o", Output, .. options]);
        Assert.True(code == 2, error);
        Assert.Contains("--", error);
        Assert.Empty(Files());
    }

    [Theory]
    [InlineData("png", "rgba", Smoothing.None)]
    [InlineData("png", "rgba", Smoothing.Icm)]
    [InlineData("png", "rgba64be", Smoothing.Guided)]
    [InlineData("png", "pal8", Smoothing.Icm)]
    [InlineData("png", "ya8", Smoothing.Icm)]
    [InlineData("tiff", "rgba", Smoothing.Icm)]
    [InlineData("gif", "pal8", Smoothing.Icm)]
    public void Transparent_pixels_have_no_part_in_the_fit_and_a_label_of_their_own(string extension, string pixels, Smoothing smoothing)
    {
        // A red and a yellow block; what is transparent hides a noisy picture of many colours.
        string path = Path.Combine(_folder, "picture." + extension);
        const string Alpha = "if(between(X,10,29)*between(Y,10,29)+between(X,40,59)*between(Y,10,29),255,0)";
        string palette = pixels == "pal8" ? ",split[x][y];[x]palettegen=reserve_transparent=1[p];[y][p]paletteuse=dither=none" : "";
        Clips.Run(["-f", "lavfi", "-i", "testsrc2=s=80x40:r=1:d=1", "-vf",
            $"noise=alls=40:all_seed=1,format=rgba,geq=r='if({Alpha},if(lt(X,35),200,230),r(X,Y))':g='if({Alpha},if(lt(X,35),30,210),g(X,Y))':b='if({Alpha},30,b(X,Y))':a='{Alpha}'{palette}",
            "-frames:v", "1", .. pixels == "pal8" ? (string[])[] : ["-pix_fmt", pixels], path]);
        Assert.Equal(0, Run([path], new() { Output = Output, Fit = new SegmentationOptions(), Smoothing = new SmoothingOptions { Method = smoothing }, Posterior = true, Report = true }));
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Output, "picture.json")));
        JsonElement root = document.RootElement;
        Assert.Equal(2, root.GetProperty("k").GetInt32());
        Assert.Equal([400L, 400L], root.GetProperty("labels").EnumerateArray().Select(label => label.GetProperty("area").GetInt64()));
        Assert.Equal((2, 2400L), (root.GetProperty("transparent").GetProperty("label").GetInt32(), root.GetProperty("transparent").GetProperty("area").GetInt64()));
        (Frame segments, Mask? transparent, _) = StillImage.Load(Path.Combine(Output, "picture.segments.png"), null);
        Assert.Equal(2400, transparent!.Count());
        Assert.False(transparent[10, 10]);
        Assert.True(transparent[9, 10]);
        Assert.NotEqual(segments.Row(1, 20)[20], segments.Row(1, 20)[50]);
        Assert.Contains("and 75% transparent", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_of_nothing_but_transparent_pixels_is_told_and_the_others_are_done()
    {
        string empty = Path.Combine(_folder, "empty.png"), full = Path.Combine(_folder, "full.png");
        Clips.Run("-f", "lavfi", "-i", "color=red@0.0:s=40x30,format=rgba", "-frames:v", "1", empty);
        Clips.Run("-f", "lavfi", "-i", "testsrc=s=40x30,format=rgba", "-frames:v", "1", full);
        Assert.Equal(1, Run([empty, full], new() { Output = Output, Fit = Two }));
        Assert.Contains("Every pixel is transparent", _error.ToString(), StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Output, "full.json")));
        Assert.False(document.RootElement.TryGetProperty("transparent", out _));
    }

    [Fact]
    public void Everything_on_request_is_written_and_named_in_the_document()
    {
        string path = Save("disc.png", Pictures.Disc(64, 48, 2));
        Assert.Equal(0, Run([path], new() { Output = Output, Fit = Two, Posterior = true, SoftMasks = true, Uncertainty = true, Report = true }));
        Assert.Equal(["disc.json", "disc.labels.png", "disc.overlay.png", "disc.posterior.npy", "disc.segments.png", "disc.soft-0.png", "disc.soft-1.png", "disc.uncertainty.png", "report.html"], Files());
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Output, "disc.json")));
        Assert.Equal(7, document.RootElement.GetProperty("files").GetArrayLength());
        Assert.Equal(128 + 64 * 48 * 2 * 4, new FileInfo(Path.Combine(Output, "disc.posterior.npy")).Length);
        Frame first = StillImage.Load(Path.Combine(Output, "disc.soft-0.png"), PixelLayout.Gray8), second = StillImage.Load(Path.Combine(Output, "disc.soft-1.png"), PixelLayout.Gray8);
        for (int i = 0; i < 64 * 48; i++)
            Assert.InRange(first.Data[i] + second.Data[i], 254, 256);
    }

    [Fact]
    public void The_report_needs_no_other_file()
    {
        string path = Save("a & b.png", Pictures.Disc(64, 48, 3));
        Assert.Equal(0, Run([path], new() { Output = Output, Fit = new() { MaxComponents = 4, Restarts = 1 }, Report = true }));
        string html = File.ReadAllText(Path.Combine(Output, "report.html"));
        Assert.Contains("a &amp; b.png", html);
        Assert.Contains("k = 3", html);
        Assert.Equal(3, Count("src=\"data:image/png;base64,"));
        Assert.Equal(3, Count("src="));
        Assert.Equal(4, Count("<svg "));
        Assert.Equal(6, Count("<polygon "));      // two views of three ellipses
        Assert.DoesNotContain("<link", html);
        Assert.DoesNotContain("<script", html);
        Assert.DoesNotContain("http", html);
        Assert.DoesNotContain("NaN", html);

        int Count(string text) => html.Split(text).Length - 1;
    }

    [Fact]
    public void Resume_skips_what_is_whole_and_of_the_same_parameters()
    {
        string a = Save("a.png", Pictures.Disc(32, 24, 4)), b = Save("b.png", Pictures.Disc(32, 24, 5));
        SegmentSettings settings = new() { Output = Output, Fit = Two, Resume = true, Report = true };
        Assert.Equal(0, Run([a, b], settings));
        DateTime before = Written("a.json");
        string report = File.ReadAllText(Path.Combine(Output, "report.html"));

        Assert.Equal(0, Run([a, b], settings));
        Assert.Contains("0 of 2 pictures segmented, 2 were complete and skipped", _error.ToString());
        Assert.Equal(before, Written("a.json"));
        Assert.Equal(report, File.ReadAllText(Path.Combine(Output, "report.html")));

        File.Delete(Path.Combine(Output, "b.overlay.png"));
        Assert.Equal(0, Run([a, b], settings));
        Assert.Contains("1 of 2 pictures segmented, 1 were complete and skipped", _error.ToString());
        Assert.Equal(before, Written("a.json"));
        Assert.True(File.Exists(Path.Combine(Output, "b.overlay.png")));

        Assert.Equal(0, Run([a, b], settings with { Uncertainty = true }));
        Assert.Contains("2 of 2 pictures segmented", _error.ToString());
        Assert.Equal(0, Run([a, b], settings with { Fit = Two with { Seed = 1 } }));
        Assert.Contains("2 of 2 pictures segmented", _error.ToString());
    }

    [Fact]
    public void Bad_pictures_are_reported_at_the_end_and_the_others_are_done()
    {
        string good = Save("good.png", Pictures.Disc(32, 24, 6)), text = Path.Combine(_folder, "text.jpg"), cut = Path.Combine(_folder, "cut.png"), empty = Path.Combine(_folder, "empty.png");
        File.WriteAllText(text, "this is no picture");
        File.WriteAllBytes(cut, File.ReadAllBytes(good)[..40]);
        File.WriteAllBytes(empty, []);
        Assert.Equal(1, Run([text, cut, Path.Combine(_folder, "missing.png"), good, empty], new() { Output = Output, Fit = Two }));
        Assert.Equal(["good.json", "good.labels.png", "good.overlay.png", "good.segments.png"], Files());
        string[] lines = _error.ToString().TrimEnd().Split('\n');
        Assert.Equal("gmmvision segment: 4 of 5 pictures could not be done:", lines[^5].TrimEnd());
        Assert.Contains("text.jpg", lines[^4]);
        Assert.Contains("cut.png", lines[^3]);
        Assert.Contains("missing.png", lines[^2]);
        Assert.Contains("empty.png", lines[^1]);
    }

    [Fact]
    public void A_single_bad_picture_is_the_error()
    {
        UserError error = Assert.Throws<UserError>(() => Run([Path.Combine(_folder, "missing.png")], new() { Output = Output, Fit = Two }));
        Assert.Equal(1, error.ExitCode);
        Assert.Contains("missing.png", error.Message);
        Assert.Empty(Files());
    }

    public static TheoryData<string, string[]> Encodings => new()
    {
        { "gray.png", ["-pix_fmt", "gray"] },
        { "gray16.png", ["-pix_fmt", "gray16be"] },
        { "rgb48.png", ["-pix_fmt", "rgb48be"] },
        { "alpha.png", ["-pix_fmt", "rgba"] },
        { "palette.png", ["-vf", "split[a][b];[a]palettegen[p];[b][p]paletteuse=dither=none", "-pix_fmt", "pal8"] },
        { "palette.gif", ["-vf", "split[a][b];[a]palettegen[p];[b][p]paletteuse=dither=none"] },
        { "photo.jpg", ["-q:v", "2"] },
        { "photo.bmp", [] },
        { "photo.tif", [] },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Every_kind_of_picture_gives_the_right_labels(string name, string[] arguments)
    {
        Frame image = Pictures.Of(48, 32, (x, y) => x < 24 ? (30 + y % 3, 30 + y % 3, 30 + y % 3) : (220 + y % 3, 200 + y % 3, 190 + y % 3));
        string png = Save("source.png", image), path = Path.Combine(_folder, name);
        Convert(png, path, arguments);
        Assert.Equal(0, Run([path], new() { Output = Output, Fit = Two, Smoothing = new() { Method = Smoothing.None } }));
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Output, Path.ChangeExtension(name, "json"))));
        JsonElement[] labels = [.. document.RootElement.GetProperty("labels").EnumerateArray()];
        Assert.Equal([768L, 768L], labels.Select(label => label.GetProperty("area").GetInt64()));
        string[] colors = [.. labels.Select(label => label.GetProperty("color").GetString()!).Order()];
        Assert.StartsWith("#1", colors[0]);
        Assert.StartsWith(name.StartsWith("gray", StringComparison.Ordinal) ? "#c" : "#d", colors[1]);
    }

    [Fact]
    public void A_cmyk_jpeg_is_read_in_its_true_colours()
    {
        string path = Path.Combine(_folder, "cmyk.jpg");
        File.WriteAllBytes(path, System.Convert.FromBase64String(CmykJpeg));
        Assert.Equal(0, Run([path], new() { Output = Output, Fit = Two, Smoothing = new() { Method = Smoothing.None } }));
        Frame segments = StillImage.Load(Path.Combine(Output, "cmyk.segments.png"));
        Assert.True(segments.Row(0, 8)[4] > 240 && segments.Row(2, 8)[4] < 15, "the left half is red");
        Assert.True(segments.Row(0, 8)[28] < 15 && segments.Row(2, 8)[28] > 240, "the right half is blue");
    }

    [Fact]
    public void A_shared_model_labels_all_pictures_alike_and_can_be_applied_later()
    {
        string red = Save("red.png", Solid(220, 30, 30)), blue = Save("blue.png", Solid(30, 30, 220)), both = Save("both.png", Pictures.Of(32, 24, (x, y) => x < 16 ? (220, 30 + y % 4, 30) : (30, 30 + y % 4, 220)));
        Assert.Equal(0, Run([red, blue], new() { Output = Output, Fit = Two, SharedModel = true }));
        int inRed = OnlyLabel("red"), inBlue = OnlyLabel("blue");
        Assert.NotEqual(inRed, inBlue);

        Assert.Equal(0, Run([both], new() { Output = Output, Model = Path.Combine(Output, "model.json"), Smoothing = new() { Method = Smoothing.None } }));
        Assert.Equal([384L, 384L], Areas("both"));
        // The document of a picture is a model, too.
        Assert.Equal(0, Run([red], new() { Output = Path.Combine(_folder, "again"), Model = Path.Combine(Output, "both.json") }));

        static Frame Solid(int r, int g, int b) => Pictures.Of(32, 24, (_, y) => (r, g + y % 4, b));
        int OnlyLabel(string name) => Array.FindIndex(Areas(name), area => area == 32 * 24);
    }

    [Fact]
    public void A_shared_model_leaves_bad_pictures_out()
    {
        string good = Save("good.png", Pictures.Disc(32, 24, 7)), bad = Path.Combine(_folder, "bad.png");
        File.WriteAllText(bad, "no picture");
        Assert.Equal(1, Run([bad, good], new() { Output = Output, Fit = Two, SharedModel = true }));
        Assert.Equal(["good.json", "good.labels.png", "good.overlay.png", "good.segments.png", "model.json"], Files());
        Assert.Contains("1 of 2 pictures could not be done", _error.ToString());
        UserError error = Assert.Throws<UserError>(() => Run([bad, bad + "2"], new() { Output = Output, Fit = Two, SharedModel = true }));
        Assert.Contains("none of the pictures", error.Message);
    }

    [Fact]
    public void What_is_no_model_is_refused_in_one_line()
    {
        string picture = Save("p.png", Pictures.Disc(16, 16, 8)), text = Path.Combine(_folder, "model.txt");
        File.WriteAllText(text, "{\"a\":1}");
        Assert.Contains("not a segmentation model", Assert.Throws<UserError>(() => Run([picture], new() { Output = Output, Model = text })).Message);
        Assert.Contains("no such file", Assert.Throws<UserError>(() => Run([picture], new() { Output = Output, Model = text + "2" })).Message);
    }

    [Fact]
    public void An_output_that_cannot_be_a_folder_is_told()
    {
        string picture = Save("p.png", Pictures.Disc(16, 16, 8)), file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        Assert.Contains("--output", Assert.Throws<UserError>(() => Run([picture], new() { Output = Path.Combine(file, "out") })).Message);
    }

    [Fact]
    public void Cancelling_leaves_nothing_half_written()
    {
        string path = Save("p.png", Pictures.Disc(32, 24, 9));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => new SegmentRun(ImageList.Expand([path]), new SegmentSettings { Output = Output, Fit = Two }.Validate(), _output, _error).Execute(cancelled.Token));
        Assert.Empty(Files());
    }

    [Fact]
    public void Folders_and_patterns_become_their_pictures_with_names_of_their_own()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "sub"));
        foreach (string name in (string[])["b.png", "a.jpg", "a.png", "notes.txt", "sub/c.png", "x.labels.png", "x.soft-0.png", ".hidden.png"])
            File.WriteAllText(Path.Combine(_folder, name), "");
        Assert.Equal(["a.jpg", "a.png", "b", "c"], ImageList.Expand([_folder]).Select(input => input.Name));
        Assert.Equal(["a", "b"], ImageList.Expand([Path.Combine(_folder, "?.png")]).Select(input => input.Name));
        Assert.Equal(["c", "b"], ImageList.Expand([Path.Combine(_folder, "sub/c.png"), Path.Combine(_folder, "b.png"), Path.Combine(_folder, "sub", "..", "b.png")]).Select(input => input.Name));
        Assert.Equal(["c.png", "c.png-2"], ImageList.Expand(["one/c.png", "two/c.png"]).Select(input => input.Name));
        Assert.Equal(2, Assert.Throws<UserError>(() => ImageList.Expand([Path.Combine(_folder, "*.webp")])).ExitCode);
        Directory.CreateDirectory(Path.Combine(_folder, "empty"));
        Assert.Contains("holds no picture", Assert.Throws<UserError>(() => ImageList.Expand([Path.Combine(_folder, "empty")])).Message);
    }

    [Theory]
    [InlineData("segment", "IMAGE")]
    [InlineData("segment x.png -k 0", "-k needs a whole number from 1 to 256, or auto, or variational, not '0'")]
    [InlineData("segment x.png -k many", "not 'many'")]
    [InlineData("segment x.png --covariance round", "full, tied, diag, spherical")]
    [InlineData("segment x.png --smooth-radius 99", "--smooth-radius needs a whole number from 1 to 64")]
    [InlineData("segment x.png --position -1", "--position")]
    [InlineData("segment x.png --max-size 3", "max-size is 3; it must be 0 (every pixel) or 8 to 32768.")]
    [InlineData("segment x.png --model m.json -k 3", "--model applies a mixture that is fitted already, so -k would have no effect")]
    [InlineData("segment x.png --model m.json --shared-model", "exclude each other")]
    public void Wrong_usage_is_one_line_and_code_2(string args, string expected)
    {
        int code = CommandFrame.Run(new RootCommand("Test.") { SegmentCommand.Create() }, args.Split(' '), _error);
        Assert.Equal(2, code);
        Assert.Contains(expected, _error.ToString());
        Assert.Single(_error.ToString().TrimEnd().Split('\n'));
    }

    private int Run(string[] words, SegmentSettings settings)
    {
        _output.GetStringBuilder().Clear();
        _error.GetStringBuilder().Clear();
        return new SegmentRun(ImageList.Expand(words), settings.Validate(), _output, _error).Execute(TestContext.Current.CancellationToken);
    }

    private string[] Files() => Directory.Exists(Output) ? [.. Directory.GetFiles(Output).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)] : [];

    private DateTime Written(string name) => File.GetLastWriteTimeUtc(Path.Combine(Output, name));

    private long[] Areas(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Output, name + ".json")));
        return [.. document.RootElement.GetProperty("labels").EnumerateArray().Select(label => label.GetProperty("area").GetInt64())];
    }

    private string Save(string name, Frame image)
    {
        string path = Path.Combine(_folder, name);
        StillImage.Save(path, image);
        return path;
    }

    private static void Convert(string from, string to, string[] arguments)
    {
        var start = new System.Diagnostics.ProcessStartInfo(FfmpegTools.Ffmpeg) { RedirectStandardError = true };
        foreach (string argument in (string[])["-v", "error", "-i", from, .. arguments, to])
            start.ArgumentList.Add(argument);
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(start)!;
        string problem = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, problem);
    }
}
