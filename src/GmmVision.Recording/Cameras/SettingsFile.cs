using System.Text.Json;
using System.Text.Json.Nodes;
using GmmVision.Ffmpeg;
using GmmVision.Motion;

namespace GmmVision.Recording.Cameras;

/// <summary>What was set on the page, kept over a restart; until the configuration itself is changed, which then counts.</summary>
/// <param name="Profiles">Settings by day and night.</param>
/// <param name="Zones">Zones; null while nobody has drawn any.</param>
internal sealed record SettingsFile(CameraProfiles Profiles, IReadOnlyList<CameraZone>? Zones)
{
    private const int Version = 1;
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <summary>Reads the file.</summary>
    /// <param name="path">May be missing.</param>
    /// <param name="configured">What the configuration says now.</param>
    /// <param name="log">Takes a line when the file is not used.</param>
    /// <returns>Null where there is none that counts.</returns>
    public static SettingsFile? Read(string path, CameraSetup configured, Action<string> log)
    {
        try
        {
            if (!File.Exists(path))
                return null;
            if (JsonNode.Parse(File.ReadAllText(path)) is not JsonObject root || (int?)root["version"] != Version)
                throw new JsonException("it is of another version");
            if (!JsonNode.DeepEquals(root["configured"], Describe(configured)))
            {
                log("the configuration has changed since settings were made on the page, and replaces them");
                return null;
            }
            CameraProfiles profiles = root["profiles"].Deserialize<CameraProfiles>(Json) ?? new CameraProfiles();
            SettingsMap.Validate(profiles, configured.Motion);
            CameraZone[]? zones = root["zones"].Deserialize<CameraZone[]>(Json);
            if (zones is not null)
                CameraZone.Validate(zones);
            return new SettingsFile(profiles, zones);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or FormatException or InvalidOperationException or ArgumentException)      // the last: a key twice
        {
            log($"{Path.GetFileName(path)} is not used: {exception.Message.ReplaceLineEndings(" ")}");
            return null;
        }
    }

    /// <summary>Writes the file; it is whole at any moment.</summary>
    public void Write(string path, CameraSetup configured)
    {
        JsonObject root = new()
        {
            ["version"] = Version,
            ["configured"] = Describe(configured),
            ["profiles"] = JsonSerializer.SerializeToNode(Profiles, Json),
            ["zones"] = JsonSerializer.SerializeToNode(Zones, Json),
        };
        OutputFile.Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(root.ToJsonString(Json) + "\n")), isDurable: true);
    }

    private static JsonObject Describe(CameraSetup setup) => JsonNode.Parse(new JsonObject
    {
        ["profiles"] = JsonSerializer.SerializeToNode(setup.Profiles, Json),
        ["zones"] = new JsonArray([.. setup.Zones.Select(zone => (JsonNode)$"{ZoneKindConverter.TextOf(zone.Kind)} {zone.Zone.Name}:{string.Join(' ', zone.Zone.Corners)}{(zone.Zone.Limits == ZoneLimits.None ? "" : $" {zone.Zone.Limits.ToText()}")}")]),
    }.ToJsonString())!.AsObject();      // through text, so that numbers compare as they will be read
}
