using System.Collections.Immutable;
using GmmVision.Threading;

namespace GmmVision.Mixtures;

/// <summary>Fits mixtures of several sizes and shapes and compares them by one criterion.</summary>
/// <remarks>Immutable and safe to share between threads.</remarks>
public sealed class ModelSelection
{
    private ModelSelection(ImmutableArray<ModelCandidate> candidates)
    {
        Candidates = candidates;
        Minimum = candidates.MinBy(candidate => candidate.Value)!;
        ModelCandidate[] curve = [.. candidates.Where(candidate => candidate.Covariance == Minimum.Covariance)];
        Elbow = curve[Mixtures.Elbow.Of([.. curve.Select(candidate => candidate.Value)])];
    }

    /// <summary>The whole curve: by covariance type, then by components.</summary>
    public ImmutableArray<ModelCandidate> Candidates { get; }

    /// <summary>The candidate with the lowest criterion.</summary>
    public ModelCandidate Minimum { get; }

    /// <summary>
    /// Where the curve of the best covariance type bends (Satopää et al. 2011): the candidate farthest below the straight line from the
    /// first to the last, none behind the minimum. On large data, photos above all, the minimum is nearly always the largest k, and the
    /// elbow is what one means.
    /// </summary>
    public ModelCandidate Elbow { get; }

    /// <summary>Whether the minimum lies at the most components tried, so that more might be better still.</summary>
    public bool MinimumAtLimit => Minimum.Components == Candidates.Max(candidate => candidate.Components) && Candidates.Any(candidate => candidate.Components < Minimum.Components);

    /// <summary>Fits every candidate, several at a time.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="options">Default: <see cref="ModelSelectionOptions"/> as they are.</param>
    /// <param name="progress">Told the part that is done, 0 to 1, after every candidate, by several threads.</param>
    /// <param name="cancellation">Ends the work between two iterations of a fit.</param>
    /// <exception cref="ArgumentException">There are fewer samples than MinComponents, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static ModelSelection Sweep(SampleSet samples, ModelSelectionOptions? options = null, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        options = (options ?? new ModelSelectionOptions()).Validate();
        GaussianMixture.CheckComponents(samples, options.MinComponents, "components");
        int most = Math.Min(options.MaxComponents, GaussianMixture.UsableSamples(samples)), perShape = most - options.MinComponents + 1;
        var folds = options.Criterion == ModelCriterion.CrossValidation ? SampleFolds.Split(samples, options.Folds, options.Mixture.Seed) : null;
        CovarianceType[] shapes = [.. options.Covariances.Distinct()];
        var candidates = new ModelCandidate[shapes.Length * perShape];
        int threads = Math.Min(options.Mixture.ActualThreads, candidates.Length), done = 0;
        MixtureOptions mixture = options.Mixture with { Given = null, WarmStart = null, TrimFraction = 0, Threads = Math.Max(1, options.Mixture.ActualThreads / threads) };
        Parallelism.For(candidates.Length, threads, piece =>
        {
            int index = candidates.Length - 1 - piece;   // the largest take longest and go first
            int shape = index % shapes.Length, at = index / shapes.Length;
            candidates[shape * perShape + at] = Try(samples, options.MinComponents + at, mixture with { Covariance = shapes[shape] }, options.Criterion, folds, cancellation);
            progress?.Report(Interlocked.Increment(ref done) / (double)candidates.Length);
        });
        return new ModelSelection([.. candidates]);
    }

    /// <summary>The same candidates judged by another criterion, without fitting again.</summary>
    /// <param name="criterion">Cross-validation only where that was the criterion of the sweep.</param>
    /// <exception cref="ArgumentException">Nothing was cross-validated.</exception>
    public ModelSelection By(ModelCriterion criterion)
    {
        if (criterion == ModelCriterion.CrossValidation && double.IsNaN(Candidates[0].HeldOutLogLikelihood)) throw new ArgumentException("Nothing was cross-validated in this sweep: ask for it as the sweep's criterion.");
        return new ModelSelection([.. Candidates.Select(candidate => candidate with { Value = ValueOf(criterion, candidate.Bic, candidate.Aic, candidate.Icl, candidate.HeldOutLogLikelihood) })]);
    }

    private static double ValueOf(ModelCriterion criterion, double bic, double aic, double icl, double heldOut) => criterion switch
    {
        ModelCriterion.Bic => bic,
        ModelCriterion.Aic => aic,
        ModelCriterion.Icl => icl,
        _ => -heldOut,
    };

    private static ModelCandidate Try(SampleSet samples, int components, MixtureOptions options, ModelCriterion criterion, (SampleSet Fit, SampleSet HeldOut)[]? folds, CancellationToken cancellation)
    {
        GaussianMixture mixture = GaussianMixture.Fit(samples, components, options, null, cancellation);
        double twice = -2 * mixture.LogLikelihood * samples.TotalWeight, heldOut = double.NaN;
        double bic = twice + mixture.ParameterCount * Math.Log(samples.TotalWeight), aic = twice + 2 * mixture.ParameterCount;
        double icl = bic + 2 * mixture.Entropy(samples, options.Threads);
        if (folds is not null)
        {
            double sum = 0, weight = 0;
            foreach (var (fit, left) in folds)
            {
                sum += left.TotalWeight * GaussianMixture.Fit(fit, components, options, null, cancellation).Score(left);
                weight += left.TotalWeight;
            }

            heldOut = sum / weight;
        }

        return new ModelCandidate(components, options.Covariance, mixture, bic, aic, icl, heldOut, ValueOf(criterion, bic, aic, icl, heldOut));
    }
}
