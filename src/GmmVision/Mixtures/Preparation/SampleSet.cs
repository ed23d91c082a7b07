using System.Numerics;
using System.Runtime.CompilerServices;
using GmmVision.Simd;

namespace GmmVision.Mixtures;

/// <summary>
/// n samples of d features, checked and laid out for fitting: made once, fitted as often as wanted (restarts, several k).
/// </summary>
/// <remarks>
/// <para>Held as one plane per feature, centred and scaled by a power of two, so that single precision keeps its digits
/// whatever the size and offset of the numbers. With merging, equal rows are held once, with the sum of their weights: a fit is the
/// same to rounding and as much faster as there are fewer distinct rows (colours of a photo: 3 to 10 times).</para>
/// <para>Immutable and safe to share between threads.</para>
/// </remarks>
public sealed unsafe partial class SampleSet
{
    internal const int Padding = 16;
    private readonly int[]? _rowToSample;
    private readonly AlignedBuffer<float>? _single;
    private readonly AlignedBuffer<double>? _double;

    private SampleSet(int rows, int features, double[] weights, double totalWeight, int[]? rowToSample, SamplePrecision precision)
    {
        (Rows, Features, Precision, Weights, TotalWeight, _rowToSample) = (rows, features, precision, weights, totalWeight, rowToSample);
        Count = weights.Length;
        Stride = (Count + Padding - 1) / Padding * Padding;
        (Center, Scale, Mean, Variance) = (new double[features], new double[features], new double[features], new double[features]);
        if (precision == SamplePrecision.Single) _single = new AlignedBuffer<float>(checked(Stride * (Features + 1)));
        else _double = new AlignedBuffer<double>(checked(Stride * (Features + 1)));

        // Weights are scaled to at most 2 by a power of two, which is exact, so that no weight is too small or large for single precision.
        WeightScale = Math.ScaleB(1, Math.ILogB(weights.Max()));
        Put(Features, weights, 0, WeightScale);
    }

    private SampleSet(int mostRows, double[] center, double[] scale)
        : this(mostRows, center.Length, Ones(mostRows), mostRows, null, SamplePrecision.Double) => (Center, Scale) = (center, scale);

    private SampleSet(SampleSet other, double[] weights)
    {
        (Rows, Count, Features, Precision, Stride, Center, Scale, _rowToSample) = (other.Rows, other.Count, other.Features, other.Precision, other.Stride, other.Center, other.Scale, other._rowToSample);
        (Weights, TotalWeight, WeightScale) = (weights, weights.Sum(), Math.ScaleB(1, Math.ILogB(weights.Max())));
        if (other._single is not null) other._single.Span.CopyTo((_single = new AlignedBuffer<float>(other._single.Length)).Span);
        else other._double!.Span.CopyTo((_double = new AlignedBuffer<double>(other._double.Length)).Span);
        Put(Features, weights, 0, WeightScale);
        (Mean, Variance) = (new double[Features], new double[Features]);
        for (int f = 0; f < Features; f++)
        {
            var (mean, variance) = Moments(Plane(f), weights, TotalWeight);
            (Mean[f], Variance[f]) = (Center[f] + Scale[f] * mean, Scale[f] * Scale[f] * variance);
        }
    }

    /// <summary>Rows given, equal ones counted apart.</summary>
    public int Rows { get; private set; }

    /// <summary>Samples held: distinct rows when merged, else as many as <see cref="Rows"/>.</summary>
    public int Count { get; private set; }

    /// <summary>Numbers in a row, d.</summary>
    public int Features { get; }

    /// <summary>Sum of the weights; the number of rows when none were given.</summary>
    public double TotalWeight { get; }

    /// <summary>In which precision densities are computed.</summary>
    public SamplePrecision Precision { get; }

    /// <summary>Whether equal rows are held once.</summary>
    public bool Merged => _rowToSample is not null;

    /// <summary>For every row the sample that holds it; empty when not merged, for then they are the same.</summary>
    public ReadOnlySpan<int> RowToSample => _rowToSample;

    /// <summary>Weight of each held sample.</summary>
    internal double[] Weights { get; }

    internal double WeightScale { get; }

    /// <summary>A value in the caller's units is Centre + Scale * what the plane holds.</summary>
    internal double[] Center { get; }

    internal double[] Scale { get; }

    /// <summary>Weighted mean of each feature.</summary>
    internal double[] Mean { get; }

    /// <summary>Weighted variance of each feature.</summary>
    internal double[] Variance { get; }

    /// <summary>Distance from plane to plane; the last plane holds the scaled weights.</summary>
    internal int Stride { get; }

    internal float* SinglePlanes => _single!.Pointer;

    internal double* DoublePlanes => _double!.Pointer;

