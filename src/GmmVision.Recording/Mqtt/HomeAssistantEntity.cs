using System.Text.Json.Serialization;

namespace GmmVision.Recording.Mqtt;

/// <summary>An entity as Home Assistant's MQTT discovery takes it; the names are its own, and what an entity has no use for is null.</summary>
internal sealed record HomeAssistantEntity
{
    public required string Name { get; init; }

    public string? UniqueId { get; init; }

    public string? ObjectId { get; init; }

    public string? Topic { get; init; }

    public string? StateTopic { get; init; }

    public string? ValueTemplate { get; init; }

    public string? PayloadOn { get; init; }

    public string? PayloadOff { get; init; }

    public string? CommandTopic { get; init; }

    public string? CommandTemplate { get; init; }

    public IReadOnlyList<string>? Options { get; init; }

    public double? Min { get; init; }

    public double? Max { get; init; }

    public double? Step { get; init; }

    public string? Mode { get; init; }

    public string? UnitOfMeasurement { get; init; }

    public string? DeviceClass { get; init; }

    public string? StateClass { get; init; }

    public string? EntityCategory { get; init; }

    public string? Icon { get; init; }

    public IReadOnlyList<HomeAssistantAvailability> Availability { get; init; } = [];

    /// <summary>All of the topics have to say that it is there.</summary>
    public string AvailabilityMode { get; } = "all";

    public HomeAssistantDevice? Device { get; init; }

    public HomeAssistantOrigin Origin { get; } = new("GmmVision");
}

internal sealed record HomeAssistantAvailability(string Topic);

internal sealed record HomeAssistantDevice(IReadOnlyList<string> Identifiers, string Name, string Manufacturer, string Model, string? SwVersion);

internal sealed record HomeAssistantOrigin(string Name);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HomeAssistantEntity))]
internal sealed partial class HomeAssistantJson : JsonSerializerContext;
