using System.Diagnostics;
using System.Runtime.Intrinsics;
using GmmVision.Imaging;
using GmmVision.Simd;

namespace GmmVision.Background;

/// <summary>
/// What every pixel of a scene usually looks like: an online Gaussian mixture a pixel, after Stauffer and Grimson (CVPR
/// 1999), which calls a pixel foreground where its colour is improbable under the background.
/// </summary>
/// <remarks>
/// One caller at a time; inside, rows are shared over <see cref="BackgroundOptions.Threads"/> threads. The same frames give
/// the same bits for any number of threads, any lane width, and whether they are given one by one or many at once. After
/// <see cref="Dispose"/> every call throws <see cref="ObjectDisposedException"/>.
/// </remarks>
public sealed unsafe partial class BackgroundModel : IDisposable
{
    private const int BatchLimit = 64;
    private const int PreparedRows = 16;            // at a time: 1080p's fit a first-level cache twice over; even, for rows of half-size chroma

    /// <summary>Weight of what was background before a pixel was adopted: it counts as background while the new mode has less than the background ratio.</summary>
    private const double AdoptedWeight = 0.3;

#pragma warning disable CA2213      // both are freed by Free, when the last who works with them has let go
    private readonly MixtureState _state;
    private readonly KernelConstants _constants;
    private readonly WorkerTeam _team;
#pragma warning restore CA2213
    private readonly Lifetime _lifetime;
    private readonly Action<int> _applyBand;
    private readonly int _laneWidth;
    private readonly RowBands _bands;
    private readonly KernelPass[] _passes = new KernelPass[BatchLimit];
    private readonly Frame?[] _frames = new Frame?[BatchLimit];
    private readonly Mask?[] _masks = new Mask?[BatchLimit];
    private int _batch;
    private byte* _evidence;
    private Action<int, int>? _prepareRows;
    private Mask? _heldMask, _region, _regionTiles;
    private WeightClock _clock;
    private TimeSpan _lastTime;

    /// <summary>A model that has seen nothing yet.</summary>
    /// <param name="format">Size and layout of the frames to come.</param>
    /// <param name="options">Settings; the defaults where null.</param>
    /// <exception cref="ArgumentException">A size or an option is out of range.</exception>
    public BackgroundModel(FrameFormat format, BackgroundOptions? options = null)
        : this(format, options, MixtureKernel.BestWidth)
    {
    }

    internal BackgroundModel(FrameFormat format, BackgroundOptions? options, int laneWidth)
    {
        Debug.Assert(BitConverter.IsLittleEndian, "masks are read as 32-bit words");
        Format = format.Validate();
        Options = (options ?? new BackgroundOptions()).Validate();
        _state = new MixtureState(format.Width, format.Height, format.PlaneCount, Options.Modes);
        _constants = new KernelConstants(Options, format);
        _team = new WorkerTeam(Options.Threads);
        _laneWidth = laneWidth;
        _bands = new RowBands(format.Height, Math.Max(1, Math.Min(format.Height / 2, _team.Size * 8)));
        _applyBand = ApplyBand;
        _lifetime = new Lifetime(this, Free);
    }

    /// <summary>Size and layout of the frames that the model takes.</summary>
    public FrameFormat Format { get; }

    /// <summary>The settings.</summary>
    public BackgroundOptions Options { get; }

    /// <summary>Frames seen, since the start or the last <see cref="Reset"/>, saved and loaded with the model.</summary>
    public long FrameCount { get; private set; }

    /// <summary>Whether nothing has been learnt yet.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>The threads, for others who work on the same frame while the model does not.</summary>
    internal WorkerTeam Team => _team;

    /// <summary>Bytes of state a pixel.</summary>
    public double BytesPerPixel => (double)_state.ByteCount / Format.PixelCount;

    /// <summary>Pixels that the kernel works on at once on this machine.</summary>
    public int LaneWidth => _laneWidth;

    /// <summary>Pixels that are not learnt (or at <see cref="BackgroundOptions.HeldRateFactor"/> of the rate); null where all are. Read during Apply, may change between calls.</summary>
    /// <exception cref="ArgumentException">The mask is of another size.</exception>
    public Mask? DoNotLearn
    {
        get => _heldMask;
        set
        {
            using Lifetime.Lease use = Use();
            _heldMask = RequireSize(value, nameof(DoNotLearn));
        }
    }

