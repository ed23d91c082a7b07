using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using GmmVision.Background;
using GmmVision.Imaging;
using GmmVision.Simd;
using GmmVision.Threading;

namespace GmmVision.Foreground;

/// <summary>
/// Takes shadows out of the foreground. A shadow makes the background darker by some factor, keeps its colour, and keeps its
/// texture darker by the same factor; and it lies at the rim of an object, which tells it from a flat, dark part inside of one.
/// </summary>
/// <remarks>
/// The test of colour is that of Horprasert et al. (1999), on luma and chroma; the comparison of gradients follows Sanin et al.
/// (2012). Looks only where there is foreground, so a still scene costs nothing.
/// </remarks>
internal sealed unsafe class ShadowTest : IMaskStage
{
    // The luma that is left of the background's, in 256ths: less than a third is an object in any light, 97 % is noise.
    private const int Darkest = 90, Lightest = 248;
    private const int LeastLuma = 44;           // of the background, above black: below it neither ratios nor gradients stand out from noise, and by night all that is dark would be shadow
    private const int ChromaTolerance = 12;     // sum over both channels: twice what noise and compression make
    private const int GradientNoise = 12;       // of a pixel's four differences together
    private const int Window = 3;               // pixels to each side over which gradients are compared
    private const int Rim = 3;                  // pixels within which the contour of a shadow must leave the foreground ...
    private const double LeastRim = 0.3;        // ... at this part of it at least

    private const int Rows = 2 * Window + 1;
    private const int MostAgreement = 600;      // of one pixel: 49 of them fit 16 bits, and one strong edge does not outvote the window
    private const int Tile = 32;                // pixels looked at together: half a word of a mask

    private readonly FrameFormat _format;
    private readonly Mask _shadow;
    private readonly ConnectedComponentLabeler _labeler;
    private readonly MajorityFilter _majority;
    private readonly int _stride, _tiles, _black, _luma;
    private readonly WorkerTeam _team;
    private readonly RowBands _bands;
    private readonly Lines[] _lines;            // of each band
    private readonly Action<int> _findInWidest;
    private Frame? _frame;
    private BackgroundView? _background;
    private Mask? _foreground;
    private bool _any;
    private bool[] _unwanted = new bool[64];
    private int[] _contour = new int[64], _outside = new int[64];

    /// <summary>The few lines that a band looks at, widened to 16 bits.</summary>
    private sealed class Lines(int stride)
    {
        public readonly int Stride = stride;
        public readonly AlignedBuffer<short> Image = new(3 * stride), Background = new(3 * stride);     // a ring of 3 rows of luma
        public readonly AlignedBuffer<short> Colors = new(4 * stride);                  // of the row: two channels of the picture, two of the background
        public readonly AlignedBuffer<short> Agreement = new(stride), Sums = new(Rows * stride);        // one row; a ring of its sums over 7 pixels
        public readonly uint[] Nobody = new uint[stride / Tile];                        // candidates of a row that is another band's
        private readonly bool[] _hasSums = new bool[Rows];

        public void SetSums<T>(int y, uint* foreground) where T : struct, IInt16Lanes<T>
        {
            AddColumns<T>(Agreement.Pointer, Sums.Pointer + y % Rows * Stride, foreground, Stride / Tile - 2);
            _hasSums[y % Rows] = true;
        }

        public void ForgetSums(int y)
        {
            if (!_hasSums[y % Rows])
                return;
            Sums.Span.Slice(y % Rows * Stride, Stride).Clear();
            _hasSums[y % Rows] = false;
        }
    }

    /// <param name="format">Size and layout of the pictures.</param>
    /// <param name="team">Threads to share the work; null for the caller alone.</param>
    public ShadowTest(FrameFormat format, WorkerTeam? team = null)
    {
        _team = team ?? WorkerTeam.Alone;
        _bands = _team.Share(format);
        _lines = new Lines[_bands.Count];
        _findInWidest = LaneWidth.Choose<Action<int>>(FindCandidates<Int16x32>, FindCandidates<Int16x16>, FindCandidates<Int16x8>);
        _format = format;
        _shadow = new Mask(format.Width, format.Height);
        _labeler = new ConnectedComponentLabeler(format.Width, format.Height);
        _majority = new MajorityFilter(format.Width, format.Height, 5);
        _tiles = (format.Width + Tile - 1) / Tile;
        _stride = (_tiles + 2) * Tile;          // a tile of nobody's pixels on either side, so that neighbours are read without asking
        for (int i = 0; i < _lines.Length; i++)
            _lines[i] = new Lines(_stride);
        _black = format.Layout != PixelLayout.Rgb && format.Range == ColorRange.Limited ? 16 : 0;
        _luma = format.Layout == PixelLayout.Rgb ? 1 : 0;       // green stands in for luma
    }

