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
            using FileStream file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, CliJson.Default.FingerprintDocument)?.Fingerprint;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
