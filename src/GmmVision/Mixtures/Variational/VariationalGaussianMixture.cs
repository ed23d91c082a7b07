using System.Collections.Immutable;
using GmmVision.Threading;

namespace GmmVision.Mixtures;

/// <summary>
/// A Gaussian mixture whose parameters are distributions, fitted by variational inference (Bishop, Pattern Recognition and Machine
/// Learning, section 10.2): of the components it is given it uses as many as the samples call for.
/// </summary>
/// <remarks>Immutable and safe to share between threads.</remarks>
public sealed class VariationalGaussianMixture
{
    private VariationalGaussianMixture(SampleSet samples, VariationalRun run, double leastWeight)
    {
        FittedParameters state = run.Mean(leastWeight);
        double logLikelihood = new EmPass(samples, state.Covariance, state.Components, 1).Run(state, null);
        Mixture = new GaussianMixture(state, new FitRecord(run.Converged, run.Bounds.Count, [logLikelihood], [.. run.Notes]));
        ExpectedWeights = [.. run.ExpectedWeights.OrderDescending()];
        (Bounds, Converged) = ([.. run.Bounds], run.Converged);
    }

    /// <summary>The effective components, with the expected values of their parameters and weights that sum to 1.</summary>
    public GaussianMixture Mixture { get; }

    /// <summary>Components whose expected weight is at least <see cref="VariationalOptions.LeastWeight"/>.</summary>
    public int EffectiveComponents => Mixture.Components;

    /// <summary>Expected weights of all components, largest first.</summary>
    public ImmutableArray<double> ExpectedWeights { get; }

    /// <summary>Lower bound of the log evidence (ELBO) per sample after each iteration, in nats; it never falls.</summary>
    public ImmutableArray<double> Bounds { get; }

    /// <summary>The last of <see cref="Bounds"/>.</summary>
    public double Bound => Bounds[^1];

    /// <summary>Whether the bound came to rest before the iterations ran out.</summary>
    public bool Converged { get; }

    /// <summary>Iterations done from the start that was kept.</summary>
    public int Iterations => Bounds.Length;

    /// <summary>Fits a mixture to samples.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="mostComponents">Components at most, from 1 to the number of rows.</param>
    /// <param name="options">Default: <see cref="VariationalOptions"/> as they are.</param>
    /// <param name="progress">Told after every iteration, by several threads when starts run side by side; its log-likelihood is the bound.</param>
    /// <param name="cancellation">Ends the work between two iterations.</param>
    /// <exception cref="ArgumentException">There are fewer samples than components, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static VariationalGaussianMixture Fit(SampleSet samples, int mostComponents, VariationalOptions? options = null, IProgress<MixtureProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        options = (options ?? new VariationalOptions()).Validate();
        GaussianMixture.CheckComponents(samples, mostComponents, "components");
        if (options.Covariance == CovarianceType.Full && options.DegreesOfFreedom <= samples.Features - 1)
            throw new ArgumentOutOfRangeException(nameof(options), options.DegreesOfFreedom, $"DegreesOfFreedom is {options.DegreesOfFreedom}; it must be above {samples.Features - 1} (features - 1).");
        var runs = new VariationalRun[options.Restarts];
        int threads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads, outer = Math.Min(threads, runs.Length);
        Parallelism.For(runs.Length, outer, restart =>
        {
            runs[restart] = new VariationalRun(samples, mostComponents, options, restart, Math.Max(1, threads / outer), cancellation);
            runs[restart].Follow(progress, cancellation);
        });
        return new VariationalGaussianMixture(samples, runs.MaxBy(run => run.Bounds[^1])!, options.LeastWeight);
    }
}
