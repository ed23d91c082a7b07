using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using GmmVision.Foreground;
using GmmVision.Imaging;

namespace GmmVision.Recording.Events;

/// <summary>Something that happened at a camera: a line of events.jsonl, the body of a webhook, an entry of the page's list.</summary>
/// <remarks>Times are wall-clock times in UTC.</remarks>
public sealed record CameraEvent
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,      // the text goes into files and bodies of JSON, never into HTML
    };

    /// <summary>Version of this form.</summary>
    public int Version { get; init; } = 1;

    /// <summary>What happened.</summary>
    public required CameraEventKind Kind { get; init; }

    /// <summary>The camera's name.</summary>
    public required string Camera { get; init; }

    /// <summary>Counts a camera's motion events, also over restarts; the same for the start and the end of one. 0 for what is not motion.</summary>
    public long Number { get; init; }

    /// <summary>First frame with motion, or when it happened.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>Last frame with motion; null while it lasts.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>Seconds from start to end.</summary>
    public double? Duration { get; init; }

    /// <summary>The highest score of the event, and when.</summary>
    public EventPeak? Peak { get; init; }

    /// <summary>Around all motion of the event, in pixels.</summary>
    public EventBox? Box { get; init; }

    /// <summary>Names of the zones that moved, in the order in which they were drawn, those without a name by their number from 1; null where there are no zones.</summary>
    public IReadOnlyList<string>? Zones { get; init; }

    /// <summary>File name of the clip, in the camera's folder.</summary>
    public string? Clip { get; init; }

    /// <summary>When the clip's first frame was taken.</summary>
    public DateTimeOffset? ClipStart { get; init; }

    /// <summary>When its last frame was taken.</summary>
    public DateTimeOffset? ClipEnd { get; init; }

    /// <summary>File name of the picture at the peak.</summary>
    public string? Thumbnail { get; init; }

    /// <summary>True where the program was ended in the middle of the event; what is here was found at the next start.</summary>
    public bool? Interrupted { get; init; }

    /// <summary>True while the motion lasts, or its clip is being finished: no end, no clip yet. Never in the log.</summary>
    public bool? Running { get; init; }

    /// <summary>True where somebody wants it to stay, whatever is removed for age or size. Never in the log: a file NAME.kept beside the clip says it.</summary>
    public bool? Kept { get; init; }

    /// <summary>Number of the event that became too long and that this one goes on with; null where it begins by itself.</summary>
    public long? Continues { get; init; }

    /// <summary>What happened to the picture as a whole, where that is what is told.</summary>
    public SceneState? Scene { get; init; }

    /// <summary>By how much the picture moved, where that is known.</summary>
    public EventShift? Shift { get; init; }

    /// <summary>Why a camera was lost, or what happened to its picture, in words.</summary>
    public string? Message { get; init; }

    /// <summary>One line of JSON, without the line's end.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Format);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static CameraEvent FromJson(ReadOnlySpan<byte> utf8)
    {
        CameraEvent happened;
        try
        {
            happened = JsonSerializer.Deserialize<CameraEvent>(utf8, Format) ?? throw new JsonException("An event is an object.");
        }
        catch (InvalidOperationException exception)      // text that is no UTF-8
        {
            throw new JsonException("An event holds text that cannot be read.", exception);
        }
        return happened.Number is >= 0 and <= MaxNumber ? happened : throw new JsonException($"An event has the number {happened.Number}; numbers are 0 to {MaxNumber}.");
    }

    /// <summary>The highest number that an event may have: more than a camera can make, and far from where numbers end.</summary>
    public const long MaxNumber = 1_000_000_000_000_000;
}

/// <summary>What an event tells.</summary>
public enum CameraEventKind
{
    /// <summary>Motion that has ended: start, end, clip.</summary>
    Motion,

    /// <summary>Motion has begun. Told to others, not written to the log.</summary>
    MotionStarted,

    /// <summary>The camera does not answer, has ended or stands still.</summary>
    CameraLost,

    /// <summary>It answers again.</summary>
    CameraBack,

    /// <summary>Something happened to the picture as a whole: the light, another view, a covered lens.</summary>
    SceneChanged,

    /// <summary>The system's clock was set: what follows is later, whatever its time says. Written to the log, not told to others.</summary>
    ClockSet,

    /// <summary>The motion event of this number was deleted by hand. Written to the log, not told to others.</summary>
    Deleted,
}

/// <summary>Where an event's score was highest.</summary>
/// <param name="Score">Part of the watched area in motion, 0 to 1.</param>
/// <param name="Time">When.</param>
public sealed record EventPeak(double Score, DateTimeOffset Time);

/// <summary>Pixels to the right and down.</summary>
public sealed record EventShift(int X, int Y);

/// <summary>A rectangle in pixels.</summary>
/// <param name="X">Of the first column.</param>
/// <param name="Y">Of the first row.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public sealed record EventBox(int X, int Y, int Width, int Height)
{
    /// <summary>From the library's.</summary>
    public static EventBox Of(Box box) => new(box.X, box.Y, box.Width, box.Height);
}
