using GmmVision.Background;
using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Motion;

namespace GmmVision;

/// <summary>A frame's whole way: learnt by the mixture, cleaned to a mask, cut into regions, followed, gathered into events.</summary>
/// <remarks>
/// One instance per input, one caller at a time; the mixture uses its threads inside. Frames given one by one or many
/// at once give the same results, bit for bit. Nothing is allocated per frame once warm, except when an event starts
/// or ends.
/// </remarks>
public sealed class MotionPipeline : IDisposable
{
    private MotionFinder _finder;
    private readonly Tracker _tracker = new();
    private readonly EventDetector _events;
    private Mask[] _masks = [];
    private Frame? _unpacked;
    private bool _isBound;          // the model's region is that of the zones

    /// <summary>A pipeline that has seen nothing yet.</summary>
    /// <param name="format">Size and layout of the frames to come.</param>
    /// <param name="frameRate">Frames a second on average; 0 where unknown, which is taken as 25.</param>
    /// <param name="options">Settings; null: the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range; the message says which.</exception>
    public MotionPipeline(FrameFormat format, double frameRate, PipelineOptions? options = null)
        : this(new ForegroundDetector(format, frameRate, options?.Foreground ?? ForegroundOptions.For(options?.Preset ?? Preset.Balanced)), options)
    {
    }

    /// <summary>A pipeline behind a detector that is there already, for example with a model that has learnt before.</summary>
    /// <param name="detector">Becomes the pipeline's own and is disposed with it.</param>
    /// <param name="options">Settings, of which only <see cref="PipelineOptions.Motion"/> matters here; null: the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range; the message says which.</exception>
    public MotionPipeline(ForegroundDetector detector, PipelineOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(detector);
        MotionOptions motion = (options ?? new PipelineOptions()).Motion;
        FrameFormat format = detector.Background.Format;
        Detector = detector;
        _finder = new MotionFinder(format.Width, format.Height, motion);
        Bound(options);
        Privacy = PrivacyOf(motion, format);
        _events = new EventDetector(detector.FrameRate, motion);
    }

    /// <summary>What makes the masks.</summary>
    /// <remarks>Another one after <see cref="Change"/> with other settings of the foreground.</remarks>
    public ForegroundDetector Detector { get; private set; }

    /// <summary>Blackens what nobody may see (<see cref="MotionOptions.Privacy"/>): whoever shows or writes a frame applies it to that first. Null where all may be seen.</summary>
    /// <remarks>Another one after <see cref="Change"/>.</remarks>
    public PrivacyMask? Privacy { get; private set; }

    /// <summary>Where something moves most of the time, and nothing is told; null where <see cref="MotionOptions.SmartMask"/> is not set.</summary>
    /// <remarks>Another one after <see cref="Change"/>, with all that this one has learnt.</remarks>
    public SmartMask? SmartMask => _finder.SmartMask;

    /// <summary>Takes a frame all the way.</summary>
    /// <param name="frame">Of the pipeline's format. Where its time or number is not above the last frame's, as when nobody sets them, it is set to what follows at the frame rate.</param>
    /// <param name="result">Receives what was found.</param>
    /// <exception cref="ArgumentException">The frame or the result has another format.</exception>
    public void Process(Frame frame, FrameResult result) => Process([frame], [result]);

    /// <summary>Takes a picture whose samples lie side by side all the way; nothing of it is needed afterwards.</summary>
    /// <param name="picture">Of the pipeline's size. Its time and number are those of the frame, see <see cref="Process(Frame, FrameResult)"/>.</param>
    /// <param name="result">Receives what was found.</param>
    /// <exception cref="ArgumentException">The picture has another size, or the result another format.</exception>
    public void Process(PackedFrame picture, FrameResult result)
    {
        using Lifetime.Lease use = Detector.Background.Use();
        _unpacked ??= new Frame(Detector.Background.Format);
        picture.CopyTo(_unpacked);
        Process(_unpacked, result);
    }

    /// <summary>Takes consecutive frames all the way: the same as one by one, but faster, since the mixture's state stays in cache.</summary>
    /// <param name="frames">Frames, in order.</param>
    /// <param name="results">As many results.</param>
    /// <exception cref="ArgumentException">There are more frames than results, or one has another format.</exception>
    public void Process(ReadOnlySpan<Frame> frames, ReadOnlySpan<FrameResult> results)
    {
        using Lifetime.Lease use = Detector.Background.Use();
        if (!Detector.TakesBatches)
        {
            for (int i = 0; i < frames.Length; i++)
            {
                Detector.Apply(frames[i], results[i].Foreground);
                FindMotion(frames[i], results[i]);
            }
            return;
        }
        Detector.Apply(frames, MasksOf(results[..frames.Length]));
        for (int i = 0; i < frames.Length; i++)
            FindMotion(frames[i], results[i]);
    }

