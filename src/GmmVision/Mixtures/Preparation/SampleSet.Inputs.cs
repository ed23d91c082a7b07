using MathNet.Numerics.LinearAlgebra;

namespace GmmVision.Mixtures;

/// <summary>From the forms in which tables come.</summary>
public sealed unsafe partial class SampleSet
{
    /// <summary>Samples in double precision from an array, n x d.</summary>
    /// <inheritdoc cref="Create(ReadOnlySpan{double}, int, ReadOnlySpan{double}, bool, SamplePrecision)"/>
    public static SampleSet Create(double[,] rows, ReadOnlySpan<double> weights = default, bool mergeEqualRows = false)
    {
        ArgumentNullException.ThrowIfNull(rows);
        double[] flat = new double[rows.Length];
        Buffer.BlockCopy(rows, 0, flat, 0, Buffer.ByteLength(rows));
        return Create(flat, rows.GetLength(1), weights, mergeEqualRows);
    }

    /// <summary>Samples in single precision from an array, n x d.</summary>
    /// <inheritdoc cref="Create(ReadOnlySpan{float}, int, ReadOnlySpan{double}, bool, SamplePrecision)"/>
    public static SampleSet Create(float[,] rows, ReadOnlySpan<double> weights = default, bool mergeEqualRows = false)
    {
        ArgumentNullException.ThrowIfNull(rows);
        float[] flat = new float[rows.Length];
        Buffer.BlockCopy(rows, 0, flat, 0, Buffer.ByteLength(rows));
        return Create(flat, rows.GetLength(1), weights, mergeEqualRows);
    }

    /// <summary>Samples in double precision from an array of n rows, all of one length.</summary>
    /// <inheritdoc cref="Create(ReadOnlySpan{double}, int, ReadOnlySpan{double}, bool, SamplePrecision)"/>
    /// <exception cref="ArgumentException">There is no row, or one is of another length than the first.</exception>
    public static SampleSet Create(double[][] rows, ReadOnlySpan<double> weights = default, bool mergeEqualRows = false)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Length == 0) throw new ArgumentException("There are no rows; at least 1 is needed.");
        int d = rows[0].Length;
        var flat = new double[rows.Length * d];
        for (int n = 0; n < rows.Length; n++)
        {
            if (rows[n].Length != d) throw new ArgumentException($"Row {n} has {rows[n].Length} numbers, the first one {d}; all rows must have as many.");
            rows[n].CopyTo(flat, n * d);
        }

        return Create(flat, d, weights, mergeEqualRows);
    }

    /// <summary>Samples in double precision from a matrix of Math.NET Numerics, n x d.</summary>
    /// <inheritdoc cref="Create(ReadOnlySpan{double}, int, ReadOnlySpan{double}, bool, SamplePrecision)"/>
    public static SampleSet Create(Matrix<double> rows, ReadOnlySpan<double> weights = default, bool mergeEqualRows = false)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return Create(rows.ToRowMajorArray(), rows.ColumnCount, weights, mergeEqualRows);
    }
}
