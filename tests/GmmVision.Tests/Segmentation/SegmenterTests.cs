using GmmVision.Imaging;
using GmmVision.Mixtures;
using GmmVision.Segmentation;
using Xunit;

namespace GmmVision.Tests.Segmentation;

public class SegmenterTests
{
    private static readonly SegmentationOptions Three = new() { Choice = ComponentChoice.Given, Components = 3, Restarts = 3 };

    [Theory]
    [InlineData(Smoothing.None, 0.97)]
    [InlineData(Smoothing.Icm, 0.995)]
    [InlineData(Smoothing.Guided, 0.98)]
    public void Three_noisy_colours_become_three_labels(Smoothing method, double least)
    {
        Frame image = Pictures.Disc(96, 72, 1, 20);
        LabelMap labels = Segmenter.Label(image, Fit(image, Three).Model, new SmoothingOptions { Method = method });
        Assert.Equal(3, labels.LabelCount);
        Assert.InRange(Agreement(labels), least, 1);
    }

    [Theory]
    [InlineData(ColorSpace.Rgb)]
    [InlineData(ColorSpace.Luv)]
    [InlineData(ColorSpace.Hsv)]
    [InlineData(ColorSpace.YCbCr)]
    public void Every_colour_space_tells_the_colours_apart(ColorSpace space)
    {
        Frame image = Pictures.Disc(96, 72, 2);
        SegmentationFit fit = Fit(image, Three with { Features = new FeatureOptions { Color = space } });
        Assert.InRange(Agreement(Segmenter.Label(image, fit.Model)), 0.98, 1);
    }

    [Theory]
    [InlineData(CovarianceType.Tied)]
    [InlineData(CovarianceType.Diagonal)]
    [InlineData(CovarianceType.Spherical)]
    public void Every_covariance_tells_the_colours_apart(CovarianceType covariance)
    {
        Frame image = Pictures.Disc(96, 72, 3);
        Assert.InRange(Agreement(Segmenter.Label(image, Fit(image, Three with { Covariance = covariance }).Model)), 0.98, 1);
    }

    [Fact]
    public void Bic_finds_the_number_of_colours()
    {
        SegmentationFit fit = Fit(Pictures.Disc(96, 72, 4), new SegmentationOptions { Restarts = 3, MaxComponents = 6 });
        Assert.Equal(3, fit.Model.Labels);
        Assert.Equal([1, 2, 3, 4, 5, 6], fit.Curve.Select(point => point.Components));
        Assert.Equal(fit.Curve.MinBy(point => point.Bic)!.Components, fit.Minimum);
        Assert.All(fit.Curve, point => Assert.True(point.Bic > point.Aic));
    }

    [Theory]
    [InlineData(CovarianceType.Full)]
    [InlineData(CovarianceType.Diagonal)]
    public void A_variational_mixture_leaves_labels_empty_that_it_has_no_use_for(CovarianceType covariance)
    {
        Frame image = Pictures.Disc(96, 72, 4);
        SegmentationFit fit = Fit(image, new SegmentationOptions { Choice = ComponentChoice.Variational, MaxComponents = 8, Restarts = 1, Covariance = covariance });
        Assert.InRange(fit.Model.Labels, 3, 6);
        LabelMap labels = Segmenter.Label(image, fit.Model);
        // Noise that is round in RGB is not in Lab, so that axis-aligned components may take two for one colour.
        Assert.InRange(labels.Areas().Count(area => area > 96 * 72 / 50), 3, covariance == CovarianceType.Full ? 3 : 5);
    }

    [Fact]
    public void A_minimum_at_the_limit_is_told()
    {
        SegmentationFit fit = Fit(Pictures.Disc(96, 72, 5), new SegmentationOptions { Restarts = 2, MaxComponents = 3 });
        Assert.Equal(3, fit.Minimum);
        Assert.Contains("limit of 3", Assert.Single(fit.Warnings));
    }

    [Fact]
    public void Place_separates_what_colour_cannot()
    {
        var random = new Random(6);
        Frame image = Pictures.Of(60, 40, (_, _) => (random.Next(100, 110), random.Next(100, 110), random.Next(100, 110)));
        SegmentationOptions options = new() { Choice = ComponentChoice.Given, Components = 2, Covariance = CovarianceType.Spherical, Features = new FeatureOptions { PositionWeight = 20 } };
        LabelMap labels = Segmenter.Label(image, Fit(image, options).Model);
        Assert.NotEqual(labels.Row(20)[2], labels.Row(20)[57]);
        Assert.InRange(labels.Areas()[0], 600, 1800);
    }

