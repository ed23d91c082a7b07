using GmmVision.Background;
using GmmVision.Foreground;
using GmmVision.Imaging;
using MathNet.Numerics.Distributions;
using OpenCvSharp;

namespace GmmVision.OpenCv;

/// <summary>A background subtractor shaped like OpenCvSharp's <see cref="BackgroundSubtractorMOG2"/>, so that a program changes by the line that makes it.</summary>
/// <remarks>
/// <para>One caller at a time; inside, the work is shared over <see cref="Threads"/> threads. After <see cref="Dispose"/> every call
/// throws <see cref="ObjectDisposedException"/>. A picture of another size or number of channels begins a new model, as in OpenCV.</para>
/// <para>What differs from MOG2: variances are those of Y, U and V (of grey where one channel is given), with a full diagonal; a new
/// setting takes effect with the next picture and keeps what was learnt (except <see cref="NMixtures"/>, which keeps the background's
/// picture only); a learning rate of 0 learns nothing from the first picture on, and all is foreground until there is a model. There is
/// no complexity reduction, and shadows are found by colour and gradients together, so there is no shadow threshold.</para>
/// </remarks>
public sealed partial class MixtureBackgroundSubtractor : IDisposable
{
    private readonly MatConverter _converter = new();
    private readonly Mat _result = new();
    private ForegroundOptions _options;
    private ForegroundDetector? _detector;
    private Mask _foreground = new(1, 1), _shadows = new(1, 1), _known = new(1, 1);
    private bool _isStale, _isDisposed;
    private long _number;

    private MixtureBackgroundSubtractor(ForegroundOptions options)
    {
        _options = options;
    }

    /// <summary>The mixture and a median: what stands in for MOG2 where speed counts most.</summary>
    /// <param name="history">Pictures that the background remembers, 2 to 1,000,000; 500 by default.</param>
    /// <param name="varThreshold">Squared Mahalanobis distance from which a pixel is foreground, 2.5 to 50; null (the default) for the preset's, 25.9.</param>
    /// <param name="detectShadows">Whether shadows are found and marked with <see cref="ShadowValue"/>; true by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public static MixtureBackgroundSubtractor Create(int history = 500, double? varThreshold = null, bool detectShadows = true) =>
        Create(Preset.Fast, history, varThreshold, detectShadows);

    /// <summary>A subtractor with the stages of a preset: <see cref="Preset.Balanced"/> undoes changes of light and a shaking camera, and keeps what stands for a while.</summary>
    /// <param name="preset">The stages.</param>
    /// <param name="history">Pictures that the background remembers, 2 to 1,000,000.</param>
    /// <param name="varThreshold">Squared Mahalanobis distance from which a pixel is foreground, 2.5 to 50; null for the preset's.</param>
    /// <param name="detectShadows">Whether shadows are found and marked with <see cref="ShadowValue"/>; without, shadows are foreground.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public static MixtureBackgroundSubtractor Create(Preset preset, int history = 500, double? varThreshold = null, bool detectShadows = true)
    {
        ForegroundOptions options = ForegroundOptions.For(preset);
        return Create((options with { ShadowTest = detectShadows, Background = options.Background with { History = history } }).Validate(), varThreshold);
    }

