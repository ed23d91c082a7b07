using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using GmmVision.Ffmpeg;

namespace GmmVision.Cli.Archive;

/// <summary>failed.json in the folder of an input of a list: what was tried and why it was not done, or not to its end. The next result takes its place.</summary>
/// <param name="Input">As it stands in the list.</param>
/// <param name="Reason">In one line.</param>
internal sealed record FailureRecord(string Input, string Reason)
{
    /// <summary>Its file's name.</summary>
    public const string FileName = "failed.json";

    private const int Version = 1;

    /// <summary>Writes it into the input's folder, where it lies beside an earlier result; where even that cannot be written the job has told why.</summary>
    public void Write(string folder)
    {
        try
        {
            OutputFile.Write(Path.Combine(folder, FileName), JsonLine.Indented(
                new FailureDocument(Version, Input, Reason, DateTimeOffset.Now.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture)), CliJson.Default.FailureDocument));
        }
        catch (IOException)
        {
            // The disk may be what failed.
        }
    }

    /// <summary>What lies in a folder; null for none.</summary>
    public static FailureRecord? Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            FailureDocument failure = JsonSerializer.Deserialize(File.ReadAllBytes(path), CliJson.Default.FailureDocument) ?? throw new JsonException("It is null.");
            return new FailureRecord(failure.Input, failure.Reason);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return new FailureRecord("", $"{FileName} cannot be read");
        }
    }
}

/// <summary>failed.json.</summary>
/// <param name="Version">Of its form.</param>
/// <param name="Input">As it stands in the list.</param>
/// <param name="Reason">In one line.</param>
/// <param name="At">When it failed.</param>
[method: JsonConstructor]
internal sealed record FailureDocument(int Version, string Input, string Reason, string? At = null);
