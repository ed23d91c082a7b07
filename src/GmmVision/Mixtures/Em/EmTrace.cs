using System.Collections.Immutable;

namespace GmmVision.Mixtures;

/// <summary>Every step of one EM run, for who wants to see it: the parameters after each M step, from the start to the end.</summary>
/// <remarks>Immutable and safe to share between threads. Components keep the order of the start through all steps; <see cref="Mixture"/> has them in canonical order.</remarks>
public sealed class EmTrace
{
    private EmTrace(ImmutableArray<EmStep> steps, GaussianMixture mixture, ImmutableArray<string> warnings) => (Steps, Mixture, Warnings) = (steps, mixture, warnings);

    /// <summary>The start, then the parameters after each iteration.</summary>
    public ImmutableArray<EmStep> Steps { get; }

    /// <summary>Where the run ended.</summary>
    public GaussianMixture Mixture { get; }

    /// <summary>What had to be mended on the way.</summary>
    public ImmutableArray<string> Warnings { get; }

    /// <summary>Follows EM from one start.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="components">k, from 1 to the number of rows with a weight above 0.</param>
    /// <param name="options">As for <see cref="GaussianMixture.Fit(SampleSet, int, MixtureOptions?, IProgress{MixtureProgress}?, CancellationToken)"/>, but nothing is trimmed.</param>
    /// <param name="restart">Which of the starts, from 0: the same as a fit with these options follows as its (restart + 1)th.</param>
    /// <param name="cancellation">Ends the work between two iterations.</param>
    /// <exception cref="ArgumentException">There are fewer samples than components, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static EmTrace Of(SampleSet samples, int components, MixtureOptions? options = null, int restart = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentOutOfRangeException.ThrowIfNegative(restart);
        options = (options ?? new MixtureOptions()).Validate();
        GaussianMixture.CheckComponents(samples, components, "components");
        options.Given?.Validate(components, samples.Features, options.Covariance);
        var steps = ImmutableArray.CreateBuilder<EmStep>();
        ExpectationMaximization run = ExpectationMaximization.Run(samples, components, options, restart, options.ActualThreads, null, cancellation,
            (state, likelihood) => steps.Add(EmStep.Of(state, likelihood)));
        ImmutableArray<string> warnings = [.. run.Guard.Notes];
        return new EmTrace(steps.ToImmutable(), new GaussianMixture(run.State, new FitRecord(run.Converged, run.Iterations, [.. run.History], warnings)), warnings);
    }
}
