namespace GmmVision.Mixtures;

/// <summary>EM from one start to its end (Dempster, Laird and Rubin 1977).</summary>
internal sealed class ExpectationMaximization
{
    private readonly List<double> _history = [];

    private ExpectationMaximization(FittedParameters state, DegeneracyGuard guard) => (State, Guard) = (state, guard);

    public FittedParameters State { get; }

    public DegeneracyGuard Guard { get; }

    public bool Converged { get; private set; }

    public int Iterations { get; private set; }

    /// <summary>Mean log-likelihood of a sample after every iteration.</summary>
    public IReadOnlyList<double> History => _history;

    public double LogLikelihood => _history[^1];

    public static ExpectationMaximization Run(SampleSet samples, int components, MixtureOptions options, int restart, int threads, IProgress<MixtureProgress>? progress, CancellationToken cancellation, Action<FittedParameters, double>? observe = null)
    {
        var guard = new DegeneracyGuard(samples);
        var run = new ExpectationMaximization(StartingPoint.Make(samples, components, options, restart, guard, cancellation), guard);
        var statistics = new MixtureStatistics(options.Covariance, components, samples.Features);
        var pass = new EmPass(samples, options.Covariance, components, threads, options.LaneBits);
        double[] regularization = Regularization(samples, options);
        TellNarrowFeature(samples, options, guard);
        double previous = double.NegativeInfinity;
        while (run.Iterations < options.MaxIterations && !run.Converged)
        {
            cancellation.ThrowIfCancellationRequested();
            double bound = pass.Run(run.State, statistics);   // of the parameters that the last iteration left
            if (run.Iterations > 0) run._history.Add(bound);
            observe?.Invoke(run.State, bound);
            guard.Iteration = ++run.Iterations;
            MaximizationStep.Update(run.State, statistics, regularization, guard);
            run.Converged = Math.Abs(bound - previous) < options.Tolerance;
            previous = bound;
            progress?.Report(new MixtureProgress(restart, options.Restarts, run.Iterations, options.MaxIterations, bound));
        }

        run._history.Add(pass.Run(run.State, null));
        observe?.Invoke(run.State, run.LogLikelihood);
        return run;
    }

    /// <summary>What is added to each feature's variance in an M step.</summary>
    internal static double[] Regularization(SampleSet samples, MixtureOptions options) => [.. samples.Variance.Select(variance => options.Regularization + options.RelativeRegularization * variance)];

    // Numbers of the size of 1e-4 have variances below the usual regularisation: whatever they tell would be lost without a word.
    private static void TellNarrowFeature(SampleSet samples, MixtureOptions options, DegeneracyGuard guard)
    {
        int[] varying = [.. Enumerable.Range(0, samples.Features).Where(f => !StandardScaler.IsConstant(samples.Variance[f], samples.Mean[f]))];
        if (varying.Length == 0) return;
        int narrowest = varying.MinBy(f => samples.Variance[f]);
        if (options.Regularization > samples.Variance[narrowest]) guard.NarrowFeature(narrowest, samples.Variance[narrowest], options.Regularization);
    }
}
