using GmmVision.Background;
using GmmVision.Imaging;

namespace GmmVision.Foreground;

/// <summary>From frames to clean masks: the mixture, and the stages that lift its raw decision.</summary>
/// <remarks>One caller at a time. Frames given one by one or many at once give the same bits.</remarks>
public sealed class ForegroundDetector : IDisposable
{
    private readonly ShiftEstimator? _shift;
    private readonly PhotometricGuard? _guard;
    private readonly EvidenceFilter? _evidence;
    private readonly MajorityFilter? _median;
    private readonly HoleFiller? _holes;
    private readonly SmallRegionFilter? _small;
    private readonly NeighbourVote? _vote;
    private readonly ShadowTest? _shadows;
    private readonly GhostTest? _ghosts;
    private readonly BoxMorphology? _rim;
    private readonly Frame? _steady, _corrected;
    private readonly Mask _raw, _held, _told, _unshifted, _unlike;
    private readonly RowBands _bands;
    private readonly Action<int> _shiftBand;
    private readonly Action<int, int> _undoLight;
    private RisingTime _time;
    private Frame? _frame;                          // that is being shifted or corrected
    private double? _learningRate;                  // of this frame; 0 leaves all that is known of the background as it is
    private float _dx, _dy;
    private readonly SceneGrid? _grid;
    private readonly SceneMonitor? _scene;
    private readonly StillRelease? _still;
    private readonly SteadyShift _steadyShift = new();
    private readonly SteadyLight _steadyLight = new();
    private readonly SmallTargets? _targets;
    private readonly FaintTest? _faint;
    private readonly Mask? _smallMask, _faintMask;
    private Mask? _shadowMask;
    private readonly Frame?[]? _views;              // the backgrounds of views before

    /// <summary>The largest region, as a fraction of the picture, that can be leaves or waves: larger ones are objects.</summary>
    private const double LargestRustle = 0.03;

    /// <summary>The smallest target that is followed, as a fraction of the picture: 4 pixels of 320x240.</summary>
    private const double SmallestTarget = 0.00005;

    /// <summary>Pixels of a picture 240 pixels high by which a small target may miss where it is expected.</summary>
    private const double TargetReach = 2;

    /// <summary>Pixels a second of a picture 240 pixels high: across the picture in six seconds.</summary>
    private const double TargetSpeed = 50;

    private const double SlowestRate = 1e-5, FastestRate = 100_000;      // a picture a day to what no camera makes

