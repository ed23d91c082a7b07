using GmmVision.Mixtures;
using Xunit;

namespace GmmVision.Tests.Mixtures;

/// <summary>The library against <see cref="TextbookEm"/>: every covariance type, one to seven features (whole groups of three and parts), both precisions.</summary>
public class OracleTests
{
    public static TheoryData<CovarianceType, int, SamplePrecision, double> Cases()
    {
        TheoryData<CovarianceType, int, SamplePrecision, double> cases = [];
        foreach (CovarianceType covariance in Enum.GetValues<CovarianceType>())
        {
            foreach (int d in new[] { 1, 2, 3, 4, 7 })
            {
                cases.Add(covariance, d, SamplePrecision.Double, 1e-9);
                cases.Add(covariance, d, SamplePrecision.Single, 2e-5);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Twelve_iterations_are_those_of_the_textbook(CovarianceType covariance, int d, SamplePrecision precision, double bound)
    {
        const int N = 157, K = 3;
        var random = new Random(d);
        double[][] x = [.. Enumerable.Range(0, N).Select(n => Enumerable.Range(0, d).Select(f => MixtureData.Normal(random) * (1 + n % K) + (n % K == f % K ? 4 : 0) + 100).ToArray())];
        double[] weight = [.. Enumerable.Range(0, N).Select(n => 0.5 + n % 5)];
        double[][] means = [x[0], x[1], x[2]];
        double[][,] sigmas = [.. Enumerable.Range(0, K).Select(_ => Identity(d, 4))];
        var oracle = new TextbookEm(x, weight, [0.3, 0.3, 0.4], means, sigmas);
        for (int i = 0; i < 12; i++) oracle.Iterate((TextbookEm.Shape)covariance, 1e-3);

        SampleSet samples = SampleSet.Create([.. x.SelectMany(row => row)], d, weight, precision: precision);
        GaussianMixture mixture = GaussianMixture.Fit(samples, K, new MixtureOptions
        {
            Covariance = covariance,
            Regularization = 1e-3,
            Tolerance = 0,
            MaxIterations = 12,
            Given = new MixtureParameters { Weights = [0.3, 0.3, 0.4], Means = [.. means.SelectMany(m => m)], Precisions = Precisions(covariance, d, K) },
        });

        int[] order = [.. Enumerable.Range(0, K).OrderByDescending(c => oracle.Pi[c])];
        Assert.Equal(oracle.LogLikelihood(), mixture.LogLikelihood, bound);
        for (int c = 0; c < K; c++)
        {
            Assert.Equal(oracle.Pi[order[c]], mixture.Weights[c], bound);
            double[] matrix = mixture.CovarianceMatrix(c);
            for (int i = 0; i < d; i++)
            {
                Assert.Equal(oracle.Mu[order[c]][i], mixture.Mean(c)[i], 10 * bound);
                for (int j = 0; j < d; j++) Assert.Equal(oracle.Sigma[order[c]][i, j], matrix[i * d + j], 40 * bound);
            }
        }

        double[] probabilities = new double[N * K];
        mixture.PredictProbabilities(samples, probabilities);
        for (int n = 0; n < N; n++)
        {
            double[] expected = oracle.Responsibilities(n);
            for (int c = 0; c < K; c++) Assert.Equal(expected[order[c]], probabilities[n * K + c], 10 * bound);
        }
    }

    private static double[,] Identity(int d, double value)
    {
        var matrix = new double[d, d];
        for (int i = 0; i < d; i++) matrix[i, i] = value;
        return matrix;
    }

    private static double[] Precisions(CovarianceType covariance, int d, int k)
    {
        double[] identity = [.. Enumerable.Range(0, d * d).Select(i => i % (d + 1) == 0 ? 0.25 : 0)];
        return covariance switch
        {
            CovarianceType.Full => [.. Enumerable.Range(0, k).SelectMany(_ => identity)],
            CovarianceType.Tied => identity,
            CovarianceType.Diagonal => [.. Enumerable.Repeat(0.25, k * d)],
            _ => [.. Enumerable.Repeat(0.25, k)],
        };
    }
}
