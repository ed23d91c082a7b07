using System.Diagnostics;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;

namespace GmmVision.Cli.Detect;

/// <summary>One input from its first frame to its files.</summary>
/// <param name="input">What to look at.</param>
/// <param name="options">How.</param>
/// <param name="output">For the lines of --json.</param>
/// <param name="ofMany">Whether it is one of a list that other processes may work on too: what killed runs left is removed already, and a result that another has put there meanwhile stays.</param>
internal sealed class DetectJob(JobInput input, DetectOptions options, TextWriter output, bool ofMany = false)
{
    /// <summary>The note of a report that is written while clips are still being cut.</summary>
    public const string ClipsBeingCut = "its clips are being cut";

    private const double UnknownFrameRate = 25;

    private readonly List<string> _notes = [];

    /// <summary>Looks at the input and publishes what was found.</summary>
    /// <param name="cancellation">Ends it early; what was seen until then is published.</param>
    /// <param name="seen">Called when the last frame has been looked at and only files are left to be made.</param>
    /// <exception cref="UserError">Nothing could be done.</exception>
    /// <exception cref="IOException">The input cannot be opened, or the output not written.</exception>
    public JobResult Run(CancellationToken cancellation, Action? seen = null)
    {
        long start = Stopwatch.GetTimestamp();
        if (options.Clips && (InputList.IsAddress(input.Path) || Directory.Exists(input.Path)))
            throw new UserError($"'{input.Path}': --clips can cut only files; leave it out, or record the input to a file first.");
        if (options.Clips && Readers.IsOpenCv(options.Reader))
            throw Readers.NeedsFfmpeg(input.Path, "--clips");
        // Before the first frame is read: a file that grows meanwhile is not the one that was looked at.
        ResultFingerprint? fingerprint = ResultFingerprint.Of(input, options);
        using IFrameSource source = Readers.Open(options.Reader, input.Path, options.Source, cancellation);
        if (options.Clock?.Of(Path.GetFileNameWithoutExtension(input.Path), (source as FfmpegFrameSource)?.Info?.Recorded) is (DateTime began, _))
            options = options with { Began = began };
        else if (options.Clock is not null)
            _notes.Add($"--clock {options.Clock.Text} does not tell when '{source.Name}' was recorded: times count from its start.");
        double frameRate = (source.FrameRate > 0 ? source.FrameRate : UnknownFrameRate) / options.Source.Every;
        if (source.FrameRate <= 0)
            _notes.Add($"the frame rate of '{source.Name}' is unknown: until its times tell, it is taken as {UnknownFrameRate} frames a second.");
        if (options.Reader == Reader.Auto && source is OpenCv.OpenCvFrameSource)
            _notes.Add("ffmpeg was not found on the PATH, so this was read by OpenCV: install ffmpeg for clips, exact times and all kinds of input.");
        _notes.AddRange(CrossedZones.In([.. options.Motion.Include, .. options.Motion.Exclude, .. options.Motion.Privacy]));
        // A part lies in its input's folder.
        (string inside, string name) = (Path.GetDirectoryName(input.Name) ?? "", Path.GetFileName(input.Name));
        using OutputFolder folder = new(Path.Combine(options.Output, inside), name, isSwept: ofMany && inside.Length == 0);
        Findings found = Find(source, frameRate, folder, seen, cancellation);
        JobStatus status = found.Failure is null ? JobStatus.Complete : cancellation.IsCancellationRequested ? JobStatus.Interrupted : JobStatus.Truncated;
        string? problem = status == JobStatus.Truncated ? CommandFrame.Describe(found.Failure!) : null;

        // What was seen is finished whatever ended it, so the token is not passed on from here.
        EventReport report = new()
        {
            Input = source.Name,
            Format = found.Sizes[0].Format,
            Working = found.Working,
            FrameRate = source.FrameRate,
            Stream = (source as FfmpegFrameSource)?.Stream,
            Levels = (source as FfmpegFrameSource)?.Levels,
            Frames = found.Frames,
            Status = status,
            Notes = [.. source.Warnings, .. _notes, .. found.Notes, .. found.Missing, .. problem is null ? [] : (string[])[problem]],
            MaskHash = found.MaskHash,
            Skim = found.Skim,
            Options = options,
            Camera = input.Entry?.Camera,
            Recorded = (source as FfmpegFrameSource)?.Info?.Recorded,
            Fingerprint = status == JobStatus.Complete && found.Missing.Count == 0 ? fingerprint : null,
            SceneChanges = found.SceneChanges,
            SizeChanges = [.. found.Sizes.Skip(1)],
            Events = found.Events,
        };
        (report, string? missing) = Publish(report, source, frameRate, folder);
        string[] problems = [.. new[] { problem, missing }.OfType<string>(), .. found.Missing];
        return new JobResult(report, folder.Path, Stopwatch.GetElapsedTime(start), problems.Length == 0 ? null : string.Join(' ', problems));
    }

