using GmmVision.Mixtures;
using Xunit;

namespace GmmVision.Tests.Mixtures;

public class ModelSelectionTests
{
    [Theory]
    [InlineData(ModelCriterion.Bic)]
    [InlineData(ModelCriterion.CrossValidation)]
    public void The_true_number_of_components_is_found(ModelCriterion criterion)
    {
        SampleSet samples = SampleSet.Create(MixtureData.ThreeInSpace(2000, 21), 3);
        ModelSelection selection = ModelSelection.Sweep(samples, new ModelSelectionOptions { MaxComponents = 5, Criterion = criterion, Folds = 3, Mixture = new MixtureOptions { Restarts = 2, Tolerance = 1e-4 } });

        Assert.Equal(5, selection.Candidates.Length);
        Assert.Equal([1, 2, 3, 4, 5], selection.Candidates.Select(candidate => candidate.Components));
        Assert.Equal(3, selection.Elbow.Components);
        if (criterion == ModelCriterion.Bic) Assert.Equal(3, selection.Minimum.Components);
        Assert.False(criterion == ModelCriterion.Bic && selection.MinimumAtLimit);
        Assert.Equal(criterion != ModelCriterion.CrossValidation, double.IsNaN(selection.Minimum.HeldOutLogLikelihood));
    }

    [Fact]
    public void Iris_has_two_full_components_by_BIC_and_the_known_figures()
    {
        SampleSet samples = SampleSet.Create(Iris.Rows, 4);
        ModelSelection selection = ModelSelection.Sweep(samples, new ModelSelectionOptions
        {
            MaxComponents = 4,
            Covariances = Enum.GetValues<CovarianceType>(),
            Mixture = new MixtureOptions { Restarts = 20, Tolerance = 1e-7, MaxIterations = 5000 },
        });

        Assert.Equal((2, CovarianceType.Full), (selection.Minimum.Components, selection.Minimum.Covariance));
        foreach ((int k, CovarianceType shape, double bic) in new[]
        {
            (1, CovarianceType.Full, 829.978), (2, CovarianceType.Full, 574.018), (3, CovarianceType.Full, 580.839), (2, CovarianceType.Tied, 688.097),
            (2, CovarianceType.Diagonal, 857.551), (2, CovarianceType.Spherical, 1012.235),
        })
        {
            Assert.Equal(bic, selection.Candidates.Single(candidate => candidate.Components == k && candidate.Covariance == shape).Bic, 0.002);
        }

        ModelCandidate best = selection.Minimum;
        Assert.Equal(best.Bic, best.Mixture.Bic(samples), 1e-6);
        Assert.Equal(best.Aic, best.Mixture.Aic(samples), 1e-6);
        Assert.Equal(29, best.Mixture.ParameterCount);
    }

    [Fact]
    public void Three_components_find_the_three_species_of_iris()
    {
        GaussianMixture mixture = GaussianMixture.Fit(Iris.Rows, 4, 3, new MixtureOptions { Restarts = 10, Tolerance = 1e-7, MaxIterations = 5000, Start = MixtureStart.KMeans });
        var labels = new int[150];
        mixture.Predict(Iris.Rows, labels);

        Assert.Equal(-1.201237, mixture.LogLikelihood, 2e-6);
        Assert.Equal([0.36745, 0.33333, 0.29922], mixture.Weights.Select(w => Math.Round(w, 5)));
        int agree = Enumerable.Range(0, 3).Sum(species => labels.Skip(species * 50).Take(50).GroupBy(label => label).Max(group => group.Count()));
        Assert.Equal(145, agree);
    }

    [Fact]
    public void Folds_share_out_every_weight_once()
    {
        SampleSet samples = SampleSet.Create(MixtureData.Pixels(500, 2), 3, mergeEqualRows: true);
        var folds = SampleFolds.Split(samples, 4, 1);

        Assert.Equal(4, folds.Length);
        Assert.All(folds, fold => Assert.InRange(fold.HeldOut.TotalWeight, 124, 126));
        Assert.All(folds, fold => Assert.Equal(500, fold.HeldOut.TotalWeight + fold.Fit.TotalWeight));
        Assert.Equal(500, folds.Sum(fold => fold.HeldOut.TotalWeight));
    }

    [Fact]
    public void Wrong_ranges_are_errors()
    {
        SampleSet samples = SampleSet.Create(new double[] { 1, 2, 3 }, 1);
        Assert.ThrowsAny<ArgumentException>(() => ModelSelection.Sweep(samples, new ModelSelectionOptions { MinComponents = 0 }));
        Assert.ThrowsAny<ArgumentException>(() => ModelSelection.Sweep(samples, new ModelSelectionOptions { MinComponents = 3, MaxComponents = 2 }));
        Assert.ThrowsAny<ArgumentException>(() => ModelSelection.Sweep(samples, new ModelSelectionOptions { Covariances = [] }));
        Assert.ThrowsAny<ArgumentException>(() => ModelSelection.Sweep(samples, new ModelSelectionOptions { Criterion = ModelCriterion.CrossValidation }));
        Assert.Equal(3, ModelSelection.Sweep(samples).Candidates.Length);   // no more components than samples
    }
}
