using System.Text.Json;
using System.Text.Json.Serialization;

namespace GmmVision.Recording.Cameras;

/// <summary>What a zone is for.</summary>
[JsonConverter(typeof(ZoneKindConverter))]
public enum ZoneKind
{
    /// <summary>Motion counts here, and where there is one such zone only in such.</summary>
    Include,

    /// <summary>Motion does not count here.</summary>
    Exclude,

    /// <summary>Nobody may see what is here.</summary>
    Privacy,
}

/// <summary>"include", "exclude" or "privacy".</summary>
internal sealed class ZoneKindConverter : JsonConverter<ZoneKind>
{
    /// <inheritdoc/>
    public override ZoneKind Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string? text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return text switch
        {
            "include" => ZoneKind.Include,
            "exclude" => ZoneKind.Exclude,
            "privacy" => ZoneKind.Privacy,
            _ => throw new FormatException($"the kind of a zone is include, exclude or privacy, not '{text}'"),
        };
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ZoneKind value, JsonSerializerOptions options) => writer.WriteStringValue(TextOf(value));

    /// <summary>As it is written.</summary>
    public static string TextOf(ZoneKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());
}