    private Findings Find(IFrameSource source, double frameRate, OutputFolder folder, Action? seen, CancellationToken cancellation)
    {
        PieceGatherer? gatherer = null;
        try
        {
            if (Pieces.Of(source, frameRate, options) is Pieces pieces)
                return pieces.Find(gatherer = new PieceGatherer(input, options, output, folder, pieces.File, frameRate), seen, cancellation);
        }
        catch (IndivisibleException reason) when (options.Part is not null)
        {
            throw new UserError($"{reason.Message}, so parts of it cannot be looked at by themselves: give it as a whole in the manifest.");
        }
        catch (IndivisibleException reason)
        {
            _notes.Add($"{reason.Message}: all of it was looked at in one go.");
            folder.Clear();
        }
        using SharpThumbnails? sharp = source is FfmpegFrameSource seekable && source.OwnFormat != source.Format ? new SharpThumbnails(seekable, cancellation) : null;
        Findings found = new OnePass(input, options, output, folder, gatherer?.EventsTold ?? 0).Run(source, frameRate, sharp, seen, cancellation);
        sharp?.Complete();
        return found;
    }

    /// <summary>Writes the report and moves all files in; then cuts the clips.</summary>
    /// <returns>The report as it was written last, and what is missing of the clips.</returns>
    private (EventReport Report, string? Missing) Publish(EventReport report, IFrameSource source, double frameRate, OutputFolder folder)
    {
        Func<string, bool>? isSame = ofMany && report.Fingerprint is not null ? IsSame : null;
        if (!options.Clips || source is not FfmpegFrameSource file || report.Events.Count == 0)
        {
            report.WriteInto(name => folder[name]);
            folder.Publish(isSame);
            return (report, null);
        }
        EventReport soFar = report.With(ClipsBeingCut) with { Fingerprint = null };
        // Of one input of many a result is there when it is whole, so that whoever does the same at the same time finds no half one.
        // Of a single one the report is there before the first clip is cut: whatever befalls the clips, an hour's work is kept.
        if (!ofMany)
        {
            soFar.WriteInto(name => folder[name]);
            folder.Publish();
        }
        Func<string, string> place = ofMany ? name => folder[name] : folder.Final;
        IReadOnlyList<DetectedEvent> events = new EventClips(input, file, frameRate * options.Source.Every, ofMany ? folder.Making : folder.Path, report.Options)
            .Cut(report.Events, known => (soFar with { Events = known }).WriteInto(place));
        string? missing = EventClips.Problem(source.Name, events);
        report = report with { Events = events, Notes = [.. report.Notes, .. missing is null ? [] : (string[])[missing]], Fingerprint = missing is null ? report.Fingerprint : null };
        report.WriteInto(place);
        if (ofMany)
            folder.Publish(missing is null ? isSame : null);
        return (report, missing);

        bool IsSame(string path) => ResultFingerprint.Read(path) == report.Fingerprint;
    }
}
