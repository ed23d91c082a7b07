using System.Text.Json;
using GmmVision.Ffmpeg;
using GmmVision.Motion;

namespace GmmVision.Recording.Cameras;

/// <summary>What was set on the page, kept over a restart; until the configuration itself is changed, which then counts.</summary>
/// <param name="Profiles">Settings by day and night.</param>
/// <param name="Zones">Zones; null while nobody has drawn any.</param>
internal sealed record SettingsFile(CameraProfiles Profiles, IReadOnlyList<CameraZone>? Zones)
{
    private const int Version = 1;

    // Not generated: what is generated sets all that a constructor or init may set, so a name that an older file lacks would be 0 or null where the settings have a default.
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true, AllowDuplicateProperties = false, RespectNullableAnnotations = true };

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
            if (JsonSerializer.Deserialize<SettingsDocument>(File.ReadAllText(path), Json) is not { Version: Version } document)
                throw new JsonException("it is of another version");
            if (document.Configured is null || !document.Configured.Equals(ConfiguredDocument.Of(configured)))
            {
                log("the configuration has changed since settings were made on the page, and replaces them");
                return null;
            }
            CameraProfiles profiles = document.Profiles ?? new CameraProfiles();
            SettingsMap.Validate(profiles, configured.Motion);
            if (document.Zones is not null)
                CameraZone.Validate(document.Zones);
            return new SettingsFile(profiles, document.Zones);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            log($"{Path.GetFileName(path)} is not used: {exception.Message.ReplaceLineEndings(" ")}");
            return null;
        }
    }

    /// <summary>Writes the file; it is whole at any moment.</summary>
    public void Write(string path, CameraSetup configured)
    {
        SettingsDocument document = new(Version, ConfiguredDocument.Of(configured), Profiles, Zones is null ? null : [.. Zones]);
        OutputFile.Write(path, stream =>
        {
            JsonSerializer.Serialize(stream, document, Json);
            stream.WriteByte((byte)'\n');
        }, isDurable: true);
    }
}

/// <summary>settings.json.</summary>
/// <param name="Version">Of the form.</param>
/// <param name="Configured">What the configuration said when settings were made.</param>
/// <param name="Profiles">Settings by day and night.</param>
/// <param name="Zones">Zones; null while nobody has drawn any.</param>
internal sealed record SettingsDocument(int Version, ConfiguredDocument? Configured, CameraProfiles? Profiles, CameraZone[]? Zones);

/// <summary>What of a configuration the page can change.</summary>
/// <param name="Profiles">Settings by day and night.</param>
/// <param name="Zones">Zones, as text.</param>
internal sealed record ConfiguredDocument(CameraProfiles? Profiles, string[]? Zones)
{
    public static ConfiguredDocument Of(CameraSetup setup) => new(setup.Profiles,
        [.. setup.Zones.Select(zone => $"{ZoneKindConverter.TextOf(zone.Kind)} {zone.Zone.Name}:{string.Join(' ', zone.Zone.Corners)}{(zone.Zone.Limits == ZoneLimits.None ? "" : $" {zone.Zone.Limits.ToText()}")}")]);

    public bool Equals(ConfiguredDocument? other) => other is not null && Equals(Profiles, other.Profiles) && (Zones ?? []).SequenceEqual(other.Zones ?? []);

    public override int GetHashCode() => HashCode.Combine(Profiles, Zones?.Length);
}
