using GmmVision.Mixtures;
using Xunit;

namespace GmmVision.Tests.Mixtures;

/// <summary>What scikit-learn's own tests of its mixtures check, where it has a meaning here; each by its name there (version 1.2, as Debian has it).</summary>
/// <remarks>docs/for-scikit-learn-users.md lists where the others stand, and those without a meaning.</remarks>
public class ScikitLearnSuiteTests
{
    private static readonly CovarianceType[] Types = Enum.GetValues<CovarianceType>();

    // test_check_weights, test_check_means, test_check_precisions
    [Fact]
    public void Given_parameters_of_another_shape_or_out_of_range_are_refused()
    {
        SampleSet samples = Samples(60, 1);
        foreach (MixtureParameters wrong in (MixtureParameters[])[
            new() { Weights = [0.5, 0.5] }, new() { Weights = [0.5, 0.6, -0.1] }, new() { Weights = [0.5, 0.5, 0.5] }, new() { Means = new double[8] }, new() { Means = [.. Enumerable.Repeat(double.NaN, 9)] },
            new() { Precisions = new double[9] }, new() { Precisions = new double[27] }])
            Assert.Throws<ArgumentException>(() => GaussianMixture.Fit(samples, 3, new MixtureOptions { Given = wrong }));
    }

    // test_gaussian_mixture_precisions_init_diag
    [Fact]
    public void Given_precisions_are_the_start()
    {
        double[] rows = MixtureData.ThreeInSpace(300, 2);
        SampleSet samples = SampleSet.Create(rows, 3);
        foreach (CovarianceType type in Types)
        {
            GaussianMixture fitted = GaussianMixture.Fit(samples, 3, new MixtureOptions { Covariance = type });
            double[] precisions = [.. type is CovarianceType.Diagonal or CovarianceType.Spherical ? fitted.Covariances.Select(variance => 1 / variance) : Inverses(fitted)];
            EmTrace again = EmTrace.Of(samples, 3, new MixtureOptions { Covariance = type, Given = new MixtureParameters { Weights = [.. fitted.Weights], Means = [.. fitted.Means], Precisions = precisions } });
            Assert.Equal(fitted.LogLikelihood, again.Steps[0].LogLikelihood, 1e-9);
            Assert.InRange(again.Mixture.Iterations, 1, 3);
        }
    }

    // test_gaussian_mixture_log_probabilities, test_compute_log_det_cholesky
    [Fact]
    public void A_log_density_is_that_of_the_formula()
    {
        double[] rows = MixtureData.ThreeInSpace(50, 3), scores = new double[50];
        foreach (CovarianceType type in Types)
        {
            GaussianMixture one = GaussianMixture.Fit(rows, 3, 1, new MixtureOptions { Covariance = type });
            one.ScoreSamples(rows, scores);
            double[] inverse = Inverse(one.CovarianceMatrix(0), out double determinant);
            for (int n = 0; n < 50; n++)
            {
                double distance = 0;
                for (int i = 0; i < 3; i++) for (int j = 0; j < 3; j++) distance += (rows[3 * n + i] - one.Means[i]) * inverse[3 * i + j] * (rows[3 * n + j] - one.Means[j]);
                Assert.Equal(-0.5 * (3 * Math.Log(2 * Math.PI) + Math.Log(determinant) + distance), scores[n], 1e-9);
            }
        }
    }

