using System.Reflection;
using System.Text.Json.Nodes;
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
        yield return Entity("binary_sensor", "motion", "Motion", new JsonObject { ["state_topic"] = $"{_topic}/motion", ["device_class"] = "motion" });
        yield return Entity("binary_sensor", "connectivity", "Connectivity", new JsonObject
        {
            ["state_topic"] = $"{_topic}/state",
            ["payload_on"] = "online",
            ["payload_off"] = "offline",
            ["device_class"] = "connectivity",
            ["entity_category"] = "diagnostic",
        }, needsCamera: false);
        yield return Entity("sensor", "score", "Motion score", new JsonObject
        {
            ["state_topic"] = $"{_topic}/score",
            ["value_template"] = "{{ (value | float(0) * 100) | round(2) }}",
            ["unit_of_measurement"] = "%",
            ["state_class"] = "measurement",
            ["icon"] = "mdi:motion-sensor",
        });
        yield return Entity("sensor", "scene", "Picture", new JsonObject { ["state_topic"] = $"{_topic}/scene", ["icon"] = "mdi:image-filter-hdr", ["entity_category"] = "diagnostic" });
        yield return Entity("camera", "picture", "Last motion", new JsonObject { ["topic"] = $"{_topic}/picture" }, needsCamera: false);
        yield return Entity("button", "relearn", "Relearn background", new JsonObject { ["command_topic"] = $"{_topic}/relearn", ["icon"] = "mdi:refresh", ["entity_category"] = "config" });
        yield return Entity("select", "preset", "Preset", new JsonObject
        {
            ["state_topic"] = $"{_topic}/settings",
            ["value_template"] = "{{ value_json.preset }}",
            ["options"] = new JsonArray([.. CameraSettings.Presets.Select(preset => (JsonNode)preset)]),
            ["command_topic"] = $"{_topic}/settings/set",
            ["command_template"] = """{"day": {"preset": "{{ value }}"}}""",
            ["entity_category"] = "config",
        });
        yield return Entity("number", "threshold", "Motion threshold", new JsonObject
        {
            ["state_topic"] = $"{_topic}/settings",
            ["value_template"] = "{{ (value_json.threshold | float(0) * 100) | round(4) }}",
            ["unit_of_measurement"] = "%",
            ["min"] = 0,
            ["max"] = 100,
            ["step"] = 0.001,
            ["mode"] = "box",
            ["command_topic"] = $"{_topic}/settings/set",
            ["command_template"] = """{"day": {"threshold": {{ (value | float / 100) | round(7) }}}}""",
            ["entity_category"] = "config",
        });

        string[] slugs = Slugs(zones);
        HashSet<string> now = [];
        for (int i = 0; i < slugs.Length; i++)
        {
            (string topic, string payload) = Entity("binary_sensor", $"zone_{slugs[i]}", zones[i].Length > 0 ? $"Motion in {zones[i]}" : $"Motion in zone {i + 1}",
                new JsonObject { ["state_topic"] = $"{_topic}/zones/{slugs[i]}/motion", ["device_class"] = "motion" });
            now.Add(topic);
            yield return (topic, payload);
        }
        foreach (string gone in _zoneTopics.Except(now).ToArray())
            yield return (gone, "");
        _zoneTopics.Clear();
        _zoneTopics.UnionWith(now);
    }

    private (string Topic, string Payload) Entity(string component, string id, string name, JsonObject json, bool needsCamera = true)
    {
        json["name"] = name;
        json["unique_id"] = $"{_node}_{id}";
        json["object_id"] = $"{_node}_{id}";
        JsonArray availability = [new JsonObject { ["topic"] = $"{options.Prefix}/available" }];
        if (needsCamera)
            availability.Add((JsonNode)new JsonObject { ["topic"] = $"{_topic}/state" });
        json["availability"] = availability;
        json["availability_mode"] = "all";
        json["device"] = new JsonObject
        {
            ["identifiers"] = new JsonArray(_node),
            ["name"] = camera,
            ["manufacturer"] = "GmmVision",
            ["model"] = "Motion detection",
            ["sw_version"] = typeof(HomeAssistant).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0],
        };
        json["origin"] = new JsonObject { ["name"] = "GmmVision" };
        return ($"{options.Discovery}/{component}/{_node}/{id}/config", json.ToJsonString());
    }
}
