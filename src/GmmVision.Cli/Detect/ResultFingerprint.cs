using System.Text.Json;
using GmmVision.Cli.Archive;

namespace GmmVision.Cli.Detect;

/// <summary>Which input and which settings a result is of; events.json has it where the result is whole.</summary>
/// <param name="Input">See <see cref="InputStamp"/>.</param>
/// <param name="Parameters">See <see cref="DetectOptions.Fingerprint"/>.</param>
internal sealed record ResultFingerprint(string Input, string Parameters)
{
    /// <summary>Of an input as it is now; null where it cannot be known again.</summary>
    public static ResultFingerprint? Of(JobInput input, DetectOptions options) =>
        InputStamp.Of(input.Path) is string stamp ? new ResultFingerprint(stamp, options.Fingerprint()) : null;

    /// <summary>What a report says; null where there is none, or where it says that something is missing.</summary>
    /// <param name="path">Of events.json.</param>
    public static ResultFingerprint? Read(string path)
    {
        try
        {
            if (!File.Exists(path))
                return null;
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return Of(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What a report that was read says.</summary>
    /// <exception cref="InvalidOperationException">It is no report.</exception>
    public static ResultFingerprint? Of(JsonElement report) =>
        report.TryGetProperty("fingerprint", out JsonElement own) && own.TryGetProperty("input", out JsonElement input) && own.TryGetProperty("parameters", out JsonElement parameters)
            ? new ResultFingerprint(input.GetString()!, parameters.GetString()!)
            : null;

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("fingerprint");
        json.WriteString("input", Input);
        json.WriteString("parameters", Parameters);
        json.WriteEndObject();
    }
}
