using GmmVision.Imaging;
using GmmVision.Segmentation;
using Xunit;

namespace GmmVision.Tests.Segmentation;

public class FeatureExtractorTests
{
    [Fact]
    public void Colour_features_are_the_converted_colours_in_row_order()
    {
        Frame image = Pictures.Noise(7, 5, 1);
        double[] features = All(image, new FeatureOptions { Color = ColorSpace.Luv });
        for (int y = 0; y < 5; y++)
        {
            for (int x = 0; x < 7; x++)
            {
                (double l, double u, double v) = ColorConversion.ToLuv(image.Row(0, y)[x], image.Row(1, y)[x], image.Row(2, y)[x]);
                Assert.Equal([l, u, v], features.AsSpan((y * 7 + x) * 3, 3).ToArray());
            }
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.5, 0)]
    [InlineData(0, 2)]
    [InlineData(0.5, 2)]
    public void What_is_kept_is_what_would_be_computed_whatever_the_weights(double position, double texture)
    {
        Frame image = Pictures.Disc(90, 70, 3);
        var options = new FeatureOptions { PositionWeight = position, TextureWeight = texture };
        FeatureExtractor kept = FeatureExtractor.Keep(image, options with { PositionWeight = 0, TextureWeight = texture > 0 ? 1 : 0 }).With(options);
        double[] features = new double[20 * 90 * options.Dimensions];
        kept.Extract(7, 20, features);
        Assert.Equal(All(image, options).AsSpan(7 * 90 * options.Dimensions, features.Length).ToArray(), features);

        SegmentationFit fit = SegmentationFit.Of(SegmentationSamples.Of(kept, 1024, 0), new SegmentationOptions { Features = options, Choice = ComponentChoice.Given, Components = 3 }, TestContext.Current.CancellationToken);
        SegmentationFit plain = SegmentationFit.Of(SegmentationSamples.Of(image, options, 1024, 0), new SegmentationOptions { Features = options, Choice = ComponentChoice.Given, Components = 3 }, TestContext.Current.CancellationToken);
        Assert.Equal(plain.Curve, fit.Curve);
        Assert.Equal(Segmenter.Label(image, plain.Model, cancellation: TestContext.Current.CancellationToken).Labels.ToArray(), Segmenter.Label(kept, fit.Model, cancellation: TestContext.Current.CancellationToken).Labels.ToArray());
        Assert.Throws<ArgumentException>(() => kept.With(options with { Color = ColorSpace.Hsv }));
        Assert.Throws<ArgumentException>(() => kept.With(options with { TextureWeight = texture > 0 ? 0 : 1 }));
    }

    [Fact]
    public void Any_cut_into_runs_of_rows_gives_the_same_numbers()
    {
        Frame image = Pictures.Noise(23, 31, 2);
        var options = new FeatureOptions { PositionWeight = 1, TextureWeight = 1, TextureScales = 3 };
        int d = options.Dimensions;
        Assert.Equal(8, d);
        Assert.Equal(d, options.Names.Count);
        double[] whole = All(image, options);
        var extractor = new FeatureExtractor(image, options);
        foreach (int rows in (int[])[1, 4, 13])
        {
            double[] pieces = new double[whole.Length];
            for (int y = 0; y < image.Height; y += rows)
                extractor.Extract(y, Math.Min(rows, image.Height - y), pieces.AsSpan(y * image.Width * d));
            Assert.Equal(whole, pieces);
        }
    }

    [Fact]
    public void Place_is_centred_and_the_longer_side_has_deviation_1()
    {
        Frame image = Pictures.Of(200, 100, (_, _) => (0, 0, 0));
        double[] features = All(image, new FeatureOptions { PositionWeight = 1 });
        double[] x = [.. Enumerable.Range(0, 20000).Select(i => features[5 * i + 3])], y = [.. Enumerable.Range(0, 20000).Select(i => features[5 * i + 4])];
        Assert.Equal(0, x.Average(), 1e-12);
        Assert.Equal(0, y.Average(), 1e-12);
        Assert.Equal(1, Math.Sqrt(x.Average(v => v * v)), 1e-3);
        Assert.Equal(0.5, Math.Sqrt(y.Average(v => v * v)), 1e-3);
    }

    [Fact]
    public void Texture_is_what_its_definition_says()
    {
        Frame image = Pictures.Noise(12, 9, 3);
        double[] features = All(image, new FeatureOptions { TextureWeight = 1, TextureScales = 2 });
        for (int scale = 0; scale < 2; scale++)
        {
            int radius = 1 << scale;
            for (int y = 0; y < 9; y++)
            {
                for (int x = 0; x < 12; x++)
                {
                    double energy = Window(radius, (dx, dy) => Square(Luma(x + dx, y + dy) - Window(radius, (ex, ey) => Luma(x + dx + ex, y + dy + ey))));
                    Assert.Equal(Math.Sqrt(energy), features[(y * 12 + x) * 5 + 3 + scale], 1e-3);
                }
            }
        }

        double Luma(int x, int y)
        {
            (x, y) = (Math.Clamp(x, 0, 11), Math.Clamp(y, 0, 8));
            return (0.299 * image.Row(0, y)[x] + 0.587 * image.Row(1, y)[x] + 0.114 * image.Row(2, y)[x]) / 255;
        }

        static double Square(double value) => value * value;
    }

