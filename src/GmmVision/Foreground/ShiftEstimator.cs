using GmmVision.Background;
using GmmVision.Imaging;

namespace GmmVision.Foreground;

/// <summary>
/// How far a camera that shakes has moved the picture against the background, to a fraction of a pixel: a coarse search over whole
/// pixels on few textured points, then Gauss-Newton steps (Lucas and Kanade, 1981) on more, with far residuals weighted down so
/// that objects that move do not count.
/// </summary>
/// <remarks>A shift is believed only when it explains the picture clearly better than none does.</remarks>
internal sealed unsafe class ShiftEstimator
{
    private const int CoarsePoints = 160, FinePoints = 640, RefreshFrames = 16;
    private const float LeastGradient = 3;          // grey levels a pixel: below it noise points nowhere
    private const float Quiet = 1.5f;               // grey levels of mean residual that sensor noise explains
    // Where no shift explained the residual, objects or leaves did: until it grows by so much, looking again now and then is enough.
    private const double Worse = 1.2;
    private const int RetryFrames = 8;
    private const double Convincing = 1.2;            // so many points must come nearer for one that goes away ...
    private const float Noticeable = 0.5f;             // ... by more than so many grey levels

    private readonly FrameFormat _format;
    private readonly int _luma, _reach, _step;
    private readonly Point[] _points = new Point[FinePoints];
    private int _count, _age;
    private float _dx, _dy;
    private double _futile;

    private struct Point
    {
        public int X, Y;
        public float Gx, Gy, Learnt, Value;
    }

    public ShiftEstimator(FrameFormat format)
    {
        _format = format;
        _luma = format.Layout == PixelLayout.Rgb ? 1 : 0;
        int side = Math.Min(format.Width, format.Height);
        _reach = Math.Clamp(side / 20, 3, 24);      // a twentieth of the picture: more is not jitter but another view
        _step = Math.Max(2, (int)Math.Sqrt((double)format.PixelCount / (4 * FinePoints)));
    }

    /// <summary>Frame(x + shift) looks like Background(x).</summary>
    public (float X, float Y) Estimate(Frame frame, BackgroundModel background)
    {
        if (_age++ % RefreshFrames == 0)
            FindPoints(background);
        if (_count < 30)
            return (0, 0);
        byte* image = frame.Pointer(_luma);
        int stride = frame.Stride(_luma);
        FitLight(image, stride, 0, 0);
        double still = Residual(image, stride, 0, 0, CoarsePoints);
        bool hopeless = _dx == 0 && _dy == 0 && still < Worse * _futile && _age % RetryFrames != 0;
        if (still < Quiet || hopeless)
        {
            (_dx, _dy) = (0, 0);
            return (0, 0);
        }
        (int x, int y) = Search(image, stride, still);
        // A line through points that are not where they were is too flat, and a flat picture pulls the fraction off its place.
        FitLight(image, stride, x, y);
        (float dx, float dy) = Refine(image, stride, x, y);
        FitLight(image, stride, 0, 0);
        if (dx * dx + dy * dy < 0.04f || !IsConvincing(image, stride, dx, dy))
            (dx, dy) = (0, 0);
        (_dx, _dy) = (dx, dy);
        _futile = dx == 0 && dy == 0 ? still : 0;
        return (dx, dy);
    }

    /// <summary>
    /// What the points would look like in the frame's light. Without a shift, so that a change of light does not look like motion;
    /// with the one that was found, to measure its fraction. A straight line through the points, iteratively reweighted so that objects do not count.
    /// </summary>
    private void FitLight(byte* image, int stride, int dx, int dy)
    {
        const float scale = 10;         // grey levels; a point farther off than this hardly counts
        Span<float> seen = stackalloc float[FinePoints];
        for (int i = 0; i < _count; i++)
            seen[i] = Smooth(image, stride, _points[i].X + dx, _points[i].Y + dy);
        float gain = 1, offset = 0;
        for (int step = 0; step < 4; step++)
        {
            float sw = 0, sx = 0, sb = 0, sbb = 0, sxb = 0;
            for (int i = 0; i < _count; i++)
            {
                float b = _points[i].Learnt, e = (seen[i] - gain * b - offset) / scale, w = 1 / (1 + e * e);
                sw += w;
                sx += w * seen[i];
                sb += w * b;
                sbb += w * b * b;
                sxb += w * seen[i] * b;
            }
            float mb = sb / sw, mx = sx / sw;
            gain = Math.Clamp((sxb / sw - mb * mx) / Math.Max(1, sbb / sw - mb * mb), 0.33f, 3);
            offset = mx - gain * mb;
        }
        for (int i = 0; i < _count; i++)
            _points[i].Value = gain * _points[i].Learnt + offset;
    }

    private (int X, int Y) Search(byte* image, int stride, double still)
    {
        (int X, int Y) best = (0, 0);
        double least = still;
        void Try(int x, int y, double factor, ref double least, ref (int X, int Y) best)
        {
            if (Math.Abs(x) > _reach || Math.Abs(y) > _reach)
                return;
            double residual = Residual(image, stride, x, y, CoarsePoints);
            if (residual < least * factor)
                (least, best) = (residual, (x, y));
        }
        Try((int)MathF.Round(_dx), (int)MathF.Round(_dy), 1, ref least, ref best);
        for (int y = -_reach; y <= _reach; y += 3)
            for (int x = -_reach; x <= _reach; x += 3)
                Try(x, y, 0.97, ref least, ref best);
        for (int step = 0; step < 3; step++)
        {
            (int X, int Y) from = best;
            for (int y = -1; y <= 1; y++)
                for (int x = -1; x <= 1; x++)
                    Try(from.X + x, from.Y + y, 1, ref least, ref best);
            if (from == best)
                break;
        }
        return best;
    }

