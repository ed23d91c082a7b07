using System.Globalization;
using System.Text.Json;

namespace GmmVision.Recording.Cameras;

/// <summary>What can be changed of a camera while it runs. Null leaves a value to the preset.</summary>
public sealed record CameraSettings
{
    /// <summary>fast, balanced or accurate.</summary>
    public string? Preset { get; init; }

    /// <summary>A pixel is foreground when the background would look like it with less than this probability, 1e-12 to 0.5.</summary>
    public double? Probability { get; init; }

    /// <summary>Frames that the model looks back on, 2 to 1,000,000.</summary>
    public int? History { get; init; }

    /// <summary>Smallest region that counts as motion, as a part of the picture, 0 to 1.</summary>
    public double? MinArea { get; init; }

    /// <summary>Least score of a frame with motion, 0 to 1.</summary>
    public double? Threshold { get; init; }

    /// <summary>Whether shadows are taken out of the foreground.</summary>
    public bool? ShadowTest { get; init; }

    /// <summary>What has moved for so long in one place is told no more until it has come to rest, in seconds, 1 to 86400; 0: everything is told.</summary>
    public double? SmartMask { get; init; }

    /// <summary>Motion that lasts shorter is noise, in seconds, 0 to 3600.</summary>
    public double? MinDuration { get; init; }

    /// <summary>Motion this soon after an event belongs to it, in seconds, 0 to 86400.</summary>
    public double? MergeWindow { get; init; }

    /// <summary>How much of what came before an event its clip shows, in seconds, 0 to 3600.</summary>
    public double? PreRoll { get; init; }

    /// <summary>How much of what came after, in seconds, 0 to 3600.</summary>
    public double? PostRoll { get; init; }

    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The presets' names.</summary>
    public static IReadOnlyList<string> Presets { get; } = ["fast", "balanced", "accurate"];

    /// <summary>One line of JSON, names in snake_case.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Format);

    /// <summary>These settings where they say something, the others where they do not.</summary>
    public CameraSettings Over(CameraSettings below) => new()
    {
        Preset = Preset ?? below.Preset,
        Probability = Probability ?? below.Probability,
        History = History ?? below.History,
        MinArea = MinArea ?? below.MinArea,
        Threshold = Threshold ?? below.Threshold,
        ShadowTest = ShadowTest ?? below.ShadowTest,
        SmartMask = SmartMask ?? below.SmartMask,
        MinDuration = MinDuration ?? below.MinDuration,
        MergeWindow = MergeWindow ?? below.MergeWindow,
        PreRoll = PreRoll ?? below.PreRoll,
        PostRoll = PostRoll ?? below.PostRoll,
    };

    /// <summary>Reads an object of these names in snake_case; null takes a value back to the preset's.</summary>
    /// <exception cref="FormatException">A name is unknown or a value out of range; the message says which, and what is allowed.</exception>
    public static CameraSettings Read(JsonElement json, CameraSettings before)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new FormatException("settings are an object such as {\"history\": 500}");
        CameraSettings after = before;
        foreach (JsonProperty property in json.EnumerateObject())
            after = after.With(property.Name, property.Value.ValueKind == JsonValueKind.Null ? null : property.Value.ToString());
        return after;
    }

    /// <summary>These settings with one of them, named in snake_case or with hyphens, set from text.</summary>
    /// <exception cref="FormatException">The name is unknown or the value out of range.</exception>
    public CameraSettings With(string name, string? text) => name.Replace('-', '_') switch
    {
        "preset" => this with { Preset = text is null || Presets.Contains(text) ? text : throw Wrong(name, $"one of {string.Join(", ", Presets)}", text) },
        "probability" => this with { Probability = Number(name, text, 1e-12, 0.5) },
        "history" => this with { History = (int?)Whole(name, text, 2, 1_000_000) },
        "min_area" => this with { MinArea = Part(name, text) },
        "threshold" => this with { Threshold = Part(name, text) },
        "shadow_test" => this with { ShadowTest = Truth(name, text) },
        "smart_mask" => this with { SmartMask = Number(name, text, 0, 86400) },
        "min_duration" => this with { MinDuration = Number(name, text, 0, 3600) },
        "merge_window" => this with { MergeWindow = Number(name, text, 0, 86400) },
        "pre_roll" => this with { PreRoll = Number(name, text, 0, 3600) },
        "post_roll" => this with { PostRoll = Number(name, text, 0, 3600) },
        _ => throw new FormatException($"there is no setting '{name}'; there are preset, probability, history, min_area, threshold, shadow_test, smart_mask, min_duration, merge_window, pre_roll and post_roll"),
    };

    /// <summary>Reads a part of a whole, as a number from 0 to 1 or in per cent: "0.005" and "0.5%" are the same.</summary>
    /// <returns>False where the text is neither.</returns>
    public static bool TryParsePart(string text, out double part)
    {
        ArgumentNullException.ThrowIfNull(text);
        bool isPercent = text.EndsWith('%');
        if (!double.TryParse(isPercent ? text.AsSpan(0, text.Length - 1) : text, NumberStyles.Float, CultureInfo.InvariantCulture, out part))
            return false;
        part = isPercent ? part / 100 : part;
        return part is >= 0 and <= 1;
    }

    private static double? Part(string name, string? text) =>
        text is null ? null : TryParsePart(text, out double part) ? part : throw Wrong(name, "a number from 0 to 1, or 0% to 100%", text);

    private static double? Number(string name, string? text, double least, double most) =>
        text is null ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= least && value <= most ? value
        : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"), text);

    private static double? Whole(string name, string? text, int least, int most) =>
        Number(name, text, least, most) is double value && value != Math.Floor(value) ? throw Wrong(name, $"a whole number from {least} to {most}", text!) : Number(name, text, least, most);

    private static bool? Truth(string name, string? text) => text?.ToLowerInvariant() switch
    {
        null => null,
        "true" or "on" or "yes" => true,
        "false" or "off" or "no" => false,
        _ => throw Wrong(name, "true or false", text),
    };

    private static FormatException Wrong(string name, string wanted, string text) => new($"{name} needs {wanted}, not '{text}'");
}
