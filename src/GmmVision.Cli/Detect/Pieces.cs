using GmmVision.Ffmpeg;
using GmmVision.Imaging;

namespace GmmVision.Cli.Detect;

/// <summary>A way through a file that looks at pieces of it instead of all frames in one go.</summary>
/// <param name="file">The file, opened as a whole.</param>
/// <param name="frameRate">Frames a second.</param>
/// <param name="options">With zones in the video's own pixels.</param>
internal abstract class Pieces(FfmpegFrameSource file, double frameRate, DetectOptions options)
{
    // A job keeps its decoder's threads and the pipeline's busy: somewhat less than three processors, measured at 1080p.
    private const int ProcessorsForAJob = 3;

    /// <summary>A part shorter than this would spend more than a sixth of its time on the run-up.</summary>
    private static readonly TimeSpan ShortestPart = TimeSpan.FromMinutes(10);

    // Six histories of the model, and several times what a thing that stands still needs to become background: measured, one minute
    // moved starts or ends of one event in ten by more than a frame, two minutes of one in twenty.
    protected static readonly TimeSpan RunUp = TimeSpan.FromSeconds(120);

    /// <summary>The file, opened as a whole.</summary>
    public FfmpegFrameSource File => file;

    protected double FrameRate => frameRate;

    /// <summary>For the scans: with zones in the pixels that they see.</summary>
    protected DetectOptions Options { get; } = options with { Motion = ScaledZones.Of(options.Motion, file.OwnFormat, file.Format) };

    /// <summary>Where to begin.</summary>
    protected TimeSpan Begin => Options.Source.Start ?? TimeSpan.Zero;

    /// <summary>A border of parts near a time: between two frames, so that each frame belongs to one part however a decoder rounds its time.</summary>
    protected TimeSpan Border(TimeSpan time) => time <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromSeconds((Math.Round(time.TotalSeconds * FrameRate) - 0.5) / FrameRate);

    /// <summary>The way that the options ask for; null: all in one go.</summary>
    /// <exception cref="IndivisibleException">They ask for pieces, but this input has none.</exception>
    public static Pieces? Of(IFrameSource source, double frameRate, DetectOptions options)
    {
        if (!options.Skim && options.Jobs == 1 && options.Part is null || options.NeedsOnePass is not null)
            return null;
        string? reason = source is not FfmpegFrameSource { CanReadAgain: true, Info: not null } ? "can be read only once"
            : source is FfmpegFrameSource { HasNoTimes: true } ? "is a bare stream, in which nothing can be found by its time"
            : source is FfmpegFrameSource { ClockMayRestart: true } && !options.Skim ? "may have been joined, with a clock that starts again"
            : null;
        bool isAsked = options.Skim || options.Jobs > 1 || options.Part is not null;
        if (reason is not null)
            return isAsked ? throw new IndivisibleException($"'{source.Name}' {reason}") : null;
        FfmpegFrameSource file = (FfmpegFrameSource)source;
        if (options.Part is not null)
            return new SlicePass(file, frameRate, options);
        if (options.Skim)
            return new SkimPass(file, frameRate, options);
        if (file.Info!.Duration is not TimeSpan duration)
            return isAsked ? throw new IndivisibleException($"'{source.Name}' does not say how long it is") : null;
        TimeSpan begin = options.Source.Start ?? TimeSpan.Zero, end = options.Source.End < duration ? options.Source.End.Value : duration;
        int jobs = Math.Min((int)(end - begin).TotalSeconds, options.Jobs ?? Math.Min(Environment.ProcessorCount / ProcessorsForAJob, (int)((end - begin) / ShortestPart)));      // a part lasts a second at least
        return jobs > 1 && end > begin ? new SplitPass(file, frameRate, options, begin, end, jobs) : null;
    }

    /// <summary>Looks at the pieces.</summary>
    /// <param name="gatherer">Makes events and files of what is seen.</param>
    /// <param name="seen">Called when the last frame has been looked at.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="IndivisibleException">The pieces do not fit together.</exception>
    public abstract Findings Find(PieceGatherer gatherer, Action? seen, CancellationToken cancellation);

    /// <summary>Throws where a scan has seen what makes its times or its pictures those of another video.</summary>
    protected void RequireFit(bool isMended, Exception? failure)
    {
        if (isMended)
            throw new IndivisibleException($"the time stamps of '{file.Name}' have to be mended");
        if (failure is PictureSizeException or IndivisibleException)
            throw new IndivisibleException($"the picture size of '{file.Name}' changes");
    }
}