    [Fact]
    public void Texture_separates_what_colour_cannot()
    {
        // Left a constant grey, right a checkerboard of 80 and 120 whose mean it is.
        Frame image = Pictures.Of(64, 32, (x, y) => x < 32 ? (100, 100, 100) : (x + y) % 2 == 0 ? (80, 80, 80) : (120, 120, 120));
        SegmentationOptions options = new() { Choice = ComponentChoice.Given, Components = 2, Covariance = CovarianceType.Spherical, Features = new FeatureOptions { TextureWeight = 5 } };
        LabelMap labels = Segmenter.Label(image, Fit(image, options).Model, new SmoothingOptions { Method = Smoothing.None });
        Assert.NotEqual(labels.Row(16)[10], labels.Row(16)[50]);
        Assert.Equal(labels.Row(16)[50], labels.Row(16)[51]);
    }

    [Fact]
    public void Distinct_colours_with_counts_give_the_fit_of_all_pixels()
    {
        Frame image = Pictures.Of(64, 48, (x, y) => (x / 4 * 5 % 256, y / 3 * 9 % 256, (x + y) / 8 * 11 % 256));
        SegmentationSamples samples = SegmentationSamples.Of(image, new FeatureOptions { Color = ColorSpace.Rgb, Standardize = false }, 0, 0);
        Assert.InRange(samples.Count, 10, 64 * 48 / 2);
        double[] pixels = new double[64 * 48 * 3];
        new FeatureExtractor(image, samples.Features).Extract(0, 48, pixels);
        double[] means = [0.05, 0.1, 0.1, 0.25, 0.4, 0.5];
        var options = new MixtureOptions { Given = new MixtureParameters { Means = means }, Tolerance = 0, MaxIterations = 15 };
        GaussianMixture all = GaussianMixture.Fit(pixels, 3, 2, options), merged = GaussianMixture.Fit(samples.Rows, 3, 2, options, samples.Weights);
        Assert.Equal(all.LogLikelihood, merged.LogLikelihood, 1e-9);
        for (int i = 0; i < 6; i++)
            Assert.Equal(all.Means[i], merged.Means[i], 1e-9);
    }

    [Theory]
    [InlineData(ComponentChoice.Given)]
    [InlineData(ComponentChoice.Bic)]
    public void A_constant_picture_has_one_label(ComponentChoice choice)
    {
        Frame image = Pictures.Of(20, 10, (_, _) => (120, 3, 77));
        SegmentationFit fit = Fit(image, new SegmentationOptions { Choice = choice });
        Assert.Equal(1, fit.Model.Labels);
        Assert.All(fit.Model.Mean(0).Concat(fit.Model.Covariance(0)), value => Assert.True(double.IsFinite(value)));
        foreach (Smoothing method in Enum.GetValues<Smoothing>())
        {
            LabelMap labels = Segmenter.Label(image, fit.Model, new SmoothingOptions { Method = method });
            Assert.Equal([200L], labels.Areas());
            Assert.Equal([0x78034D], labels.MeanColors(image));
        }
    }

    [Fact]
    public void A_single_pixel_has_one_label()
    {
        Frame image = Pictures.Of(1, 1, (_, _) => (9, 9, 9));
        SegmentationFit fit = Fit(image, new SegmentationOptions());
        Assert.Equal([1L], Segmenter.Label(image, fit.Model).Areas());
        fit = Fit(image, new SegmentationOptions { Choice = ComponentChoice.Given, Components = 4, Features = new FeatureOptions { PositionWeight = 1, TextureWeight = 1 } });
        Assert.Equal([1L], Segmenter.Label(image, fit.Model).Areas());
        Assert.Contains("only 1 pixel", Assert.Single(fit.Warnings));
    }

