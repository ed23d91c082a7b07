using System.Globalization;
using GmmVision.Background;
using GmmVision.Imaging;
using GmmVision.Threading;

namespace GmmVision.Foreground;

/// <summary>From frames to clean masks: the mixture, and the stages that lift its raw decision.</summary>
/// <remarks>One caller at a time. Frames given one by one or many at once give the same bits.</remarks>
public sealed partial class ForegroundDetector : IDisposable
{
    private const double SlowestRate = 1e-5, FastestRate = 100_000;      // a picture a day to what no camera makes

    /// <summary>For how many frames the picture of a view that is back stands: the light may differ a little, so it is followed quickly.</summary>
    private const long RestoredConfidence = 50;

    private readonly ShiftEstimator? _shift;
    private readonly SteadyShift _steadyShift = new();
    private readonly IlluminationCompensation? _light;
    private readonly SteadyLight _steadyLight = new();
    private readonly EvidenceMap? _evidence;
    private readonly EvidenceFilter? _smoothing;
    private readonly SceneGrid? _grid;
    private readonly SceneMonitor? _scene;
    private readonly HeldForeground _held;
    private readonly ShadowTest? _shadows;
    private RainTest? _rain;
    private readonly IMaskStage[] _stages, _cleaning;
    private readonly Frame? _steady, _corrected;
    private readonly Frame?[]? _views;              // the backgrounds of views before
    private readonly Mask _raw, _told, _unshifted, _unlike;
    private readonly RowBands _shiftBands;
    private readonly Action<int> _shiftBand, _learnBand;
    private RisingTime _time;
    private Frame? _frame;                          // that is being shifted or learnt
    private double? _learningRate;                  // of this frame; 0 leaves all that is known of the background as it is
    private float _dx, _dy;
    private bool _isLit;                            // this frame is learnt as it would look in the background's light

