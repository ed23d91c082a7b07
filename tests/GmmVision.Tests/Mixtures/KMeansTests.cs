using GmmVision.Mixtures;
using Xunit;

namespace GmmVision.Tests.Mixtures;

public class KMeansTests
{
    [Theory]
    [InlineData(SamplePrecision.Double, 2, 5)]
    [InlineData(SamplePrecision.Double, 3, 8)]
    [InlineData(SamplePrecision.Single, 3, 5)]
    public void Bounds_spare_work_but_change_nothing(SamplePrecision precision, int d, int k)
    {
        var random = new Random(11);
        double[] rows = [.. Enumerable.Range(0, 3000 * d).Select(i => (double)(float)(MixtureData.Normal(random) + i / d % k * 1.5))];
        SampleSet samples = SampleSet.Create(rows, d, precision: precision);
        double[] centers = rows[..(k * d)], plain = [.. centers];

        var (iterations, _) = KMeansRun.Create(samples, 1).Lloyd(centers, 40, 0, TestContext.Current.CancellationToken);
        for (int i = 0; i < iterations; i++) PlainLloyd(rows, d, plain);
        for (int i = 0; i < centers.Length; i++) Assert.Equal(plain[i], centers[i], precision == SamplePrecision.Double ? 1e-9 : 1e-4);
    }

    [Fact]
    public void Iris_falls_into_the_known_clusters()
    {
        KMeans clusters = KMeans.Fit(SampleSet.Create(Iris.Rows, 4), 3, new KMeansOptions { Restarts = 10, Tolerance = 0 });

        Assert.Equal(78.851441, clusters.Inertia, 1e-5);
        Assert.True(clusters.Converged);
        Assert.Equal([38, 50, 62], clusters.Labels.ToArray().GroupBy(label => label).Select(group => group.Count()).Order());
        var labels = new int[150];
        clusters.Predict(Iris.Rows, labels);
        Assert.Equal(labels, clusters.Labels.ToArray());
    }

    [Fact]
    public void More_clusters_than_distinct_samples_still_give_an_answer()
    {
        KMeans clusters = KMeans.Fit(SampleSet.Create(new double[] { 1, 1, 1, 2, 2 }, 1), 4);

        Assert.Equal(0, clusters.Inertia, 1e-12);
        Assert.All(clusters.Centers, center => Assert.True(double.IsFinite(center)));
    }

    [Fact]
    public void Threads_and_lanes_change_no_bit()
    {
        SampleSet samples = SampleSet.Create(MixtureData.Pixels(30_000, 5), 3);
        KMeans expected = KMeans.Fit(samples, 6, new KMeansOptions { Threads = 1 });
        foreach (KMeansOptions options in new KMeansOptions[] { new() { Threads = 7 }, new() { LaneBits = 128 }, new() { LaneBits = 256 }, new() { LaneBits = 512 } })
        {
            KMeans clusters = KMeans.Fit(samples, 6, options);
            Assert.Equal(expected.Centers, clusters.Centers);
            Assert.Equal(expected.Inertia, clusters.Inertia);
        }
    }

    private static void PlainLloyd(double[] rows, int d, double[] centers)
    {
        int k = centers.Length / d;
        double[] sums = new double[k * d], counts = new double[k];
        for (int n = 0; n < rows.Length / d; n++)
        {
            int best = Enumerable.Range(0, k).MinBy(c => Enumerable.Range(0, d).Sum(f => Math.Pow(rows[n * d + f] - centers[c * d + f], 2)));
            counts[best]++;
            for (int f = 0; f < d; f++) sums[best * d + f] += rows[n * d + f];
        }

        for (int i = 0; i < sums.Length; i++) if (counts[i / d] > 0) centers[i] = sums[i] / counts[i / d];
    }
}