    /// <summary>Samples in double precision, each of weight 1 or as given.</summary>
    /// <param name="rows">n x d numbers, one row after the other; finite.</param>
    /// <param name="features">d, at least 1.</param>
    /// <param name="weights">n weights, 0 or more and not all 0; empty for 1 each.</param>
    /// <param name="mergeEqualRows">Hold equal rows once, with the sum of their weights.</param>
    /// <param name="precision">Default: double.</param>
    /// <exception cref="ArgumentException">A length does not fit, a number is not finite, or a weight is negative.</exception>
    public static SampleSet Create(ReadOnlySpan<double> rows, int features, ReadOnlySpan<double> weights = default, bool mergeEqualRows = false, SamplePrecision precision = SamplePrecision.Double) =>
        Create(new SampleSource<double>(rows, features, 1), weights, mergeEqualRows, precision);

    /// <summary>Samples in single precision.</summary>
    /// <inheritdoc cref="Create(ReadOnlySpan{double}, int, ReadOnlySpan{double}, bool, SamplePrecision)"/>
    /// <param name="rows">n x d numbers, one row after the other; finite.</param>
    /// <param name="features">d, at least 1.</param>
    /// <param name="weights">n weights, 0 or more and not all 0; empty for 1 each.</param>
    /// <param name="mergeEqualRows">Hold equal rows once, with the sum of their weights.</param>
    /// <param name="precision">Default: single.</param>
    public static SampleSet Create(ReadOnlySpan<float> rows, int features, ReadOnlySpan<double> weights = default, bool mergeEqualRows = false, SamplePrecision precision = SamplePrecision.Single) =>
        Create(new SampleSource<float>(rows, features, 1), weights, mergeEqualRows, precision);

    /// <summary>Samples from bytes, as the pixels of an image are: the value of a byte is byte * <paramref name="scale"/>, held without rounding.</summary>
    /// <param name="rows">n x d bytes, one row (pixel) after the other.</param>
    /// <param name="features">d, at least 1; 3 for RGB.</param>
    /// <param name="scale">What a step of 1 is worth, above 0. Default 1/255: values from 0 to 1.</param>
    /// <param name="weights">n weights, 0 or more and not all 0; empty for 1 each.</param>
    /// <param name="mergeEqualRows">Hold equal rows once, with the sum of their weights.</param>
    /// <param name="precision">Default: single.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a weight is negative.</exception>
    public static SampleSet Create(ReadOnlySpan<byte> rows, int features, double scale = 1.0 / 255, ReadOnlySpan<double> weights = default, bool mergeEqualRows = false, SamplePrecision precision = SamplePrecision.Single) =>
        Create(new SampleSource<byte>(rows, features, scale), weights, mergeEqualRows, precision);

    /// <summary>Room for rows that are to be judged, of weight 1 each and in given units; <see cref="Refill"/> fills it. For one caller.</summary>
    internal static SampleSet Portion(int mostRows, double[] center, double[] scale) => new(mostRows, center, scale);

    /// <summary>Holds other rows, at most as many as there is room for.</summary>
    /// <exception cref="ArgumentException">A number is not finite.</exception>
    internal void Refill(ReadOnlySpan<double> rows)
    {
        int count = rows.Length / Features;
        for (int f = 0; f < Features; f++)
        {
            Span<double> plane = _double!.Span.Slice(f * Stride, count);
            double center = Center[f], scale = Scale[f];
            for (int n = 0, at = f; n < plane.Length; n++, at += Features)
            {
                if (!double.IsFinite(rows[at])) throw new ArgumentException($"Sample {n} holds {rows[at]} in feature {f}; every number must be finite.");
                plane[n] = (rows[at] - center) / scale;
            }
        }
        (Rows, Count) = (count, count);
    }

    /// <summary>A power of two near the standard deviation, so that scaling rounds nothing.</summary>
    internal static double ScaleFor(double variance) => variance < 1e-300 ? 1 : Math.ScaleB(1, Math.ILogB(Math.Sqrt(variance)));

    private static double[] Ones(int count)
    {
        var ones = new double[count];
        Array.Fill(ones, 1);
        return ones;
    }

    /// <summary>The same samples with other weights, one per held sample.</summary>
    internal SampleSet WithWeights(double[] weights) => new(this, weights);