    /// <summary>What a detector holds, <see cref="DoNotLearn"/> included; null: nothing but that.</summary>
    internal Mask? Held { get; set; }

    /// <summary>Pixels that matter; outside, nothing is learnt, every pixel is background, and whole tiles of 32 pixels cost nothing. Null for all.</summary>
    /// <exception cref="ArgumentException">The mask is of another size.</exception>
    public Mask? Region
    {
        get => _region;
        set
        {
            using Lifetime.Lease use = Use();
            (_region, _regionTiles) = (RequireSize(value, nameof(Region)), value);
        }
    }

    /// <summary>Learns a frame and marks what is improbable in it.</summary>
    /// <param name="frame">A frame of <see cref="Format"/>.</param>
    /// <param name="foreground">Receives the foreground; of the frame's size.</param>
    /// <param name="learningRate">Rate α of this frame, 0 to 1; null for what the options say. 0 learns nothing at all, not even in the first frame.</param>
    /// <exception cref="ArgumentException">The frame or the mask is of another size or layout, or the rate is out of range.</exception>
    public void Apply(Frame frame, Mask foreground, double? learningRate = null)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(foreground);
        Apply(new ReadOnlySpan<Frame>(in frame), new ReadOnlySpan<Mask>(in foreground), learningRate);
    }

    /// <summary>Learns consecutive frames and marks what is improbable in each, with the same result as one by one, but faster: a row's state stays in the cache for all of them.</summary>
    /// <param name="frames">Frames of <see cref="Format"/>, in order.</param>
    /// <param name="foreground">As many masks.</param>
    /// <param name="learningRate">Rate α of these frames; see the other overload.</param>
    /// <exception cref="ArgumentException">A frame or a mask is of another size or layout, their numbers differ, or the rate is out of range.</exception>
    public void Apply(ReadOnlySpan<Frame> frames, ReadOnlySpan<Mask> foreground, double? learningRate = null)
    {
        if (frames.Length != foreground.Length)
            throw new ArgumentException($"{frames.Length} frames need as many masks, not {foreground.Length}.");
        RequireRate(learningRate);
        for (int i = 0; i < frames.Length; i++)
        {
            RequireFormat(frames[i]);
            ArgumentNullException.ThrowIfNull(foreground[i]);
            RequireSize(foreground[i], nameof(foreground));
        }
        using Lifetime.Lease use = Use();
        int next = 0;
        while (IsEmpty && next < frames.Length)
            ApplyToEmpty(frames[next], foreground[next++], learningRate);
        for (; next < frames.Length; next += _batch)
            ApplyBatch(frames[next..Math.Min(frames.Length, next + BatchLimit)], foreground[next..], learningRate);
    }

    internal static void RequireRate(double? learningRate)
    {
        if (learningRate is not null and not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(learningRate), learningRate, "A learning rate must be 0 to 1 (0 learns nothing), or null for what the options say.");
    }

    /// <summary>With nothing learnt, a frame is background because there is nothing else to go by; unless it must not be learnt, then everything is foreground.</summary>
    private void ApplyToEmpty(Frame frame, Mask foreground, double? learningRate)
    {
        if (learningRate == 0)
        {
            foreground.Fill();
            if (_region != null)
                foreground.And(_region);
            return;
        }
        Initialize(frame, FrameCount + 1);
        foreground.Clear();
    }

    /// <summary>Starts (again) from one picture of the empty scene.</summary>
    /// <param name="still">A frame of <see cref="Format"/>.</param>
    /// <param name="confidence">How many frames the picture stands for, 1 to 1,000,000: with 1 the next frames pull hard at it, with the history's length they hardly do.</param>
    /// <exception cref="ArgumentException">The frame is of another size or layout, or the confidence out of range.</exception>
    public void Initialize(Frame still, long confidence = 1)
    {
        RequireFormat(still);
        if (confidence is < 1 or > 1_000_000)
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "The confidence in a picture must be 1 to 1,000,000 frames.");
        using Lifetime.Lease use = Use();
        if (!IsEmpty)
            _state.Clear();      // of an empty one all is 0, and untouched memory is no memory yet
        short root = _constants.RootInit;
        for (int y = 0; y < Format.Height; y++)
            for (int channel = 0; channel < Format.PlaneCount; channel++)
            {
                bool half = channel > 0 && Format.Layout == PixelLayout.Yuv420;
                ReadOnlySpan<byte> row = still.Row(channel, half ? y / 2 : y);
                for (int x = 0; x < _state.TilesPerRow * MixtureState.TilePixels; x++)
                {
                    int at = Math.Min(x, Format.Width - 1);
                    short* mode = _state.Mode(y * _state.TilesPerRow + x / MixtureState.TilePixels, 0) + channel * 2 * MixtureState.TilePixels + x % MixtureState.TilePixels;
                    mode[0] = (short)(row[half ? at / 2 : at] << KernelPass.MeanShift);
                    mode[MixtureState.TilePixels] = root;
                }
            }
        _clock = default;
        (FrameCount, IsEmpty, _lastTime) = (confidence, false, still.Time);
    }

    /// <summary>Takes pixels of a frame as background at once; what was background there becomes the second mode, with weight enough to be known again.</summary>
    /// <param name="frame">A frame of <see cref="Format"/>.</param>
    /// <param name="where">The pixels.</param>
    /// <exception cref="ArgumentException">The frame or the mask is of another size or layout.</exception>
    /// <exception cref="InvalidOperationException">Nothing has been learnt yet.</exception>
    public void Adopt(Frame frame, Mask where)
    {
        RequireFormat(frame);
        ArgumentNullException.ThrowIfNull(where);
        RequireSize(where, nameof(where));
        if (IsEmpty)
            throw new InvalidOperationException("The model has learnt nothing yet; apply a frame first.");
        using Lifetime.Lease use = Use();
        for (int y = 0; y < Format.Height; y++)
        {
            ReadOnlySpan<ulong> row = where.Row(y);
            for (int word = 0; word < row.Length; word++)
                for (ulong bits = row[word]; bits != 0; bits &= bits - 1)
                    AdoptPixel(frame, word * 64 + System.Numerics.BitOperations.TrailingZeroCount(bits), y);
        }
    }

    private void AdoptPixel(Frame frame, int x, int y)
    {
        int tile = y * _state.TilesPerRow + x / MixtureState.TilePixels, lane = x % MixtureState.TilePixels;
        short* strongest = _state.Mode(tile, 0) + lane, second = Options.Modes > 1 ? _state.Mode(tile, 1) + lane : null;
        for (int channel = 0; channel < Format.PlaneCount; channel++, strongest += 2 * MixtureState.TilePixels)
        {
            if (second != null)
            {
                (second[0], second[MixtureState.TilePixels]) = (strongest[0], strongest[MixtureState.TilePixels]);
                second += 2 * MixtureState.TilePixels;
            }
            int scale = channel > 0 && Format.Layout == PixelLayout.Yuv420 ? 2 : 1;
            strongest[0] = (short)(frame.Pointer(channel)[(nint)(y / scale) * frame.Stride(channel) + x / scale] << KernelPass.MeanShift);
            strongest[MixtureState.TilePixels] = _constants.RootInit;
        }
        if (second != null)
        {
            short* weights = _state.Weights(tile) + lane;
            weights[0] = (short)(AdoptedWeight * KernelPass.FullWeight);
            for (int mode = 2; mode < Options.Modes; mode++)
                weights[(mode - 1) * MixtureState.TilePixels] = 0;
        }
    }

    private void ApplyBatch(ReadOnlySpan<Frame> frames, ReadOnlySpan<Mask> foreground, double? learningRate)
    {
        _batch = frames.Length;
        for (int i = 0; i < _batch; i++)
        {
            double rate = learningRate ?? RateOf(frames[i]);
            _passes[i] = new KernelPass(_constants, FrameCount, rate, rate * Options.HeldRateFactor, _clock);
            _clock = _clock.After(_passes[i].EffectiveRate);
            (_frames[i], _masks[i]) = (frames[i], foreground[i]);
            _lastTime = frames[i].Time;
            FrameCount++;
        }
        _team.Run(_bands.Count, _applyBand);
        for (int i = 0; i < _batch; i++)
        {
            if (FrameCount - _batch + i < Options.TrainingFrames)
                foreground[i].Clear();
            if (_region != null)
                foreground[i].And(_region);
            (_frames[i], _masks[i]) = (null, null);
        }
    }

    /// <summary>α, but 1/t in frame t at the start, so that the first frames count alike.</summary>
    private double RateOf(Frame frame)
    {
        double rate = 1.0 / Options.History;
        if (Options.TimeConstant is double constant)
            rate = 1 - Math.Exp(-Math.Max(0, (frame.Time - _lastTime).TotalSeconds) / constant);
        return Math.Max(rate, 1.0 / (FrameCount + 1));
    }

    private void ApplyBand(int band)
    {
        (int first, int end) = _bands[band];
        for (int top = first; top < end; top += PreparedRows)
        {
            int bottom = Math.Min(end, top + PreparedRows);
            _prepareRows?.Invoke(top, bottom);
            for (int y = top; y < bottom; y++)
                for (int i = 0; i < _batch; i++)
                    switch (Format.Layout)
                    {
                        case PixelLayout.Gray8: ApplyRow<OneChannel>(y, i); break;
                        case PixelLayout.Rgb: ApplyRow<ThreeChannels>(y, i); break;
                        default: ApplyRow<LumaAndHalfChroma>(y, i); break;
                    }
        }
    }

    private void ApplyRow<TSampling>(int y, int i) where TSampling : struct, ISampling
    {
        Frame frame = _frames[i]!;
        int chromaRow = TSampling.HalfChroma ? y / 2 : y;
        byte* plane0 = frame.Pointer(0) + (nint)y * frame.Stride(0), plane1 = null, plane2 = null;
        if (TSampling.Channels == 3)
        {
            plane1 = frame.Pointer(1) + (nint)chromaRow * frame.Stride(1);
            plane2 = frame.Pointer(2) + (nint)chromaRow * frame.Stride(2);
        }
        Mask? hold = Held ?? _heldMask;
        uint* foreground = RowOf(_masks[i]!, y), held = hold == null ? null : RowOf(hold, y), region = _regionTiles == null ? null : RowOf(_regionTiles, y);
        byte* evidence = _evidence == null ? null : _evidence + (nint)y * EvidenceStride;
        int whole = Format.Width / MixtureState.TilePixels, firstTile = y * _state.TilesPerRow;
        MixtureKernel.ApplyRow<TSampling>(_laneWidth, _state, firstTile, whole, new SampleRow(plane0, plane1, plane2), _passes[i], held, region, foreground, evidence);
        if (whole < _state.TilesPerRow)
        {
            // The last, partial tile is worked on in a copy whose missing pixels repeat the last one.
            byte* edge = stackalloc byte[3 * MixtureState.TilePixels];
            int from = whole * MixtureState.TilePixels, chromaFrom = TSampling.HalfChroma ? from / 2 : from;
            CopyEdge(plane0 + from, Format.Width - from, edge);
            if (TSampling.Channels == 3)
            {
                CopyEdge(plane1 + chromaFrom, Format.PlaneWidth(1) - chromaFrom, edge + MixtureState.TilePixels);
                CopyEdge(plane2 + chromaFrom, Format.PlaneWidth(2) - chromaFrom, edge + 2 * MixtureState.TilePixels);
            }
            MixtureKernel.ApplyRow<TSampling>(_laneWidth, _state, firstTile + whole, 1, new SampleRow(edge, edge + MixtureState.TilePixels, edge + 2 * MixtureState.TilePixels),
                _passes[i], held == null ? null : held + whole, region == null ? null : region + whole, foreground + whole, evidence == null ? null : evidence + from);
            foreground[whole] &= (1u << (Format.Width - from)) - 1;
        }
        if ((_state.TilesPerRow & 1) != 0)
            foreground[_state.TilesPerRow] = 0;    // the other half of the mask's last 64-bit word
    }

    /// <summary>Bytes from row to row of the evidence: whole tiles, and one more so that a row's neighbours on the right are nobody's.</summary>
    internal int EvidenceStride => (_state.TilesPerRow + 1) * MixtureState.TilePixels;

    /// <summary>As <see cref="Apply(Frame, Mask, double?)"/>, and tells how far each pixel is from the background.</summary>
    /// <param name="frame">A frame of <see cref="Format"/>.</param>
    /// <param name="foreground">Receives the foreground.</param>
    /// <param name="evidence">Rows of <see cref="EvidenceStride"/> bytes: the squared Mahalanobis distance from the nearest background mode in 1/63 of the foreground threshold, at most 252; or null.</param>
    /// <param name="prepareRows">Writes rows of the frame, from the first to the one before the second, just before they are learnt, on any thread of the team; or null.</param>
    /// <param name="learningRate">Rate α of this frame; see the other overload.</param>
    internal void Apply(Frame frame, Mask foreground, byte* evidence, Action<int, int>? prepareRows, double? learningRate = null)
    {
        if (IsEmpty && evidence != null)
            new Span<byte>(evidence, EvidenceStride * Format.Height).Clear();
        _evidence = evidence;
        _prepareRows = prepareRows;
        try
        {
            Apply(frame, foreground, learningRate);
        }
        finally
        {
            _evidence = null;
            _prepareRows = null;
        }
    }

    /// <summary>Means and precision roots of the strongest modes of a row of tiles, as <see cref="MixtureState"/> lays them out.</summary>
    internal short* StrongestModes(int y) => _state.Mode(y * _state.TilesPerRow, 0);

    /// <summary>Means of the strongest modes of a tile in whole grey levels.</summary>
    internal void CopyMeans(int y, int channel, int tile, short* to)
    {
        short* from = _state.Mode(y * _state.TilesPerRow + tile, 0) + channel * 2 * MixtureState.TilePixels;
        for (int lane = 0; lane < MixtureState.TilePixels; lane += Vector256<short>.Count)
            (Vector256.Load(from + lane) >> KernelPass.MeanShift).Store(to + lane);
    }

    /// <summary>Means of the strongest modes of a row, in the unit of <see cref="KernelPass.MeanShift"/>, whole tiles.</summary>
    internal void CopyRowOfMeans(int y, int channel, short* to)
    {
        short* from = StrongestModes(y) + channel * 2 * MixtureState.TilePixels;
        for (int tile = 0; tile < _state.TilesPerRow; tile++, from += ModeLength, to += MixtureState.TilePixels)
            new ReadOnlySpan<short>(from, MixtureState.TilePixels).CopyTo(new Span<short>(to, MixtureState.TilePixels));
    }

    /// <summary>Whether a background mode of a pixel of a box (the strongest, or the second where it weighs enough) would produce a colour.</summary>
    internal bool Explains(Box where, ColorSample color, short leastWeight) => _laneWidth switch
    {
        32 => MixtureKernel.Explains<Int16x32>(_state, where, color, _constants.Near, leastWeight),
        16 => MixtureKernel.Explains<Int16x16>(_state, where, color, _constants.Near, leastWeight),
        _ => MixtureKernel.Explains<Int16x8>(_state, where, color, _constants.Near, leastWeight),
    };

    /// <summary>16-bit numbers from one tile's strongest modes to the next tile's.</summary>
    internal int ModeLength => _state.ModeLength;

    private static void CopyEdge(byte* from, int count, byte* to)
    {
        new ReadOnlySpan<byte>(from, count).CopyTo(new Span<byte>(to, count));
        new Span<byte>(to + count, MixtureState.TilePixels - count).Fill(from[count - 1]);
    }

    private static uint* RowOf(Mask mask, int y) => (uint*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref mask.Words[y * mask.WordsPerRow]);   // a mask's words are pinned

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        using Lifetime.Lease use = Use();
        _state.Clear();
        (FrameCount, IsEmpty, _clock, _lastTime) = (0, true, default, default);
    }

    /// <summary>Another model with the same settings and all that was learnt; the two go on independently.</summary>
    public BackgroundModel Clone() => Clone(Options);

    /// <summary>Ends the worker threads and frees the state, once nobody works with it any more: any thread may call it at any time.</summary>
    public void Dispose() => _lifetime.Close();

    /// <summary>Holds the state until the result is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    internal Lifetime.Lease Use() => _lifetime.Use();

    private void Free()
    {
        _team.Dispose();
        _state.Dispose();
    }

    internal void RequireFormat(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.Format != Format)
            throw new ArgumentException($"The model takes frames of {Format}, not of {frame.Format}.", nameof(frame));
    }

    internal Mask? RequireSize(Mask? mask, string name)
    {
        if (mask != null && (mask.Width != Format.Width || mask.Height != Format.Height))
            throw new ArgumentException($"The mask is {mask.Width}x{mask.Height}, the frames are {Format.Width}x{Format.Height}; they must be of one size.", name);
        return mask;
    }
}
