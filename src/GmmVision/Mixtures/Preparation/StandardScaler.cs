using System.Collections.Immutable;

namespace GmmVision.Mixtures;

/// <summary>Shifts and scales each feature to mean 0 and variance 1.</summary>
/// <remarks>Immutable and safe to share between threads.</remarks>
public sealed class StandardScaler
{
    private StandardScaler(double[] mean, double[] deviation) => (Mean, Deviation) = ([.. mean], [.. deviation]);

    /// <summary>d means.</summary>
    public ImmutableArray<double> Mean { get; }

    /// <summary>d standard deviations (of the population); 1 for a feature that does not vary, which becomes 0.</summary>
    public ImmutableArray<double> Deviation { get; }

    /// <summary>Numbers in a sample, d.</summary>
    public int Features => Mean.Length;

    /// <summary>Measures each feature.</summary>
    /// <param name="samples">The samples; weights count.</param>
    public static StandardScaler Fit(SampleSet samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return new StandardScaler(samples.Mean, [.. samples.Variance.Select((variance, f) => IsConstant(variance, samples.Mean[f]) ? 1 : Math.Sqrt(variance))]);
    }

    /// <summary>Measures each feature of weighted rows.</summary>
    /// <param name="rows">n x d numbers.</param>
    /// <param name="weights">n weights.</param>
    internal static StandardScaler Fit(ReadOnlySpan<double> rows, ReadOnlySpan<double> weights)
    {
        int d = rows.Length / weights.Length;
        double[] means = new double[d], deviations = new double[d];
        for (int f = 0; f < d; f++)
        {
            double sum = 0, total = 0, squares = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                sum += weights[i] * rows[i * d + f];
                total += weights[i];
            }
            double mean = sum / total;
            for (int i = 0; i < weights.Length; i++)
                squares += weights[i] * (rows[i * d + f] - mean) * (rows[i * d + f] - mean);
            (means[f], deviations[f]) = (mean, IsConstant(squares / total, mean) ? 1 : Math.Sqrt(squares / total));
        }
        return new StandardScaler(means, deviations);
    }

    /// <summary>(x - mean) / deviation of each feature.</summary>
    /// <param name="rows">n x d numbers.</param>
    /// <param name="result">Gets n x d numbers; may be the same span.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Transform(ReadOnlySpan<double> rows, Span<double> result)
    {
        Check(rows.Length, result.Length);
        for (int i = 0, f = 0; i < rows.Length; i++, f = f + 1 == Features ? 0 : f + 1) result[i] = (rows[i] - Mean[f]) / Deviation[f];
    }

    /// <inheritdoc cref="Transform(ReadOnlySpan{double}, Span{double})"/>
    public void Transform(ReadOnlySpan<float> rows, Span<float> result)
    {
        Check(rows.Length, result.Length);
        for (int i = 0, f = 0; i < rows.Length; i++, f = f + 1 == Features ? 0 : f + 1) result[i] = (float)((rows[i] - Mean[f]) / Deviation[f]);
    }

    /// <summary>The way back: x · deviation + mean.</summary>
    /// <param name="rows">n x d numbers.</param>
    /// <param name="result">Gets n x d numbers; may be the same span.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void InverseTransform(ReadOnlySpan<double> rows, Span<double> result)
    {
        Check(rows.Length, result.Length);
        for (int i = 0, f = 0; i < rows.Length; i++, f = f + 1 == Features ? 0 : f + 1) result[i] = rows[i] * Deviation[f] + Mean[f];
    }

    /// <summary>Rounding makes a variance of its own: what is below it is none.</summary>
    internal static bool IsConstant(double variance, double mean) => variance <= 1e-28 * mean * mean;

    private void Check(int rows, int result)
    {
        if (rows % Features != 0) throw new ArgumentException($"{rows} numbers are no whole number of samples of {Features} features.");
        Lengths.Check(result, rows, "the result");
    }
}
