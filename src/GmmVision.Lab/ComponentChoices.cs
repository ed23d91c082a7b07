using System.Globalization;
using GmmVision.Mixtures;

namespace GmmVision.Lab;

/// <summary>How many components points ask for, by every criterion.</summary>
/// <param name="Selection">BIC, AIC, ICL and cross-validated likelihood over k; judged by BIC.</param>
/// <param name="Silhouettes">Mean silhouette over k; NaN for k = 1.</param>
/// <param name="VariationalWeights">Weights of a variational mixture that began with as many components as were tried, heaviest first.</param>
/// <param name="Sentence">What the curves say, in words.</param>
public sealed record ComponentChoices(ModelSelection Selection, IReadOnlyList<double> Silhouettes, IReadOnlyList<double> VariationalWeights, string Sentence)
{
    private const int SilhouettePoints = 1000;

    /// <summary>Tries 1 to <paramref name="most"/> components.</summary>
    /// <exception cref="ArgumentException">A setting is out of range, or there are too few points.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ComponentChoices Of(LabPoints points, LabSettings settings, int most, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        if (most is < 2 or > LabSettings.MostComponents)
            throw new ArgumentException($"At most {most} components are out of range: the lab tries 2 to {LabSettings.MostComponents}.");
        (LabPoints prepared, _, SampleSet samples) = PointFit.Prepare(points, settings);
        most = Math.Min(most, prepared.Count / 2);
        ModelSelection selection = ModelSelection.Sweep(samples, new ModelSelectionOptions
        {
            MaxComponents = most,
            Covariances = [settings.Covariance],
            Criterion = ModelCriterion.CrossValidation,
            Mixture = settings.Mixture with { Start = MixtureStart.Varied, Given = null, TrimFraction = 0, Restarts = Math.Min(settings.Restarts, 5) },
        }, null, cancellation);
        double[] silhouettes = [.. selection.Candidates.Select(candidate => Silhouette(candidate.Mixture, prepared))];
        CovarianceType variational = settings.Covariance is CovarianceType.Full or CovarianceType.Tied ? CovarianceType.Full : CovarianceType.Diagonal;
        VariationalGaussianMixture bayes = VariationalGaussianMixture.Fit(samples, most, new VariationalOptions { Covariance = variational, Seed = settings.Seed, MaxIterations = 300 }, cancellation: cancellation);
        selection = selection.By(ModelCriterion.Bic);
        return new ComponentChoices(selection, silhouettes, [.. bayes.ExpectedWeights], Say(selection, silhouettes, bayes.Mixture.Components));
    }

    private static double Silhouette(GaussianMixture mixture, LabPoints points)
    {
        int[] labels = new int[points.Count];
        mixture.Predict(points.Rows, labels);
        try
        {
            return labels.Distinct().Count() < 2 ? double.NaN : Mixtures.Silhouette.SampledMean(points.Rows, points.Features, labels, SilhouettePoints);
        }
        catch (ArgumentException)
        {
            return double.NaN;      // of the points drawn all lie in one cluster
        }
    }

    private static string Say(ModelSelection selection, double[] silhouettes, int variational)
    {
        ModelCandidate Least(Func<ModelCandidate, double> value) => selection.Candidates.MinBy(value)!;
        int bic = selection.Minimum.Components, icl = Least(c => c.Icl).Components, held = Least(c => -c.HeldOutLogLikelihood).Components, most = selection.Candidates[^1].Components;
        int silhouette = silhouettes.All(double.IsNaN) ? 1 : selection.Candidates[Array.IndexOf(silhouettes, silhouettes.Where(double.IsFinite).Max())].Components;
        string limit = bic == most && most > 1 ? $" BIC still falls at the limit of {most}: where points are many, every bend of the density is worth a component, and the elbow, at {selection.Elbow.Components}, is what one means." : "";
        string agree = bic == icl && icl == silhouette
            ? $"BIC, ICL and silhouette agree on {bic}: as many clusters as normals."
            : icl < bic ? $"BIC takes {bic} normals to draw the density; ICL, which asks for separate clusters, is content with {icl}." : $"BIC is least at {bic}, ICL at {icl}.";
        return string.Create(CultureInfo.InvariantCulture, $"{agree}{limit} Points left out of the fit are likeliest with {held}, the silhouette is best with {silhouette}, and a variational mixture keeps {variational} of {most}.");
    }
}
