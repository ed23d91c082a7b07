using System.Text.Json;
using GmmVision.Motion;

namespace GmmVision.Cli.Archive;

/// <summary>One line of a manifest: an input, and what is different for it.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Text">As it stands there.</param>
/// <param name="Input">File, folder of images or address.</param>
internal sealed record ManifestEntry(int Line, string Text, string Input)
{
    /// <summary>Name of its results; null: after the input.</summary>
    public string? Name { get; init; }

    /// <summary>What a person calls the camera; null: as the file's name or folder says.</summary>
    public string? Camera { get; init; }

    /// <summary>Zones instead of the command line's; null: those.</summary>
    public IReadOnlyList<Zone>? Zones { get; init; }

    /// <inheritdoc cref="Zones"/>
    public IReadOnlyList<Zone>? Exclude { get; init; }

    /// <inheritdoc cref="Zones"/>
    public IReadOnlyList<Zone>? Privacy { get; init; }

    /// <summary>Begin here instead of where the command line says.</summary>
    public TimeSpan? Start { get; init; }

    /// <summary>End here instead.</summary>
    public TimeSpan? End { get; init; }

    /// <summary>Which part of the input this is; null: all of it, or as much as start and end say.</summary>
    public InputSlice? Part { get; init; }

    /// <summary>How long it is, for dealing out; null: unknown.</summary>
    public double? Seconds { get; init; }
}

/// <summary>A list of inputs in a file: one path a line, or one JSON object a line with options of that input.</summary>
/// <remarks>
/// Lines that are empty or begin with # count for nothing (a file of such a name is ./#name), and paths are taken from the
/// current folder, as on the command line. A line that begins with { is JSON: "input", "name", and for detect "camera",
/// "zones", "exclude", "privacy" (each a list of polygons), "start", "end" (seconds or a clock); "part" and "seconds" as the command manifest writes them.
/// </remarks>
internal static class Manifest
{
    private static readonly string[] ForAll = ["input", "name"];
    private static readonly string[] ForDetect = ["camera", "zones", "exclude", "privacy", "start", "end", "part", "seconds"];

    /// <summary>All entries of a file, in its order; the same line twice is one entry.</summary>
    /// <param name="path">The file; - is stdin.</param>
    /// <param name="withOptions">Whether an entry may have the options of detect.</param>
    /// <param name="error">Told which lines are there twice.</param>
    /// <exception cref="UserError">It cannot be read, or a line makes no sense: exit code 2.</exception>
    public static IReadOnlyList<ManifestEntry> Read(string path, bool withOptions, TextWriter error)
    {
        string name = path == "-" ? "the manifest on stdin" : $"the manifest '{path}'";
        string[] lines;
        try
        {
            lines = path == "-" ? Console.In.ReadToEnd().Split('\n') : File.ReadAllLines(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            string reason = exception is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : Directory.Exists(path) ? "it is a folder" : exception.Message.TrimEnd('.');
            throw UserError.Usage($"cannot read {name}: {reason}. Give a file with one input a line.", exception);
        }
        List<ManifestEntry> entries = [];
        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        Dictionary<string, int> names = new(StringComparer.OrdinalIgnoreCase);
        List<string> repeated = [];
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].TrimEnd('\r').Trim(i == 0 ? ['\uFEFF', ' ', '\t'] : [' ', '\t']);
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (!seen.TryAdd(line, i + 1))
            {
                repeated.Add($"{i + 1}");
                continue;
            }
            ManifestEntry entry = Entry(name, i + 1, line, withOptions);
            if (entry.Name is string chosen && (entry.Part is null ? chosen : $"{chosen}/{entry.Part.Folder}") is string own && !names.TryAdd(own, i + 1))
                throw UserError.Usage($"{name}, line {i + 1}: the name '{own}' is taken by line {names[own]}; give every input another.");
            entries.Add(entry);
        }
        if (entries.Count == 0)
            throw UserError.Usage($"{name} names no input: write one a line.");
        if (repeated.Count > 0)
            error.WriteLine($"note: {name} says {repeated.Count} {(repeated.Count == 1 ? "line" : "lines")} a second time (line {string.Join(", ", repeated.Take(5))}{(repeated.Count > 5 ? ", ..." : "")}); each input is done once.");
        return entries;
    }

    /// <summary>One line, neither empty nor a comment.</summary>
    /// <exception cref="UserError">It makes no sense.</exception>
    public static ManifestEntry Entry(string manifest, int number, string line, bool withOptions) =>
        line[0] == '{' ? OfJson(manifest, number, line, withOptions) : new ManifestEntry(number, line, line);

    private static ManifestEntry OfJson(string manifest, int number, string line, bool withOptions)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            string? Text(string key) => document.RootElement.TryGetProperty(key, out JsonElement value)
                ? value.ValueKind == JsonValueKind.String ? value.GetString() : throw new FormatException($"\"{key}\" has to be text, not {value.GetRawText()}")
                : null;
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (!ForAll.Contains(property.Name) && !(withOptions && ForDetect.Contains(property.Name)))
                    throw new FormatException($"\"{property.Name}\" is not known here; {string.Join(", ", withOptions ? [.. ForAll, .. ForDetect] : ForAll)} are");
            }
            string input = Text("input") is { Length: > 0 } given ? given : throw new FormatException("\"input\" is missing");
            return new ManifestEntry(number, line, input)
            {
                Name = Text("name") is string name ? CheckedName(name) : null,
                Camera = Text("camera"),
                Zones = Zones(document.RootElement, "zones"),
                Exclude = Zones(document.RootElement, "exclude"),
                Privacy = Zones(document.RootElement, "privacy"),
                Start = Time(document.RootElement, "start"),
                End = Time(document.RootElement, "end"),
                Part = Text("part") is string part ? InputSlice.Parse(part) : null,
                Seconds = Time(document.RootElement, "seconds")?.TotalSeconds,
            };
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            string reason = exception is JsonException ? "it begins with { but is no whole JSON object" : exception.Message.TrimEnd('.');
            throw UserError.Usage($"{manifest}, line {number}: {reason}.", exception);
        }
    }

    private static string CheckedName(string name) =>
        name.Length is > 0 and <= 200 && name[0] != '.' && name.IndexOfAny(['/', '\\', '\0', '\n', '\r']) < 0
            ? name
            : throw new FormatException($"\"name\" is the name of a folder in the output folder, 1 to 200 letters without / and without a dot in front, not '{name}'");

    private static IReadOnlyList<Zone>? Zones(JsonElement entry, string key)
    {
        if (!entry.TryGetProperty(key, out JsonElement value))
            return null;
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(zone => zone.ValueKind != JsonValueKind.String))
            throw new FormatException($"\"{key}\" is a list of polygons such as [\"door:10,10 90,10 90,80\"], not {value.GetRawText()}");
        return [.. value.EnumerateArray().Select(zone => Zone.Parse(zone.GetString()!))];
    }

    private static TimeSpan? Time(JsonElement entry, string key)
    {
        if (!entry.TryGetProperty(key, out JsonElement value))
            return null;
        string text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return OptionOf.TryParseTime(text, out TimeSpan time) ? time : throw new FormatException($"\"{key}\" is a time such as 12.5 (seconds) or \"00:01:30\", not {value.GetRawText()}");
    }
}
