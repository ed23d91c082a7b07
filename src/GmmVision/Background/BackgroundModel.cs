using System.Diagnostics;
using GmmVision.Imaging;
using GmmVision.Threading;

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
    /// <summary>Weight of what was background before a pixel was adopted: it counts as background while the new component has less than the background ratio.</summary>
    private const double AdoptedWeight = 0.3;

#pragma warning disable CA2213      // both are freed by Free, when the last who works with them has let go
    private readonly MixtureState _state;
    private readonly WorkerTeam _team;
#pragma warning restore CA2213
    private readonly Lifetime _lifetime;
    private readonly KernelConstants _constants;
    private readonly Action<int> _learnBand;
    private readonly int _laneBits;
    private readonly MixtureKernel.LearnRow _learnRow;
    private KernelRoots _roots;                     // of this light
    private Brightness _brightness = Brightness.Unknown;
    private Mask? _heldMask, _region;
    private WeightClock _clock;
    private TimeSpan _lastTime;

    /// <summary>A model that has seen nothing yet.</summary>
    /// <param name="format">Size and layout of the frames to come.</param>
    /// <param name="options">Settings; the defaults where null.</param>
    /// <exception cref="ArgumentException">A size or an option is out of range.</exception>
    public BackgroundModel(FrameFormat format, BackgroundOptions? options = null)
        : this(format, options, Simd.LaneWidth.Bits)
    {
    }

    internal BackgroundModel(FrameFormat format, BackgroundOptions? options, int laneBits)
    {
        Debug.Assert(BitConverter.IsLittleEndian, "masks are read as 32-bit words");
        Format = format.Validate();
        Options = (options ?? new BackgroundOptions()).Validate();
        _state = new MixtureState(format.Width, format.Height, format.PlaneCount, Options.Components);
        _constants = new KernelConstants(Options, format);
        _roots = new KernelRoots(Options, format, 1);
        _team = new WorkerTeam(Options.Threads);
        _laneBits = laneBits;
        _learnRow = MixtureKernel.LearnRowOf(format.Layout, laneBits);
        View = new BackgroundView(_state, _constants, MixtureKernel.ExplainsOf(laneBits));
        Bands = new RowBands(format.Height, Math.Max(1, Math.Min(format.Height / 2, _team.Size * 8)));
        _learnBand = band => LearnRows(Bands[band].First, Bands[band].End);
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

    /// <summary>How a picture's rows are shared over them while it is learnt.</summary>
    internal RowBands Bands { get; }

    /// <summary>What has been learnt, to be read.</summary>
    internal BackgroundView View { get; }

    /// <summary>Bytes of state a pixel.</summary>
    public double BytesPerPixel => (double)_state.ByteCount / Format.PixelCount;

    /// <summary>Pixels that the kernel works on at once on this machine.</summary>
    public int LaneWidth => _laneBits / 16;

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

    /// <summary>Pixels that matter; outside, nothing is learnt, every pixel is background, and whole tiles of 32 pixels cost nothing. Null for all.</summary>
    /// <exception cref="ArgumentException">The mask is of another size.</exception>
    public Mask? RegionOfInterest
    {
        get => _region;
        set
        {
            using Lifetime.Lease use = Use();
            _region = RequireSize(value, nameof(RegionOfInterest));
        }
    }

    /// <summary>Starts (again) from one picture of the empty scene.</summary>
    /// <param name="still">A frame of <see cref="Format"/>.</param>
    /// <param name="confidence">How many frames the picture stands for, 1 to 1,000,000: with 1 the next frames pull hard at it, with the history's length they hardly do.</param>
    /// <exception cref="ArgumentException">The frame is of another size or layout, or the confidence out of range.</exception>
    public void Initialize(Frame still, long confidence = 1)
    {
        RequireFormat(still);
        Range.Check(confidence, 1, 1_000_000, "the frames that the picture stands for");
        using Lifetime.Lease use = Use();
        if (!IsEmpty)
            _state.Clear();      // of an empty one all is 0, and untouched memory is no memory yet
        if (FollowsLight)
            SetBrightness(Brightness.Of(still));
        short root = _roots.Init;
        for (int y = 0; y < Format.Height; y++)
            for (int channel = 0; channel < Format.PlaneCount; channel++)
            {
                bool half = channel > 0 && Format.Layout == PixelLayout.Yuv420;
                ReadOnlySpan<byte> row = still.Row(channel, half ? y / 2 : y);
                for (int tile = 0; tile < _state.TilesPerRow; tile++)
                {
                    short* component = _state.Component(y * _state.TilesPerRow + tile, 0) + channel * 2 * MixtureState.TilePixels;
                    for (int lane = 0; lane < MixtureState.TilePixels; lane++)
                    {
                        int at = Math.Min(tile * MixtureState.TilePixels + lane, Format.Width - 1);
                        component[lane] = (short)(row[half ? at / 2 : at] << KernelPass.MeanShift);
                    }
                    new Span<short>(component + MixtureState.TilePixels, MixtureState.TilePixels).Fill(root);
                }
            }
        _clock = default;
        (FrameCount, IsEmpty, _lastTime) = (confidence, false, still.Time);
    }

    /// <summary>Takes pixels of a frame as background at once; what was background there becomes the second component, with weight enough to be known again.</summary>
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
        short* strongest = _state.Component(tile, 0) + lane, second = Options.Components > 1 ? _state.Component(tile, 1) + lane : null;
        for (int channel = 0; channel < Format.PlaneCount; channel++, strongest += 2 * MixtureState.TilePixels)
        {
            if (second != null)
            {
                (second[0], second[MixtureState.TilePixels]) = (strongest[0], strongest[MixtureState.TilePixels]);
                second += 2 * MixtureState.TilePixels;
            }
            int scale = channel > 0 && Format.Layout == PixelLayout.Yuv420 ? 2 : 1;
            strongest[0] = (short)(frame.Pointer(channel)[(nint)(y / scale) * frame.Stride(channel) + x / scale] << KernelPass.MeanShift);
            strongest[MixtureState.TilePixels] = _roots.Init;
        }
        if (second != null)
        {
            short* weights = _state.Weights(tile) + lane;
            weights[0] = (short)(AdoptedWeight * KernelPass.FullWeight);
            for (int component = 2; component < Options.Components; component++)
                weights[(component - 1) * MixtureState.TilePixels] = 0;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        using Lifetime.Lease use = Use();
        _state.Clear();
        (FrameCount, IsEmpty, _clock, _lastTime) = (0, true, default, default);
        SetBrightness(Brightness.Unknown);
    }

    private bool FollowsLight => Options.DarkDeviationFactor < 1;

    private void SetBrightness(Brightness brightness)
    {
        double part = brightness.PartOf(Options.DarkDeviationFactor);
        if (part != _brightness.PartOf(Options.DarkDeviationFactor))
            _roots = new KernelRoots(Options, Format, part);
        _brightness = brightness;
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
