using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GmmVision.Background;
using GmmVision.Imaging;
using GmmVision.Simd;
using GmmVision.Threading;

namespace GmmVision.Foreground;

/// <summary>
/// Tells a change of light from something that moves. Where the texture of a block agrees with the background's, only the light
/// can have changed; such blocks vote for a gain and an offset of the whole picture, and for a smooth field of local gains
/// (a cloud, a lamp, an open door). All are undone before the mixture sees the frame, and so is what the light's colour does to chroma.
/// </summary>
/// <remarks>
/// Agreement is the normalised cross-correlation of luma and background over the block, which a gain and an offset do not
/// change. Cost: a few sums over every second row or fewer.
/// </remarks>
internal sealed unsafe class IlluminationCompensation
{
    private const int Group = BackgroundView.Group;    // pixels summed at once; blocks are whole groups wide
    private const int Relaxations = 4;              // per frame; the field of the frame before is the start
    private const float FitScale = 4;               // grey levels; a block farther off than this hardly counts
    private const int GainScale = 4096;             // gains up to 8 fit 16 bits: the field is held to e, the picture's gain to 3
    private const double Same = 4;                  // grey levels, root mean square: a block that looks as it did keeps its light, whatever the rest does (sky over a shadow)
    private const double Agreement = 0.5;           // correlation from which a block counts: half of the variation explained alike

    private readonly FrameFormat _format;
    private readonly int _luma, _black, _side, _across, _down, _rowStep, _gainRows;
    private readonly Block[] _blocks;
    private readonly Sums[] _sums;                                      // of each block
    private readonly LightVote[] _votes;
    private readonly float[] _inverse;
    private readonly (int Left, int Right, float Part)[] _between;      // of each group: the blocks whose middles it lies between, and how far
    private readonly ulong[] _kept;                                     // a bit a pixel of one row of blocks: that nothing agrees there
    private readonly LightColor _color = new();
    private readonly WorkerTeam _team;
    private readonly Action<int> _measureRow;
    private readonly Action<Frame, Frame, int, int> _undoInWidest;
    private Frame? _frame;
    private BackgroundView? _background;
    private float[] _local, _relaxed;
    private double _gain = 1, _offset;

    /// <param name="format">Size and layout of the pictures.</param>
    /// <param name="team">Threads to share the work; null for the caller alone.</param>
    public IlluminationCompensation(FrameFormat format, WorkerTeam? team = null)
    {
        _format = format;
        _kept = new ulong[(format.Width + 63) / 64];
        _team = team ?? WorkerTeam.Alone;
        _measureRow = MeasureRow;
        _undoInWidest = LaneWidth.Choose<Action<Frame, Frame, int, int>>(Undo<Int16x32>, Undo<Int16x16>, Undo<Int16x8>);
        _luma = format.Layout == PixelLayout.Rgb ? 1 : 0;       // green stands in for luma
        _black = format.Layout != PixelLayout.Rgb && format.Range == ColorRange.Limited ? 16 : 0;
        // A fifteenth of the picture: small enough that some blocks hold no object, large enough for texture.
        _side = Math.Max(Group, (int)Math.Round(Math.Min(format.Width, format.Height) / 15.0 / Group) * Group);
        _across = (format.Width + _side - 1) / _side;
        _down = (format.Height + _side - 1) / _side;
        _rowStep = Math.Max(2, _side / 8);
        _gainRows = Math.Max(2, _side / 8 & ~1);        // rows that share their gains: they change over a block, not over a row
        _blocks = new Block[_across * _down];
        _sums = new Sums[_blocks.Length];
        _votes = new LightVote[_blocks.Length];
        _local = new float[_blocks.Length];
        _relaxed = new float[_blocks.Length];
        _inverse = new float[_blocks.Length];
        _between = new (int, int, float)[(format.Width + Group - 1) / Group];
        for (int i = 0; i < _between.Length; i++)
        {
            float x = Math.Clamp((i + 0.5f) * Group / _side - 0.5f, 0, _across - 1);
            int left = Math.Min((int)x, Math.Max(0, _across - 2));
            _between[i] = (left, Math.Min(left + 1, _across - 1), x - left);
        }
    }

    /// <summary>Whether the light differs enough from the background's to be undone.</summary>
    public bool IsActive { get; private set; }

    /// <summary>By which part of its brightness a background of middle grey looks other in this light, at least 0: the mean over the picture.</summary>
    public double Departure { get; private set; }

    /// <summary>Whether it differs clearly, by more than a tenth.</summary>
    public bool IsClear => Departure > 0.1;