    /// <summary>What was taken out of the last mask, until the next one; null for nothing.</summary>
    public Mask? Taken => _any ? _shadow : null;

    void IMaskStage.Apply(in StageContext seen, Mask mask) => Apply(seen.Lit, seen.Background.View, mask);

    /// <summary>Clears the pixels of a mask that are shadow.</summary>
    /// <param name="frame">The frame, in the light of the background.</param>
    /// <param name="background">What the model of it knows.</param>
    /// <param name="foreground">The mask.</param>
    public void Apply(Frame frame, BackgroundView background, Mask foreground) => Apply(_findInWidest, frame, background, foreground);

    internal void Apply<T>(Frame frame, BackgroundView background, Mask foreground) where T : struct, IInt16Lanes<T> =>
        Apply(FindCandidates<T>, frame, background, foreground);

    private void Apply(Action<int> findCandidates, Frame frame, BackgroundView background, Mask foreground)
    {
        (_frame, _background, _foreground, _any) = (frame, background, foreground, false);
        _team.Run(_bands.Count, findCandidates);
        (_frame, _background, _foreground) = (null, null, null);
        if (!_any)
            return;
        _majority.Apply(_shadow, _shadow);
        _shadow.And(foreground);
        KeepWhatLiesAtTheRim(foreground);
        foreground.AndNot(_shadow);
    }

    /// <summary>Marks the pixels of a band whose colour and whose window's gradients are the background's, only darker.</summary>
    private void FindCandidates<T>(int band) where T : struct, IInt16Lanes<T>
    {
        (Mask foreground, Lines lines) = (_foreground!, _lines[band]);
        (int first, int end) = _bands[band];
        for (int y = 0; y < Rows; y++)
            lines.ForgetSums(y);
        bool any = false;
        int read = -1;          // rows of luma up to this one are in the ring
        // The window of the band's first and last rows reaches into its neighbours, where only gradients are compared.
        for (int y = Math.Max(0, first - Window); y < end + Window; y++)
        {
            bool isMine = y >= first && y < end;
            if (isMine)
                _shadow.Row(y).Clear();
            lines.ForgetSums(y);
            if (y < _format.Height && foreground.Row(y).ContainsAnyExcept(0UL))
            {
                for (read = Math.Max(read, y - 2); read < Math.Min(y + 1, _format.Height - 1);)
                    ReadLuma(lines, ++read);
                ReadColors(lines, y);
                any |= CompareRow<T>(lines, y, isMine);
            }
            if (y - Window >= first && any)
                DecideRow<T>(lines, y - Window);
        }
        if (any)
            _any = true;
    }

    /// <summary>Reads the tiles of a row that hold or touch foreground.</summary>
    private void ReadLuma(Lines lines, int y)
    {
        (Frame frame, BackgroundView background, Mask foreground) = (_frame!, _background!, _foreground!);
        short* image = lines.Image.Pointer + y % 3 * _stride + Tile, learnt = lines.Background.Pointer + y % 3 * _stride + Tile;
        ReadOnlySpan<uint> here = Tiles(foreground, y), above = Tiles(foreground, Math.Max(0, y - 1)), below = Tiles(foreground, Math.Min(_format.Height - 1, y + 1));
        ReadOnlySpan<byte> row = frame.Row(_luma, y);
        uint before = 0, near = here[0] | above[0] | below[0];
        for (int tile = 0; tile < _tiles; tile++)
        {
            uint after = tile + 1 < _tiles ? here[tile + 1] | above[tile + 1] | below[tile + 1] : 0;
            if ((near | before >> 31 | after & 1) != 0)
            {
                Widen(row, tile, image);
                background.CopyWhole(_luma, tile * Tile, y, learnt + tile * Tile);
                background.PrefetchBelow(tile * Tile, y);
            }
            (before, near) = (near, after);
        }
    }

    /// <summary>Reads the tiles of a row that hold foreground.</summary>
    private void ReadColors(Lines lines, int y)
    {
        if (_format.PlaneCount == 1)
            return;
        (Frame frame, BackgroundView background, Mask foreground) = (_frame!, _background!, _foreground!);
        bool yuv = _format.Layout == PixelLayout.Yuv420;
        ReadOnlySpan<uint> here = Tiles(foreground, y);
        for (int i = 0; i < 2; i++)
        {
            int channel = yuv ? i + 1 : 2 * i;
            ReadOnlySpan<byte> row = frame.Row(channel, yuv ? y / 2 : y);
            short* image = lines.Colors.Pointer + i * _stride + Tile, learnt = lines.Colors.Pointer + (2 + i) * _stride + Tile;
            for (int tile = 0; tile < _tiles; tile++)
            {
                if (here[tile] == 0)
                    continue;
                if (yuv)
                    WidenTwice(row, tile, image);
                else
                    Widen(row, tile, image);
                background.CopyWhole(channel, tile * Tile, y, learnt + tile * Tile);
            }
        }
    }

