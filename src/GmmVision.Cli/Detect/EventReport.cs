using System.Globalization;
using System.Reflection;
using System.Text;
using GmmVision.Ffmpeg;
using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Motion;

namespace GmmVision.Cli.Detect;

/// <summary>What a job found: the contents of events.json and events.csv.</summary>
internal sealed record EventReport
{
    /// <summary>Version of the form of events.json; it grows when a reader of the last one would be misled.</summary>
    public const int Version = 1;

    /// <summary>Name of the input, without folder.</summary>
    public required string Input { get; init; }

    /// <summary>Size of its frames.</summary>
    public required FrameFormat Format { get; init; }

    /// <summary>Size at which motion was looked for.</summary>
    public required FrameFormat Working { get; init; }

    /// <summary>Frames a second on average.</summary>
    public required double FrameRate { get; init; }

    /// <summary>Number of the stream in its file; null where it is no file.</summary>
    public int? Stream { get; init; }

    /// <summary>Sample values that became 0 and 255; null where all of the range did.</summary>
    public (int Low, int High)? Levels { get; init; }

    /// <summary>Frames that were looked at.</summary>
    public required long Frames { get; init; }

    /// <summary>How the job ended.</summary>
    public required JobStatus Status { get; init; }

    /// <summary>Why it ended early, and what else a reader should know.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Over the masks of all frames, see <see cref="Detect.MaskHash"/>; null where not all were looked at, or not in one go.</summary>
    public required string? MaskHash { get; init; }

    /// <summary>How the input was skimmed; null where all of it was looked at.</summary>
    public SkimReport? Skim { get; init; }

    public required DetectOptions Options { get; init; }

    /// <summary>What a person calls the camera; null where a manifest does not say.</summary>
    public string? Camera { get; init; }

    /// <summary>When it was recorded, as its container says; null where it does not.</summary>
    public DateTimeOffset? Recorded { get; init; }

    /// <summary>Which input and which settings this is the whole result of; null where something is missing of it, or where the input cannot be known again.</summary>
    public ResultFingerprint? Fingerprint { get; init; }

    public required IReadOnlyList<DetectedEvent> Events { get; init; }

    /// <summary>What happened to the picture as a whole, in order of time.</summary>
    public IReadOnlyList<SceneChange> SceneChanges { get; init; } = [];

    /// <summary>Where the size of the pictures became another than <see cref="Format"/>, in order of time.</summary>
    public IReadOnlyList<SizeChange> SizeChanges { get; init; } = [];

    /// <summary>The same with a note more.</summary>
    public EventReport With(string note) => this with { Notes = [.. Notes, note] };

    /// <summary>Writes events.csv and events.json.</summary>
    /// <param name="place">Where a file of a name goes.</param>
    public void WriteInto(Func<string, string> place)
    {
        OutputFile.Write(place("events.csv"), ToCsv());
        OutputFile.Write(place(OutputFolder.ReportName), ToJson(DateTimeOffset.Now));
    }

    public string ToJson(DateTimeOffset created) => JsonLine.Indented(new EventsDocument
    {
        Version = Version,
        Generator = Generator,
        Created = created.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
        Status = Status.ToString().ToLowerInvariant(),
        Notes = Notes.Count > 0 ? Notes : null,
        Input = DescribeInput(),
        Parameters = DetectParameters.Of(Options),
        Fingerprint = Fingerprint,
        Skim = Skim is null ? null : true,
        KeyFrames = Skim?.KeyFrames,
        LongestKeyFrameInterval = Skim is null ? null : Timecode.Seconds(Skim.LongestInterval),
        MaskHash = MaskHash,
        SceneChanges = [.. SceneChanges.Select(SceneChangeDocument.Of)],
        SizeChanges = SizeChanges.Count > 0 ? [.. SizeChanges.Select(SizeChangeDocument.Of)] : null,
        Events = [.. Events.Select(detected => EventDocument.Of(detected, Options.Began))],
    }, CliJson.Default.EventsDocument);

    private InputDocument DescribeInput()
    {
        bool isScaled = (Working.Width, Working.Height) != (Format.Width, Format.Height);
        return new InputDocument
        {
            Name = Input,
            Camera = Camera,
            Recorded = Recorded?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            Width = Format.Width,
            Height = Format.Height,
            FrameRate = Math.Round(FrameRate, 3),
            Frames = Frames,
            Stream = Stream,
            DetectWidth = isScaled ? Working.Width : null,
            DetectHeight = isScaled ? Working.Height : null,
            Levels = Levels is (int low, int high) ? [low, high] : null,
            Began = Options.Began is DateTime began ? EventsDocument.Moment(began, TimeSpan.Zero) : null,
        };
    }

    /// <summary>One line an event, with a line of names in front.</summary>
    public string ToCsv()
    {
        StringBuilder csv = new("number,start_frame,start_seconds,start_timecode,end_frame,end_seconds,end_timecode,duration_seconds,peak_score,peak_seconds,x,y,width,height,clip_start,clip_end,thumbnail,clip");
        csv.Append(Options.Began is null ? "\n" : ",start_time,end_time\n");
        foreach ((MotionEvent motion, string? thumbnail, string? clip, _) in Events)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{motion.Number},{motion.StartFrame},{Timecode.Seconds(motion.Start)},{Timecode.Of(motion.Start)},")
                .Append(CultureInfo.InvariantCulture, $"{motion.EndFrame},{Timecode.Seconds(motion.End)},{Timecode.Of(motion.End)},{Timecode.Seconds(motion.Duration)},")
                .Append(CultureInfo.InvariantCulture, $"{Math.Round(motion.PeakScore, 6)},{Timecode.Seconds(motion.PeakTime)},")
                .Append(CultureInfo.InvariantCulture, $"{motion.Box.X},{motion.Box.Y},{motion.Box.Width},{motion.Box.Height},")
                .Append(CultureInfo.InvariantCulture, $"{Timecode.Seconds(motion.ClipStart)},{Timecode.Seconds(motion.ClipEnd)},{thumbnail},{clip}");
            csv.Append(Options.Began is DateTime began ? $",{EventsDocument.Moment(began, motion.Start)},{EventsDocument.Moment(began, motion.End)}\n" : "\n");
        }
        return csv.ToString();
    }

    /// <summary>An event's line for --json.</summary>
    public static string Line(JobInput input, DetectedEvent detected, DateTime? began) =>
        JsonLine.Of(new EventLine(input.Name, EventDocument.Of(detected, began)), CliJson.Default.EventLine);

    private static string Generator { get; } =
        $"GmmVision {typeof(EventReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown"}";
}