    // test_gaussian_mixture_fit, test_gaussian_mixture_predict_predict_proba
    [Fact]
    public void Every_covariance_type_recovers_data_of_its_own_kind()
    {
        double[][] factors = [[1, 0, 0, 1], [0.4, 0, 0, 0.4], [1, 0, 0.8, 0.6]];
        foreach (CovarianceType type in Types)
        {
            double[][] own = type switch
            {
                CovarianceType.Tied => [factors[2], factors[2]],
                CovarianceType.Spherical => [factors[0], factors[1]],
                CovarianceType.Diagonal => [[1.5, 0, 0, 0.3], [0.3, 0, 0, 1.2]],
                _ => [factors[2], factors[1]],
            };
            double[] rows = MixtureData.Draw(4000, 2, [0.7, 0.3], [[0, 0], [6, 3]], own, 4);
            GaussianMixture mixture = GaussianMixture.Fit(rows, 2, 2, new MixtureOptions { Covariance = type });
            Assert.Equal(0.7, mixture.Weights[0], 0.03);
            Assert.Equal([0, 0, 6, 3], mixture.Means.Select(mean => Math.Round(mean / 0.5) * 0.5));
            for (int c = 0; c < 2; c++)
            {
                double[] covariance = mixture.CovarianceMatrix(c), f = own[c];
                Assert.Equal(f[0] * f[0], covariance[0], 0.15);
                Assert.Equal(f[0] * f[2], covariance[1], 0.15);
                Assert.Equal(f[2] * f[2] + f[3] * f[3], covariance[3], 0.15);
            }
            int[] labels = new int[4000];
            double[] probabilities = new double[8000];
            mixture.Predict(rows, labels);
            mixture.PredictProbabilities(rows, probabilities);
            Assert.Equal(labels, probabilities.Chunk(2).Select(pair => pair[1] > pair[0] ? 1 : 0));
            Assert.InRange(Enumerable.Range(0, 4000).Count(n => labels[n] == (rows[2 * n] > 3 ? 1 : 0)), 3900, 4000);
        }
    }

    // test_gaussian_mixture_fit_best_params, test_multiple_init, test_init
    [Fact]
    public void More_starts_are_never_worse_and_the_best_is_kept()
    {
        double[] rows = MixtureData.ThreeInSpace(300, 5);
        SampleSet samples = SampleSet.Create(rows, 3);
        foreach (CovarianceType type in Types)
        {
            var random = new MixtureOptions { Covariance = type, Start = MixtureStart.RandomFromData };
            double[] each = [.. Enumerable.Range(0, 6).Select(i => EmTrace.Of(samples, 4, random, i).Mixture.LogLikelihood)];
            for (int starts = 1; starts <= 6; starts++)
                Assert.Equal(each[..starts].Max(), GaussianMixture.Fit(samples, 4, random with { Restarts = starts }).LogLikelihood);
        }
    }

    // test_gaussian_mixture_fit_convergence_warning, test_gaussian_mixture_n_iter
    [Fact]
    public void A_fit_that_ran_out_of_iterations_says_so()
    {
        GaussianMixture ended = GaussianMixture.Fit(Samples(300, 6), 3, new MixtureOptions { MaxIterations = 2, Tolerance = 0, Start = MixtureStart.RandomFromData });
        Assert.False(ended.Converged);
        Assert.Equal(2, ended.Iterations);
        Assert.True(GaussianMixture.Fit(Samples(300, 6), 3).Converged);
    }

    // test_gaussian_mixture_n_parameters
    [Theory]
    [InlineData(CovarianceType.Spherical, 13)]
    [InlineData(CovarianceType.Diagonal, 21)]
    [InlineData(CovarianceType.Tied, 26)]
    [InlineData(CovarianceType.Full, 41)]
    public void Free_parameters_are_counted(CovarianceType type, int expected)
    {
        double[] rows = MixtureData.Draw(100, 5, [1], [new double[5]], [[1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]], 7);
        Assert.Equal(expected, GaussianMixture.Fit(rows, 5, 2, new MixtureOptions { Covariance = type }).ParameterCount);
    }

    // test_bic_1d_1component
    [Fact]
    public void In_one_dimension_one_component_has_the_same_bic_whatever_its_type()
    {
        double[] rows = [.. MixtureData.ThreeInSpace(100, 8).Where((_, i) => i % 3 == 0)];
        SampleSet samples = SampleSet.Create(rows, 1);
        double[] bics = [.. Types.Select(type => GaussianMixture.Fit(samples, 1, new MixtureOptions { Covariance = type }).Bic(samples))];
        Assert.All(bics, bic => Assert.Equal(bics[0], bic, 1e-9));
    }

    // test_gaussian_mixture_aic_bic
    [Fact]
    public void Criteria_lie_where_the_entropy_of_the_normal_puts_them()
    {
        double[] rows = MixtureData.Draw(5000, 2, [1], [[0, 0]], [[1, 0, 0, 1]], 9);
        SampleSet samples = SampleSet.Create(rows, 2);
        GaussianMixture one = GaussianMixture.Fit(samples, 1);
        double expected = 2 * 5000 * (1 + Math.Log(2 * Math.PI));      // twice n times the entropy of a plane's standard normal
        Assert.InRange(one.Aic(samples) / expected, 0.97, 1.03);
        Assert.InRange(one.Bic(samples) / expected, 0.97, 1.03);
    }

