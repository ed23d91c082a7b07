using System.Reflection;
using System.Text.Json;
using GmmVision.Recording.Cameras;

namespace GmmVision.Recording.Mqtt;

/// <summary>Announces a camera to Home Assistant, so that it is there without a line of configuration. The camera's thread only.</summary>
/// <remarks>By the discovery of its MQTT integration: a retained topic PREFIX/COMPONENT/NODE/OBJECT/config for each entity.</remarks>
/// <param name="camera">Its name.</param>
/// <param name="options">Names of topics.</param>
internal sealed class HomeAssistant(string camera, MqttOptions options)
{
    private readonly string _node = $"{options.Prefix.Replace('/', '_')}_{camera}";
    private readonly string _topic = $"{options.Prefix}/{camera}";
    private readonly HashSet<string> _zoneTopics = [];

    /// <summary>Names of zones as parts of topics: letters, digits and '_', each another.</summary>
    public static string[] Slugs(IReadOnlyList<string> names)
    {
        HashSet<string> taken = [];
        return [.. names.Select((name, i) =>
        {
            string slug = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_')).Trim('_');
            if (slug.Length == 0)
                slug = $"zone{i + 1}";
            string unique = slug;
            for (int number = 2; !taken.Add(unique); number++)
                unique = $"{slug}_{number}";
            return unique;
        })];
    }

    /// <summary>Whether a topic is one of this camera's announcements, or one of those of its zones.</summary>
    public bool IsOf(string topic, bool zonesOnly) =>
        topic.StartsWith(options.Discovery + "/", StringComparison.Ordinal) && topic.Contains(zonesOnly ? $"/{_node}/zone_" : $"/{_node}/", StringComparison.Ordinal);

    /// <summary>All that is announced, and with no payload what no longer is.</summary>
    public IEnumerable<(string Topic, string Payload)> Configurations(IReadOnlyList<string> zones)
    {
        yield return Announce("binary_sensor", "motion", new HomeAssistantEntity { Name = "Motion", StateTopic = $"{_topic}/motion", DeviceClass = "motion" });
        yield return Announce("binary_sensor", "connectivity", new HomeAssistantEntity
        {
            Name = "Connectivity",
            StateTopic = $"{_topic}/state",
            PayloadOn = "online",
            PayloadOff = "offline",
            DeviceClass = "connectivity",
            EntityCategory = "diagnostic",
        }, needsCamera: false);
        yield return Announce("sensor", "score", new HomeAssistantEntity
        {
            Name = "Motion score",
            StateTopic = $"{_topic}/score",
            ValueTemplate = "{{ (value | float(0) * 100) | round(2) }}",
            UnitOfMeasurement = "%",
            StateClass = "measurement",
            Icon = "mdi:motion-sensor",
        });
        yield return Announce("sensor", "scene", new HomeAssistantEntity { Name = "Picture", StateTopic = $"{_topic}/scene", Icon = "mdi:image-filter-hdr", EntityCategory = "diagnostic" });
        yield return Announce("camera", "picture", new HomeAssistantEntity { Name = "Last motion", Topic = $"{_topic}/picture" }, needsCamera: false);
        yield return Announce("button", "relearn", new HomeAssistantEntity { Name = "Relearn background", CommandTopic = $"{_topic}/relearn", Icon = "mdi:refresh", EntityCategory = "config" });
        yield return Announce("select", "preset", new HomeAssistantEntity
        {
            Name = "Preset",
            StateTopic = $"{_topic}/settings",
            ValueTemplate = "{{ value_json.preset }}",
            Options = CameraSettings.Presets,
            CommandTopic = $"{_topic}/settings/set",
            CommandTemplate = """{"day": {"preset": "{{ value }}"}}""",
            EntityCategory = "config",
        });
        yield return Announce("number", "threshold", new HomeAssistantEntity
        {
            Name = "Motion threshold",
            StateTopic = $"{_topic}/settings",
            ValueTemplate = "{{ (value_json.threshold | float(0) * 100) | round(4) }}",
            UnitOfMeasurement = "%",
            Min = 0,
            Max = 100,
            Step = 0.001,
            Mode = "box",
            CommandTopic = $"{_topic}/settings/set",
            CommandTemplate = """{"day": {"threshold": {{ (value | float / 100) | round(7) }}}}""",
            EntityCategory = "config",
        });

        string[] slugs = Slugs(zones);
        HashSet<string> now = [];
        for (int i = 0; i < slugs.Length; i++)
        {
            (string topic, string payload) = Announce("binary_sensor", $"zone_{slugs[i]}", new HomeAssistantEntity
            {
                Name = zones[i].Length > 0 ? $"Motion in {zones[i]}" : $"Motion in zone {i + 1}",
                StateTopic = $"{_topic}/zones/{slugs[i]}/motion",
                DeviceClass = "motion",
            });
            now.Add(topic);
            yield return (topic, payload);
        }
        foreach (string gone in _zoneTopics.Except(now).ToArray())
            yield return (gone, "");
        _zoneTopics.Clear();
        _zoneTopics.UnionWith(now);
    }

    private (string Topic, string Payload) Announce(string component, string id, HomeAssistantEntity entity, bool needsCamera = true)
    {
        entity = entity with
        {
            UniqueId = $"{_node}_{id}",
            ObjectId = $"{_node}_{id}",
            Availability = needsCamera ? [new($"{options.Prefix}/available"), new($"{_topic}/state")] : [new($"{options.Prefix}/available")],
            Device = new HomeAssistantDevice([_node], camera, "GmmVision", "Motion detection",
                typeof(HomeAssistant).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]),
        };
        return ($"{options.Discovery}/{component}/{_node}/{id}/config", JsonSerializer.Serialize(entity, HomeAssistantJson.Default.HomeAssistantEntity));
    }
}
