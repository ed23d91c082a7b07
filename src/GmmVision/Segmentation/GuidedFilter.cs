using GmmVision.Imaging;

namespace GmmVision.Segmentation;

/// <summary>
/// Smooths planes of numbers along a picture's edges: in every window the result is a linear function of luma, fitted to
/// the plane by ridge regression; the functions of all windows around a pixel are averaged.
/// </summary>
/// <remarks>Source: He, Sun and Tang 2013, "Guided image filtering", equations 5, 6 and 8. Windows are cut off at the picture's edges.</remarks>
internal sealed class GuidedFilter
{
    private readonly int _width, _rows, _radius;
    private readonly float[] _guide, _guideMean, _guideVariance;
    private readonly float[] _a, _b;
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
        for (int i = 0; i < plane.Length; i++)
            _a[i] = _guide[i] * plane[i];
        Mean(_a, _a);
        Mean(plane, _b);
        float epsilon = (float)_epsilon;
        for (int i = 0; i < plane.Length; i++)
        {
            float slope = (_a[i] - _guideMean[i] * _b[i]) / (_guideVariance[i] + epsilon);
            _a[i] = slope;
            _b[i] -= slope * _guideMean[i];
        }
        Mean(_a, _a);
        Mean(_b, _b);
        for (int i = 0; i < plane.Length; i++)
            plane[i] = _a[i] * _guide[i] + _b[i];
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
        float[] line = new float[_width];
        for (int y = 0; y < _rows; y++)
        {
            from.Slice(y * _width, _width).CopyTo(line);
            Span<float> row = to.Slice(y * _width, _width);
            double sum = 0;
            for (int x = 0; x < Math.Min(_radius, _width); x++)
                sum += line[x];
            for (int x = 0; x < _width; x++)
            {
                if (x + _radius < _width)
                    sum += line[x + _radius];
                if (x > _radius)
                    sum -= line[x - _radius - 1];
                row[x] = (float)(sum / (Math.Min(x + _radius, _width - 1) - Math.Max(x - _radius, 0) + 1));
            }
        }
        // The rows that a window loses are kept in a ring, since their places in the plane already hold results.
        float[] ring = new float[(2 * _radius + 1) * _width];
        _column.AsSpan().Clear();
        for (int y = 0; y < Math.Min(_radius, _rows); y++)
            Enter(to, y, ring);
        for (int y = 0; y < _rows; y++)
        {
            if (y + _radius < _rows)
            {
                if (y > _radius)
                    Leave(y - _radius - 1, ring);
                Enter(to, y + _radius, ring);
            }
            else if (y > _radius)
            {
                Leave(y - _radius - 1, ring);
            }
            int count = Math.Min(y + _radius, _rows - 1) - Math.Max(y - _radius, 0) + 1;
            Span<float> row = to.Slice(y * _width, _width);
            for (int x = 0; x < _width; x++)
                row[x] = (float)(_column[x] / count);
        }
    }

    private void Enter(ReadOnlySpan<float> plane, int y, float[] ring)
    {
        ReadOnlySpan<float> row = plane.Slice(y * _width, _width);
        row.CopyTo(ring.AsSpan(y % (2 * _radius + 1) * _width, _width));
        for (int x = 0; x < _width; x++)
            _column[x] += row[x];
    }

    private void Leave(int y, float[] ring)
    {
        ReadOnlySpan<float> row = ring.AsSpan(y % (2 * _radius + 1) * _width, _width);
        for (int x = 0; x < _width; x++)
            _column[x] -= row[x];
    }
}
