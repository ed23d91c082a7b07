using System.Text;
using RabbitMQ.Client;

namespace GmmVision.Recording.Events;

/// <summary>
/// Publishes each event as JSON to a topic exchange with the routing key gmmvision.CAMERA.EVENT, and waits for the
/// broker's confirmation. With RabbitMQ's MQTT plugin the exchange amq.topic is what MQTT clients subscribe to, as
/// gmmvision/CAMERA/EVENT.
/// </summary>
public sealed class AmqpNotifier : QueuedNotifier
{
    private readonly ConnectionFactory _factory;
    private readonly string _exchange;
    private IConnection? _connection;
    private IChannel? _channel;

    /// <summary>Starts to deliver; connects at the first event, and again after each failure.</summary>
    /// <param name="uri">amqp://user:password@host:port/vhost or amqps://...</param>
    /// <param name="exchange">A topic exchange; made (durable) where it is not there yet, unless its name begins with "amq.".</param>
    /// <param name="log">Takes a line.</param>
    /// <param name="pauses">Between attempts; <see cref="NotifierPauses.Patient"/> unless given.</param>
    public AmqpNotifier(Uri uri, string exchange, Action<string> log, NotifierPauses? pauses = null)
        : base($"amqp {uri.Host}", log, pauses ?? NotifierPauses.Patient)
    {
        _exchange = exchange;
        _factory = new ConnectionFactory
        {
            Uri = uri,
            ClientProvidedName = "gmmvision",
            RequestedConnectionTimeout = TimeSpan.FromSeconds(10),
            AutomaticRecoveryEnabled = false,      // the queue's own attempts reconnect; two who repair one connection quarrel
        };
    }

    /// <summary>The routing key; dots of a name would be levels of their own.</summary>
    internal static string RoutingKey(CameraEvent happened) => $"gmmvision.{happened.Camera.Replace('.', '_')}." + happened.Kind switch
    {
        CameraEventKind.MotionStarted => "motion_started",
        CameraEventKind.CameraLost => "camera_lost",
        CameraEventKind.CameraBack => "camera_back",
        CameraEventKind.SceneChanged => "scene_changed",
        _ => "motion",
    };

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync().ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async Task DeliverAsync(CameraEvent happened, CancellationToken cancellation)
    {
        try
        {
            IChannel channel = await OpenAsync(cancellation).ConfigureAwait(false);
            BasicProperties properties = new() { ContentType = "application/json", DeliveryMode = DeliveryModes.Persistent };
            await channel.BasicPublishAsync(_exchange, RoutingKey(happened), mandatory: false, properties,
                Encoding.UTF8.GetBytes(happened.ToJson()), cancellation).ConfigureAwait(false);
        }
        catch
        {
            await CloseAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<IChannel> OpenAsync(CancellationToken cancellation)
    {
        if (_channel is { IsOpen: true } && _connection is { IsOpen: true })
            return _channel;
        await CloseAsync().ConfigureAwait(false);
        _connection = await _factory.CreateConnectionAsync(cancellation).ConfigureAwait(false);
        CreateChannelOptions confirmed = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
        _channel = await _connection.CreateChannelAsync(confirmed, cancellation).ConfigureAwait(false);
        if (!_exchange.StartsWith("amq.", StringComparison.Ordinal))
            await _channel.ExchangeDeclareAsync(_exchange, ExchangeType.Topic, durable: true, cancellationToken: cancellation).ConfigureAwait(false);
        return _channel;
    }

    private async Task CloseAsync()
    {
        IConnection? connection = _connection;
        (_channel, _connection) = (null, null);
        try
        {
            if (connection is not null)
                await connection.AbortAsync(TimeSpan.FromMilliseconds(200)).ConfigureAwait(false);
        }
        catch (Exception)      // a dead connection may fail to die; there is nothing left to tell it
        {
        }
    }
}
