using System.Diagnostics;
using System.Text.Json;
using GmmVision.Mixtures;
using MathNet.Numerics.LinearAlgebra.Double;
using Xunit;

namespace GmmVision.Tests.Mixtures;

/// <summary>What somebody who comes from scikit-learn does and expects.</summary>
public sealed class ScikitLearnHabitsTests
{
    private const string Python = "/usr/bin/python3";

    [Fact]
    public void Two_parallel_cigars_are_two_components_by_default()
    {
        // Long in the first direction, where a single start from k-means divides them across.
        var random = new Random(11);
        var rows = new double[2 * 400];
        for (int n = 0; n < 400; n++) (rows[2 * n], rows[2 * n + 1]) = (10 * MixtureData.Normal(random), (n % 2 == 0 ? -1 : 1) + 0.2 * MixtureData.Normal(random));
        SampleSet samples = SampleSet.Create(rows, 2);
        ModelSelection found = ModelSelection.Sweep(samples, new ModelSelectionOptions { MaxComponents = 4 });
        Assert.Equal(1, ModelSelection.Sweep(samples, new ModelSelectionOptions { MaxComponents = 4, Mixture = new MixtureOptions { Restarts = 1 } }).Minimum.Components);      // what the restarts are for
        Assert.Equal(2, found.Minimum.Components);
        Assert.All(Enumerable.Range(0, 2), c => Assert.InRange(Math.Abs(found.Minimum.Mixture.Mean(c)[1]), 0.9, 1.1));
    }

    [Theory]
    [InlineData(CovarianceType.Full)]
    [InlineData(CovarianceType.Tied)]
    [InlineData(CovarianceType.Diagonal)]
    [InlineData(CovarianceType.Spherical)]
    public void Regularization_that_hides_a_feature_is_told_and_a_relative_one_does_not(CovarianceType covariance)
    {
        double[] rows = [.. MixtureData.ThreeInSpace(600, 3).Select(value => 1e-4 * value)];
        SampleSet samples = SampleSet.Create(rows, 3), large = SampleSet.Create([.. rows.Select(value => 1e4 * value)], 3);
        GaussianMixture hidden = GaussianMixture.Fit(samples, 3, new MixtureOptions { Covariance = covariance });
        Assert.Contains(hidden.Warnings, warning => warning.Contains("Regularization") && warning.Contains("feature"));
        var relative = new MixtureOptions { Covariance = covariance, Regularization = 0, RelativeRegularization = 1e-6 };
        GaussianMixture seen = GaussianMixture.Fit(samples, 3, relative), same = GaussianMixture.Fit(large, 3, relative);
        Assert.Empty(seen.Warnings);
        int[] labels = new int[600], expected = new int[600];
        seen.Predict(samples, labels);
        same.Predict(large, expected);
        Assert.Equal(expected, labels);
        Assert.Equal(3, labels.Distinct().Count());
    }

    [Fact]
    public void A_feature_that_does_not_vary_is_no_reason_for_a_warning()
    {
        var random = new Random(4);
        double[] rows = [.. Enumerable.Range(0, 400).Select(i => i % 2 == 0 ? 5 : random.NextDouble())];
        Assert.Empty(GaussianMixture.Fit(rows, 2, 1).Warnings);
    }

    [Theory]
    [InlineData(1e6)]
    [InlineData(1e12)]
    [InlineData(1e15)]
    public void A_weight_that_dwarfs_all_others_ends_in_a_fit_or_in_a_warning(double heavy)
    {
        double[] rows = MixtureData.ThreeInSpace(300, 5), weights = [.. Enumerable.Repeat(1.0, 300)];
        weights[17] = heavy;
        GaussianMixture mixture = GaussianMixture.Fit(rows, 3, 2, sampleWeights: weights);
        Assert.True(mixture.Converged || mixture.Warnings.Length > 0);
        Assert.All(mixture.Means, mean => Assert.True(double.IsFinite(mean)));
        int heaviest = mixture.Weights[0] > 0.5 ? 0 : 1;
        for (int f = 0; f < 3; f++) Assert.Equal(rows[17 * 3 + f], mixture.Mean(heaviest)[f], 1e-2 + 1e3 / heavy);
    }

    [Fact]
    public void Fit_predict_gives_what_fit_and_predict_give()
    {
        SampleSet samples = SampleSet.Create(MixtureData.ThreeInSpace(500, 6), 3);
        int[] labels = new int[500], after = new int[500];
        GaussianMixture mixture = GaussianMixture.FitPredict(samples, 3, labels);
        mixture.Predict(samples, after);
        Assert.Equal(after, labels);
        Assert.Throws<ArgumentException>(() => GaussianMixture.FitPredict(samples, 3, new int[499]));
    }