    /// <summary>Forgets the light: the background is a new one.</summary>
    public void Reset()
    {
        (_gain, _offset, Departure, IsActive) = (1, 0, 0, false);
        _color.Reset();
        Array.Clear(_local);
        Array.Clear(_blocks);
    }

    /// <summary>Measures the light of a frame against the background.</summary>
    public void Measure(Frame frame, BackgroundView background)
    {
        (_frame, _background) = (frame, background);
        if (_team.Share(_format).Count > 1)
            _team.Run(_down, _measureRow);
        else
            WorkerTeam.Alone.Run(_down, _measureRow);
        (_frame, _background) = (null, null);
        double trusted = 0;
        int count = 0;
        foreach (ref Block block in _blocks.AsSpan())
        {
            block.Rate(Agreement);
            trusted += block.Trust;
            if (block.Trust > 0)
                _votes[count++] = block.Vote;
        }
        // With hardly a block that agrees (a lens covered, a camera turned) there is nothing to go by: keep what was.
        if (trusted > 0.03 * _blocks.Length)
        {
            FitGain(_votes.AsSpan(0, count));
            if (_format.Layout == PixelLayout.Yuv420)
                _color.Fit(_votes.AsSpan(0, count), (float)_gain, (float)_offset);
        }
        RelaxLocalGains();
        for (int i = 0; i < _local.Length; i++)
            _inverse[i] = (float)(Math.Exp(-_local[i]) / _gain);
        float largest = 0;
        double departure = 0;
        for (int i = 0; i < _local.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(_local[i]));
            departure += Math.Abs(1 / _inverse[i] - 1 + _offset / 128);
        }
        Departure = departure / _local.Length;
        IsActive = Math.Abs(_gain - 1) > 0.005 || Math.Abs(_offset) > 0.4 || _color.Shows || largest > 0.01f;
    }

    /// <summary>Clears the pixels of blocks whose texture agrees with the background's: nothing stands there, the light alone may differ.</summary>
    public void RemoveAgreeing(Mask held)
    {
        const float enough = 0.6f;      // of the way from half alike to all alike: less is the edge of who stands there
        for (int row = 0; row < _down; row++)
        {
            bool any = false;
            Array.Fill(_kept, ulong.MaxValue);
            for (int column = 0; column < _across; column++)
            {
                if (_blocks[row * _across + column].Trust <= enough)
                    continue;
                any = true;
                for (int x = column * _side; x < Math.Min(_format.Width, (column + 1) * _side); x += Group)
                    _kept[x >> 6] &= ~(0xFFFFUL << (x & 63));
            }
            for (int y = row * _side; any && y < Math.Min(_format.Height, (row + 1) * _side); y++)
            {
                Span<ulong> words = held.Row(y);
                for (int i = 0; i < words.Length; i++)
                    words[i] &= _kept[i];
            }
        }
    }

    /// <summary>Brings the background into the light that was measured last; from then on there is none to undo.</summary>
    /// <param name="background">The model.</param>
    /// <param name="frame">The frame that was measured.</param>
    /// <param name="held">Where something stands before the background.</param>
    public void Relight(BackgroundModel background, Frame frame, Mask held)
    {
        var luma = new ChannelLight(1, 0, (float)_offset);
        background.Relight(GainsOf, _format.Layout == PixelLayout.Rgb ? [luma, luma, luma] : [luma, _color.U, _color.V], frame, held);
        Reset();
    }

    private void GainsOf(int y, Span<float> gains, Span<float> chromaGains)
    {
        short* inverse = stackalloc short[_between.Length * Group], chroma = stackalloc short[_between.Length * Group / 2];
        InterpolateGains(y - y % _gainRows, inverse, chroma);
        for (int i = 0; i < gains.Length; i++)
        {
            int group = Math.Min(i, _between.Length - 1);
            (gains[i], chromaGains[i]) = ((float)GainScale / inverse[group * Group], (float)GainScale / chroma[group * Group / 2]);
        }
    }

    /// <summary>Writes rows of the frame as they would look in the background's light. Any thread may do any rows.</summary>
    /// <param name="frame">The frame that was measured.</param>
    /// <param name="corrected">Receives the rows.</param>
    /// <param name="first">First row, even.</param>
    /// <param name="end">The row behind the last one.</param>
    public void Undo(Frame frame, Frame corrected, int first, int end) => _undoInWidest(frame, corrected, first, end);

    internal void Undo<T>(Frame frame, Frame corrected, int first, int end) where T : struct, IInt16Lanes<T>
    {
        short* gains = stackalloc short[_between.Length * Group], chromaGains = stackalloc short[_between.Length * Group / 2];
        for (int y = first; y < end; y++)
        {
            if (y == first || y % _gainRows == 0)
                InterpolateGains(y - y % _gainRows, gains, chromaGains);
            UndoRow<T>(frame.Row(0, y), corrected.Row(0, y), gains, _offset, 0);
            if (_format.Layout == PixelLayout.Rgb)
            {
                UndoRow<T>(frame.Row(1, y), corrected.Row(1, y), gains, _offset, 0);
                UndoRow<T>(frame.Row(2, y), corrected.Row(2, y), gains, _offset, 0);
            }
            else if (_format.Layout == PixelLayout.Yuv420 && (y & 1) == 0)
            {
                UndoChroma<T>(frame, corrected, 1, y, chromaGains, _color.U);
                UndoChroma<T>(frame, corrected, 2, y, chromaGains, _color.V);
            }
        }
    }

    private void MeasureRow(int blockRow)
    {
        (Frame frame, BackgroundView background) = (_frame!, _background!);
        int top = blockRow * _side, bottom = Math.Min(_format.Height, top + _side), groups = _format.Width / Group;
        Span<Block> blocks = _blocks.AsSpan(blockRow * _across, _across);
        blocks.Clear();
        Span<Sums> sums = _sums.AsSpan(blockRow * _across, _across);
        sums.Clear();
        bool chroma = _format.Layout == PixelLayout.Yuv420;
        int rows = 0, perBlock = _side / Group;
        // Along the rows, as memory lies.
        for (int y = top; y < bottom; y += _rowStep, rows++)
        {
            byte* image = frame.Pointer(_luma) + (nint)y * frame.Stride(_luma);
            for (int column = 0; column < _across; column++)
            {
                ref Sums sum = ref sums[column];
                ref Block block = ref blocks[column];
                for (int group = column * perBlock; group < Math.Min(groups, (column + 1) * perBlock); group++)
                {
                    short* means = background.Means(0, group * Group, y);
                    if (group % 2 == 0)
                        background.PrefetchBehind(means);
                    sum.Add(image + group * Group, BackgroundView.OfChannel(means, _luma));
                    if (chroma)
                    {
                        // A few samples of chroma are enough: only their mean over a block is used.
                        int lane = 2 * (rows & 7);
                        nint at = (nint)(y / 2) * frame.Stride(1) + group * Group / 2 + (rows & 7);
                        block.AddChroma(frame.Pointer(1)[at] - 128, frame.Pointer(2)[at] - 128, BackgroundView.OfChannel(means, 1)[lane] - 128 * BackgroundView.Level, BackgroundView.OfChannel(means, 2)[lane] - 128 * BackgroundView.Level);
                    }
                }
            }
        }
        for (int column = 0; column < _across; column++)
            blocks[column].Add(sums[column], rows * Group * Math.Clamp(groups - column * perBlock, 0, perBlock));
    }

    /// <summary>Robust straight line luma = gain · background + offset through the trusted blocks (iteratively reweighted, Cauchy squared).</summary>
    private void FitGain(ReadOnlySpan<LightVote> votes)
    {
        float gain = 1, offset = 0, best = -1;
        Try(votes, (float)_gain, (float)_offset, ref gain, ref offset, ref best);
        Try(votes, 1, 0, ref gain, ref offset, ref best);
        Try(votes, MedianRatio(votes), 0, ref gain, ref offset, ref best);
        for (int step = 0; step < 5; step++)
        {
            float sw = 0, sx = 0, sb = 0, sbb = 0, sxb = 0;
            foreach (ref readonly LightVote vote in votes)
            {
                float e = (vote.Image - gain * vote.Background - offset) * (1 / FitScale), cauchy = 1 / (1 + e * e), w = vote.Trust * cauchy * cauchy;
                sw += w;
                sx += w * vote.Image;
                sb += w * vote.Background;
                sbb += w * vote.Background * vote.Background;
                sxb += w * vote.Image * vote.Background;
            }
            if (sw < 1e-3f)
                return;
            float mb = sb / sw, mx = sx / sw, vb = sbb / sw - mb * mb, cv = sxb / sw - mb * mx;
            // (10 grey levels)²: where all blocks are alike bright, light is taken to multiply, as light does, rather than to add.
            const float ridge = 100;
            float ratio = Math.Max(4, mx - _black) / Math.Max(4, mb - _black);
            gain = (cv + ridge * ratio) / (vb + ridge);
            offset = mx - gain * mb;
        }
        (_gain, _offset) = (Math.Clamp(gain, 0.33f, 3), offset);
    }

    private static void Try(ReadOnlySpan<LightVote> votes, float gain, float offset, ref float bestGain, ref float bestOffset, ref float best)
    {
        float score = 0;
        foreach (ref readonly LightVote vote in votes)
        {
            float e = (vote.Image - gain * vote.Background - offset) * (1 / FitScale);
            score += vote.Trust / (1 + e * e);
        }
        if (score > best * 1.02f)
            (bestGain, bestOffset, best) = (gain, offset, score);
    }

    private float MedianRatio(ReadOnlySpan<LightVote> votes)
    {
        int count = 0;
        foreach (ref readonly LightVote vote in votes)
            if (vote.Trust > 0.3f)
                _relaxed[count++] = vote.Image / Math.Max(1, vote.Background);
        if (count < 6)
            return 1;
        _relaxed.AsSpan(0, count).Sort();
        return _relaxed[count / 2];
    }

    /// <summary>What gain is left in trusted blocks, spread smoothly over the others, drawn towards none.</summary>
    private void RelaxLocalGains()
    {
        const float trust = 4, prior = 0.05f;
        foreach (ref Block block in _blocks.AsSpan())
            block.LogGain = block.LocalTrust == 0 ? 0 : (float)Math.Clamp(Math.Log(Math.Max(4, (block.Image - _offset) / _gain) / Math.Max(4, block.Background)), -1, 1);
        for (int step = 0; step < Relaxations; step++)
        {
            for (int y = 0; y < _down; y++)
                for (int x = 0; x < _across; x++)
                {
                    int i = y * _across + x;
                    float sum = 0, weight = prior;
                    if (x > 0) { sum += _local[i - 1]; weight++; }
                    if (x < _across - 1) { sum += _local[i + 1]; weight++; }
                    if (y > 0) { sum += _local[i - _across]; weight++; }
                    if (y < _down - 1) { sum += _local[i + _across]; weight++; }
                    ref Block block = ref _blocks[i];
                    float own = trust * block.LocalTrust;
                    _relaxed[i] = (sum + own * block.LogGain) / (weight + own);
                }
            (_local, _relaxed) = (_relaxed, _local);
        }
    }

    /// <summary>1 / gain of every pixel of a row in 1/4096: between the blocks' middles, the same for the 16 pixels of a group.</summary>
    private void InterpolateGains(int y, short* gains, short* chromaGains)
    {
        float fy = Math.Clamp((y + _gainRows / 2f) / _side - 0.5f, 0, _down - 1);
        int y0 = Math.Min((int)fy, Math.Max(0, _down - 2)), y1 = Math.Min(y0 + 1, _down - 1);
        fy -= y0;
        ReadOnlySpan<float> above = _inverse.AsSpan(y0 * _across, _across), below = _inverse.AsSpan(y1 * _across, _across);
        Span<float> here = stackalloc float[_across];
        for (int i = 0; i < here.Length; i++)
            here[i] = above[i] + (below[i] - above[i]) * fy;
        short ofPicture = (short)(GainScale / _gain);
        foreach ((int left, int right, float part) in _between)
        {
            short scaled = (short)Math.Min(short.MaxValue, (here[left] + (here[right] - here[left]) * part) * GainScale);
            Vector256.Create(scaled).Store(gains);
            Vector128.Create(_color.FollowsPicture ? ofPicture : scaled).Store(chromaGains);
            gains += Group;
            chromaGains += Group / 2;
        }
    }

    /// <summary>(sample - center - offset) · gain + center, rounded: samples in 1/64, gains in 1/4096, products in 1/8 of a grey level.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void UndoRow<T>(ReadOnlySpan<byte> from, Span<byte> to, short* gain, double offset, int center) where T : struct, IInt16Lanes<T>
    {
        short shift = (short)Math.Round((center + Math.Clamp(offset, -127, 127)) * 64), middle = (short)(8 * center + 4);
        fixed (byte* source = from, target = to)
        {
            int x = 0;
            for (; x + T.Count <= from.Length; x += T.Count)
            {
                T value = T.MultiplyRounded(T.ShiftLeft(T.LoadBytes(source + x), 6) - T.All(shift), T.Load(gain + x));
                value = T.ShiftRight(T.AddSaturated(value, T.All(middle)), 3);
                T.StoreBytes(T.Max(T.Min(value, T.All(255)), T.All(0)), target + x);
            }
            for (; x < from.Length; x++)
            {
                int value = ((from[x] << 6) - shift) * gain[x] + 0x4000 >> 15;
                to[x] = (byte)Math.Clamp(Math.Min(value + middle, short.MaxValue) >> 3, 0, 255);
            }
        }
    }

    /// <summary>A row of chroma; where the light is coloured, what it makes of luma is taken away first.</summary>
    private static void UndoChroma<T>(Frame frame, Frame corrected, int plane, int y, short* gain, in ChannelLight light) where T : struct, IInt16Lanes<T>
    {
        ReadOnlySpan<byte> from = frame.Row(plane, y / 2), luma = frame.Row(0, y), below = frame.Row(0, Math.Min(y + 1, frame.Format.Height - 1));
        Span<byte> to = corrected.Row(plane, y / 2);
        if (light.IsWhite)
        {
            UndoRow<T>(from, to, gain, light.Offset, 128);
            return;
        }
        int shift = (int)MathF.Round((128 + Math.Clamp(light.Offset, -127, 127)) * 64), slope = (int)MathF.Round(light.Slope * 1024);
        float inverse = 1 / light.Gain;
        for (int x = 0; x < from.Length; x++)
        {
            int left = 2 * x, right = Math.Min(2 * x + 1, luma.Length - 1);
            int around = luma[left] + luma[right] + below[left] + below[right] - 4 * 128;       // in quarters
            int value = ((from[x] << 6) - shift - (around * slope >> 6)) * (int)Math.Min(short.MaxValue, gain[x] * inverse) + 0x4000 >> 15;
            to[x] = (byte)Math.Clamp(value + 8 * 128 + 4 >> 3, 0, 255);
        }
    }

    /// <summary>One block's means and how far its texture agrees.</summary>
    private struct Block
    {
        private double _count, _a, _b, _aa, _bb, _ab;
        private int _u, _v, _bu, _bv, _chroma;

        public float Image, Background, Trust, LocalTrust, LogGain;

        public readonly LightVote Vote => new(Image, Background, Trust, MeanChroma(_u), MeanChroma(_v), MeanChroma(_bu) / BackgroundView.Level, MeanChroma(_bv) / BackgroundView.Level);

        private readonly float MeanChroma(int sum) => _chroma == 0 ? 0 : (float)sum / _chroma;

        public void Add(in Sums sums, int count)
        {
            _count += count;
            _a += Vector256.Sum(sums.A);
            _b += Vector256.Sum(sums.B);
            _aa += Vector256.Sum(sums.Aa);
            _bb += Vector256.Sum(sums.Bb);
            _ab += Vector256.Sum(sums.Ab);
        }

        public void AddChroma(int u, int v, int backgroundU, int backgroundV)
        {
            _u += u;
            _v += v;
            _bu += backgroundU;
            _bv += backgroundV;
            _chroma++;
        }

        public void Rate(double agreement)
        {
            if (_count == 0)
                return;
            double a = _a / _count, b = _b / _count;
            double va = _aa / _count - a * a, vb = _bb / _count - b * b, ab = _ab / _count - a * b;
            // 4: sensor noise of 2 grey levels, so that a block without texture does not agree by chance.
            double correlation = ab / Math.Sqrt((va + 4) * (vb + 4));
            (Image, Background) = ((float)a, (float)b);
            Trust = a > 250 || b > 250 ? 0 : (float)(Math.Max(0, correlation - agreement) / (1 - agreement));
            bool asItWas = va + vb - 2 * ab + (a - b) * (a - b) < Same * Same;
            LocalTrust = asItWas ? 1 : Trust;
        }
    }

    /// <summary>Sums over the sampled rows of one column of 16 pixels.</summary>
    private struct Sums
    {
        public Vector256<uint> A, B, Aa, Bb, Ab;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(byte* image, short* means)
        {
            Vector256<ushort> a = Bytes.Widen16(image);
            Vector256<ushort> b = BackgroundView.Rounded(means);
            A += Products(a, Vector256<ushort>.One);
            B += Products(b, Vector256<ushort>.One);
            Aa += Products(a, a);
            Bb += Products(b, b);
            Ab += Products(a, b);
        }

        /// <summary>Products of bytes, added in pairs.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<uint> Products(Vector256<ushort> a, Vector256<ushort> b)
        {
            if (Avx2.IsSupported)
                return Avx2.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16()).AsUInt32();
            Vector256<uint> products = (a * b).AsUInt32();
            return (products & Vector256.Create(0xFFFFu)) + (products >> 16);
        }
    }
}
