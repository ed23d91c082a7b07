using GmmVision.Imaging;
using GmmVision.Segmentation;
using Xunit;

namespace GmmVision.Tests.Segmentation;

public class RegionSegmenterTests
{
    [Fact]
    public void A_region_may_be_of_several_colours()
    {
        // Left black and white specks, right brown and orange ones: four colours, two regions.
        var random = new Random(1);
        Frame image = Pictures.Of(160, 120, (x, _) => (random.Next(2) == 0, x < 80) switch
        {
            (true, true) => (20, 20, 20),
            (false, true) => (230, 230, 230),
            (true, false) => (110, 60, 20),
            _ => (240, 150, 30),
        });
        LabelMap labels = RegionSegmenter.Divide(image, cancellation: TestContext.Current.CancellationToken).CutTo(2);
        Assert.InRange(Agreement(labels, (x, _) => x < 80 ? 0 : 1), 0.95, 1);
    }

    [Theory]
    [InlineData(160, 120, 0.97)]
    [InlineData(1400, 1050, 0.985)]      // worked on in cells of 3x3
    public void Regions_end_where_colours_do(int width, int height, double least)
    {
        RegionHierarchy regions = RegionSegmenter.Divide(Pictures.Disc(width, height, 1), cancellation: TestContext.Current.CancellationToken);
        LabelMap labels = regions.CutTo(3);
        Assert.Equal(3, labels.LabelCount);
        Assert.InRange(Agreement(labels, (x, y) => Pictures.DiscLabel(width, height, x, y)), least, 1);
    }

    [Fact]
    public void Every_region_is_one_piece_and_the_largest_comes_first()
    {
        // The last one is worked on in cells of 2x2, and gets its borders back by colour.
        foreach (Frame image in (Frame[])[Pictures.Disc(160, 120, 1, 40), Pictures.Noise(90, 70, 2), Pictures.Disc(900, 700, 3, 60)])
        {
            RegionHierarchy regions = RegionSegmenter.Divide(image, cancellation: TestContext.Current.CancellationToken);
            foreach (double threshold in (double[])[0, 0.3, 0.8, 1.2, 10])
            {
                LabelMap labels = regions.CutAt(threshold);
                Assert.Equal(labels.LabelCount, Pieces(labels));
                Assert.Equal(labels.Areas().OrderDescending(), labels.Areas());
            }
        }
    }

    [Fact]
    public void Cuts_are_nested_and_as_many_as_asked_for()
    {
        RegionHierarchy regions = RegionSegmenter.Divide(Pictures.Disc(160, 120, 3, 30), cancellation: TestContext.Current.CancellationToken);
        LabelMap finer = regions.CutTo(255);
        Assert.Equal(Math.Min(255, regions.Superpixels), finer.LabelCount);
        foreach (int count in (int[])[40, 7, 2, 1])
        {
            LabelMap coarser = regions.CutTo(count);
            Assert.Equal(count, coarser.LabelCount);
            var parents = new Dictionary<byte, byte>();
            for (int i = 0; i < finer.Labels.Length; i++)
                Assert.Equal(coarser.Labels[i], parents.TryGetValue(finer.Labels[i], out byte parent) ? parent : parents[finer.Labels[i]] = coarser.Labels[i]);
            finer = coarser;
        }
        Assert.Equal(regions.Joins.Select(join => join.Strength).Order(), regions.Joins.Select(join => join.Strength));
    }