    [Fact]
    public void More_labels_than_colours_are_told_and_every_colour_gets_its_own()
    {
        Frame image = Pictures.Of(30, 10, (x, _) => x < 10 ? (255, 0, 0) : x < 20 ? (0, 255, 0) : (0, 0, 255));
        SegmentationFit fit = Fit(image, new SegmentationOptions { Choice = ComponentChoice.Given, Components = 7 });
        Assert.Equal(3, fit.Model.Labels);
        Assert.Contains("7 labels were asked for, but there are only 3 colours", fit.Warnings[0]);
        LabelMap labels = Segmenter.Label(image, fit.Model, new SmoothingOptions { Method = Smoothing.None });
        Assert.Equal([100L, 100L, 100L], labels.Areas());
        Assert.All(fit.Model.Mixture.LogLikelihoods, value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void A_constant_picture_with_place_as_feature_is_divided_without_nan()
    {
        Frame image = Pictures.Of(20, 20, (_, _) => (50, 60, 70));
        SegmentationFit fit = Fit(image, Three with { Features = new FeatureOptions { PositionWeight = 1, TextureWeight = 1 } });
        Assert.All(Enumerable.Range(0, 3).SelectMany(fit.Model.Mean), value => Assert.True(double.IsFinite(value)));
        Assert.Equal(400, Segmenter.Label(image, fit.Model).Areas().Sum());
    }

    [Fact]
    public void A_grey_picture_is_segmented_by_lightness()
    {
        var image = new Frame(new FrameFormat(40, 20, PixelLayout.Gray8, ColorRange.Full));
        for (int i = 0; i < 800; i++)
            image.Data[i] = (byte)((i % 40 < 20 ? 60 : 190) + i * 7 % 13);
        LabelMap labels = Segmenter.Label(image, Fit(image, Three with { Components = 2 }).Model);
        Assert.Equal([400L, 400L], labels.Areas());
        Assert.NotEqual(labels.Row(9)[5], labels.Row(9)[35]);
    }

    [Theory]
    [InlineData(Smoothing.None)]
    [InlineData(Smoothing.Icm)]
    [InlineData(Smoothing.Guided)]
    public void Threads_change_nothing_and_runs_of_rows_join_without_a_seam(Smoothing method)
    {
        Frame image = Pictures.Disc(40, 200, 7, 60);
        SegmentationModel model = Fit(image, Three).Model;
        var smoothing = new SmoothingOptions { Method = method, Sweeps = 4, Radius = 3 };
        byte[] whole = Segmenter.Label(image, model, smoothing, 1, null, null, null, int.MaxValue, default).Labels.ToArray();
        foreach (int threads in (int[])[1, 2, 7])
        {
            byte[] runs = Segmenter.Label(image, model, smoothing, threads, null, null, null, 1, default).Labels.ToArray();
            Assert.Equal(whole, runs);
        }
    }

    [Fact]
    public void Threads_do_not_change_the_fit()
    {
        Frame image = Pictures.Disc(64, 48, 8, 40);
        SegmentationFit[] fits = [.. ((int[])[1, 2, 7]).Select(threads => Fit(image, new SegmentationOptions { Restarts = 2, MaxComponents = 4, Threads = threads }))];
        foreach (SegmentationFit fit in fits)
        {
            Assert.Equal(fits[0].Curve, fit.Curve);
            Assert.Equal(fits[0].Model.Mixture.Means.AsSpan(), fit.Model.Mixture.Means.AsSpan());
        }
    }

    [Theory]
    [InlineData(Smoothing.None)]
    [InlineData(Smoothing.Guided)]
    public void Posteriors_come_in_order_sum_to_1_and_agree_with_the_labels(Smoothing method)
    {
        Frame image = Pictures.Disc(40, 200, 9, 60);
        SegmentationModel model = Fit(image, Three).Model;
        var uncertainty = new Frame(new FrameFormat(40, 200, PixelLayout.Gray8, ColorRange.Full));
        byte[] best = new byte[8000], sure = new byte[8000];
        int next = 0;
        LabelMap labels = Segmenter.Label(image, model, new SmoothingOptions { Method = method, Radius = 3 }, 2, uncertainty, (first, rows, planes) =>
        {
            Assert.Equal(next, first);
            next += rows;
            int pixels = rows * 40;
            for (int i = 0; i < pixels; i++)
            {
                float[] p = [planes[i], planes[pixels + i], planes[2 * pixels + i]];
                Assert.All(p, value => Assert.InRange(value, 0, 1.00001f));
                Assert.Equal(1, p.Sum(), 1e-4f);
                best[first * 40 + i] = (byte)Array.IndexOf(p, p.Max());
                double entropy = -p.Sum(value => value > 0 ? value * Math.Log(value) : 0) / Math.Log(3);
                sure[first * 40 + i] = (byte)Math.Round(255 * entropy);
            }
        }, null, 1, default);
        Assert.Equal(200, next);
        Assert.Equal(labels.Labels.ToArray(), best);
        for (int i = 0; i < 8000; i++)
            Assert.InRange(uncertainty.Data[i] - sure[i], -1, 1);
    }

    [Fact]
    public void A_fit_to_part_of_the_pixels_labels_all_of_them()
    {
        Frame image = Pictures.Disc(200, 150, 10);
        SegmentationFit fit = Fit(image, Three with { MaxSize = 40 });
        Assert.Equal(40 * 30, fit.Pixels);
        Assert.InRange(Agreement(Segmenter.Label(image, fit.Model)), 0.98, 1);
    }

    [Fact]
    public void One_model_for_two_pictures_means_the_same_in_both()
    {
        Frame red = Pictures.Of(30, 20, (x, y) => (200 + (x * 7 + y) % 9, 20 + x % 5, 20 + y % 6)), blue = Pictures.Of(30, 20, (x, y) => (20 + x % 5, 20 + y % 6, 200 + (x * 7 + y) % 9));
        FeatureOptions features = new();
        SegmentationSamples samples = SegmentationSamples.Join([SegmentationSamples.Of(red, features, 0, 0), SegmentationSamples.Of(blue, features, 0, 0)]);
        Assert.Equal(1200, samples.PixelCount);
        SegmentationModel model = SegmentationFit.Of(samples, Three with { Components = 2 }).Model;
        byte[] inRed = [.. Segmenter.Label(red, model).Labels.ToArray().Distinct()], inBlue = [.. Segmenter.Label(blue, model).Labels.ToArray().Distinct()];
        Assert.NotEqual(Assert.Single(inRed), Assert.Single(inBlue));
    }

    [Fact]
    public void A_saved_model_gives_the_same_labels()
    {
        Frame image = Pictures.Disc(48, 36, 11, 40);
        SegmentationModel model = Fit(image, Three with { Features = new FeatureOptions { Color = ColorSpace.YCbCr, PositionWeight = 0.5 } }).Model;
        using var stream = new MemoryStream();
        model.Save(stream);
        stream.Position = 0;
        SegmentationModel loaded = SegmentationModel.Load(stream);
        Assert.Equal(model.Features, loaded.Features);
        Assert.Equal(Segmenter.Label(image, model).Labels.ToArray(), Segmenter.Label(image, loaded).Labels.ToArray());
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("not json", "")]
    [InlineData("{}", "format")]
    [InlineData("[1]", "")]
    [InlineData("{\"format\":\"gmmvision-segmentation\",\"version\":9}", "version 9")]
    [InlineData("{\"format\":\"gmmvision-segmentation\",\"version\":1}", "")]
    [InlineData("{\"format\":\"gmmvision-mixture\",\"version\":1}", "format")]
    public void What_is_no_model_is_refused(string text, string expected)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => SegmentationModel.Load(stream)).Message);
    }

    [Fact]
    public void Options_out_of_range_are_refused_with_value_and_range()
    {
        foreach ((SegmentationOptions options, string message) in ((SegmentationOptions, string)[])[
            (new() { Components = 0 }, "Components is 0"), (new() { MaxComponents = 257 }, "257"), (new() { Restarts = 0 }, "1 to 100"), (new() { Regularization = double.NaN }, "NaN"),
            (new() { Tolerance = -1 }, "-1"), (new() { MaxIterations = 0 }, "MaxIterations is 0"), (new() { MaxSize = 7 }, "7"), (new() { Threads = -1 }, "Threads is -1"),
            (new() { Choice = (ComponentChoice)8 }, "8"), (new() { Choice = ComponentChoice.Variational, Covariance = CovarianceType.Tied }, "Tied"), (new() { Covariance = (CovarianceType)8 }, "8"), (new() { Features = new() { TextureScales = 0 } }, "TextureScales is 0")])
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(() => options.Validate()).Message);
    }

    [Theory]
    [InlineData(new[] { 10.0, 4, 3, 2.5, 2.2 }, 1)]
    [InlineData(new[] { 10.0, 8, 3, 2.8, 2.7, 2.6 }, 2)]
    [InlineData(new[] { 100.0, 50, 10, 11, 30, 60 }, 2)]      // what lies behind the minimum does not count
    [InlineData(new[] { 5.0, 6, 7 }, 0)]
    [InlineData(new[] { 5.0, 6, 9 }, 0)]
    [InlineData(new[] { 5.0 }, 0)]
    [InlineData(new[] { 5.0, 5, 5 }, 0)]
    [InlineData(new[] { 5.0, 4, 3, 2 }, 3)]                   // a straight fall has no elbow: the lowest is taken
    public void The_elbow_is_farthest_below_the_chord(double[] curve, int expected)
    {
        Assert.Equal(expected, Elbow.Of(curve));
        Assert.Equal(expected, Elbow.Of([.. curve.Select(value => 1e6 * value - 17)]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(256)]
    public void Label_colours_are_all_different(int count) => Assert.Equal(count, LabelColors.Distinct(count).Distinct().Count());

    private static SegmentationFit Fit(Frame image, SegmentationOptions options) =>
        SegmentationFit.Of(SegmentationSamples.Of(image, options.Features, options.MaxSize, options.Seed), options);

    // Part of the pixels whose label is the one that most pixels of their true class have.
    private static double Agreement(LabelMap labels)
    {
        int[,] counts = new int[3, labels.LabelCount];
        for (int i = 0; i < labels.Labels.Length; i++)
            counts[Pictures.DiscLabel(labels.Width, labels.Height, i % labels.Width, i / labels.Width), labels.Labels[i]]++;
        int[] best = [.. Enumerable.Range(0, 3).Select(truth => Enumerable.Range(0, labels.LabelCount).MaxBy(label => counts[truth, label]))];
        Assert.Equal(3, best.Distinct().Count());
        return Enumerable.Range(0, 3).Sum(truth => counts[truth, best[truth]]) / (double)labels.Labels.Length;
    }
}
