using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using GmmVision.Ffmpeg;
using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Recording.Events;

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

    public string ToJson(DateTimeOffset created) => JsonLine.Indented(json =>
    {
        json.WriteNumber("version", Version);
        json.WriteString("generator", Generator);
        json.WriteString("created", created.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
        json.WriteString("status", Status.ToString().ToLowerInvariant());
        if (Notes.Count > 0)
        {
            json.WriteStartArray("notes");
            foreach (string note in Notes)
                json.WriteStringValue(note);
            json.WriteEndArray();
        }
        json.WriteStartObject("input");
        json.WriteString("name", Input);
        if (Camera is not null)
            json.WriteString("camera", Camera);
        if (Recorded is DateTimeOffset recorded)
            json.WriteString("recorded", recorded.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteNumber("width", Format.Width);
        json.WriteNumber("height", Format.Height);
        json.WriteNumber("frame_rate", Math.Round(FrameRate, 3));
        json.WriteNumber("frames", Frames);
        if (Stream is int stream)
            json.WriteNumber("stream", stream);
        if ((Working.Width, Working.Height) != (Format.Width, Format.Height))
        {
            json.WriteNumber("detect_width", Working.Width);
            json.WriteNumber("detect_height", Working.Height);
        }
        if (Levels is (int low, int high))
        {
            json.WriteStartArray("levels");
            json.WriteNumberValue(low);
            json.WriteNumberValue(high);
            json.WriteEndArray();
        }
        if (Options.Began is DateTime began)
            json.WriteString("began", Moment(began, TimeSpan.Zero));
        json.WriteEndObject();
        json.WriteStartObject("parameters");
        Options.Write(json);
        json.WriteEndObject();
        Fingerprint?.Write(json);
        if (Skim is SkimReport skim)
        {
            json.WriteBoolean("skim", true);
            json.WriteNumber("key_frames", skim.KeyFrames);
            json.WriteNumber("longest_key_frame_interval", Timecode.Seconds(skim.LongestInterval));
        }
        json.WriteString("mask_hash", MaskHash);
        json.WriteStartArray("scene_changes");
        foreach (SceneChange change in SceneChanges)
            Write(json, change);
        json.WriteEndArray();
        if (SizeChanges.Count > 0)
        {
            json.WriteStartArray("size_changes");
            foreach (SizeChange change in SizeChanges)
                Write(json, change);
            json.WriteEndArray();
        }
        json.WriteStartArray("events");
        foreach (DetectedEvent detected in Events)
        {
            json.WriteStartObject();
            Write(json, detected, Options.Began);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

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
            csv.Append(Options.Began is DateTime began ? $",{Moment(began, motion.Start)},{Moment(began, motion.End)}\n" : "\n");
        }
        return csv.ToString();
    }

    /// <summary>An event's line for --json.</summary>
    public static string Line(JobInput input, DetectedEvent detected, DateTime? began) => JsonLine.Of(json =>
    {
        json.WriteString("input", input.Name);
        Write(json, detected, began);
    });

    /// <summary>A moment by the clock of the recording: with Z where that is known to be UTC, else in whatever zone its camera's clock was.</summary>
    public static string Moment(DateTime began, TimeSpan time) =>
        began.AddMilliseconds(Math.Round(time.TotalMilliseconds)).ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture) + (began.Kind == DateTimeKind.Utc ? "Z" : "");

    /// <summary>The members of one event, as they stand in events.json and in the lines of --json.</summary>
    public static void Write(Utf8JsonWriter json, DetectedEvent detected, DateTime? began)
    {
        MotionEvent motion = detected.Motion;
        json.WriteNumber("number", motion.Number);
        WriteMoment(json, "start", motion.StartFrame, motion.Start, began);
        WriteMoment(json, "end", motion.EndFrame, motion.End, began);
        WriteMoment(json, "duration", motion.EndFrame - motion.StartFrame, motion.Duration, null);
        json.WriteStartObject("peak");
        json.WriteNumber("score", Math.Round(motion.PeakScore, 6));
        json.WriteNumber("seconds", Timecode.Seconds(motion.PeakTime));
        json.WriteNumber("frame", motion.PeakFrame);
        json.WriteEndObject();
        json.WriteStartObject("box");
        json.WriteNumber("x", motion.Box.X);
        json.WriteNumber("y", motion.Box.Y);
        json.WriteNumber("width", motion.Box.Width);
        json.WriteNumber("height", motion.Box.Height);
        json.WriteEndObject();
        json.WriteNumber("clip_start", Timecode.Seconds(motion.ClipStart));
        json.WriteNumber("clip_end", Timecode.Seconds(motion.ClipEnd));
        if (motion.Zones.Count > 0)
        {
            json.WriteStartArray("zones");
            foreach (string zone in motion.Zones)
                json.WriteStringValue(zone);
            json.WriteEndArray();
        }
        json.WriteString("thumbnail", detected.Thumbnail);
        json.WriteString("clip", detected.Clip);
        if (detected.ClipProblem is not null)
            json.WriteString("clip_problem", detected.ClipProblem);
    }

    private static void Write(Utf8JsonWriter json, SizeChange change)
    {
        json.WriteStartObject();
        json.WriteNumber("frame", change.Frame);
        json.WriteNumber("seconds", Timecode.Seconds(change.Time));
        json.WriteString("timecode", Timecode.Of(change.Time));
        json.WriteNumber("width", change.Format.Width);
        json.WriteNumber("height", change.Format.Height);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, SceneChange change)
    {
        json.WriteStartObject();
        json.WriteString("state", SceneWords.NameOf(change.State));
        json.WriteNumber("frame", change.Frame);
        json.WriteNumber("seconds", Timecode.Seconds(change.Time));
        json.WriteString("timecode", Timecode.Of(change.Time));
        if (SceneWords.HasShift(change))
        {
            json.WriteStartObject("shift");
            json.WriteNumber("x", change.ShiftX);
            json.WriteNumber("y", change.ShiftY);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static string Generator { get; } =
        $"GmmVision {typeof(EventReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown"}";

    private static void WriteMoment(Utf8JsonWriter json, string name, long frame, TimeSpan time, DateTime? began)
    {
        json.WriteStartObject(name);
        json.WriteNumber("frame", frame);
        json.WriteNumber("seconds", Timecode.Seconds(time));
        json.WriteString("timecode", Timecode.Of(time));
        if (began is DateTime clock)
            json.WriteString("time", Moment(clock, time));
        json.WriteEndObject();
    }
}
