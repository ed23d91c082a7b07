using System.Text.Json;

namespace GmmVision.Recording.Cameras;

/// <summary>Reads changes of <see cref="CameraProfiles"/>: only what is named changes.</summary>
public static class ProfileReader
{
    /// <summary>Reads {"day": {...}, "night": {...}, "switching": true, "night_below": 50, "day_above": 70}, any part of it.</summary>
    /// <exception cref="FormatException">A name is unknown or a value out of range; the message says which, and what is allowed.</exception>
    public static CameraProfiles Read(JsonElement json, CameraProfiles before)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new FormatException("settings are an object such as {\"day\": {\"history\": 500}}");
        try
        {
            return Validate(ReadMembers(json, before));
        }
        catch (InvalidOperationException exception)      // of the reader of JSON, which looks at text when it is asked for
        {
            throw new FormatException("settings hold text that is no UTF-8", exception);
        }
    }

    private static CameraProfiles ReadMembers(JsonElement json, CameraProfiles before)
    {
        CameraProfiles after = before;
        foreach (JsonProperty property in json.EnumerateObject())
        {
            JsonElement value = property.Value;
            after = property.Name switch
            {
                "day" => after with { Day = CameraSettings.Read(value, after.Day) },
                "night" => after with { Night = CameraSettings.Read(value, after.Night) },
                "switching" => after with { Switching = value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw new FormatException("switching is true or false") },
                "night_below" => after with { NightBelow = Brightness(property) },
                "day_above" => after with { DayAbove = Brightness(property) },
                _ => throw new FormatException($"there is no setting '{property.Name}'; there are day, night, switching, night_below and day_above"),
            };
        }
        return after;
    }

    /// <summary>Throws where day and night would overlap.</summary>
    /// <exception cref="FormatException">They would.</exception>
    public static CameraProfiles Validate(CameraProfiles profiles) => profiles.NightBelow < profiles.DayAbove ? profiles
        : throw new FormatException($"night_below ({profiles.NightBelow}) must be less than day_above ({profiles.DayAbove}), else dusk would switch to and fro");

    private static double Brightness(JsonProperty property) =>
        property.Value.ValueKind == JsonValueKind.Number && property.Value.GetDouble() is >= 0 and <= 255 and double value ? value
        : throw new FormatException($"{property.Name} is a brightness from 0 to 255");
}
