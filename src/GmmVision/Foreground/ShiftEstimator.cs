using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GmmVision.Background;
using GmmVision.Imaging;
using GmmVision.Simd;

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
    private const int MeanRows = 5;                 // of the background: a pixel, its neighbours, and what smoothing those takes
    private const float LeastGradient = 3;          // grey levels a pixel: below it noise points nowhere
    private const float Quiet = 1.5f;               // grey levels of mean residual that sensor noise explains
    // Where no shift explained the residual, objects or leaves did: until it grows by so much, looking again now and then is enough.
    private const double Worse = 1.2;
    private const int RetryFrames = 8;
    private const double Convincing = 1.2;            // so many points must come nearer for one that goes away ...
    private const int Parts = 3, LeastPoints = 8;       // the picture in nine parts, of which more than half must agree; fewer points do not tell
    private const int Opposing = 4, AgreeingForEach = 3;    // a part opposes where a quarter of its points more go away than come nearer, as an object makes them
    private const float Noticeable = 0.5f;             // ... by more than so many grey levels

    private readonly FrameFormat _format;
    private readonly int _luma, _reach, _step;
    private readonly int[] _x = new int[FinePoints], _y = new int[FinePoints];
    private readonly float[] _gx = new float[FinePoints], _gy = new float[FinePoints], _learnt = new float[FinePoints];
    // What is seen at the points and what the background would look like there in the frame's light: without a shift, and with one.
    private readonly float[] _stillSeen = new float[FinePoints], _still = new float[FinePoints], _shiftedSeen = new float[FinePoints], _shifted = new float[FinePoints];
    private readonly AlignedBuffer<short> _means;       // a few rows of the background
    private int _count, _age;
    private float _dx, _dy;
    private double _futile;

    /// <param name="format">Size and layout of the pictures.</param>
    public ShiftEstimator(FrameFormat format)
    {
        _format = format;
        _luma = format.Layout == PixelLayout.Rgb ? 1 : 0;
        int side = Math.Min(format.Width, format.Height);
        _reach = Math.Clamp(side / 20, 3, 24);      // a twentieth of the picture: more is not jitter but another view
        _step = Math.Max(2, (int)Math.Sqrt((double)format.PixelCount / (4 * FinePoints)));
        _means = new AlignedBuffer<short>(MeanRows * BackgroundView.RowLengthFor(format.Width));
    }

    /// <summary>Forgets shift and points: the background is a new one.</summary>
    public void Reset() => (_dx, _dy, _futile, _age) = (0, 0, 0, 0);

    /// <summary>Frame(x + shift) looks like Background(x).</summary>
    public (float X, float Y) Estimate(Frame frame, BackgroundView background)
    {
        if (_age++ % RefreshFrames == 0)
            FindPoints(background);
        if (_count < 30)
            return (0, 0);
        byte* image = frame.Pointer(_luma);
        int stride = frame.Stride(_luma);
        FitLight(image, stride, 0, 0, _stillSeen, _still);
        double still = Residual(image, stride, 0, 0, double.MaxValue);
        bool hopeless = _dx == 0 && _dy == 0 && still < Worse * _futile && _age % RetryFrames != 0;
        if (still < Quiet || hopeless)
        {
            (_dx, _dy) = (0, 0);
            return (0, 0);
        }
        (int x, int y) = Search(image, stride, still);
        // A line through points that are not where they were is too flat, and a flat picture pulls the fraction off its place.
        FitLight(image, stride, x, y, _shiftedSeen, _shifted);
        (float dx, float dy) = Refine(image, stride, x, y);
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
    private void FitLight(byte* image, int stride, int dx, int dy, float[] seen, float[] value)
    {
        const float scale = 10;         // grey levels; a point farther off than this hardly counts
        for (int i = 0; i < _count; i++)
            seen[i] = Smooth(image, stride, _x[i] + dx, _y[i] + dy);
        float gain = 1, offset = 0;
        for (int step = 0; step < 4; step++)
        {
            Vector256<float> sw = default, sx = default, sb = default, sbb = default, sxb = default;
            for (int i = 0; i < _count; i += Vector256<float>.Count)
            {
                Vector256<float> x = Vector256.LoadUnsafe(ref seen[i]), b = Vector256.LoadUnsafe(ref _learnt[i]);
                Vector256<float> e = (x - gain * b - Vector256.Create(offset)) * (1 / scale), w = Vector256<float>.One / (Vector256<float>.One + e * e);
                sw += w;
                sx += w * x;
                sb += w * b;
                sbb += w * b * b;
                sxb += w * x * b;
            }
            float weight = Total(sw), mb = Total(sb) / weight, mx = Total(sx) / weight;
            gain = Math.Clamp((Total(sxb) / weight - mb * mx) / Math.Max(1, Total(sbb) / weight - mb * mb), 0.33f, 3);
            offset = mx - gain * mb;
        }
        for (int i = 0; i < _count; i++)
            value[i] = gain * _learnt[i] + offset;
    }

    /// <summary>The sum of the lanes, in one order on every machine.</summary>
    private static float Total(Vector256<float> lanes)
    {
        Vector128<float> four = lanes.GetLower() + lanes.GetUpper();
        return four[0] + four[2] + (four[1] + four[3]);
    }

    private (int X, int Y) Search(byte* image, int stride, double still)
    {
        (int X, int Y) best = (0, 0);
        double least = still;
        void Try(int x, int y, double factor, ref double least, ref (int X, int Y) best)
        {
            if (Math.Abs(x) > _reach || Math.Abs(y) > _reach)
                return;
            double residual = Residual(image, stride, x, y, least * factor);
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
            var sampler = new Sampler(_format, image, stride, dx, dy);
            for (int i = 0; i < _count; i++)
            {
                if (!sampler.TryGet(_x[i], _y[i], out float value))
                    continue;
                float e = _shifted[i] - value, w = 1 / (1 + e * e / 100), gx = _gx[i], gy = _gy[i];
                w *= w;
                xx += w * gx * gx;
                xy += w * gx * gy;
                yy += w * gy * gy;
                ex += w * gx * e;
                ey += w * gy * e;
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

    /// <summary>Mean difference at a part of the points; where it is clear that it will not be under a limit, something over it.</summary>
    private double Residual(byte* image, int stride, int dx, int dy, double limit)
    {
        double sum = 0;
        int every = Math.Max(1, _count / CoarsePoints), n = (_count + every - 1) / every;
        double enough = limit * n;
        for (int i = 0; i < _count && sum <= enough; i += every)
            sum += Math.Min(30, Math.Abs(Smooth(image, stride, _x[i] + dx, _y[i] + dy) - _still[i]));
        return sum / n;
    }

    /// <summary>Whether a shift brings clearly more points nearer to the background than it takes away from it: an object pulls only its own.</summary>
    private bool IsConvincing(byte* image, int stride, float dx, float dy)
    {
        int nearer = 0, farther = 0;
        Span<int> part = stackalloc int[Parts * Parts], told = stackalloc int[Parts * Parts];
        part.Clear();
        told.Clear();
        var sampler = new Sampler(_format, image, stride, dx, dy);
        for (int i = 0; i < _count; i++)
            if (sampler.TryGet(_x[i], _y[i], out float moved))
            {
                float gain = Math.Min(20, Math.Abs(_still[i] - _stillSeen[i])) - Math.Min(20, Math.Abs(_still[i] - moved));
                nearer += gain > Noticeable ? 1 : 0;
                farther += gain < -Noticeable ? 1 : 0;
                int at = _y[i] * Parts / _format.Height * Parts + _x[i] * Parts / _format.Width;
                part[at] += gain > Noticeable ? 1 : gain < -Noticeable ? -1 : 0;
                told[at]++;
            }
        // A camera moves all of the picture; a screen, a train or a waving tree moves its own part, however well a shift explains that.
        int agree = 0, oppose = 0, asked = 0;
        for (int i = 0; i < part.Length; i++)
        {
            asked += told[i] >= LeastPoints ? 1 : 0;
            agree += told[i] >= LeastPoints && part[i] > 0 ? 1 : 0;
            oppose += told[i] >= LeastPoints && Opposing * part[i] < -told[i] ? 1 : 0;
        }
        return nearer > Convincing * farther && 2 * agree > asked && AgreeingForEach * oppose <= agree;
    }

    /// <summary>The smoothed picture between its pixels: bilinear of [1 2 1] x [1 2 1], which for one shift is the same 4x4 weights at every point.</summary>
    private readonly struct Sampler
    {
        private readonly byte* _image;
        private readonly int _stride, _x, _y, _width, _height;
        private readonly Vector128<float> _across;
        private readonly float _w0, _w1, _w2, _w3;

        public Sampler(FrameFormat format, byte* image, int stride, float dx, float dy)
        {
            _image = image;
            (_stride, _width, _height) = (stride, format.Width, format.Height);
            (_x, _y) = ((int)MathF.Floor(dx), (int)MathF.Floor(dy));
            float fx = dx - _x, fy = dy - _y;
            _across = Vector128.Create(1 - fx, 2 - fx, 1 + fx, fx);
            (_w0, _w1, _w2, _w3) = ((1 - fy) / 16, (2 - fy) / 16, (1 + fy) / 16, fy / 16);
        }

        /// <summary>The value at a point that has moved; false where its neighbours are not all in the picture.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool TryGet(int x, int y, out float value)
        {
            (x, y) = (x + _x, y + _y);
            value = 0;
            if (x < 1 || y < 1 || x + 2 >= _width || y + 2 >= _height)
                return false;
            byte* at = _image + (nint)(y - 1) * _stride + x - 1;
            Vector128<float> columns = Row(at) * _w0 + Row(at + _stride) * _w1 + Row(at + 2 * _stride) * _w2 + Row(at + 3 * _stride) * _w3;
            columns *= _across;
            value = columns[0] + columns[1] + (columns[2] + columns[3]);
            return true;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<float> Row(byte* four) =>
            Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(four)).AsByte())).AsInt32());
    }

    private static float Smooth(byte* image, int stride, int x, int y)
    {
        byte* at = image + (nint)y * stride + x;
        return (4 * at[0] + 2 * (at[-1] + at[1] + at[-stride] + at[stride]) + at[-stride - 1] + at[-stride + 1] + at[stride - 1] + at[stride + 1]) / 16f;
    }

    /// <summary>Points of the background with a gradient, spread over the picture.</summary>
    private void FindPoints(BackgroundView background)
    {
        const float unit = 16 * BackgroundView.Level;       // a smoothed mean is 16 means in 1/128
        int margin = _reach + 3, stride = background.RowLength;
        _count = 0;
        int wanted = 0;
        for (int y = margin; y < _format.Height - margin; y += _step)
        {
            for (int row = 0; row < MeanRows; row++)
                background.CopyRow(_luma, y + row - MeanRows / 2, _means.Pointer + row * stride);
            short* middle = _means.Pointer + MeanRows / 2 * stride;
            for (int x = margin; x < _format.Width - margin; x += _step)
            {
                short* at = middle + x;
                float gx = (Down(at + 2) + 2 * Down(at + 1) - 2 * Down(at - 1) - Down(at - 2)) / (2 * unit);
                float gy = (Across(at + 2 * stride) + 2 * Across(at + stride) - 2 * Across(at - stride) - Across(at - 2 * stride)) / (2 * unit);
                if (gx * gx + gy * gy < LeastGradient * LeastGradient)
                    continue;
                // More than there is room for: each stays with the same chance (Vitter's algorithm R, 1985), wherever in the picture
                // it lies. Multiples of the golden ratio modulo 1 serve as chance.
                wanted++;
                long place = _count < FinePoints ? _count++ : (long)((ulong)((uint)wanted * 2654435761u) * (uint)wanted >> 32);
                if (place < FinePoints)
                    (_x[place], _y[place], _gx[place], _gy[place], _learnt[place]) = (x, y, gx, gy, (Down(at - 1) + 2 * Down(at) + Down(at + 1)) / unit);
            }
        }
        _count -= _count % Vector256<float>.Count;      // whole vectors

        int Down(short* at) => at[-stride] + 2 * at[0] + at[stride];
        static int Across(short* at) => at[-1] + 2 * at[0] + at[1];
    }
}
