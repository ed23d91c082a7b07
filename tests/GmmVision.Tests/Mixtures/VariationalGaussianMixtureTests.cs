using GmmVision.Mixtures;
using Xunit;

namespace GmmVision.Tests.Mixtures;

public class VariationalGaussianMixtureTests
{
    [Theory]
    [InlineData(WeightPrior.Dirichlet, CovarianceType.Full)]
    [InlineData(WeightPrior.DirichletProcess, CovarianceType.Full)]
    [InlineData(WeightPrior.Dirichlet, CovarianceType.Diagonal)]
    [InlineData(WeightPrior.DirichletProcess, CovarianceType.Diagonal)]
    public void The_bound_never_falls(WeightPrior prior, CovarianceType covariance)
    {
        VariationalGaussianMixture mixture = VariationalGaussianMixture.Fit(
            SampleSet.Create(MixtureData.ThreeInSpace(1500, 31), 3), 8, new VariationalOptions { WeightPrior = prior, Covariance = covariance, Tolerance = 0, MaxIterations = 120 });

        Assert.Equal(120, mixture.Iterations);
        for (int i = 1; i < 120; i++) Assert.True(mixture.Bounds[i] >= mixture.Bounds[i - 1] - 1e-10, $"iteration {i + 1}: {mixture.Bounds[i]:R} after {mixture.Bounds[i - 1]:R}");
        Assert.True(mixture.Bound <= mixture.Mixture.Score(SampleSet.Create(MixtureData.ThreeInSpace(1500, 31), 3)));
    }

    [Theory]
    [InlineData(WeightPrior.Dirichlet)]
    [InlineData(WeightPrior.DirichletProcess)]
    public void The_effective_number_of_components_is_found(WeightPrior prior)
    {
        VariationalGaussianMixture mixture = VariationalGaussianMixture.Fit(
            SampleSet.Create(MixtureData.ThreeInSpace(5000, 32), 3), 10, new VariationalOptions { WeightPrior = prior, WeightConcentration = 1e-3, Tolerance = 1e-7, MaxIterations = 3000, LeastWeight = 0.01 });

        Assert.Equal(3, mixture.EffectiveComponents);
        Assert.Equal(10, mixture.ExpectedWeights.Length);
        Assert.Equal(0.5, mixture.Mixture.Weights[0], 0.03);
        Assert.Equal(0.3, mixture.Mixture.Weights[1], 0.03);
        Assert.Equal(7, mixture.Mixture.Mean(2)[1], 0.1);
    }

    [Fact]
    public void The_bound_of_one_component_is_the_known_evidence()
    {
        // With one component and one feature the posterior is exact, so the bound equals the log evidence of the normal-gamma model.
        double[] x = [1.2, 0.7, 3.1, 2.2, 1.9, 0.1];
        VariationalGaussianMixture mixture = VariationalGaussianMixture.Fit(SampleSet.Create(x, 1), 1, new VariationalOptions { WeightPrior = WeightPrior.Dirichlet, MeanPrecision = 2, DegreesOfFreedom = 3 });

        double n = x.Length, mean = x.Average(), scatter = x.Sum(v => (v - mean) * (v - mean)), prior = scatter / n;   // W₀⁻¹ is the variance of all
        double posterior = prior + scatter;                                                                          // m₀ is their mean
        double evidence = LogGamma((3 + n) / 2) - LogGamma(1.5) + 1.5 * Math.Log(prior) - (3 + n) / 2 * Math.Log(posterior) + 0.5 * Math.Log(2 / (2 + n)) - n / 2 * Math.Log(Math.PI);
        Assert.Equal(evidence / n, mixture.Bound, 1e-6);

        static double LogGamma(double a) => MathNet.Numerics.SpecialFunctions.GammaLn(a);
    }

    [Fact]
    public void Odd_input_gives_an_answer_and_wrong_options_an_error()
    {
        foreach (double[] rows in new double[][] { [.. Enumerable.Repeat(2.0, 60)], [1, 2, 3, 4, 5, 6] })
        {
            VariationalGaussianMixture mixture = VariationalGaussianMixture.Fit(SampleSet.Create(rows, 2), 3);
            Assert.All(mixture.Mixture.Means.Concat(mixture.Mixture.Covariances), value => Assert.True(double.IsFinite(value)));
            Assert.True(double.IsFinite(mixture.Bound));
        }

        SampleSet samples = SampleSet.Create(new double[] { 1, 2, 3 }, 1);
        Assert.ThrowsAny<ArgumentException>(() => VariationalGaussianMixture.Fit(samples, 4));
        Assert.ThrowsAny<ArgumentException>(() => VariationalGaussianMixture.Fit(samples, 2, new VariationalOptions { Covariance = CovarianceType.Tied }));
        Assert.ThrowsAny<ArgumentException>(() => VariationalGaussianMixture.Fit(samples, 2, new VariationalOptions { WeightConcentration = 0 }));
        Assert.ThrowsAny<ArgumentException>(() => VariationalGaussianMixture.Fit(SampleSet.Create(new double[] { 1, 2, 3, 4, 5, 7 }, 3), 2, new VariationalOptions { DegreesOfFreedom = 2 }));
    }
}
