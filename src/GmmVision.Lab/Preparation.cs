using GmmVision.Mixtures;

namespace GmmVision.Lab;

/// <summary>From the columns of a table to what a mixture is fitted to: shifted, scaled, and along principal directions where asked.</summary>
/// <remarks>Immutable.</remarks>
public sealed class Preparation
{
    private const int MostFeatures = 20;
    private const double ExplainedVariance = 0.95;

    internal Preparation(IReadOnlyList<string> columns, double[] offsets, double[] factors, double[]? directions)
    {
        (Columns, Offsets, Factors, Directions) = (columns, offsets, factors, directions);
        Features = directions is null ? columns : [.. Enumerable.Range(1, directions.Length / columns.Count).Select(i => $"PC{i}")];
    }

    /// <summary>The columns.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>What the features are called: the columns, or PC1, PC2 and so on.</summary>
    public IReadOnlyList<string> Features { get; }

    /// <summary>Subtracted from each column.</summary>
    public IReadOnlyList<double> Offsets { get; }

    /// <summary>Each column is multiplied by this then.</summary>
    public IReadOnlyList<double> Factors { get; }

    /// <summary>Unit vectors, one behind the other, along which rows are measured at last; null: the columns themselves.</summary>
    public IReadOnlyList<double>? Directions { get; }

    /// <summary>Part of the variance that the directions hold.</summary>
    public double Explained { get; private init; } = 1;

    internal static Preparation Of(double[] rows, IReadOnlyList<string> columns, TableOptions options)
    {
        int d = columns.Count;
        double[] offsets = new double[d], factors = new double[d];
        Array.Fill(factors, 1);
        double[] scaled = rows;
        if (options.Standardize)
        {
            StandardScaler scaler = StandardScaler.Fit(SampleSet.Create(rows, d));
            (offsets, factors) = ([.. scaler.Mean], [.. scaler.Deviation.Select(deviation => 1 / deviation)]);
            scaled = new double[rows.Length];
            scaler.Transform(rows, scaled);
        }
        int kept = options.PrincipalComponents ?? (d > MostFeatures ? -1 : 0);
        if (kept == 0)
            return new Preparation(columns, offsets, factors, null);
        if (kept > d)
            throw new ArgumentException($"{kept} principal components are out of range: there are {d} columns.");
        SampleSet samples = SampleSet.Create(scaled, d);
        Pca pca = kept > 0 ? Pca.Fit(samples, kept) : Pca.Fit(samples, ExplainedVariance);
        return new Preparation(columns, [.. offsets.Select((offset, i) => offset + pca.Mean[i] / factors[i])], factors, [.. pca.Directions]) { Explained = pca.ExplainedVariance };
    }

    /// <summary>Prepares rows.</summary>
    /// <param name="rows">n x columns numbers.</param>
    /// <returns>n x features numbers.</returns>
    public double[] Apply(ReadOnlySpan<double> rows)
    {
        int d = Columns.Count, m = Features.Count, count = rows.Length / d;
        double[] result = new double[count * m], row = new double[d];
        for (int n = 0; n < count; n++)
        {
            for (int i = 0; i < d; i++)
                row[i] = (rows[n * d + i] - Offsets[i]) * Factors[i];
            for (int j = 0; j < m; j++)
            {
                if (Directions is null)
                {
                    result[n * m + j] = row[j];
                    continue;
                }
                double sum = 0;
                for (int i = 0; i < d; i++)
                    sum += row[i] * Directions[j * d + i];
                result[n * m + j] = sum;
            }
        }
        return result;
    }
}
