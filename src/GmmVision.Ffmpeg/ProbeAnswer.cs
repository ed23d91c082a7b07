using System.Globalization;
using System.Text.Json;

namespace GmmVision.Ffmpeg;

/// <summary>Reads fields of ffprobe's JSON, whatever stands in them.</summary>
internal static class ProbeAnswer
{
    private const double Most = 1e9;      // seconds, pixels or frames; more is nonsense, and does not fit a time

    /// <summary>Runs ffprobe and reads its answer.</summary>
    /// <param name="arguments">What is asked.</param>
    /// <param name="doing">For messages.</param>
    /// <param name="read">Reads the answer.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FfmpegException">ffprobe fails, or its answer makes no sense.</exception>
    public static T Ask<T>(IEnumerable<string> arguments, string doing, Func<JsonElement, T> read, CancellationToken cancellation)
    {
        byte[] json = FfmpegTools.Run(FfmpegTools.Ffprobe, ["-loglevel", "level+error", "-of", "json", .. arguments], doing, cancellation);
        try
        {
            using var document = JsonDocument.Parse(json);
            return read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException)
        {
            throw new FfmpegException($"{doing}: the answer of ffprobe makes no sense ({exception.Message.Split('\n')[0].TrimEnd('.')}): check the program that runs as ffprobe.", exception);
        }
    }

    /// <summary>The items of a list; none where it is missing.</summary>
    public static IEnumerable<JsonElement> Items(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    /// <summary>Text; empty where it is missing.</summary>
    public static string Text(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    /// <summary>A number, also one that is written as text; null where it is missing or makes no sense.</summary>
    public static double? Number(JsonElement item, string name)
    {
        if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty(name, out JsonElement value))
            return null;
        double number = double.NaN;
        if (value.ValueKind == JsonValueKind.Number)
            number = value.TryGetDouble(out double given) ? given : double.NaN;
        else if (value.ValueKind == JsonValueKind.String && double.TryParse(value.GetString(), CultureInfo.InvariantCulture, out double parsed))
            number = parsed;
        return Math.Abs(number) <= Most ? number : null;
    }

    /// <summary>A fraction such as 30000/1001; null where it is none.</summary>
    public static double? Rate(JsonElement item, string name) =>
        Text(item, name).Split('/') is [string a, string b]
        && double.TryParse(a, CultureInfo.InvariantCulture, out double numerator)
        && double.TryParse(b, CultureInfo.InvariantCulture, out double denominator) && denominator > 0 && numerator / denominator is >= 0 and <= 1e6
            ? numerator / denominator
            : null;
}
