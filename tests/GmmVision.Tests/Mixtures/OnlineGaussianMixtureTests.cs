using GmmVision.Mixtures;
using Xunit;

namespace GmmVision.Tests.Mixtures;

public class OnlineGaussianMixtureTests
{
    [Theory]
    [InlineData(CovarianceType.Full)]
    [InlineData(CovarianceType.Tied)]
    [InlineData(CovarianceType.Diagonal)]
    [InlineData(CovarianceType.Spherical)]
    public void Chunk_by_chunk_comes_near_the_fit_of_all(CovarianceType covariance)
    {
        double[] rows = MixtureData.ThreeInSpace(40_000, 41);
        var fit = new MixtureOptions { Covariance = covariance, Tolerance = 1e-6, MaxIterations = 300 };
        SampleSet all = SampleSet.Create(rows, 3);
        double best = GaussianMixture.Fit(all, 3, fit).LogLikelihood;
        var online = new OnlineGaussianMixture(3, new OnlineMixtureOptions { Mixture = fit, StepExponent = 1, StepDelay = 0 });
        for (int at = 0; at < rows.Length; at += 6000) online.Learn(rows.AsSpan(at, 6000), 3);

        Assert.Equal(20, online.Chunks);
        Assert.Equal(40_000, online.TotalWeight);
        Assert.InRange(online.Current.Score(all), best - 0.003, best + 1e-9);
        Assert.True(double.IsFinite(online.LastLogLikelihood));
    }

    [Fact]
    public void A_mixture_that_moves_is_followed()
    {
        double[] first = MixtureData.Draw(4000, 1, [1], [[0]], [[1]], 1);
        var online = new OnlineGaussianMixture(GaussianMixture.Fit(first, 1, 1));
        for (int chunk = 0; chunk < 60; chunk++) online.Learn(MixtureData.Draw(500, 1, [1], [[5]], [[2]], 100 + chunk), 1);

        Assert.Equal(5, online.Current.Means[0], 0.15);
        Assert.Equal(4, online.Current.Covariances[0], 0.5);
    }

    [Fact]
    public void Wrong_use_is_an_error()
    {
        var online = new OnlineGaussianMixture(2);
        Assert.Throws<InvalidOperationException>(() => online.Current);
        Assert.Throws<ArgumentException>(() => online.Learn([1.0], 1));
        online.Learn([1.0, 2, 3, 4], 1);
        Assert.Contains("2 features", Assert.Throws<ArgumentException>(() => online.Learn([1.0, 2, 3, 4], 2)).Message);
        Assert.ThrowsAny<ArgumentException>(() => new OnlineGaussianMixture(2, new OnlineMixtureOptions { StepExponent = 0.5 }));
        Assert.ThrowsAny<ArgumentException>(() => new OnlineGaussianMixture(0));
    }
}