    [Fact]
    public void Tables_come_in_every_form()
    {
        double[] flat = MixtureData.ThreeInSpace(90, 7);
        double[,] array = new double[90, 3];
        float[,] single = new float[90, 3];
        double[][] jagged = [.. flat.Chunk(3)];
        for (int n = 0; n < 90; n++) for (int f = 0; f < 3; f++) (array[n, f], single[n, f]) = (flat[n * 3 + f], (float)flat[n * 3 + f]);
        double expected = GaussianMixture.Fit(SampleSet.Create(flat, 3), 2).LogLikelihood;
        Assert.Equal(expected, GaussianMixture.Fit(SampleSet.Create(array), 2).LogLikelihood);
        Assert.Equal(expected, GaussianMixture.Fit(SampleSet.Create(jagged), 2).LogLikelihood);
        Assert.Equal(expected, GaussianMixture.Fit(SampleSet.Create(DenseMatrix.OfArray(array)), 2).LogLikelihood);
        Assert.Equal(expected, GaussianMixture.Fit(SampleSet.Create(single), 2).LogLikelihood, 1e-3);
        Assert.Contains("Row 1", Assert.Throws<ArgumentException>(() => SampleSet.Create([[1.0, 2], [3.0]])).Message);
        Assert.Throws<ArgumentException>(() => SampleSet.Create(Array.Empty<double[]>()));
        Assert.Throws<ArgumentException>(() => SampleSet.Create(new double[0, 3]));
    }

    [Fact]
    public void Icl_is_bic_and_twice_the_entropy()
    {
        SampleSet samples = SampleSet.Create(MixtureData.ThreeInSpace(400, 8), 3);
        GaussianMixture mixture = GaussianMixture.Fit(samples, 5);
        var responsibilities = new double[400 * 5];
        mixture.PredictProbabilities(samples, responsibilities);
        double entropy = -responsibilities.Where(r => r > 0).Sum(r => r * Math.Log(r));
        Assert.Equal(mixture.Bic(samples) + 2 * entropy, mixture.Icl(samples), 1e-6 * Math.Abs(mixture.Bic(samples)));
        ModelSelection found = ModelSelection.Sweep(samples, new ModelSelectionOptions { Criterion = ModelCriterion.Icl, MaxComponents = 6 });
        Assert.Equal(3, found.Minimum.Components);
        Assert.All(found.Candidates, candidate => Assert.Equal(candidate.Icl, candidate.Value));
    }

    [Theory]
    [InlineData(CovarianceType.Full)]
    [InlineData(CovarianceType.Tied)]
    [InlineData(CovarianceType.Diagonal)]
    [InlineData(CovarianceType.Spherical)]
    public void The_joint_density_is_the_marginal_times_the_conditional(CovarianceType covariance)
    {
        double[] rows = MixtureData.ThreeInSpace(400, 9);
        GaussianMixture joint = GaussianMixture.Fit(rows, 3, 3, new MixtureOptions { Covariance = covariance });
        GaussianMixture marginal = joint.Marginal(2, 0);
        Assert.Equal((covariance, 2), (marginal.Covariance, marginal.Features));
        for (int n = 0; n < 20; n++)
        {
            double[] x = rows[(3 * n)..(3 * n + 3)], known = [x[2], x[0]];
            GaussianMixture conditional = joint.Conditional([2, 0], known);
            Assert.Equal((covariance, 1), (conditional.Covariance, conditional.Features));
            Assert.Equal(joint.Score(x), marginal.Score(known) + conditional.Score([x[1]]), 1e-9);
        }
    }

    [Fact]
    public void What_is_expected_of_a_feature_given_the_others_is_its_regression()
    {
        // One component: the conditional mean is linear regression, the variance what it leaves.
        double[] rows = MixtureData.Draw(20_000, 2, [1], [[1, 2]], [[2, 0, 3, 1]], 10);
        GaussianMixture joint = GaussianMixture.Fit(rows, 2, 1);
        GaussianMixture given = joint.Conditional([0], [5]);
        Assert.Equal(2 + 1.5 * (5 - 1), given.ExpectedValue()[0], 0.1);
        Assert.Equal(1, given.Covariances[0], 0.05);
    }