    // test_warm_start, test_convergence_detected_with_warm_start
    [Fact]
    public void Warm_starts_one_iteration_at_a_time_are_one_long_fit_and_come_to_rest()
    {
        SampleSet samples = Samples(300, 10);
        var one = new MixtureOptions { MaxIterations = 1, Tolerance = 0, Restarts = 1, Start = MixtureStart.RandomFromData };
        GaussianMixture whole = GaussianMixture.Fit(samples, 3, one with { MaxIterations = 20 }), step = GaussianMixture.Fit(samples, 3, one);
        for (int i = 1; i < 20; i++) step = GaussianMixture.Fit(samples, 3, one with { WarmStart = step, Start = MixtureStart.Varied });
        Assert.Equal(whole.LogLikelihood, step.LogLikelihood, 1e-9);
        GaussianMixture rested = GaussianMixture.Fit(samples, 3, new MixtureOptions { WarmStart = GaussianMixture.Fit(samples, 3) });
        Assert.True(rested.Converged);
        Assert.InRange(rested.Iterations, 1, 3);
    }

    // test_score, test_score_samples
    [Fact]
    public void The_score_is_the_mean_of_the_scores()
    {
        double[] rows = MixtureData.ThreeInSpace(200, 11), scores = new double[200];
        GaussianMixture mixture = GaussianMixture.Fit(rows, 3, 2);
        mixture.ScoreSamples(rows, scores);
        Assert.Equal(scores.Average(), mixture.Score(rows), 1e-12);
        Assert.Equal(scores.Average(), mixture.LogLikelihood, 1e-12);
        Assert.Throws<ArgumentException>(() => mixture.Score(SampleSet.Create(rows, 2)));
    }

    // test_regularisation
    [Fact]
    public void Without_regularisation_equal_samples_are_told_and_with_it_they_are_not()
    {
        double[] rows = [.. Enumerable.Repeat(1.0, 10 * 5), .. Enumerable.Repeat(0.0, 10 * 5)];
        foreach (CovarianceType type in Types)
        {
            Assert.NotEmpty(GaussianMixture.Fit(rows, 5, 2, new MixtureOptions { Covariance = type, Regularization = 0 }).Warnings);
            Assert.Empty(GaussianMixture.Fit(rows, 5, 2, new MixtureOptions { Covariance = type, Regularization = 1e-6 }).Warnings);
        }
    }

    // test_sample
    [Fact]
    public void Samples_come_with_the_components_they_are_of()
    {
        GaussianMixture mixture = GaussianMixture.Fit(MixtureData.ThreeInSpace(600, 12), 3, 3);
        double[] drawn = new double[3 * 6000];
        int[] labels = new int[6000];
        mixture.Sample(drawn, labels, 1);
        for (int c = 0; c < 3; c++)
        {
            int[] of = [.. Enumerable.Range(0, 6000).Where(n => labels[n] == c)];
            Assert.Equal(mixture.Weights[c], of.Length / 6000.0, 0.03);
            for (int f = 0; f < 3; f++) Assert.Equal(mixture.Mean(c)[f], of.Average(n => drawn[3 * n + f]), 0.2);
        }
    }

    // test_gaussian_mixture_setting_best_params
    [Fact]
    public void A_mixture_made_from_parameters_judges_without_a_fit()
    {
        double[] rows = MixtureData.ThreeInSpace(200, 13), expected = new double[200], scores = new double[200];
        GaussianMixture fitted = GaussianMixture.Fit(rows, 3, 3), made = GaussianMixture.Create(fitted.Covariance, 3, fitted.Weights.AsSpan(), fitted.Means.AsSpan(), fitted.Covariances.AsSpan());
        fitted.ScoreSamples(rows, expected);
        made.ScoreSamples(rows, scores);
        Assert.Equal(expected, scores);
        Assert.True(double.IsNaN(made.LogLikelihood));
    }

