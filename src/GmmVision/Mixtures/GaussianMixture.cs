using System.Collections.Immutable;
using GmmVision.Threading;

namespace GmmVision.Mixtures;

/// <summary>
/// A weighted sum of normal densities, p(x) = Σ wₖ N(x | μₖ, Σₖ), fitted by expectation maximisation
/// (Bishop, Pattern Recognition and Machine Learning, section 9.2).
/// </summary>
/// <remarks>
/// Immutable and safe to share between threads. Components stand in canonical order: by weight, heaviest first, then by mean.
/// Log-likelihoods are in nats, per sample.
/// </remarks>
public sealed partial class GaussianMixture
{
    private readonly FittedParameters _state;

    internal GaussianMixture(FittedParameters state, FitRecord fit)
    {
        _state = state.InCanonicalOrder();
        FitOf = fit;
        Weights = [.. _state.Weights];
        Means = [.. _state.Means];
        Covariances = [.. _state.Covariances];
        PrecisionsCholesky = MakePrecisionsCholesky(_state);
    }

    /// <summary>Components, k.</summary>
    public int Components => _state.Components;

    /// <summary>Numbers in a sample, d.</summary>
    public int Features => _state.Features;

    /// <summary>Shape of the components.</summary>
    public CovarianceType Covariance => _state.Covariance;

    /// <summary>k weights that sum to 1.</summary>
    public ImmutableArray<double> Weights { get; }

    /// <summary>k x d, one mean after the other.</summary>
    public ImmutableArray<double> Means { get; }

    /// <summary>k x d x d (Full), d x d (Tied), k x d variances (Diagonal) or k variances (Spherical).</summary>
    public ImmutableArray<double> Covariances { get; }

    /// <summary>
    /// Factors of the inverse covariances, shaped like <see cref="Covariances"/>: upper triangular U with Σ⁻¹ = U Uᵀ (Full, Tied),
    /// or 1 / σ (Diagonal, Spherical).
    /// </summary>
    public ImmutableArray<double> PrecisionsCholesky { get; }

    /// <summary>Whether EM came to rest before its iterations ran out.</summary>
    public bool Converged => FitOf.Converged;

    /// <summary>Iterations done from the start that was kept.</summary>
    public int Iterations => FitOf.Iterations;

    /// <summary>Mean log-likelihood of a sample after each iteration (the lower bound that EM raises).</summary>
    public ImmutableArray<double> LogLikelihoods => FitOf.LogLikelihoods;

    /// <summary>Mean log-likelihood of a sample of those fitted; NaN for a mixture that was not fitted.</summary>
    public double LogLikelihood => LogLikelihoods.IsEmpty ? double.NaN : LogLikelihoods[^1];

    /// <summary>What had to be mended during the fit, and what to do about it; empty as a rule.</summary>
    public ImmutableArray<string> Warnings => FitOf.Warnings;

    /// <summary>Free parameters: k - 1 weights, k d means, and the covariances.</summary>
    public int ParameterCount => MixtureShape.FreeParameters(Covariance, Components, Features);

    private FitRecord FitOf { get; }

    /// <summary>Fits a mixture to samples.</summary>
    /// <param name="samples">The samples; may be fitted again and from several threads.</param>
    /// <param name="components">k, from 1 to the number of rows with a weight above 0.</param>
    /// <param name="options">Default: <see cref="MixtureOptions"/> as they are.</param>
    /// <param name="progress">Told after every iteration, by several threads when starts run side by side.</param>
    /// <param name="cancellation">Ends the work between two iterations.</param>
    /// <exception cref="ArgumentException">There are fewer samples than components, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static GaussianMixture Fit(SampleSet samples, int components, MixtureOptions? options = null, IProgress<MixtureProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        options = (options ?? new MixtureOptions()).Validate();
        CheckComponents(samples, components, "components");
        options.Given?.Validate(components, samples.Features, options.Covariance);

