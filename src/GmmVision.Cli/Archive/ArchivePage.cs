using System.Reflection;
using System.Text;
using System.Text.Json;

namespace GmmVision.Cli.Archive;

/// <summary>index.html: the archive as a page that needs no server: a calendar of days and hours by motion, the events with their pictures, filters.</summary>
internal static class ArchivePage
{
    private const string Placeholder = "/*DATA*/";

    /// <summary>Writes it.</summary>
    /// <param name="stream">Of the file.</param>
    /// <param name="collection">What it shows.</param>
    /// <param name="archive">The archive's folder, seen from the page's.</param>
    public static void Write(Stream stream, Collection collection, string archive)
    {
        using Stream resource = Assembly.GetExecutingAssembly().GetManifestResourceStream("GmmVision.Cli.Archive.archive.html")!;
        using StreamReader reader = new(resource);
        string page = reader.ReadToEnd();
        int at = page.IndexOf(Placeholder, StringComparison.Ordinal);
        stream.Write(Encoding.UTF8.GetBytes(page[..at]));
        WriteData(stream, collection, archive);
        stream.Write(Encoding.UTF8.GetBytes(page[(at + Placeholder.Length)..]));
    }

    private static void WriteData(Stream stream, Collection collection, string archive)
    {
        string[] cameras = [.. collection.Results.Select(placed => placed.Camera).Distinct().Order(StringComparer.Ordinal)];
        string[] zones = [.. collection.Events.SelectMany(each => each.Event.Zones).Distinct().Order(StringComparer.Ordinal)];
        Dictionary<string, int> cameraNumbers = Numbers(cameras), zoneNumbers = Numbers(zones);
        (int Result, ArchiveEvent Event)[] events = [.. collection.Results.SelectMany((placed, i) => placed.Result.Events.Select(each => (i, each)))];
        ArchivePageData data = new()
        {
            Base = archive is "." ? "" : archive.Replace('\\', '/') + "/",
            Cameras = cameras,
            Zones = zones,
            Failed = collection.Failed.Count,
            Missing = collection.Missing.Count,
            Results = new ResultColumns
            {
                Name = [.. collection.Results.Select(placed => placed.Result.Name)],
                Camera = [.. collection.Results.Select(placed => cameraNumbers[placed.Camera])],
                Start = [.. collection.Results.Select(placed => placed.Start is DateTime start ? (start.AddSeconds(placed.Result.Skipped) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMillisecond : (long?)null)],
                Seconds = [.. collection.Results.Select(placed => Math.Round(placed.Result.Seconds, 1))],
                Skipped = [.. collection.Results.Select(placed => placed.Result.Skipped)],
            },
            Events = new EventColumns
            {
                Result = [.. events.Select(each => each.Result)],
                Number = [.. events.Select(each => each.Event.Number)],
                Start = [.. events.Select(each => Math.Round(each.Event.Start, 1))],
                Length = [.. events.Select(each => Math.Round(each.Event.End - each.Event.Start, 1))],
                Peak = [.. events.Select(each => (int)Math.Max(1, Math.Round(10_000 * each.Event.PeakScore)))],
                Picture = [.. events.Select(each => each.Event.Thumbnail)],
                Clip = [.. events.Select(each => each.Event.Clip)],
                Zones = [.. events.Select(each => Array.ConvertAll(each.Event.Zones, zone => zoneNumbers[zone]))],
            },
        };
        // With the encoder of web pages, which writes < as \u003C, so that no name can end the script.
        JsonSerializer.Serialize(stream, data, CliJson.Default.ArchivePageData);

        static Dictionary<string, int> Numbers(string[] names) => names.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i);
    }
}

/// <summary>What the page shows; in columns, since a hundred thousand events are a usual archive.</summary>
internal sealed record ArchivePageData
{
    /// <summary>The archive's folder, seen from the page's, with / at its end.</summary>
    public required string Base { get; init; }

    public required string[] Cameras { get; init; }

    public required string[] Zones { get; init; }

    public required int Failed { get; init; }

    public required int Missing { get; init; }

    public required ResultColumns Results { get; init; }

    public required EventColumns Events { get; init; }
}

/// <summary>Of each result.</summary>
internal sealed record ResultColumns
{
    public required string[] Name { get; init; }

    /// <summary>Number among the cameras.</summary>
    public required int[] Camera { get; init; }

    /// <summary>Milliseconds, as if the camera's clock were UTC; null: unknown.</summary>
    public required long?[] Start { get; init; }

    public required double[] Seconds { get; init; }

    /// <summary>Seconds of the input before the first frame that was looked at.</summary>
    public required double[] Skipped { get; init; }
}

/// <summary>Of each event.</summary>
internal sealed record EventColumns
{
    /// <summary>Number among the results.</summary>
    public required int[] Result { get; init; }

    public required int[] Number { get; init; }

    /// <summary>Seconds since its recording's start.</summary>
    public required double[] Start { get; init; }

    public required double[] Length { get; init; }

    /// <summary>In parts of 10,000.</summary>
    public required int[] Peak { get; init; }

    public required string?[] Picture { get; init; }

    public required string?[] Clip { get; init; }

    /// <summary>Numbers among the zones.</summary>
    public required int[][] Zones { get; init; }
}
