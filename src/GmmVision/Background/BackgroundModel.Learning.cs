using GmmVision.Imaging;

namespace GmmVision.Background;

// Learning: begin, all rows in any order on any threads, end.
public sealed unsafe partial class BackgroundModel
{
    private const int BatchLimit = 64;

    private readonly KernelPass[] _passes = new KernelPass[BatchLimit];
    private readonly Frame?[] _frames = new Frame?[BatchLimit];
    private readonly Mask?[] _masks = new Mask?[BatchLimit];
    private int _batch;
    private Mask? _held;
    private EvidenceMap? _evidence;

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
        {
            Begin(frames[next..Math.Min(frames.Length, next + BatchLimit)], foreground[next..], _heldMask, null, learningRate);
            try
            {
                _team.Run(Bands.Count, _learnBand);
            }
            finally
            {
                End();
            }
        }
    }

    internal static void RequireRate(double? learningRate)
    {
        Range.Check(learningRate is null or (>= 0 and <= 1), learningRate, "0 (learns nothing) to 1, or none for what the options say");
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

    /// <summary>Begins with frames: from here on they count as seen, and <see cref="LearnRows"/> may be called.</summary>
    /// <remarks>
    /// Should a row fail, its pixels and those not yet reached have not learnt these frames and the others have; every pixel's
    /// mixture is whole all the same, as pixels know nothing of each other, and <see cref="End"/> is to be called.
    /// </remarks>
    /// <param name="frames">1 to 64 frames of <see cref="Format"/>; the model is not empty.</param>
    /// <param name="foreground">As many masks, or more.</param>
    /// <param name="held">Pixels that learn at the held rate; null for none.</param>
    /// <param name="evidence">Receives how far each pixel is from the background, of the last frame; null where nobody asks.</param>
    /// <param name="learningRate">Rate α of these frames; null for what the options say.</param>
    internal void Begin(ReadOnlySpan<Frame> frames, ReadOnlySpan<Mask> foreground, Mask? held, EvidenceMap? evidence, double? learningRate)
    {
        (_batch, _held, _evidence) = (frames.Length, held, evidence);
        for (int i = 0; i < _batch; i++)
        {
            if (FollowsLight)
                SetBrightness(_brightness.After(frames[i], SecondsBefore(frames[i])));
            double rate = learningRate ?? RateOf(frames[i]);
            _passes[i] = new KernelPass(_constants, _roots, FrameCount, rate, rate * Options.HeldRateFactor, _clock);
            _clock = _clock.After(_passes[i].EffectiveRate);
            (_frames[i], _masks[i]) = (frames[i], foreground[i]);
            _lastTime = frames[i].Time;
            FrameCount++;
        }
    }

    /// <summary>Learns rows of the frames and decides on their pixels. Any thread, any rows, each once.</summary>
    /// <param name="first">First row.</param>
    /// <param name="end">The row behind the last one.</param>
    internal void LearnRows(int first, int end)
    {
        for (int y = first; y < end; y++)
            for (int i = 0; i < _batch; i++)
                ApplyRow(y, i);
    }

    /// <summary>Ends with the frames: their masks are whole.</summary>
    internal void End()
    {
        for (int i = 0; i < _batch; i++)
        {
            if (FrameCount - _batch + i < Options.TrainingFrames)
                _masks[i]!.Clear();
            if (_region != null)
                _masks[i]!.And(_region);
            (_frames[i], _masks[i]) = (null, null);
        }
        (_held, _evidence) = (null, null);
    }

    /// <summary>α, but 1/t in frame t at the start, so that the first frames count alike.</summary>
    /// <summary>Since the frame before, as times themselves may be too far apart for one.</summary>
    private double SecondsBefore(Frame frame) => ((double)frame.Time.Ticks - _lastTime.Ticks) / TimeSpan.TicksPerSecond;

    private double RateOf(Frame frame)
    {
        double rate = 1.0 / Options.History;
        if (Options.TimeConstant is double constant)
            rate = 1 - Math.Exp(-Math.Max(0, SecondsBefore(frame)) / constant);
        return Math.Max(rate, 1.0 / (FrameCount + 1));
    }

    private void ApplyRow(int y, int i)
    {
        Frame frame = _frames[i]!;
        bool color = Format.PlaneCount == 3, halfChroma = Format.Layout == PixelLayout.Yuv420;
        int chromaRow = halfChroma ? y / 2 : y;
        byte* plane0 = frame.Pointer(0) + (nint)y * frame.Stride(0), plane1 = null, plane2 = null;
        if (color)
        {
            plane1 = frame.Pointer(1) + (nint)chromaRow * frame.Stride(1);
            plane2 = frame.Pointer(2) + (nint)chromaRow * frame.Stride(2);
        }
        uint* foreground = RowOf(_masks[i]!, y), held = _held == null ? null : RowOf(_held, y), region = _region == null ? null : RowOf(_region, y);
        byte* evidence = _evidence == null ? null : _evidence.Row(y);
        int whole = Format.Width / MixtureState.TilePixels, firstTile = y * _state.TilesPerRow;
        _learnRow(_state, firstTile, whole, new SampleRow(plane0, plane1, plane2), _passes[i], held, region, foreground, evidence);
        if (whole < _state.TilesPerRow)
        {
            // The last, partial tile is worked on in a copy whose missing pixels repeat the last one.
            byte* edge = stackalloc byte[3 * MixtureState.TilePixels];
            int from = whole * MixtureState.TilePixels, chromaFrom = halfChroma ? from / 2 : from;
            CopyEdge(plane0 + from, Format.Width - from, edge);
            if (color)
            {
                CopyEdge(plane1 + chromaFrom, Format.PlaneWidth(1) - chromaFrom, edge + MixtureState.TilePixels);
                CopyEdge(plane2 + chromaFrom, Format.PlaneWidth(2) - chromaFrom, edge + 2 * MixtureState.TilePixels);
            }
            _learnRow(_state, firstTile + whole, 1, new SampleRow(edge, edge + MixtureState.TilePixels, edge + 2 * MixtureState.TilePixels),
                _passes[i], held == null ? null : held + whole, region == null ? null : region + whole, foreground + whole, evidence == null ? null : evidence + from);
            foreground[whole] &= (1u << (Format.Width - from)) - 1;
        }
        if ((_state.TilesPerRow & 1) != 0)
            foreground[_state.TilesPerRow] = 0;    // the other half of the mask's last 64-bit word
    }

    private static void CopyEdge(byte* from, int count, byte* to)
    {
        new ReadOnlySpan<byte>(from, count).CopyTo(new Span<byte>(to, count));
        new Span<byte>(to + count, MixtureState.TilePixels - count).Fill(from[count - 1]);
    }

    private static uint* RowOf(Mask mask, int y) => (uint*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref mask.Words[y * mask.WordsPerRow]);   // a mask's words are pinned
}
