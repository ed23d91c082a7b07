using GmmVision.Mixtures;
using Xunit;

namespace GmmVision.Tests.Mixtures;

public class MixturePredictorTests
{
    private const int Features = 3, Rows = 20_000;

    [Theory]
    [InlineData(CovarianceType.Full)]
    [InlineData(CovarianceType.Tied)]
    [InlineData(CovarianceType.Diagonal)]
    [InlineData(CovarianceType.Spherical)]
    public void Portions_of_any_length_are_judged_as_all_at_once_by_any_threads(CovarianceType covariance)
    {
        double[] rows = SomeRows();
        GaussianMixture mixture = GaussianMixture.Fit(SampleSet.Create(rows, Features), 4, new MixtureOptions { Covariance = covariance, Restarts = 1, Seed = 3 });
        double[] expected = new double[Rows * 4], expectedDensities = new double[Rows];
        mixture.PredictProbabilities(rows, expected);
        mixture.ScoreSamples(rows, expectedDensities);
        double[]? first = null;
        foreach ((int most, int threads) in new[] { (9000, 1), (9000, 3), (777, 1), (20_000, 0) })
        {
            var predictor = new MixturePredictor(mixture, most, threads);
            double[] probabilities = new double[Rows * 4], densities = new double[Rows];
            // The last portion is shorter; one of no row is nothing.
            for (int row = 0; row < Rows; row += most)
            {
                int count = Math.Min(most, Rows - row);
                predictor.PredictProbabilities(rows.AsSpan(row * Features, count * Features), probabilities.AsSpan(row * 4, count * 4));
                predictor.ScoreSamples(rows.AsSpan(row * Features, count * Features), densities.AsSpan(row, count));
            }
            predictor.PredictProbabilities([], []);
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], probabilities[i], 1e-9);
            for (int i = 0; i < Rows; i++)
                Assert.Equal(expectedDensities[i], densities[i], 1e-9);
            first ??= probabilities;
            Assert.Equal(first, probabilities);      // to the last bit: neither portions nor threads count
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        GaussianMixture mixture = GaussianMixture.Fit(SampleSet.Create(SomeRows(), Features), 2, new MixtureOptions { Restarts = 1 });
        var predictor = new MixturePredictor(mixture, 10);
        Assert.Contains("at most 10", Assert.Throws<ArgumentOutOfRangeException>(() => predictor.ScoreSamples(new double[33], new double[11])).Message);
        Assert.Throws<ArgumentException>(() => predictor.ScoreSamples(new double[29], new double[10]));
        Assert.Throws<ArgumentException>(() => predictor.PredictProbabilities(new double[30], new double[19]));
        Assert.Contains("Sample 1 holds NaN in feature 2", Assert.Throws<ArgumentException>(() => predictor.ScoreSamples([0, 0, 0, 0, 0, double.NaN], new double[2])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MixturePredictor(mixture, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MixturePredictor(mixture, 1, -1));
    }

    private static double[] SomeRows()
    {
        var random = new Random(5);
        double[] rows = new double[Rows * Features];
        for (int n = 0; n < Rows; n++)
            for (int f = 0; f < Features; f++)
                rows[n * Features + f] = 1000 + 20 * (n % 4) * (f + 1) + 3 * (random.NextDouble() + random.NextDouble() + random.NextDouble());
        return rows;
    }
}
