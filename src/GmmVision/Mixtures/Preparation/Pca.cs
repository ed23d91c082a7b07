using System.Collections.Immutable;
using MathNet.Numerics.LinearAlgebra.Double;

namespace GmmVision.Mixtures;

/// <summary>Principal component analysis: the directions in which samples vary most, for data of many features (d above 20, say) before a mixture is fitted.</summary>
/// <remarks>Immutable and safe to share between threads.</remarks>
public sealed class Pca
{
    private Pca(double[] mean, double[] directions, double[] variances, double total) =>
        (Mean, Directions, Variances, TotalVariance) = ([.. mean], [.. directions], [.. variances], total);

    /// <summary>Numbers in a sample, d.</summary>
    public int Features => Mean.Length;

    /// <summary>Directions kept, m.</summary>
    public int Kept => Variances.Length;

    /// <summary>d means.</summary>
    public ImmutableArray<double> Mean { get; }

    /// <summary>m x d unit vectors, by variance, largest first; the largest number of each is positive.</summary>
    public ImmutableArray<double> Directions { get; }

    /// <summary>Variance along each direction.</summary>
    public ImmutableArray<double> Variances { get; }

    /// <summary>Sum of the variances of all d features.</summary>
    public double TotalVariance { get; }

    /// <summary>Part of the variance that the kept directions hold, 0 to 1; 1 when nothing varies.</summary>
    public double ExplainedVariance => TotalVariance > 0 ? Variances.Sum() / TotalVariance : 1;

    /// <summary>Finds the directions from the eigenvectors of the covariance.</summary>
    /// <param name="samples">The samples; weights count.</param>
    /// <param name="kept">Directions to keep, 1 to d.</param>
    /// <exception cref="ArgumentOutOfRangeException">kept is out of range.</exception>
    public static Pca Fit(SampleSet samples, int kept)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (kept < 1 || kept > samples.Features) throw new ArgumentOutOfRangeException(nameof(kept), kept, $"kept is {kept}; it must be 1 to {samples.Features}, the number of features.");
        return Fit(samples, (_, _) => kept);
    }

    /// <summary>Finds as many directions as hold a part of the variance.</summary>
    /// <param name="samples">The samples; weights count.</param>
    /// <param name="explainedVariance">The part, above 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">explainedVariance is out of range.</exception>
    public static Pca Fit(SampleSet samples, double explainedVariance)
    {
        ArgumentNullException.ThrowIfNull(samples);
        Range.Check(explainedVariance is > 0 and <= 1, explainedVariance, "above 0, up to 1");
        return Fit(samples, (variances, total) =>
        {
            double sum = 0;
            for (int i = 0; i < variances.Length; i++) if ((sum += variances[i]) >= explainedVariance * total * (1 - 1e-12)) return i + 1;
            return variances.Length;
        });
    }

    /// <summary>Coordinates along the kept directions.</summary>
    /// <param name="rows">n x d numbers.</param>
    /// <param name="result">Gets n x m numbers.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Transform(ReadOnlySpan<double> rows, Span<double> result)
    {
        int d = Features, m = Kept, count = rows.Length / d;
        Lengths.Check(rows.Length, (long)count * d, "rows");
        Lengths.Check(result.Length, (long)count * m, "the result");
        ReadOnlySpan<double> directions = Directions.AsSpan(), mean = Mean.AsSpan();
        for (int n = 0; n < count; n++)
        {
            for (int c = 0; c < m; c++)
            {
                double sum = 0;
                for (int f = 0; f < d; f++) sum += (rows[n * d + f] - mean[f]) * directions[c * d + f];
                result[n * m + c] = sum;
            }
        }
    }

    /// <summary>The way back, without what the dropped directions held.</summary>
    /// <param name="rows">n x m numbers.</param>
    /// <param name="result">Gets n x d numbers.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void InverseTransform(ReadOnlySpan<double> rows, Span<double> result)
    {
        int d = Features, m = Kept, count = rows.Length / m;
        Lengths.Check(rows.Length, (long)count * m, "rows");
        Lengths.Check(result.Length, (long)count * d, "the result");
        for (int n = 0; n < count; n++)
        {
            Mean.AsSpan().CopyTo(result[(n * d)..]);
            for (int c = 0; c < m; c++) for (int f = 0; f < d; f++) result[n * d + f] += rows[n * m + c] * Directions[c * d + f];
        }
    }

    private static Pca Fit(SampleSet samples, Func<double[], double, int> choose)
    {
        int d = samples.Features;
        var evd = new DenseMatrix(d, d, DataMoments.Covariance(samples)).Evd(MathNet.Numerics.LinearAlgebra.Symmetricity.Symmetric);   // symmetric: rows or columns first is the same
        double[] variances = [.. evd.EigenValues.Select(value => Math.Max(0, value.Real)).Reverse()];
        double total = variances.Sum();
        int kept = choose(variances, total);
        var directions = new double[kept * d];
        for (int c = 0; c < kept; c++)
        {
            double[] direction = evd.EigenVectors.Column(d - 1 - c).ToArray();
            double sign = Math.Sign(direction.MaxBy(Math.Abs));
            for (int f = 0; f < d; f++) directions[c * d + f] = direction[f] * sign;
        }

        return new Pca(samples.Mean, directions, variances[..kept], total);
    }
}