    /// <summary>A detector that has seen nothing yet.</summary>
    /// <param name="format">Size and layout of the frames to come.</param>
    /// <param name="frameRate">Frames a second, for what is stated in seconds, 0.00001 to 100,000; 25 is taken where it is 0 (unknown).</param>
    /// <param name="options">Settings; those of <see cref="Preset.Balanced"/> where null.</param>
    /// <exception cref="ArgumentException">A size, the rate or an option is out of range.</exception>
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
        Range.Check(frameRate is 0 or >= SlowestRate and <= FastestRate, frameRate, string.Create(CultureInfo.InvariantCulture, $"{SlowestRate} to {FastestRate} frames a second, or 0 where it is not known"));
        FrameRate = frameRate > 0 ? frameRate : 25;
        _time = new RisingTime(FrameRate);
        FrameFormat format = background.Format;
        (int width, int height) = (format.Width, format.Height);
        (_raw, _unshifted, _told, _unlike) = (new Mask(width, height), new Mask(width, height), new Mask(width, height), new Mask(width, height));
        _shiftBands = background.Team.Share(format);
        (_shiftBand, _learnBand) = (ShiftBand, LearnBand);
        if (Options.ShiftCompensation)
            (_shift, _steady) = (new ShiftEstimator(format), new Frame(format));
        if (Options.IlluminationCompensation)
            (_light, _corrected) = (new IlluminationCompensation(format, background.Team), new Frame(format));
        if (Options.EvidenceSmoothing)
        {
            _evidence = new EvidenceMap(width, height);
            _smoothing = new EvidenceFilter(width, height, _evidence, background.Team);
        }
        if (Options.SceneMonitor)
        {
            _grid = new SceneGrid(format);
            _scene = new SceneMonitor(_grid, format);
            _views = new Frame?[SceneMonitor.Views];
        }
        _held = new HeldForeground(width, height, Options.SelectiveUpdate ? OddSize(2 * Options.SelectiveRim * ScaleOf(format) + 1) : 1, _light);
        if (Options.ShadowTest)
            _shadows = new ShadowTest(format, background.Team);
        _cleaning = CleaningStages(format);
        _stages = Stages(format);
        TakesBatches = _shift == null && _light == null && _smoothing == null && _scene == null && _stages.All(stage => stage.NeedsMaskOnly);
    }

    /// <summary>The settings.</summary>
    public ForegroundOptions Options { get; }

    /// <summary>The mixture.</summary>
    public BackgroundModel Background { get; }

    /// <summary>Frames a second that times are reckoned with.</summary>
    public double FrameRate { get; }

    /// <summary>Pixels that learn at <see cref="BackgroundOptions.HeldRateFactor"/> of the rate, as those do that selective update holds; null for none. Read during Apply, may change between calls. The same as <see cref="BackgroundModel.DoNotLearn"/> of <see cref="Background"/>.</summary>
    /// <exception cref="ArgumentException">The mask is of another size.</exception>
    public Mask? DoNotLearn
    {
        get => Background.DoNotLearn;
        set => Background.DoNotLearn = value;
    }

    /// <summary>Receives which pixels the shadow test took from the foreground of the last frame, and no later stage gave back; null (the default) where nobody asks. Empty without <see cref="ForegroundOptions.ShadowTest"/>.</summary>
    /// <exception cref="ArgumentException">The mask is of another size.</exception>
    public Mask? Shadows
    {
        get;
        set => field = Background.RequireSize(value, nameof(Shadows));
    }

    /// <summary>What the picture as a whole was like in the last frame.</summary>
    public SceneState Scene => _scene?.State ?? SceneState.Steady;

    /// <summary>What was found in the last frame to have happened to the picture as a whole; null for nothing new.</summary>
    public SceneChange? SceneChange => _scene?.Change;

    /// <summary>Whether it rained or snowed in the last frame, so that only what is thicker than drops was told; always false without <see cref="ForegroundOptions.RainTest"/>.</summary>
    public bool Rains => _rain is { Rains: true };

    /// <summary>Whether several frames at once are faster than one by one: no stage needs the mask of the frame before.</summary>
    internal bool TakesBatches { get; }

    /// <summary>Learns consecutive frames and gives the foreground of each, with the same result as one by one.</summary>
    /// <remarks>Where a frame's update depends on the mask of the frame before (any preset but fast), frames are worked on one by one.</remarks>
    /// <param name="frames">Frames, in order.</param>
    /// <param name="foreground">As many masks.</param>
    public void Apply(ReadOnlySpan<Frame> frames, ReadOnlySpan<Mask> foreground)
    {
        using Lifetime.Lease use = Background.Use();
        if (TakesBatches)
        {
            Shadows?.Clear();
            foreach (Frame frame in frames)
                _time.Give(frame ?? throw new ArgumentNullException(nameof(frames)));
            Background.Apply(frames, foreground);
            for (int i = 0; i < frames.Length; i++)
                Apply(_stages, new StageContext(Background, frames[i], frames[i], IsOtherLight: false, Learns: true), foreground[i]);
            return;
        }
        if (frames.Length != foreground.Length)
            throw new ArgumentException($"{frames.Length} frames need as many masks, not {foreground.Length}.");
        for (int i = 0; i < frames.Length; i++)
            Apply(frames[i], foreground[i], learningRate: null);
    }

    /// <summary>Learns a frame and gives its foreground.</summary>
    /// <param name="frame">A frame of the format given at the start. Where its time or number is not above the last frame's, it is set to what follows at the frame rate.</param>
    /// <param name="foreground">Receives the foreground; of the frame's size.</param>
    /// <param name="learningRate">
    /// Rate α of this frame, 0 to 1; null for what the options say. 0 leaves the background as it is, whatever the picture does: no
    /// stage adopts, moves or relearns it, and with nothing learnt yet all is foreground.
    /// </param>
    /// <exception cref="ArgumentException">The frame is of another format, the mask of another size, or the rate out of range.</exception>
    public void Apply(Frame frame, Mask foreground, double? learningRate = null)
    {
        using Lifetime.Lease use = Background.Use();
        Background.RequireFormat(frame);
        ArgumentNullException.ThrowIfNull(foreground);
        Background.RequireSize(foreground, nameof(foreground));
        BackgroundModel.RequireRate(learningRate);
        _time.Give(frame);
        _learningRate = learningRate;
        Shadows?.Clear();
        if (!Learns && Background.IsEmpty)
        {
            Background.Apply(frame, foreground, learningRate);
            return;
        }
        Frame plain = UndoShift(frame, out int dx, out int dy);
        Mask mask = dx == 0 && dy == 0 ? foreground : _unshifted;
        Frame lit = Decide(plain, mask);
        StageContext seen = new(Background, plain, lit, _light is { IsClear: true }, Learns);
        if (_scene != null && Learns && !FollowScene(frame, seen, mask, foreground))
            return;
        Apply(_stages, seen, mask);
        if (Shadows != null && _shadows?.Taken is { } taken)
        {
            Shadows.CopyFrom(taken);
            Shadows.AndNot(mask);
        }
        if (mask != foreground)
            BackToTheCamera(mask, dx, dy, foreground);
    }

    private bool Learns => _learningRate != 0;

    private static void Apply(IMaskStage[] stages, in StageContext seen, Mask mask)
    {
        foreach (IMaskStage stage in stages)
            stage.Apply(seen, mask);
    }

    /// <summary>Where the camera has moved the picture, the frame as it would be had it not; and by how many pixels its mask is to be moved.</summary>
    private Frame UndoShift(Frame frame, out int wholeX, out int wholeY)
    {
        (wholeX, wholeY) = (0, 0);
        if (_shift == null || Background.IsEmpty)
            return frame;
        (float dx, float dy) = _shift.Estimate(frame, Background.View);
        if (dx == 0 && dy == 0)
            return frame;
        (wholeX, wholeY) = ((int)MathF.Round(dx), (int)MathF.Round(dy));
        if (_scene != null && Learns && _steadyShift.Lasts(frame.Time, wholeX, wholeY))
        {
            Background.Move(frame, wholeX, wholeY);
            _scene.Moved(frame, wholeX, wholeY);
            ForgetBackground();
            (wholeX, wholeY) = (0, 0);
            return frame;
        }
        (_frame, _dx, _dy) = (frame, dx, dy);
        Background.Team.Run(_shiftBands.Count, _shiftBand);
        (_steady!.Time, _steady.Number, _frame) = (frame.Time, frame.Number, null);
        return _steady;
    }

    private void ShiftBand(int band) => FrameShifter.ShiftRows(_frame!, _dx, _dy, _steady!, _shiftBands[band].First, _shiftBands[band].End);

    private void BackToTheCamera(Mask mask, int dx, int dy, Mask foreground)
    {
        FrameShifter.Shift(mask, dx, dy, foreground);
        if (Shadows is not { IsEmpty: false } shadows)
            return;
        _raw.CopyFrom(shadows);
        FrameShifter.Shift(_raw, dx, dy, shadows);
    }

    /// <summary>Has the mixture learn the frame and decide, in the light of the background; that frame is returned.</summary>
    private Frame Decide(Frame frame, Mask foreground)
    {
        if (Options.SelectiveUpdate && DoNotLearn is { } told)
            _held.Mask.Or(told);
        bool relit = MeasureLight(frame);
        Frame lit = frame;
        if (_isLit)
            (lit, _corrected!.Time, _corrected.Number) = (_corrected, frame.Time, frame.Number);
        Mask raw = _evidence == null ? foreground : _raw;
        if (Background.IsEmpty)
        {
            _evidence?.Clear();
            Background.Apply(lit, raw, _learningRate);
        }
        else
        {
            Learn(frame, lit, raw);
        }
        _smoothing?.Apply(_raw, foreground);
        if (relit)
            AdoptUnlike(lit, foreground);
        return lit;
    }

    /// <summary>Sees whether the light is other than the background's; where it stays so, the background is brought into it, which is returned.</summary>
    private bool MeasureLight(Frame frame)
    {
        _isLit = false;
        if (_light == null || Background.IsEmpty)
            return false;
        _light.Measure(frame, Background.View);
        bool stays = Learns && _scene is { IsMostlyKnown: true } && _steadyLight.Lasts(frame.Time, _light.Departure);
        if (stays)
        {
            _light.Relight(Background, frame, _held.Mask);
            _scene!.Relit(frame.Time);
        }
        _isLit = _light.IsActive;
        return stays;
    }

    private void Learn(Frame frame, Frame lit, Mask raw)
    {
        Background.Begin(new ReadOnlySpan<Frame>(in lit), new ReadOnlySpan<Mask>(in raw), Options.SelectiveUpdate ? _held.Mask : DoNotLearn, _evidence, _learningRate);
        _frame = frame;
        try
        {
            Background.Team.Run(Background.Bands.Count, _learnBand);
        }
        finally
        {
            Background.End();
            _frame = null;
        }
    }

    /// <summary>Rows are brought into the background's light just before the mixture needs them: they are still in the cache then.</summary>
    private void LearnBand(int band)
    {
        const int together = 16;        // of 1080p fit a first-level cache twice over; even, for rows of half-size chroma
        (int first, int end) = Background.Bands[band];
        for (int top = first; top < end; top += together)
        {
            int bottom = Math.Min(end, top + together);
            if (_isLit)
                _light!.Undo(_frame!, _corrected!, top, bottom);
            Background.LearnRows(top, bottom);
        }
    }

    /// <summary>What is foreground in the very frame in which the background was brought into another light, and was not before, is what that light shows otherwise.</summary>
    private void AdoptUnlike(Frame lit, Mask foreground)
    {
        _unlike.CopyFrom(foreground);
        _unlike.AndNot(_held.Mask);
        Background.Adopt(lit, _unlike);
        foreground.And(_held.Mask);
    }

    /// <summary>Looks at the picture as a whole.</summary>
    /// <returns>Whether the frame shows what the background knows; where not, the foreground is what can be told of it.</returns>
    private bool FollowScene(Frame frame, in StageContext seen, Mask mask, Mask foreground)
    {
        _grid!.Look(frame, seen.Lit);
        switch (_scene!.Judge(seen.Lit, _grid.CountForeground(mask), seen.Lit != frame, shaken: mask != foreground))
        {
            case SceneMonitor.Advice.None:
                return true;
            case SceneMonitor.Advice.Wait:
                // What moved before the picture changed is still told; the rest waits, and is not learnt meanwhile.
                if (_scene.HasJustBegunToWait)
                    _told.CopyFrom(_held.Mask);
                Apply(_cleaning, seen, mask);
                if (Options.SelectiveUpdate)
                    _held.Hold(mask);
                mask.And(_told);
                if (mask != foreground)
                    foreground.CopyFrom(mask);
                return false;
            case SceneMonitor.Advice.Relearn:
                KeepView();
                Background.Initialize(frame);
                _scene.Relearnt(frame, restored: false);
                break;
            case SceneMonitor.Advice.Restore:
                Frame returned = _views![_scene.PlaceOfReturned]!;
                KeepView();
                (returned.Time, returned.Number) = (frame.Time, frame.Number);
                Background.Initialize(returned, Math.Min(RestoredConfidence, Background.Options.History));
                _scene.Relearnt(frame, restored: true);
                break;
        }
        ForgetBackground();
        foreground.Clear();
        return false;
    }

    private void KeepView()
    {
        if (_scene!.PlaceToKeep is >= 0 and int place)
            Background.CopyBackgroundTo(_views![place] ??= new Frame(Background.Format));
    }

    /// <summary>What is known of the background is of another one.</summary>
    private void ForgetBackground()
    {
        _held.Forget();
        _light?.Reset();
        _shift?.Reset();
        foreach (IMaskStage stage in _stages)
            stage.Forget();
    }

    /// <summary>Frees the model's state and threads.</summary>
    public void Dispose() => Background.Dispose();
}
