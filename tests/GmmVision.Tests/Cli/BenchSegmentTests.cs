using System.Text.Json;
using GmmVision.Cli;
using GmmVision.Cli.Commands;
using GmmVision.Cli.Segment;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Segmentation;
using GmmVision.Tests.Segmentation;
using Xunit;

namespace GmmVision.Tests.Cli;

public sealed class BenchSegmentTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-bench-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_picture_is_scored_against_every_persons_segmentation()
    {
        string picture = Path.Combine(_folder, "disc.png");
        StillImage.Save(picture, Pictures.Disc(64, 48, 1));
        Truth("disc_1.png", 64, 48, (x, y) => Pictures.DiscLabel(64, 48, x, y) + 1);
        Truth("disc_2.png", 64, 48, (_, _) => 7);
        using var output = new StringWriter();
        SegmentSettings settings = new() { Output = "", Fit = new() { Choice = ComponentChoice.Given, Components = 3, Restarts = 2 }, Smoothing = new() { Method = Smoothing.Icm } };
        BenchSegmentCommand.Run(ImageList.Expand([picture]), _folder, settings, asJson: true, output, TestContext.Current.CancellationToken);
        using JsonDocument document = JsonDocument.Parse(output.ToString());
        Assert.Equal(2, document.RootElement.GetProperty("human_segmentations").GetInt32());
        Assert.Equal(3, document.RootElement.GetProperty("mean_k").GetDouble());
        // One person agrees; of the other, who sees one region, the largest segment covers about 70 %.
        Assert.InRange(document.RootElement.GetProperty("mixture").GetProperty("covering").GetDouble(), 0.75, 0.9);
        Assert.True(document.RootElement.GetProperty("kmeans_rgb").GetProperty("probabilistic_rand_index").GetDouble() > 0.5);
    }

    [Fact]
    public void Truth_that_is_missing_or_of_another_size_is_told()
    {
        string picture = Path.Combine(_folder, "p.png");
        StillImage.Save(picture, Pictures.Noise(8, 8, 1));
        Assert.Contains("p_1.png", Assert.Throws<UserError>(() => Run(_folder)).Message);
        Assert.Contains("no folder", Assert.Throws<UserError>(() => Run(Path.Combine(_folder, "none"))).Message);
        Truth("p_1.png", 4, 8, (_, _) => 1);
        Assert.Contains("4x8", Assert.Throws<UserError>(() => Run(_folder)).Message);

        void Run(string truth) => BenchSegmentCommand.Run(ImageList.Expand([picture]), truth, new SegmentSettings { Output = "" }, false, TextWriter.Null, TestContext.Current.CancellationToken);
    }

    private void Truth(string name, int width, int height, Func<int, int, int> region)
    {
        ushort[] values = [.. Enumerable.Range(0, width * height).Select(i => (ushort)region(i % width, i / width))];
        using FileStream stream = File.Create(Path.Combine(_folder, name));
        PngWriter.WriteGray16(stream, values, width, height);
    }
}