    private (float X, float Y) Refine(byte* image, int stride, float dx, float dy)
    {
        for (int step = 0; step < 6; step++)
        {
            double xx = 0, xy = 0, yy = 0, ex = 0, ey = 0;
            for (int i = 0; i < _count; i++)
            {
                ref Point point = ref _points[i];
                if (!Sample(image, stride, point.X + dx, point.Y + dy, out float value))
                    continue;
                float e = point.Value - value, w = 1 / (1 + e * e / 100);
                w *= w;
                xx += w * point.Gx * point.Gx;
                xy += w * point.Gx * point.Gy;
                yy += w * point.Gy * point.Gy;
                ex += w * point.Gx * e;
                ey += w * point.Gy * e;
            }
            double ridge = 0.001 * (xx + yy) + 1e-4, determinant = (xx + ridge) * (yy + ridge) - xy * xy;
            if (determinant < 1e-6)
                break;
            float ix = (float)Math.Clamp(((yy + ridge) * ex - xy * ey) / determinant, -1, 1), iy = (float)Math.Clamp(((xx + ridge) * ey - xy * ex) / determinant, -1, 1);
            dx += ix;
            dy += iy;
            if (ix * ix + iy * iy < 1e-3f)
                break;
        }
        return (Math.Clamp(dx, -_reach, _reach), Math.Clamp(dy, -_reach, _reach));
    }

    private double Residual(byte* image, int stride, int dx, int dy, int points)
    {
        double sum = 0;
        int every = Math.Max(1, _count / points), n = 0;
        for (int i = 0; i < _count; i += every, n++)
        {
            ref Point point = ref _points[i];
            sum += Math.Min(30, Math.Abs(Smooth(image, stride, point.X + dx, point.Y + dy) - point.Value));
        }
        return sum / n;
    }

    /// <summary>Whether a shift brings clearly more points nearer to the background than it takes away from it: an object pulls only its own.</summary>
    private bool IsConvincing(byte* image, int stride, float dx, float dy)
    {
        int nearer = 0, farther = 0;
        for (int i = 0; i < _count; i++)
            if (Sample(image, stride, _points[i].X + dx, _points[i].Y + dy, out float moved))
            {
                float gain = Math.Min(20, Math.Abs(_points[i].Value - Smooth(image, stride, _points[i].X, _points[i].Y))) - Math.Min(20, Math.Abs(_points[i].Value - moved));
                nearer += gain > Noticeable ? 1 : 0;
                farther += gain < -Noticeable ? 1 : 0;
            }
        return nearer > Convincing * farther;
    }

    private bool Sample(byte* image, int stride, float x, float y, out float value)
    {
        int x0 = (int)MathF.Floor(x), y0 = (int)MathF.Floor(y);
        value = 0;
        if (x0 < 1 || y0 < 1 || x0 + 2 >= _format.Width || y0 + 2 >= _format.Height)
            return false;
        float fx = x - x0, fy = y - y0;
        value = (Smooth(image, stride, x0, y0) * (1 - fx) + Smooth(image, stride, x0 + 1, y0) * fx) * (1 - fy)
            + (Smooth(image, stride, x0, y0 + 1) * (1 - fx) + Smooth(image, stride, x0 + 1, y0 + 1) * fx) * fy;
        return true;
    }

    private static float Smooth(byte* image, int stride, int x, int y)
    {
        byte* at = image + (nint)y * stride + x;
        return (4 * at[0] + 2 * (at[-1] + at[1] + at[-stride] + at[stride]) + at[-stride - 1] + at[-stride + 1] + at[stride - 1] + at[stride + 1]) / 16f;
    }

    /// <summary>Points of the background with a gradient, spread over the picture.</summary>
    private void FindPoints(BackgroundModel background)
    {
        int margin = _reach + 3;
        _count = 0;
        int wanted = 0;
        for (int y = margin; y < _format.Height - margin; y += _step)
            for (int x = margin; x < _format.Width - margin; x += _step)
            {
                float gx = (Means(background, x + 1, y) - Means(background, x - 1, y)) / 2, gy = (Means(background, x, y + 1) - Means(background, x, y - 1)) / 2;
                if (gx * gx + gy * gy < LeastGradient * LeastGradient)
                    continue;
                var point = new Point { X = x, Y = y, Gx = gx, Gy = gy, Learnt = Means(background, x, y) };
                // More than there is room for: each stays with the same chance (Vitter's algorithm R, 1985), wherever in the picture
                // it lies. Multiples of the golden ratio modulo 1 serve as chance.
                wanted++;
                long place = _count < FinePoints ? _count++ : (long)((ulong)((uint)wanted * 2654435761u) * (uint)wanted >> 32);
                if (place < FinePoints)
                    _points[place] = point;
            }
    }

    private float Means(BackgroundModel background, int x, int y)
    {
        float sum = 0;
        for (int j = -1; j <= 1; j++)
        {
            short* row = background.StrongestModes(y + j);
            for (int i = -1; i <= 1; i++)
            {
                int at = x + i;
                sum += (i == 0 ? 2 : 1) * (j == 0 ? 2 : 1) * row[(at >> 5) * background.ModeLength + _luma * 64 + (at & 31)];
            }
        }
        return sum / (16 * 128);
    }
}
