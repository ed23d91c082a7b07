using System.Runtime.Intrinsics;
using GmmVision.Imaging;

namespace GmmVision.Segmentation;

/// <summary>
/// Smooths planes of numbers along a picture's edges: in every window the result is a linear function of luma, fitted to
/// the plane by ridge regression; the functions of all windows around a pixel are averaged.
/// </summary>
/// <remarks>Source: He, Sun and Tang 2013, "Guided image filtering", equations 5, 6 and 8. Windows are cut off at the picture's edges.</remarks>
internal sealed class GuidedFilter
{
    // Each sum along a row waits for the one before it, so several rows go side by side, one in each lane.
    private const int RowsAtOnce = 4;

    private readonly int _width, _rows, _radius;
    private readonly float[] _guide, _guideMean, _guideVariance;
    private readonly float[] _a, _b;
    private readonly float[] _lanes, _ring, _nothing;       // room for sliding windows: rows side by side, rows that will leave, a row of zeros
    private readonly double[] _column;
    private readonly double _epsilon;
    private readonly bool[]? _leftOut;
    private readonly float[]? _share;       // of each window's pixels that count

    /// <summary>A filter for a run of rows of a picture; pixels of the run that are left out count in no window (null: none).</summary>
    public GuidedFilter(Frame image, int firstRow, int rows, int radius, double epsilon, bool[]? leftOut = null)
    {
        (_width, _rows, _radius, _epsilon) = (image.Width, rows, radius, epsilon);
        int pixels = rows * _width;
        _guide = new float[pixels];
        _guideMean = new float[pixels];
        _guideVariance = new float[pixels];
        _a = new float[pixels];
        _b = new float[pixels];
        _column = new double[_width];
        _lanes = new float[RowsAtOnce * _width];
        _ring = new float[(2 * radius + 1) * _width];
        _nothing = new float[_width];
        int g = image.Format.PlaneCount == 3 ? 1 : 0;
        for (int y = 0; y < rows; y++)
        {
            ReadOnlySpan<byte> red = image.Row(0, firstRow + y), green = image.Row(g, firstRow + y), blue = image.Row(2 * g, firstRow + y);
            for (int x = 0; x < _width; x++)
                _guide[y * _width + x] = (0.299f * red[x] + 0.587f * green[x] + 0.114f * blue[x]) / 255;
        }
        if (leftOut is not null)
        {
            float[] counts = new float[pixels];
            for (int i = 0; i < pixels; i++)
                counts[i] = leftOut[i] ? 0 : 1;
            BoxMean(counts, counts);
            (_leftOut, _share) = (leftOut, counts);
        }
        for (int i = 0; i < pixels; i++)
            _a[i] = _guide[i] * _guide[i];
        Mean(_guide, _guideMean);
        Mean(_a, _guideVariance);
        for (int i = 0; i < pixels; i++)
            _guideVariance[i] = MathF.Max(0, _guideVariance[i] - _guideMean[i] * _guideMean[i]);
    }

    /// <summary>Smooths a plane of the run in place.</summary>
    public void Apply(Span<float> plane)
    {
        Multiply(_guide, plane, _a);
        Mean(_a, _a);
        Mean(plane, _b);
        Solve(_a, _b);
        Mean(_a, _a);
        Mean(_b, _b);
        Combine(_a, _guide, _b, plane);
    }

