using GmmVision.Recording.Cameras;
using GmmVision.Recording.Clips;
using GmmVision.Recording.Mqtt;
using GmmVision.Web;

namespace GmmVision.Cli.Watch;

/// <summary>Everything that `watch` was told: on the command line, in a file, or both.</summary>
internal sealed record WatchSetup
{
    /// <summary>At least one; names are unique.</summary>
    public IReadOnlyList<CameraSetup> Cameras { get; init; } = [];

    /// <summary>What holds for cameras that say nothing else: for those that the command line adds to a file's.</summary>
    public CameraSetup Common { get; init; } = new() { Name = "", Source = "", Opener = Readers.OpenerOf(Reader.Auto) };

    /// <summary>Where the page is; null for no page.</summary>
    public LiveServerOptions? Page { get; init; } = new();

    /// <summary>Where clips, events, models and settings go, a folder for each camera; null for nowhere.</summary>
    public string? Output { get; init; }

    /// <summary>What is kept of the recordings; null for all.</summary>
    public RetentionRule? Keep { get; init; }

    /// <summary>URLs that events are posted to.</summary>
    public IReadOnlyList<Uri> Webhooks { get; init; } = [];

    /// <summary>Whether an event's picture goes to them with it.</summary>
    public bool WebhookPicture { get; init; }

    /// <summary>A command that is run for each event.</summary>
    public string? Exec { get; init; }

    /// <summary>An MQTT broker.</summary>
    public MqttOptions? Mqtt { get; init; }

    /// <summary>An AMQP broker.</summary>
    public Uri? Amqp { get; init; }

    /// <summary>The broker's exchange.</summary>
    public string AmqpExchange { get; init; } = "amq.topic";

    /// <summary>Whether all but the cameras is the same.</summary>
    public bool AsksTheSame(WatchSetup other) =>
        (Page, Output, Keep, WebhookPicture, Exec, Mqtt, Amqp, AmqpExchange) == (other.Page, other.Output, other.Keep, other.WebhookPicture, other.Exec, other.Mqtt, other.Amqp, other.AmqpExchange)
        && Webhooks.SequenceEqual(other.Webhooks);
}