    [Fact]
    public void Parts_of_a_mixture_that_make_no_sense_are_refused()
    {
        GaussianMixture mixture = GaussianMixture.Create(CovarianceType.Full, 2, [1], [0, 0], [1, 0, 0, 1]);
        Assert.Throws<ArgumentException>(() => mixture.Marginal());
        Assert.Throws<ArgumentException>(() => mixture.Marginal(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => mixture.Marginal(2));
        Assert.Throws<ArgumentException>(() => mixture.Conditional([0, 1], [0, 0]));
        Assert.Throws<ArgumentException>(() => mixture.Conditional([0], [0, 0]));
        Assert.Contains("improbable", Assert.Throws<ArgumentException>(() => mixture.Conditional([0], [1e200])).Message);
    }

    [Fact]
    public void A_trace_shows_every_step_of_the_run_that_a_fit_follows()
    {
        SampleSet samples = SampleSet.Create(MixtureData.ThreeInSpace(500, 12), 3);
        foreach (MixtureStart start in Enum.GetValues<MixtureStart>())
        {
            var options = new MixtureOptions { Start = start, Restarts = 1, Tolerance = 1e-6 };
            EmTrace trace = EmTrace.Of(samples, 3, options);
            GaussianMixture fit = GaussianMixture.Fit(samples, 3, options);
            Assert.Equal(fit.LogLikelihoods, trace.Mixture.LogLikelihoods);
            Assert.Equal(fit.LogLikelihoods, trace.Steps.Skip(1).Select(step => step.LogLikelihood));
            Assert.All(trace.Steps.Zip(trace.Steps.Skip(1)), pair => Assert.True(pair.Second.LogLikelihood >= pair.First.LogLikelihood - 1e-12));
            Assert.Equal(fit.Weights, trace.Steps[^1].Weights.OrderDescending());
            double[] rows = MixtureData.ThreeInSpace(500, 12), ofStep = new double[1500], ofFit = new double[1500];
            trace.Steps[^1].Responsibilities(rows, ofStep);
            fit.PredictProbabilities(rows, ofFit);
            Assert.Equal(ofFit.Chunk(3).Select(row => row.Max()).Sum(), ofStep.Chunk(3).Select(row => row.Max()).Sum(), 1e-6);
        }
    }

    [Theory]
    [InlineData(CovarianceType.Full, "full")]
    [InlineData(CovarianceType.Tied, "tied")]
    [InlineData(CovarianceType.Diagonal, "diag")]
    [InlineData(CovarianceType.Spherical, "spherical")]
    public void A_mixture_goes_to_scikit_learn_and_comes_back(CovarianceType covariance, string name)
    {
        Assert.SkipUnless(HasScikitLearn(), "needs /usr/bin/python3 with scikit-learn (Debian's python3-sklearn)");
        double[] rows = MixtureData.ThreeInSpace(300, 13);
        GaussianMixture mixture = GaussianMixture.Fit(rows, 3, 3, new MixtureOptions { Covariance = covariance });
        using var saved = new MemoryStream();
        mixture.Save(saved);
        // The first three lines and the last are those of docs/for-scikit-learn-users.md.
        string answer = RunPython("""
            import json, sys, numpy, sklearn.mixture, sklearn.mixture._gaussian_mixture as inner
            given = json.load(sys.stdin); m = given["mixture"]
            g = sklearn.mixture.GaussianMixture(len(m["weights"]), covariance_type=m["covariance"])
            g.weights_, g.means_, g.covariances_ = (numpy.array(m[name]) for name in ("weights", "means", "covariances"))
            g.precisions_cholesky_ = inner._compute_precision_cholesky(g.covariances_, g.covariance_type)
            back = {"format": "gmmvision-mixture", "version": 1, "covariance": g.covariance_type, "features": g.means_.shape[1], "weights": g.weights_.tolist(), "means": g.means_.tolist(), "covariances": g.covariances_.tolist()}
            x = numpy.array(given["rows"]).reshape(-1, 3)
            print(json.dumps({"back": back, "scores": g.score_samples(x).tolist(), "labels": g.predict(x).tolist(), "bic": g.bic(x)}))
            """, $"{{\"mixture\": {System.Text.Encoding.UTF8.GetString(saved.ToArray())}, \"rows\": {JsonSerializer.Serialize(rows)}}}");
        using JsonDocument document = JsonDocument.Parse(answer);
        double[] scores = new double[300];
        int[] labels = new int[300];
        mixture.ScoreSamples(rows, scores);
        mixture.Predict(rows, labels);
        Assert.All(document.RootElement.GetProperty("scores").EnumerateArray().Zip(scores), pair => Assert.Equal(pair.First.GetDouble(), pair.Second, 1e-9));
        Assert.Equal(document.RootElement.GetProperty("labels").EnumerateArray().Select(label => label.GetInt32()), labels);
        Assert.Equal(document.RootElement.GetProperty("bic").GetDouble(), mixture.Bic(SampleSet.Create(rows, 3)), 1e-6);
        JsonElement back = document.RootElement.GetProperty("back");
        Assert.Equal(name, back.GetProperty("covariance").GetString());
        GaussianMixture returned = GaussianMixture.Load(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(back.GetRawText())));
        Assert.Equal(mixture.Weights, returned.Weights);
        Assert.Equal(mixture.Means, returned.Means);
        Assert.Equal(mixture.Covariances, returned.Covariances);
        Assert.False(returned.Converged);
    }

    private static bool HasScikitLearn() => Directory.Exists("/usr/lib/python3/dist-packages/sklearn") && File.Exists(Python);

    private static string RunPython(string program, string input)
    {
        using Process process = Process.Start(new ProcessStartInfo(Python, ["-c", program]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync(), output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.GetAwaiter().GetResult());
        return output.GetAwaiter().GetResult();
    }
}
