using GmmVision.Cli;
using GmmVision.Cli.Eval;
using GmmVision.Evaluation;
using GmmVision.Imaging;
using GmmVision.Tests.Foreground;
using GmmVision.Tests.Imaging;
using Xunit;

namespace GmmVision.Tests.Cli.Eval;

public sealed class EvalTruthTests : IDisposable
{
    private const int Width = 71, Height = 40;

    private static readonly int[] Labels = [0, 50, 85, 170, 255];

    private readonly string _root = Directory.CreateTempSubdirectory("gmmvision-truth-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static int Label(int x, int y) => Labels[(x / 9 + y / 7) % 5];

    private EvalTruth Truth(string name, byte[] file)
    {
        EvalVideo video = new("c", "v", Directory.CreateDirectory(Path.Combine(_root, Guid.NewGuid().ToString("N"))).FullName);
        Directory.CreateDirectory(video.GroundTruthFolder);
        File.WriteAllBytes(Path.Combine(video.GroundTruthFolder, name), file);
        return new EvalTruth(video, [1, 2, 3], new FrameFormat(Width, Height, PixelLayout.Gray8));
    }

    [Fact]
    public void The_same_labels_score_the_same_in_every_kind_of_picture()
    {
        Mask mask = RandomMasks.Noise(Width, Height, 0.4, 1);
        byte[] grays = [.. Enumerable.Range(0, 256).SelectMany(i => Enumerable.Repeat((byte)i, 3))];
        byte[] few = [.. Labels.SelectMany(label => Enumerable.Repeat((byte)label, 3))];
        List<ChangeDetectionCounts> counts = [];
        foreach (byte[] file in (byte[][])[
            PngFile.Make(Width, Height, 0, 8, (x, y) => [Label(x, y)]),
            PngFile.Make(Width, Height, 0, 16, (x, y) => [Label(x, y)]),
            PngFile.Make(Width, Height, 0, 16, (x, y) => [257 * Label(x, y)]),
            PngFile.Make(Width, Height, 2, 8, (x, y) => [Label(x, y), Label(x, y), Label(x, y)], interlaced: true),
            PngFile.Make(Width, Height, 6, 8, (x, y) => [Label(x, y), Label(x, y), Label(x, y), 9]),
            PngFile.Make(Width, Height, 3, 8, (x, y) => [Label(x, y)], palette: grays),
            PngFile.Make(Width, Height, 3, 4, (x, y) => [Array.IndexOf(Labels, Label(x, y))], palette: few)])
        {
            EvalTruth truth = Truth("gt000002.png", file);
            for (int number = 1; number <= 3; number++)
                truth.Add(number, mask, TestContext.Current.CancellationToken);
            Assert.Equal((1, null), (truth.Frames, truth.Note));
            counts.Add(truth.Counts);
        }
        long positives = Enumerable.Range(0, Width * Height).Count(i => Label(i % Width, i / Width) == 255);
        Assert.Equal(positives, counts[0].TruePositives + counts[0].FalseNegatives);
        Assert.All(counts, each => Assert.Equal(counts[0], each));
    }

    [Fact]
    public void Other_values_and_sizes_are_told_with_the_file()
    {
        Assert.Contains("gt2.png' is no ground truth: the ground truth at (0, 0) is 1: it must be 0 (background)",
            Told(PngFile.Make(Width, Height, 3, 1, (_, _) => [1], palette: [0, 0, 255, 255, 0, 0])), StringComparison.Ordinal);
        Assert.Contains("the label at (0, 0) is 4000", Told(PngFile.Make(Width, Height, 0, 16, (_, _) => [4000])), StringComparison.Ordinal);
        Assert.Contains("gt2.png' is no ground truth: cannot read labels", Told(PngFile.Make(Width, Height, 0, 8, (_, _) => [0])[..60]), StringComparison.Ordinal);
        Assert.Contains($"gt2.png' is 9x9, its frame is {Width}x{Height}", Told(PngFile.Make(9, 9, 0, 8, (_, _) => [0])), StringComparison.Ordinal);

        string Told(byte[] file) => Assert.Throws<UserError>(() => Truth("gt2.png", file).Add(2, new Mask(Width, Height), TestContext.Current.CancellationToken)).Message;
    }

    [Fact]
    public void Truth_of_no_scored_frame_or_without_foreground_is_noted()
    {
        EvalTruth truth = Truth("gt2.png", PngFile.Make(Width, Height, 0, 8, (x, _) => [Labels[x % 4]]));
        Assert.Contains("no ground truth of frames", truth.Note, StringComparison.Ordinal);
        truth.Add(2, new Mask(Width, Height), TestContext.Current.CancellationToken);
        Assert.Contains("none of the 1 labelled frames", truth.Note, StringComparison.Ordinal);
    }
}
