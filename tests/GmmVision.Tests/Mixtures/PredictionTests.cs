using GmmVision.Mixtures;
using Xunit;

namespace GmmVision.Tests.Mixtures;

public class PredictionTests
{
    private static readonly double[] Rows = MixtureData.ThreeInSpace(5000, 51);
    private static readonly GaussianMixture Mixture = GaussianMixture.Fit(Rows, 3, 3, new MixtureOptions { Tolerance = 1e-6 });

    [Fact]
    public void Labels_probabilities_and_scores_agree()
    {
        var labels = new int[5000];
        double[] probabilities = new double[15_000], scores = new double[5000];
        Mixture.Predict(Rows, labels);
        Mixture.PredictProbabilities(Rows, probabilities);
        Mixture.ScoreSamples(Rows, scores);
        for (int n = 0; n < 5000; n++)
        {
            double[] row = probabilities[(n * 3)..(n * 3 + 3)];
            Assert.Equal(1, row.Sum(), 1e-12);
            Assert.Equal(row.Max(), row[labels[n]]);
        }

        Assert.Equal(Mixture.LogLikelihood, scores.Average(), 1e-10);
        Assert.Equal(Mixture.LogLikelihood, Mixture.Score(Rows), 1e-12);
        float[] single = [.. Rows.Select(v => (float)v)], singleProbabilities = new float[15_000];
        var singleScores = new double[5000];
        Mixture.ScoreSamples(single, singleScores);
        Mixture.PredictProbabilities(single, singleProbabilities);
        for (int n = 0; n < 5000; n++) Assert.Equal(scores[n], singleScores[n], 1e-4);
        for (int i = 0; i < 15_000; i++) Assert.Equal(probabilities[i], singleProbabilities[i], 1e-4);
    }

    [Fact]
    public void Drawn_samples_have_the_mixture_they_were_drawn_from()
    {
        var samples = new double[60_000];
        var labels = new int[20_000];
        Mixture.Sample(samples, labels, seed: 4);
        for (int c = 0; c < 3; c++)
        {
            int[] own = [.. Enumerable.Range(0, 20_000).Where(n => labels[n] == c)];
            Assert.Equal(Mixture.Weights[c], own.Length / 20_000.0, 0.015);
            double mean = own.Average(n => samples[n * 3]), covariance = own.Average(n => (samples[n * 3] - Mixture.Mean(c)[0]) * (samples[n * 3 + 1] - Mixture.Mean(c)[1]));
            Assert.Equal(Mixture.Mean(c)[0], mean, 0.1);
            Assert.Equal(Mixture.CovarianceMatrix(c)[1], covariance, 0.15);
        }

        GaussianMixture again = GaussianMixture.Fit(samples, 3, 3);
        for (int i = 0; i < 9; i++) Assert.Equal(Mixture.Means[i], again.Means[i], 0.15);
    }

    [Fact]
    public void The_anomaly_threshold_leaves_the_part_asked_for_below()
    {
        SampleSet samples = SampleSet.Create(Rows, 3);
        var scores = new double[5000];
        Mixture.ScoreSamples(samples, scores);
        foreach (double quantile in new[] { 0, 0.01, 0.25, 1 })
        {
            double threshold = Mixture.AnomalyThreshold(samples, quantile);
            Assert.Equal(Math.Min(quantile * 5000, 4999), scores.Count(score => score < threshold), 1.0);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => Mixture.AnomalyThreshold(samples, 1.5));
    }

    [Fact]
    public void Trimming_keeps_outliers_from_hijacking_a_component()
    {
        double[] good = MixtureData.Draw(2000, 2, [0.5, 0.5], [[0, 0], [6, 0]], [[1, 0, 0, 1], [1, 0, 0, 1]], 6);
        double[] rows = [.. good, .. Enumerable.Range(0, 40).SelectMany(i => new[] { 40.0 + 20 * Math.Sin(i), 90 + 30 * Math.Cos(3 * i) })];
        var options = new MixtureOptions { Tolerance = 1e-6, MaxIterations = 300, Restarts = 3 };

        Assert.True(GaussianMixture.Fit(rows, 2, 2, options).Covariances.Max() > 50);   // one component has to hold the outliers
        GaussianMixture trimmed = GaussianMixture.Fit(rows, 2, 2, options with { TrimFraction = 0.03 });
        Assert.True(trimmed.Covariances.Max() < 12);
        Assert.All(trimmed.Means, value => Assert.InRange(value, -1, 7));
    }

    [Fact]
    public void A_warm_start_goes_on_where_the_fit_stopped()
    {
        var options = new MixtureOptions { Tolerance = 0, MaxIterations = 6, Start = MixtureStart.KMeansPlusPlus };
        GaussianMixture six = GaussianMixture.Fit(Rows, 3, 3, options), twelve = GaussianMixture.Fit(Rows, 3, 3, options with { MaxIterations = 12 });
        GaussianMixture continued = GaussianMixture.Fit(Rows, 3, 3, options with { WarmStart = six });

        for (int i = 0; i < 9; i++) Assert.Equal(twelve.Means[i], continued.Means[i], 1e-9);
        Assert.Equal(twelve.LogLikelihood, continued.LogLikelihood, 1e-12);
        Assert.Contains("warm start", Assert.Throws<ArgumentException>(() => GaussianMixture.Fit(Rows, 3, 4, options with { WarmStart = six })).Message);
    }

    [Fact]
    public void Components_stand_by_weight_and_factors_invert_covariances()
    {
        foreach (CovarianceType shape in Enum.GetValues<CovarianceType>())
        {
            GaussianMixture mixture = GaussianMixture.Fit(Rows, 3, 4, new MixtureOptions { Covariance = shape });
            Assert.Equal(mixture.Weights.OrderDescending(), mixture.Weights);
            Assert.Equal(mixture.Covariances.Length, mixture.PrecisionsCholesky.Length);
            if (shape is CovarianceType.Diagonal or CovarianceType.Spherical)
            {
                for (int i = 0; i < mixture.Covariances.Length; i++) Assert.Equal(1, mixture.Covariances[i] * mixture.PrecisionsCholesky[i] * mixture.PrecisionsCholesky[i], 1e-12);
                continue;
            }

            for (int i = 0; i < 3; i++)
            {
                for (int j = 0; j < 3; j++)
                {
                    double product = 0;   // Σ U Uᵀ
                    for (int m = 0; m < 3; m++) for (int l = 0; l < 3; l++) product += mixture.Covariances[i * 3 + m] * mixture.PrecisionsCholesky[m * 3 + l] * mixture.PrecisionsCholesky[j * 3 + l];
                    Assert.Equal(i == j ? 1 : 0, product, 1e-9);
                }
            }
        }
    }
}