    [Fact]
    public void Threads_and_repetition_change_nothing()
    {
        Frame image = Pictures.Disc(150, 110, 4, 25);
        RegionOptions one = new(), two = one with { Mixture = one.Mixture with { Threads = 2 } };
        one = one with { Mixture = one.Mixture with { Threads = 1 } };
        byte[] first = RegionSegmenter.Divide(image, one, cancellation: TestContext.Current.CancellationToken).CutTo(20).Labels.ToArray();
        Assert.Equal(first, RegionSegmenter.Divide(image, two, cancellation: TestContext.Current.CancellationToken).CutTo(20).Labels.ToArray());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 9)]
    [InlineData(300, 2)]
    [InlineData(5, 5)]
    public void Small_pictures_have_regions_too(int width, int height)
    {
        foreach (Frame image in (Frame[])[Pictures.Noise(width, height, 5), Pictures.Of(width, height, (_, _) => (7, 7, 7)), new Frame(new FrameFormat(width, height, PixelLayout.Gray8))])
        {
            RegionHierarchy regions = RegionSegmenter.Divide(image, cancellation: TestContext.Current.CancellationToken);
            Assert.DoesNotContain(regions.Fit.Warnings, warning => warning.Contains("asked for"));      // the components are a means
            LabelMap labels = regions.Cut();
            Assert.Equal((width, height), (labels.Width, labels.Height));
            Assert.Equal(labels.LabelCount, Pieces(labels));
        }
    }

    [Theory]
    [InlineData(120, 90)]
    [InlineData(1300, 700)]
    public void Transparent_pixels_are_of_no_region(int width, int height)
    {
        // Two discs of one colour, apart from each other: never one region. A line of single pixels lies between.
        Frame image = Pictures.Of(width, height, (_, _) => (200, 40, 40));
        var transparent = new Mask(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                transparent[x, y] = Inside(x, y) < 0 && x != width / 2;
        }
        RegionHierarchy regions = RegionSegmenter.Divide(image, null, transparent, TestContext.Current.CancellationToken);
        LabelMap labels = regions.CutTo(1);
        Assert.True(regions.HasTransparent);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                Assert.Equal(transparent[x, y], labels.Row(y)[x] == labels.LabelCount - 1);
        }
        Assert.NotEqual(labels.Row(height / 2)[width / 5], labels.Row(height / 2)[width * 4 / 5]);

        int Inside(int x, int y)
        {
            for (int disc = 0; disc < 2; disc++)
            {
                double dx = x - width * (disc == 0 ? 0.2 : 0.8), dy = y - height * 0.5;
                if (dx * dx + dy * dy < height * height * 0.05)
                    return disc;
            }
            return -1;
        }
    }

    [Fact]
    public void Options_out_of_range_and_pictures_that_do_not_fit_are_refused()
    {
        Frame image = Pictures.Noise(20, 10, 6);
        Assert.Contains("255", Assert.Throws<ArgumentOutOfRangeException>(() => Divide(new RegionOptions { Regions = 256 })).Message);
        Assert.Contains("-1", Assert.Throws<ArgumentOutOfRangeException>(() => Divide(new RegionOptions { Threshold = -1 })).Message);
        Assert.Contains("16", Assert.Throws<ArgumentOutOfRangeException>(() => Divide(new RegionOptions { Superpixels = 3 })).Message);
        Assert.Contains("8x10", Assert.Throws<ArgumentException>(() => Divide(null, new Mask(8, 10))).Message);
        var all = new Mask(20, 10);
        all.Fill();
        Assert.Contains("transparent", Assert.Throws<ArgumentException>(() => Divide(null, all)).Message);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => RegionSegmenter.Divide(image, cancellation: cancelled.Token));

        void Divide(RegionOptions? options, Mask? transparent = null) => RegionSegmenter.Divide(image, options, transparent, TestContext.Current.CancellationToken);
    }

    private static int Pieces(LabelMap labels)
    {
        int pieces = 0, width = labels.Width;
        byte[] map = labels.Labels.ToArray();
        bool[] seen = new bool[map.Length];
        var stack = new Stack<int>();
        for (int start = 0; start < map.Length; start++)
        {
            if (seen[start])
                continue;
            pieces++;
            seen[start] = true;
            stack.Push(start);
            while (stack.TryPop(out int i))
            {
                foreach (int j in (int[])[i % width > 0 ? i - 1 : i, i % width < width - 1 ? i + 1 : i, i - width, i + width])
                {
                    if (j < 0 || j >= map.Length || seen[j] || map[j] != map[i])
                        continue;
                    seen[j] = true;
                    stack.Push(j);
                }
            }
        }
        return pieces;
    }

    // The part of the pixels on which both agree, each label taken for the truth that most of its pixels have.
    private static double Agreement(LabelMap labels, Func<int, int, int> truth)
    {
        int[,] counts = new int[labels.LabelCount, 3];
        for (int y = 0; y < labels.Height; y++)
        {
            for (int x = 0; x < labels.Width; x++)
                counts[labels.Row(y)[x], truth(x, y)]++;
        }
        int agreed = Enumerable.Range(0, labels.LabelCount).Sum(label => Enumerable.Range(0, 3).Max(t => counts[label, t]));
        return (double)agreed / labels.Labels.Length;
    }
}