    [Fact]
    public void A_constant_picture_has_no_texture()
    {
        double[] features = All(Pictures.Of(9, 9, (_, _) => (7, 99, 201)), new FeatureOptions { TextureWeight = 1 });
        for (int i = 0; i < 81; i++)
            Assert.All(features[(i * 6 + 3)..(i * 6 + 6)], value => Assert.InRange(value, 0, 1e-4));
    }

    [Fact]
    public void A_grey_frame_is_described_as_neutral_colour()
    {
        var image = new Frame(new FrameFormat(3, 1, PixelLayout.Gray8, ColorRange.Full));
        (image.Row(0, 0)[0], image.Row(0, 0)[1], image.Row(0, 0)[2]) = (0, 128, 255);
        double[] features = All(image, new FeatureOptions());
        Assert.Equal([0, 0, 0], features[..3]);
        Assert.Equal([100, 0, 0], features[6..].Select(v => Math.Round(v, 9)));
    }

    [Fact]
    public void Wrong_layouts_rows_buffers_and_options_are_refused()
    {
        Frame image = Pictures.Noise(4, 4, 0);
        Assert.Contains("Yuv420", Assert.Throws<ArgumentException>(() => new FeatureExtractor(new Frame(new FrameFormat(4, 4, PixelLayout.Yuv420)), new FeatureOptions())).Message);
        var extractor = new FeatureExtractor(image, new FeatureOptions());
        Assert.Throws<ArgumentException>(() => extractor.Extract(3, 2, new double[100]));
        Assert.Throws<ArgumentException>(() => extractor.Extract(0, 2, new double[23]));
        foreach (FeatureOptions wrong in (FeatureOptions[])[
            new() { PositionWeight = -1 }, new() { PositionWeight = double.NaN }, new() { TextureWeight = 101 }, new() { TextureScales = 0 }, new() { TextureScales = 7 }, new() { Color = (ColorSpace)9 }])
            Assert.Throws<ArgumentOutOfRangeException>(() => wrong.Validate());
    }

    [Fact]
    public void Distinct_colours_are_counted_once_each()
    {
        Frame image = Pictures.Of(40, 30, (x, y) => (x % 3, y % 5, x * y % 2));
        var expected = new SortedDictionary<int, int>();
        for (int y = 0; y < 30; y++)
        {
            for (int x = 0; x < 40; x++)
            {
                int color = x % 3 << 16 | y % 5 << 8 | x * y % 2;
                expected[color] = expected.GetValueOrDefault(color) + 1;
            }
        }
        ColorCounts counts = ColorCounts.Of(image, new SamplingGrid(40, 30, 0, 0));
        Assert.Equal(expected.Keys, counts.Colors.ToArray());
        Assert.Equal(expected.Values, counts.Counts.ToArray());
        Assert.Equal(1200, counts.PixelCount);

        ColorCounts twice = ColorCounts.Join([counts, ColorCounts.Of(Pictures.Of(2, 1, (_, _) => (255, 255, 255)), new SamplingGrid(2, 1, 0, 0)), counts]);
        Assert.Equal(2402, twice.PixelCount);
        Assert.Equal([.. expected.Values.Select(count => 2 * count), 2], twice.Counts.ToArray());
    }

    [Theory]
    [InlineData(100, 37, 0, 100, 37)]
    [InlineData(100, 37, 100, 100, 37)]
    [InlineData(100, 37, 99, 50, 19)]
    [InlineData(37, 100, 10, 4, 10)]
    [InlineData(1, 1, 5, 1, 1)]
    public void A_grid_takes_one_pixel_of_every_cell(int width, int height, int maxSize, int columns, int rows)
    {
        var grid = new SamplingGrid(width, height, maxSize, 7);
        Assert.Equal((columns, rows, columns * rows), (grid.Columns, grid.Rows, grid.Count));
        int cell = (int)Math.Ceiling((double)width / columns);
        var places = new HashSet<(int, int)>();
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                (int x, int y) = grid.Pixel(column, row);
                Assert.InRange(x, column * cell, Math.Min(width, (column + 1) * cell) - 1);
                Assert.InRange(y, row * cell, Math.Min(height, (row + 1) * cell) - 1);
                places.Add((x - column * cell, y - row * cell));
                Assert.Equal((x, y), new SamplingGrid(width, height, maxSize, 7).Pixel(column, row));
            }
        }
        Assert.Equal(cell > 1, places.Count > 1);      // not always the same corner of the cell
    }

    private static double Window(int radius, Func<int, int, double> value)
    {
        double sum = 0;
        for (int dy = -radius; dy <= radius; dy++)
        {
            for (int dx = -radius; dx <= radius; dx++)
                sum += value(dx, dy);
        }
        return sum / ((2 * radius + 1) * (2 * radius + 1));
    }

    private static double[] All(Frame image, FeatureOptions options)
    {
        double[] features = new double[image.Width * image.Height * options.Dimensions];
        new FeatureExtractor(image, options).Extract(0, image.Height, features);
        return features;
    }
}
