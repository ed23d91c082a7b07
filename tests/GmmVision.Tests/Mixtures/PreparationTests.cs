using GmmVision.Mixtures;
using Xunit;

namespace GmmVision.Tests.Mixtures;

/// <summary>Scaling, principal components, silhouettes.</summary>
public class PreparationTests
{
    [Fact]
    public void Scaled_features_have_mean_0_and_variance_1_and_come_back()
    {
        StandardScaler scaler = StandardScaler.Fit(SampleSet.Create(Iris.Rows, 4));
        double[] scaled = new double[600], back = new double[600];
        scaler.Transform(Iris.Rows, scaled);
        scaler.InverseTransform(scaled, back);
        StandardScaler again = StandardScaler.Fit(SampleSet.Create(scaled, 4));

        for (int f = 0; f < 4; f++) Assert.Equal((0.0, 1.0), (Math.Round(again.Mean[f], 10), Math.Round(again.Deviation[f], 10)));
        for (int i = 0; i < 600; i++) Assert.Equal(Iris.Rows[i], back[i], 1e-12);
        var constant = new double[2];
        StandardScaler.Fit(SampleSet.Create(new[] { 0.1, 0.1 }, 1)).Transform([0.1, 0.2], constant);
        Assert.Equal([0, 0.1], constant.Select(v => Math.Round(v, 12)));
    }

    [Fact]
    public void Principal_components_of_iris_are_the_known_ones()
    {
        SampleSet samples = SampleSet.Create(Iris.Rows, 4);
        Pca pca = Pca.Fit(samples, 4);
        Assert.Equal([4.20005343, 0.24105294, 0.0776881, 0.02367619], pca.Variances.Select(v => Math.Round(v, 8)));
        Assert.Equal(1, pca.ExplainedVariance, 1e-12);
        Assert.Equal(0.8567, pca.Directions[2], 1e-4);   // petal length dominates

        double[] turned = new double[600], back = new double[600];
        pca.Transform(Iris.Rows, turned);
        pca.InverseTransform(turned, back);
        for (int i = 0; i < 600; i++) Assert.Equal(Iris.Rows[i], back[i], 1e-12);
        Assert.Equal(2, Pca.Fit(samples, 0.95).Kept);
        Assert.Throws<ArgumentOutOfRangeException>(() => Pca.Fit(samples, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Pca.Fit(samples, 0.0));
    }

    [Fact]
    public void The_silhouette_of_iris_is_the_known_one()
    {
        Assert.Equal(0.503477440693296, Silhouette.Mean(Iris.Rows, 4, Iris.Species), 1e-12);
        Assert.Equal(Silhouette.Mean(Iris.Rows, 4, Iris.Species, threads: 1), Silhouette.Mean(Iris.Rows, 4, Iris.Species, threads: 3));
        Assert.Equal(0.503477440693296, Silhouette.SampledMean(Iris.Rows, 4, Iris.Species, 150), 1e-12);
        Assert.InRange(Silhouette.SampledMean(Iris.Rows, 4, Iris.Species, 100, seed: 3), 0.42, 0.58);
        Assert.Equal([0.8, 0.75, 0], Silhouette.OfEach([0, 1, 5], 1, [0, 0, 1]));
        Assert.Throws<ArgumentException>(() => Silhouette.Mean([1, 2, 3], 1, [0, 0, 0]));
        Assert.Throws<ArgumentException>(() => Silhouette.Mean([1, 2, 3], 1, [0, -1, 0]));
        Assert.Throws<ArgumentException>(() => Silhouette.Mean([1, 2, 3], 1, [0, 1]));
    }
}