    private static void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> to)
    {
        int i = 0;
        for (; i <= to.Length - Vector256<float>.Count; i += Vector256<float>.Count)
            (Vector256.Create(a[i..]) * Vector256.Create(b[i..])).CopyTo(to[i..]);
        for (; i < to.Length; i++)
            to[i] = a[i] * b[i];
    }

    // From means of products and of the plane to slope and offset of each window's line (equations 5 and 6).
    private void Solve(Span<float> products, Span<float> means)
    {
        float epsilon = (float)_epsilon;
        int i = 0;
        for (; i <= products.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<float> mean = Vector256.Create<float>(means[i..]), guide = Vector256.Create(_guideMean, i);
            Vector256<float> slope = (Vector256.Create<float>(products[i..]) - guide * mean) / (Vector256.Create(_guideVariance, i) + Vector256.Create(epsilon));
            slope.CopyTo(products[i..]);
            (mean - slope * guide).CopyTo(means[i..]);
        }
        for (; i < products.Length; i++)
        {
            float slope = (products[i] - _guideMean[i] * means[i]) / (_guideVariance[i] + epsilon);
            products[i] = slope;
            means[i] -= slope * _guideMean[i];
        }
    }

    private static void Combine(ReadOnlySpan<float> slope, ReadOnlySpan<float> guide, ReadOnlySpan<float> offset, Span<float> to)
    {
        int i = 0;
        for (; i <= to.Length - Vector256<float>.Count; i += Vector256<float>.Count)
            (Vector256.Create(slope[i..]) * Vector256.Create(guide[i..]) + Vector256.Create(offset[i..])).CopyTo(to[i..]);
        for (; i < to.Length; i++)
            to[i] = slope[i] * guide[i] + offset[i];
    }

    // Of the pixels that count; a window without any has a mean of 0, and no pixel that counts is in it.
    private void Mean(ReadOnlySpan<float> from, Span<float> to)
    {
        if (_leftOut is null)
        {
            BoxMean(from, to);
            return;
        }
        float[] counting = new float[from.Length];
        for (int i = 0; i < counting.Length; i++)
            counting[i] = _leftOut[i] ? 0 : from[i];
        BoxMean(counting, to);
        for (int i = 0; i < counting.Length; i++)
            to[i] = _share![i] > 1e-6f ? to[i] / _share[i] : 0;
    }

    // Means over windows of 2·radius + 1, cut off at the edges: first along rows, then along columns. Running sums in
    // double precision, so that what was added is taken away again all but exactly. Input and output may be the same.
    private void BoxMean(ReadOnlySpan<float> from, Span<float> to)
    {
        for (int y = 0; y < _rows; y += RowsAtOnce)
        {
            int count = Math.Min(RowsAtOnce, _rows - y);
            AlongRows(from.Slice(y * _width, count * _width), to.Slice(y * _width, count * _width), count);
        }
        // The rows that a window loses are kept in a ring, since their places in the plane already hold results.
        _column.AsSpan().Clear();
        for (int y = 0; y < Math.Min(_radius, _rows); y++)
            Slide(to.Slice(y * _width, _width), _nothing, Kept(y), [], 0);
        for (int y = 0; y < _rows; y++)
        {
            int entering = y + _radius, leaving = y - _radius - 1;
            Slide(entering < _rows ? to.Slice(entering * _width, _width) : _nothing, leaving >= 0 ? Kept(leaving) : _nothing,
                entering < _rows ? Kept(entering) : [], to.Slice(y * _width, _width), Math.Min(entering, _rows - 1) - Math.Max(y - _radius, 0) + 1);
        }

        Span<float> Kept(int y) => _ring.AsSpan(y % (2 * _radius + 1) * _width, _width);
    }

    private void AlongRows(ReadOnlySpan<float> from, Span<float> to, int rows)
    {
        Span<float> lanes = _lanes;
        for (int y = 0; y < rows; y++)
        {
            ReadOnlySpan<float> row = from.Slice(y * _width, _width);
            for (int x = 0, at = y; x < row.Length; x++, at += RowsAtOnce)
                lanes[at] = row[x];
        }
        Vector256<double> sum = Vector256<double>.Zero;
        for (int x = 0; x < Math.Min(_radius, _width); x++)
            sum += Column(lanes, x);
        for (int x = 0; x < _width; x++)
        {
            int entering = x + _radius, leaving = x - _radius - 1;
            if (entering < _width)
                sum += Column(lanes, entering);
            if (leaving >= 0)
                sum -= Column(lanes, leaving);
            Vector256<double> mean = sum / Vector256.Create((double)(Math.Min(entering, _width - 1) - Math.Max(leaving, -1)));
            Vector128<float> narrow = Vector128.Narrow(mean.GetLower(), mean.GetUpper());
            for (int y = 0; y < rows; y++)
                to[y * _width + x] = narrow[y];
        }
    }

    private static Vector256<double> Column(ReadOnlySpan<float> lanes, int x)
    {
        (Vector128<double> lower, Vector128<double> upper) = Vector128.Widen(Vector128.Create(lanes[(x * RowsAtOnce)..]));
        return Vector256.Create(lower, upper);
    }

    // Takes a row out of the sums of columns and another in, which is kept for when it leaves, and writes the means (none where there is no room).
    private void Slide(ReadOnlySpan<float> entering, ReadOnlySpan<float> leaving, Span<float> kept, Span<float> means, double count)
    {
        Span<double> column = _column;
        int x = 0;
        for (; x <= column.Length - Vector256<float>.Count; x += Vector256<float>.Count)
        {
            Vector256<float> enters = Vector256.Create(entering[x..]);
            (Vector256<double> enter0, Vector256<double> enter1) = Vector256.Widen(enters);
            (Vector256<double> leave0, Vector256<double> leave1) = Vector256.Widen(Vector256.Create(leaving[x..]));
            Vector256<double> sum0 = Vector256.Create<double>(column[x..]) - leave0 + enter0, sum1 = Vector256.Create<double>(column[(x + Vector256<double>.Count)..]) - leave1 + enter1;
            sum0.CopyTo(column[x..]);
            sum1.CopyTo(column[(x + Vector256<double>.Count)..]);
            if (!means.IsEmpty)
                Vector256.Narrow(sum0 / Vector256.Create(count), sum1 / Vector256.Create(count)).CopyTo(means[x..]);
            if (!kept.IsEmpty)
                enters.CopyTo(kept[x..]);
        }
        for (; x < column.Length; x++)
        {
            float enters = entering[x];
            column[x] = column[x] - leaving[x] + enters;
            if (!means.IsEmpty)
                means[x] = (float)(column[x] / count);
            if (!kept.IsEmpty)
                kept[x] = enters;
        }
    }
}
