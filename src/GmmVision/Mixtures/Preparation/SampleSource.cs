using System.Numerics;
using System.Runtime.CompilerServices;

namespace GmmVision.Mixtures;

/// <summary>The caller's rows while a <see cref="SampleSet"/> is made of them. Raw values times <see cref="Unit"/> are the caller's units.</summary>
/// <remarks>Loops over all rows are compiled at full optimisation at once: laying out an image would else take longer than fitting it.</remarks>
internal readonly ref struct SampleSource<T>
    where T : unmanaged, INumberBase<T>
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;
    private readonly ReadOnlySpan<T> _rows;

    public SampleSource(ReadOnlySpan<T> rows, int features, double unit)
    {
        if (features < 1) throw new ArgumentOutOfRangeException(nameof(features), features, $"features is {features}; a sample has at least 1 feature.");
        if (rows.Length == 0) throw new ArgumentException("There are no samples; at least one is needed.");
        if (rows.Length % features != 0) throw new ArgumentException($"{rows.Length} numbers are no whole number of samples of {features} features.");
        if (!(unit > 0) || !double.IsFinite(unit)) throw new ArgumentOutOfRangeException(nameof(unit), unit, $"The scale is {unit}; it must be above 0 and finite.");
        _rows = rows;
        (Rows, Features, Unit) = (rows.Length / features, features, unit);
        int bad = typeof(T) == typeof(byte) ? -1 : FirstNotFinite(rows);
        if (bad >= 0) throw NotFinite(rows[bad], bad, features);
    }

    public int Rows { get; }

    public int Features { get; }

    public double Unit { get; }

    /// <summary>The raw values of a feature.</summary>
    /// <param name="feature">0 to d - 1.</param>
    /// <param name="rows">Rows wanted; empty for all.</param>
    /// <param name="column">Gets them.</param>
    [MethodImpl(Hot)]
    public void Column(int feature, ReadOnlySpan<int> rows, Span<double> column)
    {
        ReadOnlySpan<T> values = _rows;
        int d = Features;
        if (rows.IsEmpty) for (int n = 0, at = feature; n < column.Length; n++, at += d) column[n] = double.CreateTruncating(values[at]);
        else for (int n = 0; n < column.Length; n++) column[n] = double.CreateTruncating(values[rows[n] * d + feature]);
    }

    /// <summary>Finds equal rows.</summary>
    /// <param name="rowToSample">For every row the number of its distinct row, in order of first appearance.</param>
    /// <returns>The first row of each distinct one.</returns>
    [MethodImpl(Hot)]
    public int[] Distinct(out int[] rowToSample)
    {
        int d = Features, count = 0;
        var first = new int[(int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(Rows, 16, 1 << 15))];
        var table = new ulong[2 * first.Length];   // hash above, number of the distinct row plus 1 below; 0 is empty
        rowToSample = new int[Rows];
        for (int row = 0; row < Rows; row++)
        {
            ReadOnlySpan<T> values = _rows.Slice(row * d, d);
            if (row > 0 && Same(values, _rows.Slice(row * d - d, d)))
            {
                rowToSample[row] = rowToSample[row - 1];   // neighbours often are
                continue;
            }

            uint hash = Hash(values);
            int slot = Find(table, first, hash, values);
            if (table[slot] == 0)
            {
                if (count == first.Length)
                {
                    Array.Resize(ref first, 2 * count);
                    table = Grow(table);
                    slot = Find(table, first, hash, values);
                }

                first[count++] = row;
                table[slot] = (ulong)hash << 32 | (uint)count;
            }

            rowToSample[row] = (int)(uint)table[slot] - 1;
        }

        return first[..count];
    }

    /// <summary>Where the row is in the table, or the empty place where it belongs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Find(ulong[] table, int[] first, uint hash, ReadOnlySpan<T> values)
    {
        int slot = (int)hash & table.Length - 1;
        while (table[slot] is var entry && entry != 0)
        {
            if ((uint)(entry >> 32) == hash && Same(values, _rows.Slice(first[(int)(uint)entry - 1] * Features, Features))) break;
            slot = slot + 1 & table.Length - 1;
        }

        return slot;
    }

    [MethodImpl(Hot)]
    private static ulong[] Grow(ulong[] table)
    {
        var larger = new ulong[2 * table.Length];
        foreach (ulong entry in table)
        {
            if (entry == 0) continue;
            int slot = (int)(uint)(entry >> 32) & larger.Length - 1;
            while (larger[slot] != 0) slot = slot + 1 & larger.Length - 1;
            larger[slot] = entry;
        }

        return larger;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Same(ReadOnlySpan<T> left, ReadOnlySpan<T> right)
    {
        for (int i = 0; i < left.Length; i++) if (left[i] != right[i]) return false;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hash(ReadOnlySpan<T> values)
    {
        ulong hash = 0;
        foreach (T value in values)
        {
            // Adding 0 makes -0 the 0 that it equals.
            ulong bits = typeof(T) == typeof(byte) ? ulong.CreateTruncating(value)
                : typeof(T) == typeof(float) ? BitConverter.SingleToUInt32Bits(float.CreateTruncating(value) + 0f)
                : BitConverter.DoubleToUInt64Bits(double.CreateTruncating(value) + 0.0);
            hash = (hash ^ bits) * 0x9E3779B97F4A7C15;
        }

        return (uint)(hash >> 32);
    }

    [MethodImpl(Hot)]
    private static int FirstNotFinite(ReadOnlySpan<T> rows)
    {
        for (int i = 0; i < rows.Length; i++) if (!T.IsFinite(rows[i])) return i;
        return -1;
    }

    private static ArgumentException NotFinite(T value, int at, int features) =>
        new($"Sample {at / features} is {value} in feature {at % features}; every number must be finite. Leave such samples out or replace the value.");
}