    /// <summary>For how many frames the picture of a view that is back stands: the light may differ a little, so it is followed quickly.</summary>
    private const long RestoredConfidence = 50;

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
        if (frameRate is not (0 or >= SlowestRate and <= FastestRate))
            throw new ArgumentException($"The frame rate is {frameRate}: it must be from {SlowestRate} to {FastestRate} frames a second, or 0 where it is not known.", nameof(frameRate));
        FrameRate = frameRate > 0 ? frameRate : 25;
        _time = new RisingTime(FrameRate);
        FrameFormat format = background.Format;
        (int width, int height) = (format.Width, format.Height);
        double scale = Math.Min(width, height) / 240.0;
        _bands = background.Team.Share(format);
        (_shiftBand, _undoLight) = (ShiftBand, UndoLight);
        _raw = new Mask(width, height);
        _held = new Mask(width, height);
        _unshifted = new Mask(width, height);
        _told = new Mask(width, height);
        _unlike = new Mask(width, height);
        if (Options.ShiftCompensation)
        {
            _shift = new ShiftEstimator(format);
            _steady = new Frame(format);
        }
        if (Options.PhotometricGuard)
        {
            _guard = new PhotometricGuard(format, background.Team);
            _corrected = new Frame(format);
        }
        if (Options.EvidenceSmoothing)
            _evidence = new EvidenceFilter(width, height, background.EvidenceStride, background.Team);
        if (OddSize(Options.MedianSize * scale) is > 1 and int window)
            _median = new MajorityFilter(width, height, Math.Min(MajorityFilter.MaxSize, window));
        if ((int)(Options.HoleArea * format.PixelCount) is > 0 and int hole)
            _holes = new HoleFiller(width, height, hole);
        int region = (int)(Options.RegionArea * format.PixelCount);
        // The vote labels the regions anyway and drops the small ones too.
        if (Math.Round(Options.NeighbourReach * scale) is > 0 and double reach)
            _vote = new NeighbourVote(format, (int)reach, region, (int)(LargestRustle * format.PixelCount), Options.NeighbourMajority, background.Team);
        else if (region > 1)
            _small = new SmallRegionFilter(width, height, region);
        if (Options.ShadowTest)
            _shadows = new ShadowTest(format, background.Team);
        if (Options.GhostTest)
            _ghosts = new GhostTest(format);
        if (Options.SmallTargets)
        {
            // Twice the smallest region: what the median leaves of a region of that size is less.
            _targets = new SmallTargets(width, height, Math.Max(3, (int)(SmallestTarget * format.PixelCount)), Math.Max(8, 2 * region), TargetReach * scale, TargetSpeed * scale);
            _smallMask = new Mask(width, height);
        }
        if (Options.FaintTest && Options.EvidenceSmoothing)
        {
            _faint = new FaintTest(width, height, background.EvidenceStride);
            _faintMask = new Mask(width, height);
        }
        if (Options.SceneMonitor)
        {
            _grid = new SceneGrid(format);
            _scene = new SceneMonitor(_grid, format);
            _views = new Frame?[SceneMonitor.Views];
            _still = new StillRelease(_grid, format, TimeSpan.FromSeconds(Options.StillRelease));
        }
        if (Options.SelectiveUpdate && OddSize(2 * Options.SelectiveRim * scale + 1) is > 1 and int rim)
            _rim = new BoxMorphology(width, height, Math.Min(BoxMorphology.MaxSize, rim));
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
        get => _shadowMask;
        set => _shadowMask = Background.RequireSize(value, nameof(Shadows));
    }

    /// <summary>What the picture as a whole was like in the last frame.</summary>
    public SceneState Scene => _scene?.State ?? SceneState.Steady;

    /// <summary>What was found in the last frame to have happened to the picture as a whole; null for nothing new.</summary>
    public SceneChange? SceneChange => _scene?.Change;

    /// <summary>Whether several frames at once are faster than one by one: no stage needs the mask of the frame before.</summary>
    internal bool TakesBatches => _shift == null && _guard == null && _evidence == null && _vote == null && _shadows == null && _ghosts == null && _scene == null && !Options.SelectiveUpdate;

    /// <summary>Learns consecutive frames and gives the foreground of each, with the same result as one by one.</summary>
    /// <remarks>Where a frame's update depends on the mask of the frame before (any preset but fast), frames are worked on one by one.</remarks>
    /// <param name="frames">Frames, in order.</param>
    /// <param name="foreground">As many masks.</param>
    public void Apply(ReadOnlySpan<Frame> frames, ReadOnlySpan<Mask> foreground)
    {
        using Lifetime.Lease use = Background.Use();
        if (TakesBatches)
        {
            _shadowMask?.Clear();
            foreach (Frame frame in frames)
                _time.Give(frame ?? throw new ArgumentNullException(nameof(frames)));
            Background.Apply(frames, foreground);
            foreach (Mask mask in foreground)
                Clean(mask);
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
        _shadowMask?.Clear();
        if (!Learns && Background.IsEmpty)
        {
            Background.Apply(frame, foreground, learningRate);
            return;
        }
        Frame steady = UndoShift(frame, out int dx, out int dy);
        Mask mask = dx == 0 && dy == 0 ? foreground : _unshifted;
        Frame lit = Decide(steady, mask);
        if (_scene != null && Learns && !FollowScene(frame, lit, mask, dx != 0 || dy != 0, foreground))
            return;
        if (!Background.IsEmpty)
            FindShadows(lit, mask);
        bool small = _targets != null && KeepSmall(lit, mask);
        if (_faint != null && !Background.IsEmpty && FindFaint(mask))
            mask.Or(_faintMask!);
        Clean(mask);
        _vote?.Apply(lit, _guard is { IsClear: true } ? steady : null, Background, mask);
        if (small)
            mask.Or(_smallMask!);
        if (Learns)
            _still?.Apply(lit, Background, mask, _scene!.Patience(_guard is { IsClear: true }));
        HoldForeground(mask);
        if (Learns && !Background.IsEmpty && _grid != null)
            _ghosts?.Apply(lit, Background, mask, _grid);
        _shadowMask?.AndNot(mask);
        if (mask == foreground)
            return;
        FrameShifter.Shift(mask, dx, dy, foreground);
        if (_shadowMask is { IsEmpty: false })
        {
            _raw.CopyFrom(_shadowMask);
            FrameShifter.Shift(_raw, dx, dy, _shadowMask);
        }
    }

    private bool Learns => _learningRate != 0;

    private void FindShadows(Frame lit, Mask mask)
    {
        if (_shadows == null)
            return;
        _shadowMask?.CopyFrom(mask);
        _shadows.Apply(lit, Background, mask);
        _shadowMask?.AndNot(mask);
    }

    /// <summary>Looks at the picture as a whole.</summary>
    /// <returns>Whether the frame shows what the background knows; where not, the foreground is what can be told of it.</returns>
    private bool FollowScene(Frame frame, Frame lit, Mask mask, bool shaken, Mask foreground)
    {
        _grid!.Look(frame, lit);
        switch (_scene!.Judge(lit, _grid.CountForeground(mask), lit != frame, shaken))
        {
            case SceneMonitor.Advice.None:
                return true;
            case SceneMonitor.Advice.Wait:
                // What moved before the picture changed is still told; the rest waits, and is not learnt meanwhile.
                if (_scene.HasJustBegunToWait)
                    _told.CopyFrom(_held);
                Clean(mask);
                HoldForeground(mask);
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

    /// <summary>Small regions that move along a path, which no median and no smallest region may take away.</summary>
    private bool KeepSmall(Frame lit, Mask mask)
    {
        _smallMask!.CopyFrom(mask);
        return _targets!.Keep(_smallMask, lit.Time) && !Background.IsEmpty;
    }

    private unsafe bool FindFaint(Mask plain)
    {
        if (!_faint!.Find(_evidence!.Evidence, plain, _faintMask!))
            return false;
        _guard?.RemoveAgreeing(_faintMask!);
        return true;
    }

    /// <summary>What the stages know of the background is of another one.</summary>
    private void ForgetBackground()
    {
        _held.Clear();
        _guard?.Reset();
        _shift?.Reset();
        _ghosts?.Reset();
        _faint?.Reset();
        _targets?.Reset();
    }

    private Frame UndoShift(Frame frame, out int wholeX, out int wholeY)
    {
        (wholeX, wholeY) = (0, 0);
        if (_shift == null || Background.IsEmpty)
            return frame;
        (float dx, float dy) = _shift.Estimate(frame, Background);
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
        Background.Team.Run(_bands.Count, _shiftBand);
        (_steady!.Time, _steady.Number, _frame) = (frame.Time, frame.Number, null);
        return _steady;
    }

    private void ShiftBand(int band) => FrameShifter.ShiftRows(_frame!, _dx, _dy, _steady!, _bands[band].First, _bands[band].End);

    /// <summary>Has the mixture learn the frame and decide, in the light of the background; that frame is returned.</summary>
    private unsafe Frame Decide(Frame frame, Mask foreground)
    {
        if (Options.SelectiveUpdate && DoNotLearn is { } told)
            _held.Or(told);
        Background.Held = Options.SelectiveUpdate ? _held : null;
        Frame lit = frame;
        bool relit = false;
        if (_guard != null && !Background.IsEmpty)
        {
            _guard.Measure(frame, Background);
            if (Learns && _scene is { IsMostlyKnown: true } && _steadyLight.Lasts(frame.Time, _guard.Departure))
            {
                _guard.Relight(Background, frame, _held);
                _scene.Relit(frame.Time);
                relit = true;
            }
            if (_guard.IsActive)
                (lit, _corrected!.Time, _corrected.Number) = (_corrected, frame.Time, frame.Number);
        }
        // Rows are brought into the background's light just before the mixture needs them: they are still in the cache then.
        _frame = frame;
        Background.Apply(lit, _evidence == null ? foreground : _raw, _evidence == null ? null : _evidence.Evidence, lit == frame ? null : _undoLight, _learningRate);
        _frame = null;
        _evidence?.Apply(_raw, foreground);
        if (relit)
            AdoptUnlike(lit, foreground);
        return lit;
    }

    /// <summary>What is foreground in the very frame in which the background was brought into another light, and was not before, is what that light shows otherwise.</summary>
    private void AdoptUnlike(Frame lit, Mask foreground)
    {
        _unlike.CopyFrom(foreground);
        _unlike.AndNot(_held);
        Background.Adopt(lit, _unlike);
        foreground.And(_held);
    }

    private void UndoLight(int first, int end) => _guard!.Undo(_frame!, _corrected!, first, end);

    private void Clean(Mask foreground)
    {
        _median?.Apply(foreground, foreground);
        _holes?.Apply(foreground);
        _small?.Apply(foreground);
        if (Background.Region is { } region)        // a median or a filled hole may reach beyond it
            foreground.And(region);
    }

    private void HoldForeground(Mask foreground)
    {
        if (!Options.SelectiveUpdate)
            return;
        if (_rim == null)
            _held.CopyFrom(foreground);
        else
            _rim.Dilate(foreground, _held);
        _guard?.RemoveAgreeing(_held);
    }

    /// <summary>Frees the model's state and threads.</summary>
    public void Dispose() => Background.Dispose();

    private static int OddSize(double size) => 2 * (int)Math.Round((size - 1) / 2) + 1;
}
