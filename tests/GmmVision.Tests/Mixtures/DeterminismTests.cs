using GmmVision.Mixtures;
using Xunit;

namespace GmmVision.Tests.Mixtures;

public class DeterminismTests
{
    [Theory]
    [InlineData(CovarianceType.Full, 3, SamplePrecision.Single)]
    [InlineData(CovarianceType.Full, 7, SamplePrecision.Double)]
    [InlineData(CovarianceType.Tied, 4, SamplePrecision.Single)]
    [InlineData(CovarianceType.Diagonal, 5, SamplePrecision.Double)]
    [InlineData(CovarianceType.Spherical, 1, SamplePrecision.Single)]
    public void Threads_and_lanes_change_no_bit(CovarianceType covariance, int d, SamplePrecision precision)
    {
        var random = new Random(7);
        float[] rows = [.. Enumerable.Range(0, 20_011 * d).Select(i => (float)(MixtureData.Normal(random) + i / d % 3 * (2 + i % d)))];
        SampleSet samples = SampleSet.Create(rows, d, precision: precision);
        var options = new MixtureOptions { Covariance = covariance, Tolerance = 0, MaxIterations = 4, Restarts = 3, Seed = 5, Threads = 1 };
        GaussianMixture expected = GaussianMixture.Fit(samples, 4, options);

        foreach (MixtureOptions other in new[] { options with { Threads = 2 }, options with { Threads = 7 }, options with { LaneBits = 128 }, options with { LaneBits = 256, Threads = 3 }, options with { LaneBits = 512 } })
        {
            GaussianMixture mixture = GaussianMixture.Fit(samples, 4, other);
            Assert.Equal(expected.Weights, mixture.Weights);
            Assert.Equal(expected.Means, mixture.Means);
            Assert.Equal(expected.Covariances, mixture.Covariances);
            Assert.Equal(expected.LogLikelihoods, mixture.LogLikelihoods);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(4097)]
    public void Lanes_change_no_bit_around_their_boundaries(int n)
    {
        double[] rows = MixtureData.ThreeInSpace(n, n);
        var options = new MixtureOptions { Tolerance = 0, MaxIterations = 5 };
        foreach (SamplePrecision precision in Enum.GetValues<SamplePrecision>())
        {
            SampleSet samples = SampleSet.Create(rows, 3, precision: precision);
            GaussianMixture wide = GaussianMixture.Fit(samples, Math.Min(n, 2), options with { LaneBits = 512 }), narrow = GaussianMixture.Fit(samples, Math.Min(n, 2), options with { LaneBits = 128 });
            Assert.Equal(wide.Means, narrow.Means);
            Assert.Equal(wide.Covariances, narrow.Covariances);
            Assert.Equal(wide.LogLikelihoods, narrow.LogLikelihoods);
        }
    }

    [Fact]
    public void The_seed_decides_and_nothing_else()
    {
        double[] rows = MixtureData.ThreeInSpace(2000, 3);
        var options = new MixtureOptions { Start = MixtureStart.RandomFromData, Tolerance = 0, MaxIterations = 3, Seed = 1 };

        Assert.Equal(GaussianMixture.Fit(rows, 3, 4, options).Means, GaussianMixture.Fit(rows, 3, 4, options).Means);
        Assert.NotEqual(GaussianMixture.Fit(rows, 3, 4, options).Means, GaussianMixture.Fit(rows, 3, 4, options with { Seed = 2 }).Means);
    }
}
