using GmmVision.Background;
using GmmVision.Imaging;

namespace GmmVision.Foreground;

/// <summary>
/// Takes shadows out of the foreground. A shadow makes the background darker by some factor, keeps its colour, and keeps its
/// texture darker by the same factor; and it lies at the rim of an object, which tells it from a flat, dark part inside of one.
/// </summary>
/// <remarks>
/// The test of colour is that of Horprasert et al. (1999), on luma and chroma; the comparison of gradients follows Sanin et al.
/// (2012). Looks at the boxes of the regions only, so a still scene costs nothing.
/// </remarks>
internal sealed unsafe class ShadowTest
{
    // The luma that is left of the background's, in 256ths: less than a third is an object in any light, 97 % is noise.
    private const int Darkest = 90, Lightest = 248;
    private const int LeastLuma = 20;           // of the background: below it, ratios are noise
    private const int ChromaTolerance = 12;     // sum over both channels: twice what noise and compression make
    private const int GradientNoise = 12;       // of a pixel's four differences together
    private const int Window = 3;               // pixels to each side over which gradients are compared
    private const int Rim = 3;                  // pixels within which the contour of a shadow must leave the foreground ...
    private const double LeastRim = 0.3;        // ... at this part of it at least

    private readonly FrameFormat _format;
    private readonly Mask _shadow;
    private readonly RegionLabeller _labeller;
    private readonly MajorityFilter _majority;
    private readonly int[] _differs, _strength, _count;         // a ring of rows, for the window's upper edge to leave
    private readonly int[] _differsSum, _strengthSum, _countSum;
    private readonly int _black, _luma;
    private bool[] _unwanted = new bool[64];
    private int[] _contour = new int[64], _outside = new int[64];

    /// <param name="format">Size and layout of the pictures.</param>
    public ShadowTest(FrameFormat format)
    {
        _format = format;
        _shadow = new Mask(format.Width, format.Height);
        _labeller = new RegionLabeller(format.Width, format.Height);
        _majority = new MajorityFilter(format.Width, format.Height, 5);
        int ring = format.Width * (2 * Window + 1);
        (_differs, _strength, _count) = (new int[ring], new int[ring], new int[ring]);
        (_differsSum, _strengthSum, _countSum) = (new int[format.Width], new int[format.Width], new int[format.Width]);
        _black = format.Layout != PixelLayout.Rgb && format.Range == ColorRange.Limited ? 16 : 0;
        _luma = format.Layout == PixelLayout.Rgb ? 1 : 0;       // green stands in for luma
    }

    /// <summary>Clears the pixels of a mask that are shadow.</summary>
    /// <param name="frame">The frame, in the light of the background.</param>
    /// <param name="background">The model of it.</param>
    /// <param name="foreground">The mask.</param>
    public void Apply(Frame frame, BackgroundModel background, Mask foreground)
    {
        ReadOnlySpan<Region> regions = _labeller.Label(foreground);
        if (regions.Length == 0)
            return;
        _shadow.Clear();
        foreach (Region region in regions)
            FindCandidates(frame, background, foreground, region.Box);
        _majority.Apply(_shadow, _shadow);
        _shadow.And(foreground);
        KeepWhatLiesAtTheRim(foreground);
        foreground.AndNot(_shadow);
    }

    /// <summary>Marks pixels of a box whose colour and whose window's gradients are the background's, only darker.</summary>
    private void FindCandidates(Frame frame, BackgroundModel background, Mask foreground, Box box)
    {
        int width = box.Width, left = box.X;
        _differsSum.AsSpan(0, width).Clear();
        _strengthSum.AsSpan(0, width).Clear();
        _countSum.AsSpan(0, width).Clear();
        _differs.AsSpan(0, width * (2 * Window + 1)).Clear();
        _strength.AsSpan(0, width * (2 * Window + 1)).Clear();
        _count.AsSpan(0, width * (2 * Window + 1)).Clear();
        for (int y = box.Y; y < box.Bottom + Window; y++)
        {
            int slot = (y - box.Y) % (2 * Window + 1) * width;
            Span<int> differs = _differs.AsSpan(slot, width), strength = _strength.AsSpan(slot, width), count = _count.AsSpan(slot, width);
            for (int i = 0; i < width; i++)
                (_differsSum[i], _strengthSum[i], _countSum[i]) = (_differsSum[i] - differs[i], _strengthSum[i] - strength[i], _countSum[i] - count[i]);
            differs.Clear();
            strength.Clear();
            count.Clear();
            if (y < box.Bottom)
                CompareRow(frame, background, foreground.Row(y), y, left, differs, strength, count);
            for (int i = 0; i < width; i++)
                (_differsSum[i], _strengthSum[i], _countSum[i]) = (_differsSum[i] + differs[i], _strengthSum[i] + strength[i], _countSum[i] + count[i]);
            if (y - Window >= box.Y)
                DecideRow(foreground.Row(y - Window), _shadow.Row(y - Window), frame, background, y - Window, left, width);
        }
    }

