using GmmVision.Background;
using GmmVision.Imaging;

namespace GmmVision.Foreground;

/// <summary>From frames to clean masks: the mixture, and the stages that lift its raw decision.</summary>
/// <remarks>One caller at a time. Frames given one by one or many at once give the same bits.</remarks>
public sealed class ForegroundDetector : IDisposable
{
    private readonly MajorityFilter? _median;
    private readonly Mask _raw;

    /// <summary>A detector that has seen nothing yet.</summary>
    /// <param name="format">Size and layout of the frames to come.</param>
    /// <param name="frameRate">Frames a second, for what is stated in seconds; 25 is taken where it is 0 (unknown).</param>
    /// <param name="options">Settings; those of <see cref="Preset.Balanced"/> where null.</param>
    /// <exception cref="ArgumentException">A size or an option is out of range.</exception>
    public ForegroundDetector(FrameFormat format, double frameRate, ForegroundOptions? options = null)
        : this(new BackgroundModel(format, (options ?? ForegroundOptions.For(Preset.Balanced)).Validate().Background), frameRate, options)
    {
    }

    /// <summary>A detector that goes on with a model that has been learnt before; the model is the detector's from now on.</summary>
    /// <param name="background">The model.</param>
    /// <param name="frameRate">Frames a second; 25 is taken where it is 0 (unknown).</param>
    /// <param name="options">Settings; those of the mixture are the model's own.</param>
    public ForegroundDetector(BackgroundModel background, double frameRate, ForegroundOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(background);
        Background = background;
        Options = (options ?? ForegroundOptions.For(Preset.Balanced)).Validate() with { Background = background.Options };
        FrameRate = frameRate > 0 ? frameRate : 25;
        FrameFormat format = background.Format;
        _raw = new Mask(format.Width, format.Height);
        int window = OddSize(Options.MedianSize * format.Height / 240);
        _median = window > 1 ? new MajorityFilter(format.Width, format.Height, window) : null;
    }

    /// <summary>The settings.</summary>
    public ForegroundOptions Options { get; }

    /// <summary>The mixture.</summary>
    public BackgroundModel Background { get; }

    /// <summary>Frames a second that times are reckoned with.</summary>
    public double FrameRate { get; }

    /// <summary>Learns a frame and gives its foreground.</summary>
    /// <param name="frame">A frame of the format given at the start.</param>
    /// <param name="foreground">Receives the foreground; of the frame's size.</param>
    public void Apply(Frame frame, Mask foreground) => Apply([frame], [foreground]);

    /// <summary>Learns consecutive frames and gives the foreground of each, with the same result as one by one.</summary>
    /// <param name="frames">Frames, in order.</param>
    /// <param name="foreground">As many masks.</param>
    public void Apply(ReadOnlySpan<Frame> frames, ReadOnlySpan<Mask> foreground)
    {
        Background.Apply(frames, foreground);
        if (_median == null)
            return;
        foreach (Mask mask in foreground)
        {
            _raw.CopyFrom(mask);
            _median.Apply(_raw, mask);
        }
    }

    /// <summary>Frees the model's state and threads.</summary>
    public void Dispose() => Background.Dispose();

    private static int OddSize(double size) => Math.Min(MajorityFilter.MaxSize, 2 * (int)Math.Round((size - 1) / 2) + 1);
}
