namespace GmmVision.Mixtures;

/// <summary>EM from one start to its end (Dempster, Laird and Rubin 1977).</summary>
internal sealed class ExpectationMaximisation
{
    private readonly List<double> _history = [];

    private ExpectationMaximisation(MixtureState state, DegeneracyGuard guard) => (State, Guard) = (state, guard);

    public MixtureState State { get; }

    public DegeneracyGuard Guard { get; }

    public bool Converged { get; private set; }

    public int Iterations { get; private set; }

    /// <summary>Mean log-likelihood of a sample after every iteration.</summary>
    public IReadOnlyList<double> History => _history;

    public double LogLikelihood => _history[^1];

    public static ExpectationMaximisation Run(SampleSet samples, int components, MixtureOptions options, int restart, int threads, IProgress<MixtureProgress>? progress, CancellationToken cancellation)
    {
        var guard = new DegeneracyGuard(samples);
        var run = new ExpectationMaximisation(StartingPoint.Make(samples, components, options, restart, guard, cancellation), guard);
        var statistics = new MixtureStatistics(options.Covariance, components, samples.Features);
        var pass = new EmPass(samples, options.Covariance, components, threads, options.LaneBits);
        double previous = double.NegativeInfinity;
        while (run.Iterations < options.MaxIterations && !run.Converged)
        {
            cancellation.ThrowIfCancellationRequested();
            double bound = pass.Run(run.State, statistics);   // of the parameters that the last iteration left
            if (run.Iterations > 0) run._history.Add(bound);
            guard.Iteration = ++run.Iterations;
            MaximisationStep.Update(run.State, statistics, options.Regularisation, guard);
            run.Converged = Math.Abs(bound - previous) < options.Tolerance;
            previous = bound;
            progress?.Report(new MixtureProgress(restart, options.Restarts, run.Iterations, options.MaxIterations, bound));
        }

        run._history.Add(pass.Run(run.State, null));
        return run;
    }
}