        GaussianMixture mixture = BestOfRestarts(samples, components, options, progress, cancellation);
        if (options.TrimFraction > 0) mixture = RefitTrimmed(mixture, samples, options, progress, cancellation);
        return mixture;
    }

    /// <summary>Fits a mixture to samples in double precision; equal rows are not merged.</summary>
    /// <param name="rows">n x d numbers, one sample after the other.</param>
    /// <param name="features">d.</param>
    /// <param name="components">k, from 1 to n.</param>
    /// <param name="options">Default: <see cref="MixtureOptions"/> as they are.</param>
    /// <param name="sampleWeights">n weights, 0 or more; empty for 1 each. A whole weight is the same as repeating the sample.</param>
    /// <param name="progress">Told after every iteration, by several threads when starts run side by side.</param>
    /// <param name="cancellation">Ends the work between two iterations.</param>
    /// <exception cref="ArgumentException">A length does not fit, a number is not finite, there are fewer samples than components, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static GaussianMixture Fit(ReadOnlySpan<double> rows, int features, int components, MixtureOptions? options = null, ReadOnlySpan<double> sampleWeights = default, IProgress<MixtureProgress>? progress = null, CancellationToken cancellation = default) =>
        Fit(SampleSet.Create(rows, features, sampleWeights), components, options, progress, cancellation);

    /// <summary>Fits a mixture to samples in single precision (statistics are summed in double); equal rows are not merged.</summary>
    /// <inheritdoc cref="Fit(ReadOnlySpan{double}, int, int, MixtureOptions?, ReadOnlySpan{double}, IProgress{MixtureProgress}?, CancellationToken)"/>
    public static GaussianMixture Fit(ReadOnlySpan<float> rows, int features, int components, MixtureOptions? options = null, ReadOnlySpan<double> sampleWeights = default, IProgress<MixtureProgress>? progress = null, CancellationToken cancellation = default) =>
        Fit(SampleSet.Create(rows, features, sampleWeights), components, options, progress, cancellation);

    /// <summary>A mixture from its parameters.</summary>
    /// <param name="covariance">Shape of the components.</param>
    /// <param name="features">d.</param>
    /// <param name="weights">k weights above 0; they are divided by their sum.</param>
    /// <param name="means">k x d.</param>
    /// <param name="covariances">Shaped as <see cref="Covariances"/>; symmetric and positive definite.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a value is not possible.</exception>
    public static GaussianMixture Create(CovarianceType covariance, int features, ReadOnlySpan<double> weights, ReadOnlySpan<double> means, ReadOnlySpan<double> covariances) =>
        new(MakeState(covariance, features, weights, means, covariances), FitRecord.None);

    /// <summary>A component's mean, d numbers.</summary>
    /// <param name="component">0 to k - 1.</param>
    public ReadOnlySpan<double> Mean(int component) => Means.AsSpan().Slice(component * Features, Features);

    /// <summary>A component's covariance as a matrix, d x d, whatever the covariance type.</summary>
    /// <param name="component">0 to k - 1.</param>
    public double[] CovarianceMatrix(int component)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)component, (uint)Components, nameof(component));
        var matrix = new double[Features * Features];
        for (int i = 0; i < Features; i++) for (int j = 0; j < Features; j++) matrix[i * Features + j] = _state.CovarianceAt(component, i, j);
        return matrix;
    }

    internal FittedParameters CopyState() => _state.Clone();

    internal static void CheckComponents(SampleSet samples, int components, string what)
    {
        int usable = UsableSamples(samples);
        if (components < 1) throw new ArgumentOutOfRangeException(nameof(components), components, $"{components} {what} were asked for; at least 1 is needed.");
        if (components > usable) throw new ArgumentException($"{components} {what} cannot be fitted to {usable} samples; ask for {usable} or fewer, or give more samples.");
    }

    /// <summary>Rows that count: those with a weight above 0.</summary>
    internal static int UsableSamples(SampleSet samples) => samples.Rows - (samples.Merged ? 0 : samples.Weights.Count(weight => weight == 0));

    private static GaussianMixture BestOfRestarts(SampleSet samples, int components, MixtureOptions options, IProgress<MixtureProgress>? progress, CancellationToken cancellation)
    {
        int restarts = options.WarmStart is not null || options.Given is { Weights: not null, Means: not null, Precisions: not null } || components == 1 ? 1 : options.Restarts;
        var runs = new ExpectationMaximization[restarts];
        int outer = Math.Min(restarts, options.ActualThreads), inner = Math.Max(1, options.ActualThreads / outer);   // starts side by side before threads within one
        Parallelism.For(restarts, outer, restart => runs[restart] = ExpectationMaximization.Run(samples, components, options, restart, inner, progress, cancellation));
        ExpectationMaximization best = runs.MaxBy(run => run.LogLikelihood)!;   // the first of equals
        return new GaussianMixture(best.State, new FitRecord(best.Converged, best.Iterations, [.. best.History], [.. best.Guard.Notes]));
    }

    private static FittedParameters MakeState(CovarianceType covariance, int features, ReadOnlySpan<double> weights, ReadOnlySpan<double> means, ReadOnlySpan<double> covariances)
    {
        if (!Enum.IsDefined(covariance)) throw new ArgumentException($"covariance is {covariance}; it must be Full, Tied, Diagonal or Spherical.");
        if (features < 1) throw new ArgumentOutOfRangeException(nameof(features), features, $"features is {features}; a sample has at least 1 feature.");
        if (weights.IsEmpty) throw new ArgumentException("A mixture has at least 1 component.");
        // Before anything of that size is made: what was read from a file may state any number of features.
        long k = weights.Length, d = features;
        Lengths.Check(means.Length, k * d, "means (components x features)");
        Lengths.Check(covariances.Length, covariance switch { CovarianceType.Full => k * d * d, CovarianceType.Tied => d * d, CovarianceType.Diagonal => k * d, _ => k }, $"covariances (of type {covariance})");
        var state = new FittedParameters(covariance, weights.Length, features);
        double sum = 0;
        foreach (double w in weights)
        {
            if (!(w > 0) || !double.IsFinite(w)) throw new ArgumentException($"A weight is {w}; weights must be finite and above 0.");
            sum += w;
        }

        if (Math.Abs(sum - 1) <= 1e-12) sum = 1;   // weights that were saved come back to the last bit
        for (int c = 0; c < weights.Length; c++) state.Weights[c] = weights[c] / sum;
        foreach (double m in means) if (!double.IsFinite(m)) throw new ArgumentException($"A mean holds {m}; every number must be finite.");
        means.CopyTo(state.Means);
        covariances.CopyTo(state.Covariances);
        int bad = state.Factorize();
        return bad < 0 ? state : throw new ArgumentException($"The covariance of component {bad} is not positive definite.");
    }

    private static ImmutableArray<double> MakePrecisionsCholesky(FittedParameters state)
    {
        int d = state.Features;
        if (state.Covariance == CovarianceType.Diagonal) return [.. state.Whitening];
        if (state.Covariance == CovarianceType.Spherical) return [.. Enumerable.Range(0, state.Components).Select(c => state.Whitening[c * d])];
        var upper = new double[state.Whitening.Length];
        for (int at = 0; at < upper.Length; at += d * d) for (int i = 0; i < d; i++) for (int j = 0; j < d; j++) upper[at + i * d + j] = state.Whitening[at + j * d + i];   // U = L⁻ᵀ
        return ImmutableArray.Create(upper);
    }
}