    // test_init_means_not_duplicated, test_means_for_all_inits, test_max_iter_zero
    [Fact]
    public void No_start_has_two_means_at_one_place()
    {
        SampleSet samples = Samples(200, 14);
        foreach (MixtureStart start in Enum.GetValues<MixtureStart>())
        {
            for (int seed = 0; seed < 10; seed++)
            {
                EmStep first = EmTrace.Of(samples, 5, new MixtureOptions { Start = start, Seed = seed }).Steps[0];
                Assert.Equal(15, first.Means.Length);
                Assert.All(first.Means, mean => Assert.True(double.IsFinite(mean)));
                Assert.Equal(5, first.Means.Chunk(3).Select(mean => (mean[0], mean[1], mean[2])).Distinct().Count());
            }
        }
    }

    // test_gaussian_mixture_single_component_stable
    [Fact]
    public void One_component_of_few_samples_is_positive_definite()
    {
        double[] rows = MixtureData.Draw(10, 2, [1], [[1e-8, 0]], [[1e-8, 0, 0, 1]], 15);
        Assert.All(GaussianMixture.Fit(rows, 2, 1).PrecisionsCholesky, factor => Assert.True(double.IsFinite(factor)));
    }

    // test_invariant_translation (Bayesian)
    [Fact]
    public void Moving_all_samples_moves_the_means_and_nothing_else()
    {
        double[] rows = MixtureData.ThreeInSpace(300, 16), moved = [.. rows.Select(value => value + 100)];
        VariationalGaussianMixture here = VariationalGaussianMixture.Fit(SampleSet.Create(rows, 3), 6), there = VariationalGaussianMixture.Fit(SampleSet.Create(moved, 3), 6);
        Assert.Equal(here.EffectiveComponents, there.EffectiveComponents);
        Assert.All(here.ExpectedWeights.Zip(there.ExpectedWeights), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        Assert.All(here.Mixture.Means.Zip(there.Mixture.Means), pair => Assert.Equal(pair.First + 100, pair.Second, 1e-4));
        Assert.All(here.Mixture.Covariances.Zip(there.Mixture.Covariances), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    // test_bayesian_mixture_weights
    [Fact]
    public void Expected_weights_are_a_distribution_and_follow_the_samples()
    {
        foreach (WeightPrior prior in Enum.GetValues<WeightPrior>())
        {
            VariationalGaussianMixture mixture = VariationalGaussianMixture.Fit(Samples(2000, 17), 3, new VariationalOptions { WeightPrior = prior });
            Assert.All(mixture.ExpectedWeights.Zip((double[])[0.5, 0.3, 0.2]), pair => Assert.Equal(pair.Second, pair.First, 0.04));
            Assert.InRange(mixture.ExpectedWeights.Sum(), 0.99, 1 + 1e-9);
            Assert.Equal(1, mixture.Mixture.Weights.Sum(), 1e-12);
        }
    }

    // test_bayesian_mixture_fit_predict_n_init
    [Fact]
    public void More_starts_never_lower_the_bound()
    {
        SampleSet samples = Samples(300, 18);
        double one = VariationalGaussianMixture.Fit(samples, 5, new VariationalOptions { Restarts = 1 }).Bound;
        Assert.True(VariationalGaussianMixture.Fit(samples, 5, new VariationalOptions { Restarts = 4 }).Bound >= one);
    }

    private static SampleSet Samples(int n, int seed) => SampleSet.Create(MixtureData.ThreeInSpace(n, seed), 3);

    private static double[] Inverses(GaussianMixture mixture) => mixture.Covariance == CovarianceType.Tied
        ? Inverse(mixture.CovarianceMatrix(0), out _)
        : [.. Enumerable.Range(0, mixture.Components).SelectMany(c => Inverse(mixture.CovarianceMatrix(c), out _))];

    // Of a 3 x 3 matrix by its cofactors.
    private static double[] Inverse(double[] m, out double determinant)
    {
        double[] cofactors =
        [
            m[4] * m[8] - m[5] * m[7], m[2] * m[7] - m[1] * m[8], m[1] * m[5] - m[2] * m[4],
            m[5] * m[6] - m[3] * m[8], m[0] * m[8] - m[2] * m[6], m[2] * m[3] - m[0] * m[5],
            m[3] * m[7] - m[4] * m[6], m[1] * m[6] - m[0] * m[7], m[0] * m[4] - m[1] * m[3],
        ];
        double det = determinant = m[0] * cofactors[0] + m[1] * cofactors[3] + m[2] * cofactors[6];
        return [.. cofactors.Select(value => value / det)];
    }
}
