using GmmVision.Mixtures;
using Xunit;

namespace GmmVision.Tests.Mixtures;

/// <summary>A clear error or a right answer, never NaN.</summary>
public class BadInputTests
{
    private static readonly CovarianceType[] Shapes = Enum.GetValues<CovarianceType>();

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Samples_that_are_no_numbers_are_named(double bad)
    {
        double[] rows = MixtureData.ThreeInSpace(50, 1);
        rows[(17 * 3) + 2] = bad;

        Assert.Contains("Sample 17", Assert.Throws<ArgumentException>(() => GaussianMixture.Fit(rows, 3, 2)).Message);
        Assert.Contains("feature 2", Assert.Throws<ArgumentException>(() => GaussianMixture.Fit([.. rows.Select(v => (float)v)], 3, 2)).Message);
        GaussianMixture mixture = GaussianMixture.Fit(MixtureData.ThreeInSpace(50, 1), 3, 2);
        Assert.Throws<ArgumentException>(() => mixture.Predict(rows, new int[50]));
    }

    [Fact]
    public void Fewer_samples_than_components_is_an_error_that_says_how_many_there_are()
    {
        Assert.Contains("3 samples", Assert.Throws<ArgumentException>(() => GaussianMixture.Fit(new double[] { 1, 2, 3 }, 1, 4)).Message);
        Assert.Contains("2 samples", Assert.Throws<ArgumentException>(() => GaussianMixture.Fit(new double[] { 1, 2, 3 }, 1, 3, null, [1, 0, 1])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => GaussianMixture.Fit(new double[] { 1, 2, 3 }, 1, 0));
        Assert.Throws<ArgumentException>(() => GaussianMixture.Fit(Array.Empty<double>(), 1, 1));
        Assert.Throws<ArgumentException>(() => GaussianMixture.Fit(new double[] { 1, 2, 3 }, 2, 1));
    }

    [Fact]
    public void Equal_samples_become_a_narrow_component_at_their_place()
    {
        foreach (CovarianceType shape in Shapes)
        {
            foreach (double regularization in new[] { 1e-6, 0 })
            {
                foreach (int k in new[] { 1, 3 })
                {
                    double[] rows = [.. Enumerable.Repeat(new[] { 0.25, -3.0 }, 40).SelectMany(row => row)];
                    GaussianMixture mixture = GaussianMixture.Fit(rows, 2, k, new MixtureOptions { Covariance = shape, Regularization = regularization });
                    Sound(mixture);
                    for (int c = 0; c < k; c++) Assert.Equal([0.25, -3.0], mixture.Mean(c).ToArray().Select(v => Math.Round(v, 9)));
                    if (regularization > 0) Assert.Equal(regularization, mixture.Covariances[0], 1e-9);
                }
            }
        }
    }

    [Fact]
    public void Identical_columns_are_fitted_with_regularisation_and_reported_without()
    {
        double[] one = MixtureData.ThreeInSpace(300, 6);
        double[] rows = [.. Enumerable.Range(0, 300).SelectMany(n => new[] { one[n * 3], one[n * 3] })];
        foreach (CovarianceType shape in Shapes)
        {
            foreach (SamplePrecision precision in Enum.GetValues<SamplePrecision>())
            {
                SampleSet samples = SampleSet.Create(rows, 2, precision: precision);
                Sound(GaussianMixture.Fit(samples, 3, new MixtureOptions { Covariance = shape }));
                GaussianMixture bare = GaussianMixture.Fit(samples, 3, new MixtureOptions { Covariance = shape, Regularization = 0 });
                Sound(bare);
                if (shape == CovarianceType.Full && precision == SamplePrecision.Double) Assert.Contains("raise Regularization", Assert.Single(bare.Warnings.Distinct().Take(1)));
            }
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 4)]
    [InlineData(3, 1)]
    public void One_feature_and_one_component_are_fitted(int d, int k)
    {
        var random = new Random(3);
        double[] rows = [.. Enumerable.Range(0, 500 * d).Select(_ => 5 + 2 * MixtureData.Normal(random))];
        foreach (CovarianceType shape in Shapes)
        {
            GaussianMixture mixture = GaussianMixture.Fit(rows, d, k, new MixtureOptions { Covariance = shape, Regularization = 0 });
            Sound(mixture);
            if (k > 1) continue;
            double mean = rows.Where((_, i) => i % d == 0).Average(), variance = rows.Where((_, i) => i % d == 0).Average(v => (v - mean) * (v - mean));
            Assert.Equal(mean, mixture.Means[0], 1e-9);
            if (shape != CovarianceType.Spherical) Assert.Equal(variance, mixture.CovarianceMatrix(0)[0], 1e-9);
        }
    }

    [Fact]
    public void More_components_than_distinct_samples_give_an_answer()
    {
        foreach (bool merge in new[] { false, true })
        {
            byte[] pixels = [.. Enumerable.Range(0, 300).SelectMany(n => n % 3 == 0 ? new byte[] { 10, 20, 30 } : [200, 210, 220])];
            foreach (CovarianceType shape in Shapes)
            {
                GaussianMixture mixture = GaussianMixture.Fit(SampleSet.Create(pixels, 3, mergeEqualRows: merge), 5, new MixtureOptions { Covariance = shape, Restarts = 3 });
                Sound(mixture);
                Assert.Equal(2.0 / 3, Enumerable.Range(0, 5).Where(c => mixture.Mean(c)[0] > 0.5).Sum(c => mixture.Weights[c]), 0.01);
            }
        }
    }

    [Fact]
    public void Large_offsets_and_small_spreads_keep_variances_above_zero_in_single_precision()
    {
        var random = new Random(8);
        float[] rows = [.. Enumerable.Range(0, 4000 * 2).Select(i => (float)(1e4 + 1e-2 * MixtureData.Normal(random) + (i / 2 % 2 * 1)))];
        foreach (CovarianceType shape in Shapes)
        {
            GaussianMixture mixture = GaussianMixture.Fit(rows, 2, 2, new MixtureOptions { Covariance = shape, Regularization = 0 });
            Sound(mixture);
            double[] matrix = mixture.CovarianceMatrix(0);
            Assert.InRange(matrix[0], 0.5e-4, 1.5e-4);
        }
    }

    [Fact]
    public void Features_of_very_different_size_are_fitted_in_single_precision()
    {
        double[] three = MixtureData.ThreeInSpace(3000, 9);
        double[] sizes = [1e-12, 1, 1e12];
        double[] rows = [.. three.Select((v, i) => v * sizes[i % 3])];
        GaussianMixture plain = GaussianMixture.Fit(SampleSet.Create(three, 3, precision: SamplePrecision.Single), 3, new MixtureOptions { Regularization = 0, Start = MixtureStart.RandomFromData, Seed = 3 });
        GaussianMixture scaled = GaussianMixture.Fit(SampleSet.Create(rows, 3, precision: SamplePrecision.Single), 3, new MixtureOptions { Regularization = 0, Start = MixtureStart.RandomFromData, Seed = 3 });

        for (int i = 0; i < 9; i++) Assert.Equal(plain.Means[i], scaled.Means[i] / sizes[i % 3], 1e-3);
    }

    [Fact]
    public void Every_option_out_of_range_is_named_with_its_value()
    {
        foreach ((MixtureOptions options, string name) in new (MixtureOptions, string)[]
        {
            (new() { Restarts = 0 }, "Restarts is 0"), (new() { Regularization = -1 }, "Regularization is -1"), (new() { Regularization = double.NaN }, "Regularization is NaN"),
            (new() { Tolerance = -1 }, "Tolerance is -1"), (new() { MaxIterations = 0 }, "MaxIterations is 0"), (new() { Threads = -1 }, "Threads is -1"), (new() { TrimFraction = 0.6 }, "TrimFraction is 0.6"),
            (new() { Covariance = (CovarianceType)9 }, "Covariance is 9"), (new() { Start = (MixtureStart)9 }, "Start is 9"),
            (new() { Given = new() { Weights = [0.5] } }, "weights"), (new() { Given = new() { Weights = [0.5, 0.4] } }, "sum to 0.9"), (new() { Given = new() { Weights = [1.5, -0.5] } }, "above 0"),
            (new() { Given = new() { Means = [double.NaN, 1] } }, "NaN"), (new() { Given = new() { Precisions = [-1, 1] } }, "positive definite"),
        })
        {
            Assert.Contains(name, Assert.ThrowsAny<ArgumentException>(() => GaussianMixture.Fit(new double[] { 1, 2, 3, 4 }, 1, 2, options)).Message);
        }

        Assert.Contains("weights for 4 samples", Assert.Throws<ArgumentException>(() => GaussianMixture.Fit(new double[] { 1, 2, 3, 4 }, 1, 2, null, [1, 1])).Message);
        Assert.Contains("sample 2 is -1", Assert.Throws<ArgumentException>(() => GaussianMixture.Fit(new double[] { 1, 2, 3, 4 }, 1, 2, null, [1, 1, -1, 1])).Message);
        Assert.Contains("sum to 0", Assert.Throws<ArgumentException>(() => GaussianMixture.Fit(new double[] { 1, 2 }, 1, 1, null, [0, 0])).Message);
    }

    [Fact]
    public void Cancelling_ends_a_fit()
    {
        using var cancel = new CancellationTokenSource();
        var progress = new Told(value => { if (value.Iteration == 3) cancel.Cancel(); });

        Assert.ThrowsAny<OperationCanceledException>(() => GaussianMixture.Fit(
            SampleSet.Create(MixtureData.ThreeInSpace(500, 1), 3), 3, new MixtureOptions { Tolerance = 0, MaxIterations = 100_000, Restarts = 4, Threads = 2 }, progress, cancel.Token));
    }

    private static void Sound(GaussianMixture mixture)
    {
        Assert.Equal(1, mixture.Weights.Sum(), 1e-12);
        Assert.All(mixture.Weights.Concat(mixture.Means).Concat(mixture.Covariances).Concat(mixture.PrecisionsCholesky).Concat(mixture.LogLikelihoods), value => Assert.True(double.IsFinite(value)));
        for (int c = 0; c < mixture.Components; c++)
        {
            double[] matrix = mixture.CovarianceMatrix(c);
            for (int i = 0; i < mixture.Features; i++) Assert.True(matrix[i * (mixture.Features + 1)] > 0);
        }
    }

    private sealed class Told(Action<MixtureProgress> act) : IProgress<MixtureProgress>
    {
        public void Report(MixtureProgress value) => act(value);
    }
}