    private void CompareRow(Frame frame, BackgroundModel background, ReadOnlySpan<ulong> mask, int y, int left, Span<int> differs, Span<int> strength, Span<int> count)
    {
        if (y == 0 || y == _format.Height - 1)
            return;
        byte* row = frame.Pointer(_luma) + (nint)y * frame.Stride(_luma);
        nint stride = frame.Stride(_luma);
        short* here = background.StrongestModes(y), above = background.StrongestModes(y - 1), below = background.StrongestModes(y + 1);
        for (int i = 0; i < differs.Length; i++)
        {
            int x = left + i;
            if (!IsSet(mask, x) || x == 0 || x == _format.Width - 1)
                continue;
            int ratio = Math.Min(256, Ratio(row[x], Mean(here, background, x, _luma)));
            int across = row[x + 1] - row[x - 1], down = row[x + stride] - row[x - stride];
            int backAcross = ratio * (Mean(here, background, x + 1, _luma) - Mean(here, background, x - 1, _luma)) >> 8;
            int backDown = ratio * (Mean(below, background, x, _luma) - Mean(above, background, x, _luma)) >> 8;
            differs[i] = Math.Abs(across - backAcross) + Math.Abs(down - backDown);
            strength[i] = Math.Abs(across) + Math.Abs(down) + Math.Abs(backAcross) + Math.Abs(backDown);
            count[i] = 1;
        }
    }

    private void DecideRow(ReadOnlySpan<ulong> mask, Span<ulong> shadow, Frame frame, BackgroundModel background, int y, int left, int width)
    {
        short* modes = background.StrongestModes(y);
        int differs = 0, strength = 0, count = 0;
        for (int i = 0; i < Math.Min(Window, width); i++)
            Enter(i, 1);
        for (int i = 0; i < width; i++)
        {
            if (i + Window < width)
                Enter(i + Window, 1);
            if (i - Window - 1 >= 0)
                Enter(i - Window - 1, -1);
            // At most half of the gradients differ, beyond what noise makes of flat ones.
            if (IsSet(mask, left + i) && 2 * differs < strength + 2 * GradientNoise * count && HasColorOfShadow(frame, background, modes, left + i, y))
                shadow[(left + i) >> 6] |= 1UL << (left + i & 63);
        }

        void Enter(int i, int sign)
        {
            differs += sign * _differsSum[i];
            strength += sign * _strengthSum[i];
            count += sign * _countSum[i];
        }
    }

    private bool HasColorOfShadow(Frame frame, BackgroundModel background, short* modes, int x, int y)
    {
        int luma = Mean(modes, background, x, _luma);
        if (luma - _black < LeastLuma)
            return false;
        int ratio = Ratio(frame.Pointer(_luma)[(nint)y * frame.Stride(_luma) + x], luma);
        if (ratio is < Darkest or > Lightest)
            return false;
        if (_format.PlaneCount == 1)
            return true;
        bool yuv = _format.Layout == PixelLayout.Yuv420;
        int scale = yuv ? 2 : 1, middle = yuv ? 128 : 0, residual = 0;
        for (int channel = yuv ? 1 : 0; channel < 3; channel += yuv ? 1 : 2)
        {
            int value = frame.Pointer(channel)[(nint)(y / scale) * frame.Stride(channel) + x / scale] - middle;
            residual += Math.Abs(value - (ratio * (Mean(modes, background, x, channel) - middle) >> 8));
        }
        // A step of red or blue against green is about 0.6 of one of chroma.
        return yuv ? residual <= ChromaTolerance : 6 * residual <= 10 * ChromaTolerance;
    }

    /// <summary>Drops the regions of candidates whose contour lies too far inside of the foreground.</summary>
    private void KeepWhatLiesAtTheRim(Mask foreground)
    {
        int regions = _labeller.Label(_shadow, Connectivity.Four).Length;
        if (_contour.Length < regions)
            (_contour, _outside, _unwanted) = (new int[2 * regions], new int[2 * regions], new bool[2 * regions]);
        _contour.AsSpan(0, regions).Clear();
        _outside.AsSpan(0, regions).Clear();
        for (int y = 0; y < _format.Height; y++)
        {
            for (int run = _labeller.FirstRun(y); run < _labeller.FirstRun(y + 1); run++)
            {
                (int region, int start, int end) = _labeller.Run(run);
                Look(foreground, region, start, y, -1, 0);
                Look(foreground, region, end - 1, y, 1, 0);
                for (int x = start; x < end; x++)
                {
                    if (y > 0 && !IsSet(_shadow.Row(y - 1), x))
                        Look(foreground, region, x, y, 0, -1);
                    if (y < _format.Height - 1 && !IsSet(_shadow.Row(y + 1), x))
                        Look(foreground, region, x, y, 0, 1);
                }
            }
        }
        for (int i = 0; i < regions; i++)
            _unwanted[i] = _outside[i] <= LeastRim * _contour[i];
        _labeller.Flip(_shadow, _unwanted);
    }

    /// <summary>Counts a point of a contour, and whether the foreground ends near it. At the picture's edge nothing can be said.</summary>
    private void Look(Mask foreground, int region, int x, int y, int stepX, int stepY)
    {
        for (int step = 1; step <= Rim; step++)
        {
            (int atX, int atY) = (x + step * stepX, y + step * stepY);
            if ((uint)atX >= (uint)_format.Width || (uint)atY >= (uint)_format.Height)
                break;
            if (!IsSet(foreground.Row(atY), atX))
            {
                _outside[region]++;
                break;
            }
        }
        _contour[region]++;
    }

    /// <summary>What is left of the background's luma, in 256ths.</summary>
    private int Ratio(int luma, int background) => 256 * Math.Max(0, luma - _black) / Math.Max(1, background - _black);

    private static int Mean(short* modes, BackgroundModel background, int x, int channel) =>
        modes[(nint)(x >> 5) * background.ModeLength + channel * 2 * MixtureState.TilePixels + (x & 31)] >> KernelPass.MeanShift;

    private static bool IsSet(ReadOnlySpan<ulong> row, int x) => (row[x >> 6] >> (x & 63) & 1) != 0;
}
