using System.Globalization;
using System.Text.Json.Serialization;
using GmmVision.Foreground;
using GmmVision.Motion;
using GmmVision.Recording.Events;

namespace GmmVision.Cli.Detect;

/// <summary>events.json. Times are seconds since the first frame, boxes in the video's own pixels.</summary>
internal sealed record EventsDocument
{
    public int Version { get; init; }

    public string? Generator { get; init; }

    public string? Created { get; init; }

    public required string Status { get; init; }

    public IReadOnlyList<string>? Notes { get; init; }

    public required InputDocument Input { get; init; }

    public required DetectParameters Parameters { get; init; }

    public ResultFingerprint? Fingerprint { get; init; }

    public bool? Skim { get; init; }

    public int? KeyFrames { get; init; }

    public double? LongestKeyFrameInterval { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? MaskHash { get; init; }

    public IReadOnlyList<SceneChangeDocument>? SceneChanges { get; init; }

    public IReadOnlyList<SizeChangeDocument>? SizeChanges { get; init; }

    public required IReadOnlyList<EventDocument> Events { get; init; }

    /// <summary>A moment by the clock of the recording: with Z where that is known to be UTC, else in whatever zone its camera's clock was.</summary>
    public static string Moment(DateTime began, TimeSpan time) =>
        began.AddMilliseconds(Math.Round(time.TotalMilliseconds)).ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture) + (began.Kind == DateTimeKind.Utc ? "Z" : "");
}

/// <summary>Only what tells whether a result is whole.</summary>
internal sealed record FingerprintDocument(ResultFingerprint? Fingerprint = null);

/// <summary>What was looked at.</summary>
internal sealed record InputDocument
{
    public required string Name { get; init; }

    public string? Camera { get; init; }

    public string? Recorded { get; init; }

    public int Width { get; init; }

    public int Height { get; init; }

    public required double FrameRate { get; init; }

    public required long Frames { get; init; }

    public int? Stream { get; init; }

    public int? DetectWidth { get; init; }

    public int? DetectHeight { get; init; }

    public int[]? Levels { get; init; }

    public string? Began { get; init; }
}

/// <summary>A moment of the video; its time is by the recording's own clock, where that is known.</summary>
internal sealed record MomentDocument
{
    public long Frame { get; init; }

    public required double Seconds { get; init; }

    public string? Timecode { get; init; }

    public string? Time { get; init; }

    public static MomentDocument Of(long frame, TimeSpan time, DateTime? began = null) => new()
    {
        Frame = frame,
        Seconds = Detect.Timecode.Seconds(time),
        Timecode = Detect.Timecode.Of(time),
        Time = began is DateTime clock ? EventsDocument.Moment(clock, time) : null,
    };
}

internal sealed record PeakDocument(double Score, double Seconds, long Frame = 0);

internal sealed record BoxDocument(int X, int Y, int Width, int Height);

internal sealed record ShiftDocument(int X, int Y);

/// <summary>An event, in events.json and, with its input in front, as a line of --json.</summary>
internal record EventDocument
{
    public required int Number { get; init; }

    public required MomentDocument Start { get; init; }

    public required MomentDocument End { get; init; }

    public MomentDocument? Duration { get; init; }

    public required PeakDocument Peak { get; init; }

    public required BoxDocument Box { get; init; }

    public double ClipStart { get; init; }

    public double ClipEnd { get; init; }

    public IReadOnlyList<string>? Zones { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? Thumbnail { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? Clip { get; init; }

    public string? ClipProblem { get; init; }

    public static EventDocument Of(DetectedEvent detected, DateTime? began)
    {
        MotionEvent motion = detected.Motion;
        return new EventDocument
        {
            Number = motion.Number,
            Start = MomentDocument.Of(motion.StartFrame, motion.Start, began),
            End = MomentDocument.Of(motion.EndFrame, motion.End, began),
            Duration = MomentDocument.Of(motion.EndFrame - motion.StartFrame, motion.Duration),
            Peak = new PeakDocument(Math.Round(motion.PeakScore, 6), Timecode.Seconds(motion.PeakTime), motion.PeakFrame),
            Box = new BoxDocument(motion.Box.X, motion.Box.Y, motion.Box.Width, motion.Box.Height),
            ClipStart = Timecode.Seconds(motion.ClipStart),
            ClipEnd = Timecode.Seconds(motion.ClipEnd),
            Zones = motion.Zones.Count > 0 ? motion.Zones : null,
            Thumbnail = detected.Thumbnail,
            Clip = detected.Clip,
            ClipProblem = detected.ClipProblem,
        };
    }
}

/// <summary>A line of --json.</summary>
internal sealed record EventLine : EventDocument
{
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public EventLine(string input, EventDocument happened) : base(happened) => Input = input;

    public string Input { get; }
}

/// <summary>What happened to the picture as a whole.</summary>
internal sealed record SceneChangeDocument(string State, long Frame, double Seconds, string Timecode, ShiftDocument? Shift = null)
{
    public static SceneChangeDocument Of(SceneChange change) => new(SceneWords.NameOf(change.State), change.Frame, Detect.Timecode.Seconds(change.Time), Detect.Timecode.Of(change.Time),
        SceneWords.HasShift(change) ? new ShiftDocument(change.ShiftX, change.ShiftY) : null);
}

/// <summary>Where the pictures became of another size.</summary>
internal sealed record SizeChangeDocument(long Frame, double Seconds, string Timecode, int Width, int Height)
{
    public static SizeChangeDocument Of(SizeChange change) => new(change.Frame, Detect.Timecode.Seconds(change.Time), Detect.Timecode.Of(change.Time), change.Format.Width, change.Format.Height);
}
