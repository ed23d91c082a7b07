using GmmVision.Mixtures;
using Xunit;

namespace GmmVision.Tests.Mixtures;

public class GaussianMixtureTests
{
    [Fact]
    public void A_known_mixture_is_recovered()
    {
        GaussianMixture mixture = GaussianMixture.Fit(MixtureData.ThreeInSpace(20_000, 1), 3, 3, new MixtureOptions { Tolerance = 1e-7, MaxIterations = 500 });

        Assert.True(mixture.Converged);
        Near([0.5, 0.3, 0.2], mixture.Weights, 0.015);
        Near([0, 0, 0, 6, 1, -2, -3, 7, 4], mixture.Means, 0.08);
        Near([1, 0.5, -0.3, 0.5, 0.89, 0.01, -0.3, 0.01, 0.49], mixture.CovarianceMatrix(0), 0.06);
        Near([4, -2, 0.4, -2, 1.16, -0.16, 0.4, -0.16, 0.14], mixture.CovarianceMatrix(2), 0.2);
    }

    [Theory]
    [InlineData(CovarianceType.Full)]
    [InlineData(CovarianceType.Tied)]
    [InlineData(CovarianceType.Diagonal)]
    [InlineData(CovarianceType.Spherical)]
    public void The_likelihood_never_falls(CovarianceType covariance)
    {
        GaussianMixture mixture = GaussianMixture.Fit(
            MixtureData.ThreeInSpace(3_000, 2), 3, 5, new MixtureOptions { Covariance = covariance, Start = MixtureStart.RandomFromData, Tolerance = 0, MaxIterations = 60, Regularization = 0 });

        Assert.Equal(60, mixture.Iterations);
        for (int i = 1; i < 60; i++) Assert.True(mixture.LogLikelihoods[i] >= mixture.LogLikelihoods[i - 1] - 1e-9, $"iteration {i + 1}: {mixture.LogLikelihoods[i]} after {mixture.LogLikelihoods[i - 1]}");
    }

    [Fact]
    public void Whole_weights_are_the_same_as_repeated_samples()
    {
        double[] samples = MixtureData.ThreeInSpace(900, 3);
        double[] weights = [.. Enumerable.Range(0, 900).Select(i => (double)(i % 4))];
        double[] repeated = [.. Enumerable.Range(0, 900).SelectMany(i => Enumerable.Range(0, i % 4).SelectMany(_ => samples[(i * 3)..(i * 3 + 3)]))];
        var options = new MixtureOptions { Given = Means(samples, 3), Tolerance = 0, MaxIterations = 25 };

        Same(GaussianMixture.Fit(samples, 3, 3, options, weights), GaussianMixture.Fit(repeated, 3, 3, options), 1e-9);
    }

    [Theory]
    [InlineData(SamplePrecision.Double, 1e-9)]
    [InlineData(SamplePrecision.Single, 2e-5)]
    public void Merged_colours_give_the_plain_fit(SamplePrecision precision, double bound)
    {
        byte[] pixels = MixtureData.Pixels(20_000, 4);
        var options = new MixtureOptions { Given = Means(MixtureData.Scaled(pixels), 3), Tolerance = 0, MaxIterations = 25 };
        SampleSet merged = SampleSet.Create(pixels, 3, mergeEqualRows: true, precision: precision), plain = SampleSet.Create(pixels, 3, precision: precision);

        Assert.True(merged.Count < plain.Count);
        Assert.Equal(plain.TotalWeight, merged.TotalWeight);
        GaussianMixture one = GaussianMixture.Fit(merged, 4, options with { Given = Means(MixtureData.Scaled(pixels), 4) });
        GaussianMixture other = GaussianMixture.Fit(plain, 4, options with { Given = Means(MixtureData.Scaled(pixels), 4) });
        Same(one, other, bound);
        int[] labels = new int[20_000], plainLabels = new int[20_000];
        one.Predict(merged, labels);
        one.Predict(plain, plainLabels);
        Assert.Equal(plainLabels, labels);
    }

    [Fact]
    public void A_saved_mixture_comes_back_to_the_last_bit()
    {
        foreach (CovarianceType covariance in Enum.GetValues<CovarianceType>())
        {
            GaussianMixture mixture = GaussianMixture.Fit(MixtureData.ThreeInSpace(500, 5), 3, 3, new MixtureOptions { Covariance = covariance });
            var file = new MemoryStream();
            mixture.Save(file);
            file.Position = 0;
            GaussianMixture read = GaussianMixture.Load(file);

            Assert.Equal(mixture.Weights, read.Weights);
            Assert.Equal(mixture.Means, read.Means);
            Assert.Equal(mixture.Covariances, read.Covariances);
            Assert.Equal(mixture.LogLikelihoods, read.LogLikelihoods);
            Assert.Equal((mixture.Converged, mixture.Covariance), (read.Converged, read.Covariance));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1, 2]")]
    [InlineData("{\"format\":\"gmmvision-mixture\",\"version\":9}")]
    [InlineData("{\"format\":\"gmmvision-mixture\",\"version\":1,\"covariance\":\"full\",\"features\":1,\"weights\":[1],\"means\":[[0]],\"covariances\":[[[-1]]],\"converged\":true,\"log_likelihoods\":[]}")]
    [InlineData("{\"format\":\"gmmvision-mixture\",\"version\":1,\"covariance\":\"full\",\"features\":2000000000,\"weights\":[1],\"means\":[[0]],\"covariances\":[[[1]]],\"converged\":true,\"iterations\":1,\"log_likelihoods\":[]}")]
    [InlineData("{\"format\":\"gmmvision-mixture\",\"version\":1,\"covariance\":\"tied\",\"features\":40000,\"weights\":[1],\"means\":[[0]],\"covariances\":[[1]],\"converged\":true,\"iterations\":1,\"log_likelihoods\":[]}")]
    [InlineData("{\"format\":\"\\ud800\",\"version\":1}")]
    public void A_damaged_file_is_refused(string text) =>
        Assert.Throws<InvalidDataException>(() => GaussianMixture.Load(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text))));

    [Fact]
    public void A_file_that_states_more_numbers_than_it_holds_costs_no_memory()
    {
        string weights = string.Join(',', Enumerable.Repeat("1e-6", 1_000_000));
        string text = $"{{\"format\":\"gmmvision-mixture\",\"version\":1,\"covariance\":\"full\",\"features\":30000,\"weights\":[{weights}],\"means\":[0],\"covariances\":[1],\"converged\":true,\"iterations\":1,\"log_likelihoods\":[]}}";
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("means", Assert.Throws<InvalidDataException>(() => GaussianMixture.Load(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)))).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000_000);
    }

    private static MixtureParameters Means(double[] samples, int k)
    {
        int n = samples.Length / 3;
        return new MixtureParameters { Means = [.. Enumerable.Range(0, k).SelectMany(c => samples[(c * (n / k) * 3)..(c * (n / k) * 3 + 3)])] };
    }

    private static void Same(GaussianMixture expected, GaussianMixture actual, double bound)
    {
        Near(expected.Weights, actual.Weights, bound);
        Near(expected.Means, actual.Means, bound);
        Near(expected.Covariances, actual.Covariances, bound);
        Near(expected.LogLikelihoods, actual.LogLikelihoods, bound);
    }

    private static void Near(IReadOnlyList<double> expected, IReadOnlyList<double> actual, double bound)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++) Assert.True(Math.Abs(expected[i] - actual[i]) <= bound, $"number {i} is {actual[i]}, not {expected[i]} (to {bound})");
    }
}
