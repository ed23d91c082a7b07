using GmmVision.Lab;
using GmmVision.Mixtures;
using Xunit;

namespace GmmVision.Tests.Lab;

/// <summary>What the captions of the made sets say is true of them.</summary>
public class DataSetTests
{
    [Fact]
    public void Elongated_clusters_are_cut_across_by_k_means_and_by_balls_and_found_by_full_covariances()
    {
        (DataSet set, LabPoints points) = Make("elongated");
        PointFit full = PointFit.Of(points, set.Settings), balls = PointFit.Of(points, set.Settings with { Covariance = CovarianceType.Spherical });
        Assert.InRange(Right(Mixture(full), n => n < 300 ? 0 : 1), 0.97, 1);
        Assert.InRange(Right(Mixture(balls), n => n < 300 ? 0 : 1), 0.5, 0.65);
        Assert.InRange(Right(full.Clusters, n => n < 300 ? 0 : 1), 0.5, 0.65);
    }

    [Fact]
    public void Of_unequal_clusters_k_means_gives_a_flank_to_the_small_one()
    {
        (DataSet set, LabPoints points) = Make("unequal");
        PointFit fit = PointFit.Of(points, set.Settings);
        Assert.InRange(Right(Mixture(fit), n => n < 700 ? 0 : 1), 0.96, 1);
        Assert.InRange(Right(fit.Clusters, n => n < 700 ? 0 : 1), 0.5, 0.9);
    }

    [Fact]
    public void Where_clusters_overlap_many_points_are_uncertain()
    {
        (DataSet set, LabPoints points) = Make("overlap");
        PointFit fit = PointFit.Of(points, set.Settings);
        double[] r = new double[2 * fit.Points.Count];
        fit.Trace.Steps[^1].Responsibilities(fit.Points.Rows, r);
        Assert.InRange(r.Chunk(2).Count(pair => pair.Max() < 0.7), 20, 250);
    }

    [Fact]
    public void Ages_are_seen_by_k_means_when_features_are_standardised_and_by_a_full_mixture_always()
    {
        (DataSet set, LabPoints points) = Make("scales");
        int Age(int n) => n < 250 ? 0 : 1;
        PointFit raw = PointFit.Of(points, set.Settings), scaled = PointFit.Of(points, set.Settings with { Standardize = true });
        Assert.InRange(Right(raw.Clusters, Age), 0.5, 0.65);
        Assert.InRange(Right(Mixture(raw), Age), 0.95, 1);
        Assert.InRange(Right(scaled.Clusters, Age), 0.95, 1);
        Assert.InRange(Right(Mixture(scaled), Age), 0.95, 1);
    }

    [Theory]
    [InlineData("rings", 8)]
    [InlineData("moons", 6)]
    public void Rings_and_moons_are_drawn_by_many_components_and_missed_by_two(string id, int many)
    {
        (DataSet set, LabPoints points) = Make(id);
        int Truth(int n) => id == "rings" ? n < 400 ? 0 : 1 : n % 2;
        PointFit two = PointFit.Of(points, set.Settings), more = PointFit.Of(points, set.Settings with { Components = many, Restarts = 20, Start = MixtureStart.Varied });
        Assert.InRange(Right(two.Clusters, Truth), 0.5, 0.92);
        Assert.True(more.Mixture.LogLikelihood > two.Mixture.LogLikelihood + 0.3);
        int[] labels = Mixture(more);
        Assert.InRange(labels.Select((label, n) => (label, n)).GroupBy(pair => pair.label).Sum(group => group.GroupBy(pair => Truth(pair.n)).Max(one => one.Count())) / (double)labels.Length, 0.95, 1);
    }

    [Fact]
    public void Outliers_hijack_a_component_until_they_are_trimmed()
    {
        (DataSet set, LabPoints points) = Make("outliers");
        Assert.InRange(Widest(PointFit.Of(points, set.Settings)), 4, 20);
        Assert.InRange(Widest(PointFit.Of(points, set.Settings with { Trim = 0.08 })), 0, 2);

        static double Widest(PointFit fit) => Enumerable.Range(0, 2).Max(c => Math.Sqrt(fit.Trace.Steps[^1].CovarianceMatrix(c)[0]));
    }

    [Fact]
    public void Starts_come_to_tops_of_different_height()
    {
        (DataSet set, LabPoints points) = Make("optima");
        PointFit fit = PointFit.Of(points, set.Settings);
        double[] tops = [.. fit.Histories.Select(history => history[^1])];
        Assert.True(tops.Max() - tops.Min() > 0.01);
        Assert.Equal(tops.Max(), fit.Mixture.LogLikelihood, 1e-12);
        Assert.Equal(Array.IndexOf(tops, tops.Max()), fit.Shown);
    }

    [Fact]
    public void Of_more_features_than_points_principal_components_are_taken()
    {
        (DataSet set, LabPoints points) = Make("wide");
        PointFit fit = PointFit.Of(points, set.Settings);
        Assert.Equal("PC1", fit.Points.Names[0]);
        Assert.InRange(fit.Points.Features, 2, PointFit.MostFeatures);
    }

    [Fact]
    public void Every_set_is_the_same_each_time()
    {
        Assert.All(DataSet.All, set => Assert.Equal(set.Make().Rows, set.Make().Rows));
        Assert.All(DataSet.All, set => Assert.Equal(2, set.Caption.Split('\n').Length));
        Assert.Equal(DataSet.All.Count, DataSet.All.Select(set => set.Id).Distinct().Count());
    }

    private static (DataSet Set, LabPoints Points) Make(string id)
    {
        DataSet set = DataSet.All.Single(one => one.Id == id);
        return (set, set.Make());
    }

    private static int[] Mixture(PointFit fit) => PointFit.Labels(fit.Trace.Steps[^1], fit.Points);

    // The part that two labels tell right, whichever of them is which.
    private static double Right(int[] labels, Func<int, int> truth)
    {
        double right = labels.Select((label, n) => label == truth(n) ? 1.0 : 0).Average();
        return Math.Max(right, 1 - right);
    }
}
