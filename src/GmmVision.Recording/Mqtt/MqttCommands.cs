using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using MQTTnet;
using MQTTnet.Protocol;

namespace GmmVision.Recording.Mqtt;

/// <summary>What a broker may ask of us, by topic; topics may come and go while it is connected. Thread-safe.</summary>
internal sealed class MqttCommands
{
    private readonly ConcurrentDictionary<string, Action<string>> _commands = new();
    private readonly HashSet<string> _unheard = [];      // topics of which the broker does not know yet that we listen; its own lock

    /// <summary>Listens to a topic; who listened before does no longer.</summary>
    public void Listen(string topic, Action<string> command)
    {
        _commands[topic] = command;
        lock (_unheard)
            _unheard.Add(topic);
    }

    /// <summary>Listens to some topics no longer.</summary>
    public void Forget(Func<string, bool> isGone)
    {
        foreach (string topic in _commands.Keys.Where(isGone).ToArray())
            _commands.TryRemove(topic, out _);
    }

    /// <summary>The broker may have forgotten that we listen.</summary>
    public void Reset()
    {
        lock (_unheard)
            _unheard.UnionWith(_commands.Keys);
    }

    /// <summary>Tells the broker of topics that it does not know yet.</summary>
    public async Task SubscribeAsync(IMqttClient client, CancellationToken cancellation)
    {
        while (true)
        {
            string? topic;
            lock (_unheard)
                topic = _unheard.FirstOrDefault();
            if (topic is null)
                return;
            await client.SubscribeAsync(topic, MqttQualityOfServiceLevel.AtLeastOnce, cancellation).ConfigureAwait(false);
            lock (_unheard)
                _unheard.Remove(topic);
        }
    }

    /// <summary>Does what a message asks for; a retained one is what somebody asked for long ago.</summary>
    /// <returns>Why it is refused; null where it is not.</returns>
    public string? Obey(MqttApplicationMessage message)
    {
        if (message.Retain || !_commands.TryGetValue(message.Topic, out Action<string>? command))
            return null;
        try
        {
            command(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(message.Payload.ToArray()));
            return null;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or System.Text.Json.JsonException)
        {
            return Trouble.OneLine(exception.Message);
        }
    }
}