    private static ReadOnlySpan<uint> Tiles(Mask mask, int y) => MemoryMarshal.Cast<ulong, uint>(mask.Row(y));

    private static void Widen(ReadOnlySpan<byte> from, int tile, short* to)
    {
        int x = tile * Tile, end = Math.Min(x + Tile, from.Length);
        fixed (byte* first = from)
        {
            for (; x + 16 <= end; x += 16)
                Bytes.Widen16(first + x).AsInt16().Store(to + x);
            for (; x < end; x++)
                to[x] = first[x];
        }
    }

    private static void WidenTwice(ReadOnlySpan<byte> from, int tile, short* to)
    {
        int x = tile * Tile, end = Math.Min(x + Tile, 2 * from.Length);
        fixed (byte* first = from)
        {
            for (; x + 16 <= end; x += 16)
            {
                Vector128<ushort> eight = Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(first + x / 2)).AsByte());
                Vector256<uint> wide = Vector256.WidenLower(eight.ToVector256Unsafe());
                (wide | wide << 16).AsInt16().Store(to + x);
            }
            for (; x < end; x++)
                to[x] = first[x / 2];
        }
    }

    /// <summary>
    /// Writes how well the gradients of a row's foreground agree with those of the background, summed over the window's columns,
    /// and marks what has the colour of shadow; false where nothing of the band has.
    /// </summary>
    private bool CompareRow<T>(Lines lines, int y, bool isMine) where T : struct, IInt16Lanes<T>
    {
        fixed (ulong* shadowWords = _shadow.Row(y), words = _foreground!.Row(y))
        fixed (uint* nobody = lines.Nobody)
        {
            bool any = CompareRow<T>(lines, (uint*)words, isMine ? (uint*)shadowWords : nobody, y > 0 && y < _format.Height - 1, y);
            lines.SetSums<T>(y, (uint*)words);
            return any && isMine;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool CompareRow<T>(Lines lines, uint* foreground, uint* shadow, bool hasNeighbors, int y) where T : struct, IInt16Lanes<T>
    {
        short* image = lines.Image.Pointer + y % 3 * _stride + Tile, imageAbove = lines.Image.Pointer + (y + 2) % 3 * _stride + Tile, imageBelow = lines.Image.Pointer + (y + 1) % 3 * _stride + Tile;
        short* back = lines.Background.Pointer + y % 3 * _stride + Tile, backAbove = lines.Background.Pointer + (y + 2) % 3 * _stride + Tile, backBelow = lines.Background.Pointer + (y + 1) % 3 * _stride + Tile;
        short* colors = lines.Colors.Pointer + Tile, agreements = lines.Agreement.Pointer + Tile;
        T zero = T.All(0), black = T.All((short)_black), noise = T.All(2 * GradientNoise), most = T.All(MostAgreement), middle = T.All(_format.Layout == PixelLayout.Yuv420 ? (short)128 : (short)0);
        T darkest = T.All(Darkest << 7), lightest = T.All(Lightest << 7);
        // A step of red or blue against green is about 0.6 of one of chroma.
        T tolerance = T.All((short)(_format.Layout == PixelLayout.Yuv420 ? ChromaTolerance : ChromaTolerance * 10 / 6));
        uint any = 0, lanes = uint.MaxValue >> (Tile - T.Count);
        for (int tile = 0, x = 0; tile < _tiles; tile++)
        {
            uint mask = foreground[tile], found = 0;
            for (int lane = 0; lane < Tile; lane += T.Count, x += T.Count)
            {
                if ((mask >> lane & lanes) == 0)
                {
                    T.Store(zero, agreements + x);
                    continue;
                }
                T value = T.Max(T.Load(image + x) - black, zero), learnt = T.Load(back + x) - black;
                T ratio = T.Ratio(value, T.Max(learnt, T.All(1)));          // what is left of the background's luma, 0 to 1
                uint inside = mask;
                if (x == 0)
                    inside &= ~1u;
                if (x - lane + Tile >= _format.Width)
                    inside &= (1u << (_format.Width - 1) % Tile) - 1;         // the last column has no neighbour
                if (hasNeighbors)
                {
                    T across = T.Load(image + x + 1) - T.Load(image + x - 1), down = T.Load(imageBelow + x) - T.Load(imageAbove + x);
                    T backAcross = T.MultiplyRounded(T.Load(back + x + 1) - T.Load(back + x - 1), ratio);
                    T backDown = T.MultiplyRounded(T.Load(backBelow + x) - T.Load(backAbove + x), ratio);
                    T differs = Absolute(across - backAcross) + Absolute(down - backDown);
                    T strength = Absolute(across) + Absolute(down) + Absolute(backAcross) + Absolute(backDown);
                    // Over 0 where at most half of the gradients differ, beyond what noise makes of flat ones.
                    T agreement = T.Max(T.Min(strength + noise - differs - differs, most), zero - most);
                    T.Store(agreement & T.FromBits(inside >> lane), agreements + x);
                }
                else
                    T.Store(zero, agreements + x);
                T isShadow = ~T.LessThan(learnt, T.All(LeastLuma)) & ~T.LessThan(ratio, darkest) & ~T.LessThan(lightest, ratio);
                if (_format.PlaneCount == 3)
                {
                    T residual = Absolute(T.Load(colors + x) - middle - T.MultiplyRounded(T.Load(colors + 2 * _stride + x) - middle, ratio))
                        + Absolute(T.Load(colors + _stride + x) - middle - T.MultiplyRounded(T.Load(colors + 3 * _stride + x) - middle, ratio));
                    isShadow &= ~T.LessThan(tolerance, residual);
                }
                found |= T.ToBits(isShadow) << lane & mask;
            }
            shadow[tile] = found;
            any |= found;
        }
        return any != 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static T Absolute(T lanes) => T.Max(lanes, T.All(0) - lanes);
    }

    /// <summary>Sums of 7 neighbours, of the tiles that hold or touch foreground; of all others they are 0.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddColumns<T>(short* values, short* sums, uint* foreground, int tiles) where T : struct, IInt16Lanes<T>
    {
        uint before = 0;
        for (int tile = 0, x = Tile; tile < tiles; tile++, x += Tile)
        {
            uint here = foreground[tile], after = tile + 1 < tiles ? foreground[tile + 1] : 0;
            bool isNear = (here | before | after) != 0;
            before = here;
            for (int lane = x; lane < x + Tile; lane += T.Count)
            {
                T sum = T.All(0);
                if (isNear)
                {
                    sum = T.Load(values + lane);
                    for (int i = 1; i <= Window; i++)
                        sum = sum + T.Load(values + lane - i) + T.Load(values + lane + i);
                }
                T.Store(sum, sums + lane);
            }
        }
    }

    /// <summary>Keeps the candidates of a row in whose window the gradients agree.</summary>
    private void DecideRow<T>(Lines lines, int y) where T : struct, IInt16Lanes<T>
    {
        Span<ulong> row = _shadow.Row(y);
        if (row.ContainsAnyExcept(0UL))
            fixed (ulong* words = row)
                DecideRow<T>((uint*)words, lines.Sums.Pointer + Tile, _stride, _tiles);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void DecideRow<T>(uint* shadow, short* sums, int stride, int tiles) where T : struct, IInt16Lanes<T>
    {
        for (int tile = 0; tile < tiles; tile++)
        {
            if (shadow[tile] == 0)
                continue;
            uint agrees = 0;
            for (int lane = 0; lane < Tile; lane += T.Count)
            {
                T sum = T.Load(sums + tile * Tile + lane);
                for (int row = 1; row < Rows; row++)
                    sum += T.Load(sums + row * stride + tile * Tile + lane);
                agrees |= T.ToBits(T.LessThan(T.All(0), sum)) << lane;
            }
            shadow[tile] &= agrees;
        }
    }

    /// <summary>Drops the regions of candidates whose contour lies too far inside of the foreground.</summary>
    private void KeepWhatLiesAtTheRim(Mask foreground)
    {
        int regions = _labeler.Label(_shadow, Connectivity.Four).Length;
        if (_contour.Length < regions)
            (_contour, _outside, _unwanted) = (new int[2 * regions], new int[2 * regions], new bool[2 * regions]);
        _contour.AsSpan(0, regions).Clear();
        _outside.AsSpan(0, regions).Clear();
        for (int y = 0; y < _format.Height; y++)
        {
            for (int run = _labeler.FirstRun(y); run < _labeler.FirstRun(y + 1); run++)
            {
                (int region, int start, int end) = _labeler.Run(run);
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
        _labeler.Flip(_shadow, _unwanted);
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

    private static bool IsSet(ReadOnlySpan<ulong> row, int x) => (row[x >> 6] >> (x & 63) & 1) != 0;
}
