using System.Globalization;
using System.Text.Json;
using GmmVision.Cli.Detect;
using GmmVision.Motion;

namespace GmmVision.Cli.Archive;

/// <summary>An event of an archive.</summary>
/// <param name="Number">In its result, from 1.</param>
/// <param name="Start">Seconds since the recording's start.</param>
/// <param name="End">The same.</param>
/// <param name="PeakScore">Largest part of the area that moved, 0 to 1.</param>
/// <param name="PeakSeconds">When that was.</param>
/// <param name="Box">x, y, width, height around all that moved, in the video's own pixels.</param>
/// <param name="Zones">Names of the zones that moved.</param>
/// <param name="Thumbnail">Name of the picture, beside events.json; null where there is none.</param>
/// <param name="Clip">Name of the clip; null where none was cut.</param>
internal sealed record ArchiveEvent(int Number, double Start, double End, double PeakScore, double PeakSeconds, (int X, int Y, int Width, int Height) Box, string[] Zones, string? Thumbnail, string? Clip);

/// <summary>What is in one result's folder.</summary>
internal sealed record ArchiveResult
{
    /// <summary>Its folder below the archive's, with / between.</summary>
    public required string Name { get; init; }

    /// <summary>Name of the input, without folder.</summary>
    public string Input { get; init; } = "";

    /// <summary>What a manifest called the camera; null where it did not.</summary>
    public string? Camera { get; init; }

    /// <summary>When the input was recorded, as its container said.</summary>
    public DateTimeOffset? Recorded { get; init; }

    /// <summary>Frames that were looked at.</summary>
    public long Frames { get; init; }

    /// <summary>Frames a second; 0 where unknown.</summary>
    public double FrameRate { get; init; }

    /// <summary>Seconds of the input before the first frame that was looked at.</summary>
    public double Skipped { get; init; }

    /// <summary>Which part of its input it is; null: all of it.</summary>
    public InputSlice? Part { get; init; }

    /// <summary>What made events of motion, as events.json has it, but for where the part begins and ends; of parts only.</summary>
    public string Motion { get; init; } = "";

    /// <summary>The same to work with; of parts only.</summary>
    public MotionOptions? MotionOptions { get; init; }

    /// <summary>Null where something is missing of the result.</summary>
    public ResultFingerprint? Fingerprint { get; init; }

    /// <summary>Why the last try failed, or what is missing; null where all is there.</summary>
    public string? Problem { get; init; }

    /// <summary>As a manifest's line, where a failure was recorded.</summary>
    public string? ManifestLine { get; init; }

    public IReadOnlyList<ArchiveEvent> Events { get; init; } = [];

    /// <summary>How long the part is that was looked at.</summary>
    public double Seconds => FrameRate > 0 ? Math.Min(Frames / FrameRate, MostSeconds) : Events.Count > 0 ? Events[^1].End : 0;

    /// <summary>The folders below an archive's that hold a result, or word of a failure; in order of their names.</summary>
    /// <exception cref="UserError">There is no such folder.</exception>
    public static IReadOnlyList<string> Find(string archive)
    {
        if (!Directory.Exists(archive))
            throw UserError.Usage(File.Exists(archive) ? $"'{archive}' is a file: give the folder that detect wrote results into (its --output)." : $"there is no folder '{archive}': give the one that detect wrote results into (its --output).");
        List<string> found = [];
        try
        {
            Look(new DirectoryInfo(archive), "");
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            throw new UserError($"cannot look through '{archive}': {exception.Message}", inner: exception);
        }
        found.Sort(StringComparer.Ordinal);
        return found;

        void Look(DirectoryInfo folder, string name)
        {
            if (name.Length > 0 && (File.Exists(Path.Combine(folder.FullName, OutputFolder.ReportName)) || File.Exists(Path.Combine(folder.FullName, FailureRecord.FileName))))
            {
                found.Add(name);
                return;
            }
            foreach (DirectoryInfo inner in folder.EnumerateDirectories())
            {
                // A link may lead round in a circle; what begins with a dot is under way.
                if (!inner.Name.StartsWith('.') && inner.LinkTarget is null)
                    Look(inner, name.Length == 0 ? inner.Name : $"{name}/{inner.Name}");
            }
        }
    }

    /// <summary>Reads a result's folder; what is wrong with it is in <see cref="Problem"/>.</summary>
    public static ArchiveResult Read(string archive, string name)
    {
        string folder = Path.Combine(archive, name), path = Path.Combine(folder, OutputFolder.ReportName);
        FailureRecord? failure = FailureRecord.Read(folder);
        if (!File.Exists(path))
            return new ArchiveResult { Name = name, Problem = failure?.Reason ?? "no result", ManifestLine = failure?.Input };
        try
        {
            ArchiveResult result = Of(name, JsonSerializer.Deserialize(File.ReadAllBytes(path), CliJson.Default.EventsDocument) ?? throw new JsonException("It is null."));
            return failure is null ? result : result with { Problem = failure.Reason, ManifestLine = failure.Input };
        }
        catch (Exception exception) when (exception is JsonException or FormatException or OverflowException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            string reason = exception is not (IOException or UnauthorizedAccessException) ? "is damaged, or of another program" : $"cannot be read: {exception.Message}";
            return new ArchiveResult { Name = name, Problem = $"{OutputFolder.ReportName} {reason}", ManifestLine = failure?.Input };
        }
    }

    private static ArchiveResult Of(string name, EventsDocument report)
    {
        DetectParameters parameters = report.Parameters;
        InputSlice? part = parameters.Part is null ? null : InputSlice.Parse(parameters.Part);
        return new ArchiveResult
        {
            Name = name,
            Input = report.Input.Name,
            Camera = report.Input.Camera,
            Recorded = report.Input.Recorded is null ? null : DateTimeOffset.Parse(report.Input.Recorded, CultureInfo.InvariantCulture),
            Frames = (long)Within(report.Input.Frames, 1e12),
            FrameRate = Within(report.Input.FrameRate, 1e5),
            Skipped = Within(parameters.Start ?? 0, MostSeconds),
            Part = part,
            Motion = part is null ? "" : JsonLine.Of(parameters with { Start = null, End = null, Part = null }, CliJson.Default.DetectParameters),
            MotionOptions = part is null ? null : parameters.ToMotion(),
            Fingerprint = report.Fingerprint,
            // A result without a fingerprint may be whole: of a camera, or of an earlier version.
            Problem = report.Status != "complete" ? report.Notes is [.., string last] ? $"{report.Status}: {last}" : report.Status
                : report.Notes?.Contains(DetectJob.ClipsBeingCut) == true ? "ended while its clips were being cut" : null,
            Events = [.. report.Events.Select(Of)],
        };
    }

    // A list of JSON may hold null, whatever its type says.
    private static ArchiveEvent Of(EventDocument? each) => each is null || each.Zones?.Contains(null!) == true ? throw new FormatException("an event, or the name of a zone, is null") : new(each.Number, Within(each.Start.Seconds, MostSeconds), Within(each.End.Seconds, MostSeconds),
        Within(each.Peak.Score, 1), Within(each.Peak.Seconds, MostSeconds), (each.Box.X, each.Box.Y, each.Box.Width, each.Box.Height), [.. each.Zones ?? []], each.Thumbnail, each.Clip);

    /// <summary>As many seconds as a recording may have: thirty years.</summary>
    public const double MostSeconds = 1e9;

    /// <exception cref="FormatException">The value is not from 0 to the most.</exception>
    public static double Within(double value, double most) => value >= 0 && value <= most ? value : throw new FormatException($"{value} is not from 0 to {most}");
}