    /// <summary>A subtractor with settings of one's own.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static MixtureBackgroundSubtractor Create(ForegroundOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Create(options.Validate(), varThreshold: null);
    }

    private static MixtureBackgroundSubtractor Create(ForegroundOptions options, double? varThreshold)
    {
        var subtractor = new MixtureBackgroundSubtractor(options);
        if (varThreshold is double threshold)
            subtractor.VarThreshold = threshold;
        return subtractor;
    }

    /// <summary>Learns a picture and marks what is not background in it.</summary>
    /// <param name="image">8UC1, 8UC3 (BGR), 8UC4 (BGRA) or 16UC1 (see <see cref="Levels"/>).</param>
    /// <param name="fgmask">Becomes 8UC1: 255 foreground, <see cref="ShadowValue"/> shadow, 0 background.</param>
    /// <param name="learningRate">Rate α of this picture: below 0 (the default) the mixture's own, 0 learns nothing, 1 begins anew from this picture.</param>
    /// <exception cref="ArgumentException">The picture is empty or of another type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate is over 1 or no number.</exception>
    /// <exception cref="ObjectDisposedException">The subtractor or a Mat was disposed.</exception>
    public void Apply(Mat image, OutputArray fgmask, double learningRate = -1) => Apply(image, null, fgmask, learningRate);

    /// <inheritdoc cref="Apply(Mat, OutputArray, double)"/>
    /// <remarks>An array made of a Mat that was disposed before cannot be told from a good one; give the Mat itself.</remarks>
    public void Apply(InputArray image, OutputArray fgmask, double learningRate = -1)
    {
        ArgumentNullException.ThrowIfNull(image);
        using Mat mat = image.GetMat(-1);
        Apply(mat, null, fgmask, learningRate);
    }

    /// <summary>Learns a picture of which some of the foreground is known before.</summary>
    /// <param name="image">As in the other overload.</param>
    /// <param name="knownForegroundMask">8UC1 of the picture's size: pixels that are not 0 are foreground, and are learnt at <see cref="BackgroundOptions.HeldRateFactor"/> of the rate only. Null for none.</param>
    /// <param name="fgmask">As in the other overload.</param>
    /// <param name="learningRate">As in the other overload.</param>
    /// <exception cref="ArgumentException">A Mat is empty, of another type, or the mask of another size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate is over 1 or no number.</exception>
    /// <exception cref="ObjectDisposedException">The subtractor or a Mat was disposed.</exception>
    public void Apply(Mat image, Mat? knownForegroundMask, OutputArray fgmask, double learningRate = -1)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentNullException.ThrowIfNull(fgmask);
        if (!(learningRate <= 1))
            throw new ArgumentOutOfRangeException(nameof(learningRate), learningRate, "A learning rate must be 0 to 1 (0 learns nothing), or below 0 for the mixture's own.");
        RequireMask(knownForegroundMask, MatConverter.FormatOf(image));
        Frame frame = _converter.Convert(image);
        ForegroundDetector detector = DetectorFor(frame.Format);
        detector.DoNotLearn = knownForegroundMask is null ? null : _known;
        knownForegroundMask?.CopyTo(_known);
        (frame.Number, frame.Time) = (_number, TimeSpan.FromSeconds(_number / detector.FrameRate));
        _number++;
        if (learningRate == 1)
        {
            detector.Background.Initialize(frame);
            _foreground.Clear();
            _shadows.Clear();
        }
        else
        {
            detector.Apply(frame, _foreground, learningRate < 0 ? null : learningRate);
        }
        GC.KeepAlive(image);
        if (detector.DoNotLearn is { } known)
        {
            _foreground.Or(known);
            _shadows.AndNot(known);
        }
        WriteResult(fgmask);
    }

    /// <summary>The background: of each pixel the mean of its strongest component.</summary>
    /// <param name="backgroundImage">Becomes 8UC1 or 8UC3 (BGR), as the pictures are.</param>
    /// <exception cref="InvalidOperationException">Nothing has been learnt yet.</exception>
    public void GetBackgroundImage(OutputArray backgroundImage)
    {
        ArgumentNullException.ThrowIfNull(backgroundImage);
        BackgroundModel model = Learnt();
        var frame = new Frame(model.Format);
        model.CopyBackgroundTo(frame);
        using Mat mat = frame.ToMat();
        mat.CopyTo(backgroundImage);
    }

    /// <summary>How probable it is that each pixel of a picture is foreground, by Bayes' rule with the prior of the options; learns nothing.</summary>
    /// <param name="image">A picture of the size and type of those that were learnt.</param>
    /// <param name="probability">Becomes 32FC1, 0 to 1.</param>
    /// <exception cref="InvalidOperationException">Nothing has been learnt yet.</exception>
    /// <exception cref="ArgumentException">The picture is of another size or type.</exception>
    public void GetForegroundProbability(Mat image, OutputArray probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        BackgroundModel model = Learnt();
        Frame frame = _converter.Convert(image);
        using var map = new Mat(frame.Height, frame.Width, MatType.CV_32FC1);
        model.ComputeForegroundProbability(frame, MatExtensions.Samples<float>(map));
        GC.KeepAlive(image);
        map.CopyTo(probability);
    }

    /// <summary>Writes all that the mixture has learnt, with its settings, as <see cref="BackgroundModel.Save"/> does; the stages around it are not saved.</summary>
    /// <exception cref="InvalidOperationException">Nothing has been learnt yet.</exception>
    /// <exception cref="IOException">The stream could not be written.</exception>
    public void Save(Stream destination) => Learnt().Save(destination);

    /// <summary>Goes on with what <see cref="Save"/> wrote.</summary>
    /// <param name="source">The stream.</param>
    /// <param name="preset">The stages around the mixture; its own settings are those that were saved.</param>
    /// <exception cref="InvalidDataException">It is no such file, or damaged.</exception>
    public static MixtureBackgroundSubtractor Load(Stream source, Preset preset = Preset.Fast)
    {
        BackgroundModel model = BackgroundModel.Load(source);
        MixtureBackgroundSubtractor subtractor = new(ForegroundOptions.For(preset) with { ShadowTest = true, Background = model.Options });
        subtractor.Adopt(model);
        return subtractor;
    }

    /// <summary>Another subtractor with the same settings and all that was learnt; the two go on independently.</summary>
    public MixtureBackgroundSubtractor Clone()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        MixtureBackgroundSubtractor clone = new(_options) { _varThreshold = _varThreshold, _varThresholdGen = _varThresholdGen, _shadowValue = _shadowValue, _frameRate = _frameRate, _number = _number, Levels = Levels };
        if (_detector != null)
            clone.Adopt(_detector.Background.Clone());
        return clone;
    }

    /// <summary>Forgets all that was learnt; settings stay.</summary>
    public void Clear()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _detector?.Dispose();
        (_detector, _number) = (null, 0);
    }

    /// <summary>Whether nothing has been learnt yet.</summary>
    public bool Empty() => _detector is null || _detector.Background.IsEmpty;

    /// <summary>Frees the model and its threads.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _detector?.Dispose();
        _converter.Dispose();
        _result.Dispose();
    }

    private BackgroundModel Learnt()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return Empty() ? throw new InvalidOperationException("Nothing has been learnt yet; apply a picture first.") : _detector!.Background;
    }

    private static void RequireMask(Mat? mask, FrameFormat format)
    {
        if (mask is null)
            return;
        MatCheck.Require(mask, "knownForegroundMask", MatType.CV_8UC1);
        if (mask.Width != format.Width || mask.Height != format.Height)
            throw new ArgumentException($"The known foreground is {mask.Width}x{mask.Height}: it must be of the picture's size, {format.Width}x{format.Height}.", "knownForegroundMask");
    }

    private void WriteResult(OutputArray fgmask)
    {
        _result.Create(_foreground.Height, _foreground.Width, MatType.CV_8UC1);
        _foreground.CopyTo(MatExtensions.Samples<byte>(_result), _foreground.Width);
        if (DetectShadows && !_shadows.IsEmpty)
            for (int y = 0; y < _shadows.Height; y++)
                MarkShadows(MatExtensions.Samples<byte>(_result).Slice(y * _shadows.Width, _shadows.Width), _shadows.Row(y));
        _result.CopyTo(fgmask);
    }

    private void MarkShadows(Span<byte> row, ReadOnlySpan<ulong> shadows)
    {
        for (int word = 0; word < shadows.Length; word++)
            for (ulong bits = shadows[word]; bits != 0; bits &= bits - 1)
                row[word * 64 + System.Numerics.BitOperations.TrailingZeroCount(bits)] = _shadowValue;
    }

    private ForegroundDetector DetectorFor(FrameFormat format)
    {
        if (_detector is { } detector && detector.Background.Format == format)
        {
            if (!_isStale)
                return detector;
            using BackgroundModel old = detector.Background;
            ForegroundOptions options = OptionsFor(format);
#pragma warning disable CA2000      // the detector owns the model
            return Adopt(old.Options.Components == options.Background.Components ? old.Clone(options.Background) : Restart(old, options.Background));
#pragma warning restore CA2000
        }
        _detector?.Dispose();
        _number = 0;
#pragma warning disable CA2000      // the detector owns the model
        return Adopt(new BackgroundModel(format, OptionsFor(format).Background));
#pragma warning restore CA2000
    }

    /// <summary>A mixture of another number of components, that begins with the background of the old one.</summary>
    private static BackgroundModel Restart(BackgroundModel old, BackgroundOptions options)
    {
        var model = new BackgroundModel(old.Format, options);
        if (old.IsEmpty)
            return model;
        var background = new Frame(old.Format);
        old.CopyBackgroundTo(background);
        model.Initialize(background, Math.Clamp(old.FrameCount, 1, options.History));
        return model;
    }

    private ForegroundDetector Adopt(BackgroundModel model)
    {
        (int width, int height) = (model.Format.Width, model.Format.Height);
        (_foreground, _shadows, _known) = (new Mask(width, height), new Mask(width, height), new Mask(width, height));
        _isStale = false;
        return _detector = new ForegroundDetector(model, _frameRate, OptionsFor(model.Format)) { Shadows = _shadows };
    }

    private ForegroundOptions OptionsFor(FrameFormat format) => _options with
    {
        Background = _options.Background with
        {
            ForegroundThreshold = Tail(_varThreshold, format) ?? _options.Background.ForegroundThreshold,
            MatchThreshold = Tail(_varThresholdGen, format) ?? _options.Background.MatchThreshold,
        },
    };

    /// <summary>The part of a component's own colours that lie farther away than a squared distance.</summary>
    private static double? Tail(double? squaredDistance, FrameFormat format) =>
        squaredDistance is double distance ? Math.Clamp(1 - ChiSquared.CDF(format.PlaneCount, distance), 1e-12, 0.5) : null;
}
