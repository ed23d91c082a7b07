using System.Text.Json;
using System.Text.Json.Serialization;
using GmmVision.Foreground;
using GmmVision.Recording.Cameras;
using GmmVision.Recording.Clips;

namespace GmmVision.Web;

/// <summary>A camera, as its visitors are told of it.</summary>
internal sealed record CameraDocument(string Name, string Source, bool Records, bool Continuous, ReadingDocument Status, CameraProfiles Settings, CameraSettings Effective, IReadOnlyList<CameraZone> Zones)
{
    public static CameraDocument Of(ICamera camera) => new(camera.Name, camera.Source, camera.Archive.Folder is not null, camera.Archive.RecordsAlways, ReadingDocument.Of(camera), camera.Profiles, camera.Effective, camera.Zones);
}

/// <summary>The numbers of a camera as the page shows them. Times in milliseconds since 1970, latency in seconds.</summary>
internal sealed record ReadingDocument(
    bool Up, string Message, long Since, int Width, int Height, long Frames, long Dropped, long Events, long Reconnects, double FramesPerSecond, double Score, double Latency, bool Night, string Scene, SceneChangeDocument? SceneChange)
{
    public static ReadingDocument Of(ICamera camera)
    {
        CameraReading reading = camera.Meter.Read();
        return new ReadingDocument(
            reading.Up, reading.Message, reading.Since.ToUnixTimeMilliseconds(), reading.Width, reading.Height, reading.Frames, reading.Dropped, reading.Events, reading.Reconnects,
            Math.Round(reading.FramesPerSecond, 2), Math.Round(reading.Score, 6), Math.Round(reading.Latency, 4), camera.IsNight, SceneChangeDocument.NameOf(reading.Scene), SceneChangeDocument.Of(reading.LastSceneChange));
    }
}

/// <summary>What happened last to a camera's picture as a whole.</summary>
internal sealed record SceneChangeDocument(string Scene, long Time, double SecondsAgo, string Message)
{
    // How long ago, too: a visitor's clock may be another.
    public static SceneChangeDocument? Of(CameraSceneChange? change) => change is null ? null
        : new(NameOf(change.State), change.Time.ToUnixTimeMilliseconds(), Math.Round(Math.Max(0, (DateTimeOffset.UtcNow - change.Time).TotalSeconds), 1), change.Message);

    public static string NameOf(SceneState scene) => JsonNamingPolicy.SnakeCaseLower.ConvertName(scene.ToString());
}

/// <summary>A file of what is recorded always.</summary>
internal sealed record StretchDocument(string File, DateTimeOffset Start, DateTimeOffset End, long Bytes, bool Running)
{
    public static StretchDocument Of(RecordedStretch stretch) => new(stretch.File, stretch.Start, stretch.End, stretch.Bytes, stretch.IsRunning);
}

/// <summary>Cameras of the configuration that the page may change; null where it may change none.</summary>
internal sealed record ConfigurationDocument(IReadOnlyList<string>? Cameras);

/// <summary>Health: the program's, which is well while it answers, and each camera's.</summary>
internal sealed record HealthDocument(string Status, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<CameraHealth>? Cameras = null);

/// <summary>Whether a camera is there.</summary>
internal sealed record CameraHealth(string Name, bool Up);

/// <summary>Why nothing else is answered.</summary>
internal sealed record ErrorDocument(string Error);

/// <summary>What a visitor says of an event.</summary>
internal sealed record KeptBody(bool Kept);

/// <summary>What a visitor says of a camera.</summary>
internal sealed record SourceBody(string Source);

// Strict in what is read: a name that is unknown or said twice is told.
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(CameraDocument))]
[JsonSerializable(typeof(CameraDocument[]))]
[JsonSerializable(typeof(ReadingDocument))]
[JsonSerializable(typeof(StretchDocument[]))]
[JsonSerializable(typeof(ConfigurationDocument))]
[JsonSerializable(typeof(HealthDocument))]
[JsonSerializable(typeof(ErrorDocument))]
[JsonSerializable(typeof(KeptBody))]
[JsonSerializable(typeof(SourceBody))]
[JsonSerializable(typeof(CameraZone[]))]
internal sealed partial class LiveJson : JsonSerializerContext;