    /// <summary>Goes on with other settings: with all that was learnt, and with the event that is under way, as if it had begun with them.</summary>
    /// <param name="options">The new settings. Where the number of components is another, the background is learnt anew.</param>
    /// <exception cref="ArgumentException">An option is out of range; nothing was changed.</exception>
    public void Change(PipelineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        using Lifetime.Lease use = Detector.Background.Use();
        ForegroundDetector before = Detector;
        FrameFormat format = before.Background.Format;
        ForegroundOptions foreground = (options.Foreground ?? ForegroundOptions.For(options.Preset)).Validate();
        MotionFinder finder = new(format.Width, format.Height, options.Motion);
        PrivacyMask? privacy = PrivacyOf(options.Motion, format);
        RequireNoWholeView(options, foreground);
        if (foreground != before.Options)
        {
            Detector = foreground.Background.Components == before.Background.Options.Components
#pragma warning disable CA2000      // the detector owns the model
                ? new ForegroundDetector(before.Background.Clone(foreground.Background), before.FrameRate, foreground)
#pragma warning restore CA2000
                : new ForegroundDetector(format, before.FrameRate, foreground);
            before.Dispose();
        }
        finder.TakeOver(_finder);
        (_finder, Privacy) = (finder, privacy);
        Bound(options);
        _events.Change(options.Motion);
    }

    // As wide as what reaches over a zone's edge and is shown whole may be. A region that is not from here stays as it is.
    private void Bound(PipelineOptions? options)
    {
        bool wasBound = _isBound;
        _isBound = options is { NearZones: true, Motion.Include.Count: > 0 };
        if (!_isBound)
        {
            if (wasBound)
                Detector.Background.RegionOfInterest = null;
            return;
        }
        RequireNoWholeView(options!, Detector.Options);
        (int width, int height) = (Detector.Background.Format.Width, Detector.Background.Format.Height);
        Mask region = Zone.Union(options!.Motion.Include, width, height);
        for (int reach = Math.Max(width, height) / 8, step; reach > 0; reach -= step)
        {
            step = Math.Min(reach, BoxMorphology.MaxSize / 2);
            new BoxMorphology(width, height, 2 * step + 1).Dilate(region, region);
        }
        Detector.Background.RegionOfInterest = region;
    }

    private static void RequireNoWholeView(PipelineOptions options, ForegroundOptions foreground)
    {
        if (options is { NearZones: true, Motion.Include.Count: > 0 } && (foreground.SceneMonitor || foreground.IlluminationCompensation || foreground.ShiftCompensation))
            throw new ArgumentException("NearZones leaves out of the picture what stages look at to tell lights, bumps and other views from motion: give Preset.Fast, or leave it out.");
    }

    private static PrivacyMask? PrivacyOf(MotionOptions motion, FrameFormat format) =>
        motion.Privacy.Count == 0 ? null : new PrivacyMask(motion.Privacy, format.Width, format.Height);

    private void FindMotion(Frame frame, FrameResult result)
    {
        if (Detector.SceneChange is { State: SceneState.Moved } moved)
            SmartMask?.Move(moved.ShiftX, moved.ShiftY);
        _finder.Find(result.Foreground, result.Motion, frame.Time);
        _tracker.Update(_finder.Regions, frame.Time);
        FrameMotion summary = new(frame.Number, frame.Time, _finder.Score, _finder.Box, _finder.Zones, _finder.Reached);
        _events.Step(summary, out MotionEvent? started, out MotionEvent? ended);
        result.Set(summary, Detector.Scene, Detector.SceneChange, Detector.Rains, _finder, _tracker, _events, started, ended);
    }

    private ReadOnlySpan<Mask> MasksOf(ReadOnlySpan<FrameResult> results)
    {
        if (_masks.Length < results.Length)
            _masks = new Mask[results.Length];
        for (int i = 0; i < results.Length; i++)
            _masks[i] = results[i].Foreground;
        return _masks.AsSpan(0, results.Length);
    }

    /// <summary>Ends the event under way at the end of the input.</summary>
    /// <returns>The event that ended; null where none was under way.</returns>
    public MotionEvent? Finish()
    {
        using Lifetime.Lease use = Detector.Background.Use();
        return _events.Finish();
    }

    /// <summary>Frees the detector.</summary>
    public void Dispose() => Detector.Dispose();
}
