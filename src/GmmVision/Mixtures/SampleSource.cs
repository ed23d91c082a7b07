using System.Numerics;

namespace GmmVision.Mixtures;

/// <summary>The caller's rows, of whatever type, while a <see cref="SampleSet"/> is made of them.</summary>
internal readonly ref struct SampleSource
{
    private readonly ReadOnlySpan<double> _doubles;
    private readonly ReadOnlySpan<float> _floats;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly double _scale;
    private readonly int _features;

    private SampleSource(ReadOnlySpan<double> doubles, ReadOnlySpan<float> floats, ReadOnlySpan<byte> bytes, int features, double scale)
    {
        _doubles = doubles;
        _floats = floats;
        _bytes = bytes;
        _features = features;
        _scale = scale;
        int length = Math.Max(doubles.Length, Math.Max(floats.Length, bytes.Length));
        if (features < 1) throw new ArgumentOutOfRangeException(nameof(features), features, $"features is {features}; a sample has at least 1 feature.");
        if (length == 0) throw new ArgumentException("There are no samples; at least one is needed.");
        if (length % features != 0) throw new ArgumentException($"{length} numbers are no whole number of samples of {features} features.");
        Rows = length / features;
    }

    public int Rows { get; }

    public double this[int row, int feature]
    {
        get
        {
            int at = row * _features + feature;
            return !_bytes.IsEmpty ? _bytes[at] * _scale : !_floats.IsEmpty ? _floats[at] : _doubles[at];
        }
    }

    public static SampleSource Of(ReadOnlySpan<double> rows, int features)
    {
        var source = new SampleSource(rows, default, default, features, 1);
        for (int i = 0; i < rows.Length; i++) if (!double.IsFinite(rows[i])) throw NotFinite(rows[i], i, features);
        return source;
    }

    public static SampleSource Of(ReadOnlySpan<float> rows, int features)
    {
        var source = new SampleSource(default, rows, default, features, 1);
        for (int i = 0; i < rows.Length; i++) if (!float.IsFinite(rows[i])) throw NotFinite(rows[i], i, features);
        return source;
    }

    public static SampleSource Of(ReadOnlySpan<byte> rows, int features, double scale)
    {
        if (!(scale > 0) || !double.IsFinite(scale)) throw new ArgumentOutOfRangeException(nameof(scale), scale, $"scale is {scale}; it must be above 0 and finite.");
        return new SampleSource(default, default, rows, features, scale);
    }

    /// <summary>
    /// Weighted mean and scale of each feature. The scale is a power of two near the standard deviation, so that scaling rounds
    /// nothing; bytes keep steps of 1 and a whole number as centre, so that they are held exactly.
    /// </summary>
    public (double[] Centre, double[] Scale) CentreAndScale(double[] weights)
    {
        var centre = new double[_features];
        var scale = new double[_features];
        double total = weights.Sum();
        for (int f = 0; f < _features; f++)
        {
            double sum = 0, squares = 0;
            for (int row = 0; row < Rows; row++) sum += weights[row] * this[row, f];
            double mean = sum / total;
            for (int row = 0; row < Rows; row++) squares += weights[row] * (this[row, f] - mean) * (this[row, f] - mean);
            double deviation = Math.Sqrt(squares / total);
            if (!_bytes.IsEmpty) (centre[f], scale[f]) = (Math.Round(mean / _scale) * _scale, _scale);
            else if (!double.IsFinite(mean) || !double.IsFinite(deviation)) throw new ArgumentException($"Feature {f} is so large that its variance overflows; scale it down.");
            else (centre[f], scale[f]) = (mean, deviation > 1e-150 ? Math.ScaleB(1, Math.ILogB(deviation)) : 1);
        }

        return (centre, scale);
    }

    /// <summary>Finds equal rows.</summary>
    /// <param name="rowToSample">For every row the number of its distinct row, in order of first appearance.</param>
    /// <returns>The first row of each distinct one.</returns>
    public int[] Distinct(out int[] rowToSample)
    {
        var first = new List<int>();
        var table = new int[(int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(Math.Max(Rows, 8) * 2L, 1 << 30))];
        rowToSample = new int[Rows];
        for (int row = 0; row < Rows; row++)
        {
            int slot = (int)(Hash(row) & (uint)(table.Length - 1));
            while (table[slot] != 0 && !SameRow(first[table[slot] - 1], row)) slot = slot + 1 & table.Length - 1;
            if (table[slot] == 0)
            {
                first.Add(row);
                table[slot] = first.Count;
            }

            rowToSample[row] = table[slot] - 1;
        }

        return [.. first];
    }

    private ulong Hash(int row)
    {
        ulong hash = 0;
        for (int f = 0; f < _features; f++) hash = (hash ^ BitConverter.DoubleToUInt64Bits(this[row, f] + 0.0)) * 0x9E3779B97F4A7C15;   // + 0.0: -0 equals 0
        return hash >> 29;
    }

    private bool SameRow(int left, int right)
    {
        for (int f = 0; f < _features; f++) if (this[left, f] != this[right, f]) return false;
        return true;
    }

    private static ArgumentException NotFinite(double value, int at, int features) =>
        new($"Sample {at / features} is {value} in feature {at % features}; every number must be finite. Leave such samples out or replace the value.");
}