    /// <summary>Spreads one value per held sample over the rows.</summary>
    /// <param name="perSample"><see cref="Count"/> x width values.</param>
    /// <param name="perRow">Gets <see cref="Rows"/> x width values.</param>
    /// <param name="width">Values per sample.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Expand<T>(ReadOnlySpan<T> perSample, Span<T> perRow, int width = 1)
    {
        Lengths.Check(perSample.Length, (long)Count * width, "values per sample");
        Lengths.Check(perRow.Length, (long)Rows * width, "values per row");
        if (_rowToSample is null) perSample.CopyTo(perRow);
        else if (width == 1) for (int row = 0; row < _rowToSample.Length; row++) perRow[row] = perSample[_rowToSample[row]];
        else for (int row = 0; row < _rowToSample.Length; row++) perSample.Slice(_rowToSample[row] * width, width).CopyTo(perRow[(row * width)..]);
    }

    /// <summary>A value in the caller's units.</summary>
    internal double Value(int sample, int feature) => Center[feature] + Scale[feature] * Planar(feature, sample);

    /// <summary>A feature as the plane holds it, one number per held sample.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal double[] Plane(int feature)
    {
        var plane = new double[Count];
        if (_single is null) _double!.Span.Slice(feature * Stride, Count).CopyTo(plane);
        else for (int n = 0; n < plane.Length; n++) plane[n] = _single.Pointer[(long)feature * Stride + n];
        return plane;
    }

    internal double Planar(int plane, int sample) => _single is not null ? _single.Pointer[(long)plane * Stride + sample] : _double!.Pointer[(long)plane * Stride + sample];

    private static SampleSet Create<T>(SampleSource<T> source, ReadOnlySpan<double> weights, bool merge, SamplePrecision precision)
        where T : unmanaged, INumberBase<T>
    {
        CheckWeights(weights, source.Rows);
        int[]? rowToSample = null;
        int[] firstRows = merge ? source.Distinct(out rowToSample) : [];
        double[] sampleWeights = merge ? Gather(weights, rowToSample!, firstRows.Length) : weights.ToArray();
        if (sampleWeights.Length == 0) sampleWeights = Ones(source.Rows);
        var set = new SampleSet(source.Rows, source.Features, sampleWeights, Pairwise.Sum(sampleWeights), rowToSample, precision);
        var column = new double[set.Count];
        for (int f = 0; f < source.Features; f++)
        {
            source.Column(f, firstRows, column);
            var (mean, variance) = Moments(column, sampleWeights, set.TotalWeight);
            if (!double.IsFinite(mean) || !double.IsFinite(variance)) throw new ArgumentException($"Feature {f} is so large that its variance overflows; scale it down.");
            (set.Mean[f], set.Variance[f]) = (mean * source.Unit, variance * source.Unit * source.Unit);

            // Bytes keep steps of 1 and a whole number as centre, so that they are held exactly.
            bool whole = typeof(T) == typeof(byte);
            double center = whole ? Math.Round(mean) : mean, scale = whole ? 1 : ScaleFor(variance);
            set.Put(f, column, center, scale);
            (set.Center[f], set.Scale[f]) = (center * source.Unit, scale * source.Unit);
        }

        return set;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (double Mean, double Variance) Moments(double[] column, double[] weights, double total)
    {
        double sum = 0, squares = 0;
        for (int n = 0; n < column.Length; n++) sum += weights[n] * column[n];
        double mean = sum / total;
        for (int n = 0; n < column.Length; n++) squares += weights[n] * ((column[n] - mean) * (column[n] - mean));
        return (mean, squares / total);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Put(int plane, double[] values, double center, double scale)
    {
        if (_single is not null)
        {
            Span<float> to = _single.Span.Slice(plane * Stride, values.Length);
            for (int n = 0; n < values.Length; n++) to[n] = (float)((values[n] - center) / scale);
        }
        else
        {
            Span<double> to = _double!.Span.Slice(plane * Stride, values.Length);
            for (int n = 0; n < values.Length; n++) to[n] = (values[n] - center) / scale;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double[] Gather(ReadOnlySpan<double> rowWeights, int[] rowToSample, int count)
    {
        var weights = new double[count];
        if (rowWeights.IsEmpty) foreach (int sample in rowToSample) weights[sample]++;
        else for (int row = 0; row < rowToSample.Length; row++) weights[rowToSample[row]] += rowWeights[row];
        return weights;
    }

    private static void CheckWeights(ReadOnlySpan<double> weights, int rows)
    {
        if (weights.IsEmpty) return;
        if (weights.Length != rows) throw new ArgumentException($"There are {weights.Length} sample weights for {rows} samples; give one for each, or none.");
        double sum = 0;
        for (int row = 0; row < rows; row++)
        {
            if (!(weights[row] >= 0) || !double.IsFinite(weights[row])) throw new ArgumentException($"The weight of sample {row} is {weights[row]}; weights must be finite and 0 or more.");
            sum += weights[row];
        }

        if (sum == 0 || !double.IsFinite(sum)) throw new ArgumentException($"The sample weights sum to {sum}; the sum must be finite and above 0.");
    }
}
