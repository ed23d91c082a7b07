using System.Collections.Immutable;

namespace GmmVision.Mixtures;

/// <summary>The parameters at one step of an <see cref="EmTrace"/>.</summary>
/// <remarks>Immutable and safe to share between threads.</remarks>
public sealed class EmStep
{
    private readonly FittedParameters _state;

    private EmStep(FittedParameters state, double logLikelihood) =>
        (_state, LogLikelihood, Weights, Means) = (state, logLikelihood, [.. state.Weights], [.. state.Means]);

    /// <summary>k weights, in the order of the start.</summary>
    public ImmutableArray<double> Weights { get; }

    /// <summary>k x d, one mean after the other.</summary>
    public ImmutableArray<double> Means { get; }

    /// <summary>Mean log-likelihood of a sample under these parameters, in nats.</summary>
    public double LogLikelihood { get; }

    /// <summary>A component's covariance as a matrix, d x d, whatever the covariance type.</summary>
    /// <param name="component">0 to k - 1.</param>
    public double[] CovarianceMatrix(int component)
    {
        int d = _state.Features;
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)component, (uint)_state.Components, nameof(component));
        var matrix = new double[d * d];
        for (int i = 0; i < d; i++) for (int j = 0; j < d; j++) matrix[i * d + j] = _state.CovarianceAt(component, i, j);
        return matrix;
    }

    /// <summary>The E step: the probability that each component made each row.</summary>
    /// <param name="rows">n x d numbers.</param>
    /// <param name="probabilities">Gets n x k probabilities, row by row.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Responsibilities(ReadOnlySpan<double> rows, Span<double> probabilities)
    {
        int d = _state.Features, k = _state.Components, count = rows.Length / d;
        Lengths.Check(rows.Length, (long)count * d, "rows");
        Lengths.Check(probabilities.Length, (long)count * k, "probabilities");
        double[] logs = new double[k], x = new double[d], white = new double[d];
        for (int n = 0; n < count; n++)
        {
            rows.Slice(n * d, d).CopyTo(x);
            double sum = Density.LogSum(_state, x, logs, white);
            for (int c = 0; c < k; c++) probabilities[n * k + c] = Math.Exp(logs[c] - sum);
        }
    }

    internal static EmStep Of(FittedParameters state, double logLikelihood) => new(state.Clone(), logLikelihood);
}
