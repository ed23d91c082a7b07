using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
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

    // In columns, since a hundred thousand events are a usual archive. The default encoder writes < as \u003C, so that no name can end the script.
    private static void WriteData(Stream stream, Collection collection, string archive)
    {
        string[] cameras = [.. collection.Results.Select(placed => placed.Camera).Distinct().Order(StringComparer.Ordinal)];
        string[] zones = [.. collection.Events.SelectMany(each => each.Event.Zones).Distinct().Order(StringComparer.Ordinal)];
        Dictionary<string, int> cameraNumbers = Numbers(cameras), zoneNumbers = Numbers(zones);
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.Default });
        json.WriteStartObject();
        json.WriteString("base", archive is "." ? "" : archive.Replace('\\', '/') + "/");
        WriteTexts("cameras", cameras);
        WriteTexts("zones", zones);
        json.WriteNumber("failed", collection.Failed.Count);
        json.WriteNumber("missing", collection.Missing.Count);
        // Of each result: name, camera, start in milliseconds (as if the camera's clock were UTC; null: unknown), seconds.
        json.WriteStartArray("results");
        foreach (Collection.Placed placed in collection.Results)
        {
            json.WriteStartArray();
            json.WriteStringValue(placed.Result.Name);
            json.WriteNumberValue(cameraNumbers[placed.Camera]);
            if (placed.Start is DateTime start)
                json.WriteNumberValue((start.AddSeconds(placed.Result.Skipped) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMillisecond);
            else
                json.WriteNullValue();
            json.WriteNumberValue(Math.Round(placed.Result.Seconds, 1));
            json.WriteNumberValue(placed.Result.Skipped);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        // Of each event: result, number, start and length in seconds, peak in parts of 10,000, picture, clip, then the zones.
        json.WriteStartArray("events");
        for (int i = 0; i < collection.Results.Count; i++)
        {
            foreach (ArchiveEvent each in collection.Results[i].Result.Events)
            {
                json.WriteStartArray();
                json.WriteNumberValue(i);
                json.WriteNumberValue(each.Number);
                json.WriteNumberValue(Math.Round(each.Start, 1));
                json.WriteNumberValue(Math.Round(each.End - each.Start, 1));
                json.WriteNumberValue((int)Math.Max(1, Math.Round(10_000 * each.PeakScore)));
                json.WriteStringValue(each.Thumbnail);
                json.WriteStringValue(each.Clip);
                foreach (string zone in each.Zones)
                    json.WriteNumberValue(zoneNumbers[zone]);
                json.WriteEndArray();
            }
        }
        json.WriteEndArray();
        json.WriteEndObject();

        static Dictionary<string, int> Numbers(string[] names) => names.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i);

        void WriteTexts(string key, string[] texts)
        {
            json.WriteStartArray(key);
            foreach (string text in texts)
                json.WriteStringValue(text);
            json.WriteEndArray();
        }
    }
}
