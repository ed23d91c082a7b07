using System.Text;
using MQTTnet;
using MQTTnet.Protocol;

namespace GmmVision.Recording.Mqtt;

/// <summary>
/// A connection to a broker that comes back whenever it is lost. What is set is kept here and sent again after each loss,
/// so that a broker that forgot everything knows all of it again; of what changes faster than it can be sent only the
/// newest goes out. Nobody who sets or sends ever waits. Thread-safe.
/// </summary>
internal sealed class MqttLink : IAsyncDisposable
{
    /// <summary>Messages that wait at most; beyond that the oldest is dropped and counted.</summary>
    public const int MostWaiting = 256;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10), TimeToEnd = TimeSpan.FromSeconds(1);

    private readonly MqttOptions _options;
    private readonly Action<string> _log;
    private readonly Backoff _pauses;
    private readonly string _name, _available;
    private readonly CancellationTokenSource _end = new();
#pragma warning disable CA2213      // it holds nothing while nobody asks for its handle, and somebody may still set a topic
    private readonly SemaphoreSlim _signal = new(0);
#pragma warning restore CA2213
    private readonly Lock _lock = new();
    private readonly Dictionary<string, byte[]> _state = [];
    private readonly HashSet<string> _changed = [];
    private readonly Queue<string> _order = new();      // of what has changed: the oldest goes first, so that what changes all the time holds up nothing
    private readonly Queue<(string Topic, byte[] Payload)> _messages = new();
    private readonly MqttCommands _commands = new();
    private readonly HashSet<string> _refused = [];      // topics that it did not take
    private bool _isSending;      // what a topic holds
    private Task? _work;
    private bool _isTold;      // that it does not answer
    private volatile bool _isConnected;

    /// <param name="options">The broker.</param>
    /// <param name="log">Takes a line.</param>
    /// <param name="pauses">Between attempts; about 1 to 30 seconds unless given.</param>
    public MqttLink(MqttOptions options, Action<string> log, Backoff? pauses = null)
    {
        (_options, _log, _pauses) = (options, log, pauses ?? Backoff.OfCamera());
        _name = $"mqtt {options.Broker.Host}";
        _available = options.Prefix + "/available";
    }

    /// <summary>Messages that were pushed out because too many waited.</summary>
    public long Dropped { get; private set; }

    /// <summary>Begins to connect. What is set before is what the broker learns first.</summary>
    public void Start() => _work = Task.Run(RunAsync);

    /// <summary>Sets what a topic holds; whoever comes later is told too (retained). Nothing (no bytes) takes it away.</summary>
    public void Set(string topic, ReadOnlySpan<byte> payload)
    {
        lock (_lock)
        {
            if (_state.TryGetValue(topic, out byte[]? before) && payload.SequenceEqual(before))
                return;
            _state[topic] = payload.ToArray();
            HasChanged(topic);
        }
        Wake();
    }

    /// <summary>Sets what a topic holds.</summary>
    public void Set(string topic, string payload) => Set(topic, Encoding.UTF8.GetBytes(payload));

    /// <summary>Sends a message once, to those who listen.</summary>
    public void Send(string topic, string payload)
    {
        lock (_lock)
        {
            if (_messages.Count == MostWaiting)
            {
                _messages.Dequeue();
                Dropped++;
            }
            _messages.Enqueue((topic, Encoding.UTF8.GetBytes(payload)));
        }
        Wake();
    }

    /// <summary>Listens to a topic; who listened before does no longer.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="command">Gets the text; a <see cref="FormatException"/> is told in the log.</param>
    public void Listen(string topic, Action<string> command)
    {
        _commands.Listen(topic, command);
        Wake();
    }

    /// <summary>Takes away what a topic and those under it hold, and listens to none of them.</summary>
    /// <param name="isGone">Which topics.</param>
    public void Forget(Func<string, bool> isGone)
    {
        _commands.Forget(isGone);
        string[] held;
        lock (_lock)
            held = [.. _state.Keys.Where(isGone)];
        foreach (string topic in held)
            Set(topic, []);
    }

    /// <summary>Sends what waits, says goodbye and ends: within two seconds, and at once where nobody answers.</summary>
    public async ValueTask DisposeAsync()
    {
        for (long end = Environment.TickCount64 + (long)TimeToEnd.TotalMilliseconds / 2; _isConnected && HasWaiting && Environment.TickCount64 < end;)
            await Task.Delay(10).ConfigureAwait(false);
        await _end.CancelAsync().ConfigureAwait(false);
        if (_work is null || await Task.WhenAny(_work, Task.Delay(TimeToEnd)).ConfigureAwait(false) == _work)
            _end.Dispose();
    }

    private bool HasWaiting
    {
        get
        {
            lock (_lock)
                return _isSending || _order.Count > 0 || _messages.Count > 0;
        }
    }

    private void HasChanged(string topic)
    {
        if (_changed.Add(topic))
            _order.Enqueue(topic);
    }

    // Once is enough, however much is new.
    private void Wake()
    {
        if (_signal.CurrentCount == 0)
            _signal.Release();
    }

    private async Task RunAsync()
    {
        MqttClientOptions options = _options.ForClient(_available, ConnectTimeout);
        while (!_end.IsCancellationRequested)
        {
            try
            {
                using IMqttClient client = new MqttClientFactory().CreateMqttClient();
                await StayAsync(client, options).ConfigureAwait(false);
            }
            catch (Exception exception) when (!_end.IsCancellationRequested)      // of whatever kind: it must come back
            {
                if (!_isTold)
                    _log($"{_name} does not answer, trying again: {Trouble.OneLine(exception.GetBaseException().Message)}");
                _isTold = true;
            }
            catch (Exception)
            {
                return;
            }
            await Task.Delay(_pauses.Next(), _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Connects, and sends until the connection is lost, which throws, or until the end.</summary>
    private async Task StayAsync(IMqttClient client, MqttClientOptions options)
    {
        TaskCompletionSource<string> lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
        client.DisconnectedAsync += gone =>
        {
            lost.TrySetResult(gone.Exception?.Message ?? gone.ReasonString ?? gone.Reason.ToString());
            return Task.CompletedTask;
        };
        client.ApplicationMessageReceivedAsync += got =>
        {
            if (_commands.Obey(got.ApplicationMessage) is string refusal)
                _log($"{_name}: {got.ApplicationMessage.Topic} is refused: {refusal}");
            return Task.CompletedTask;
        };
        using (CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(_end.Token))
        {
            limit.CancelAfter(ConnectTimeout);
            MqttClientConnectResult answer = await client.ConnectAsync(options, limit.Token).ConfigureAwait(false);
            if (answer.ResultCode != MqttClientConnectResultCode.Success)
                throw new IOException($"it refuses the connection: {answer.ReasonString ?? answer.ResultCode.ToString()}");
            _commands.Reset();
            await _commands.SubscribeAsync(client, limit.Token).ConfigureAwait(false);
        }
        _log(_isTold ? $"{_name} answers again" : $"{_name} is connected");
        _isTold = false;
        _pauses.Reset();
        lock (_lock)
        {
            foreach (string topic in _state.Keys)      // the broker may have forgotten all of it
                HasChanged(topic);
        }
        await PublishAsync(client, _available, "online"u8.ToArray(), isRetained: true, _end.Token).ConfigureAwait(false);
        _isConnected = true;
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);      // or a wait that nobody needs takes the next one's signal
        try
        {
            while (true)
            {
                await SendWaitingAsync(client).ConfigureAwait(false);
                if (await Task.WhenAny(lost.Task, _signal.WaitAsync(over.Token)).ConfigureAwait(false) == lost.Task)
                    throw new IOException($"the connection was lost: {await lost.Task.ConfigureAwait(false)}");
                _end.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            await LeaveAsync(client).ConfigureAwait(false);
        }
        finally
        {
            _isConnected = false;
            await over.CancelAsync().ConfigureAwait(false);
        }
    }

    // A message is forgotten only when the broker has it. What a topic holds is not: it is all sent again after a loss.
    private async Task SendWaitingAsync(IMqttClient client)
    {
        await _commands.SubscribeAsync(client, _end.Token).ConfigureAwait(false);
        while (true)
        {
            string? topic;
            (string Topic, byte[] Payload)? message = null;
            byte[] payload = [];
            lock (_lock)
            {
                _isSending = _order.TryDequeue(out topic);
                if (topic is not null)
                {
                    _changed.Remove(topic);      // what is set while this is under way goes after what was set before
                    payload = _state[topic];
                }
                else if (_messages.Count > 0)
                {
                    message = _messages.Peek();
                }
            }
            if (topic is not null)
            {
                await PublishAsync(client, topic, payload, isRetained: true, _end.Token).ConfigureAwait(false);
            }
            else if (message is { } next)
            {
                await PublishAsync(client, next.Topic, next.Payload, isRetained: false, _end.Token).ConfigureAwait(false);
                lock (_lock)
                {
                    if (_messages.TryPeek(out (string, byte[] Payload) first) && ReferenceEquals(first.Payload, next.Payload))
                        _messages.Dequeue();
                }
            }
            else
            {
                return;
            }
        }
    }

    private async Task LeaveAsync(IMqttClient client)
    {
        using CancellationTokenSource limit = new(TimeToEnd / 2);
        try
        {
            await PublishAsync(client, _available, "offline"u8.ToArray(), isRetained: true, limit.Token).ConfigureAwait(false);
            await client.DisconnectAsync(new MqttClientDisconnectOptions(), limit.Token).ConfigureAwait(false);
        }
        catch (Exception)      // the broker's last will says the same
        {
        }
    }

    private async Task PublishAsync(IMqttClient client, string topic, byte[] payload, bool isRetained, CancellationToken cancellation)
    {
        MqttApplicationMessage message = new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload).WithRetainFlag(isRetained)
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();
        MqttClientPublishResult result = await client.PublishAsync(message, cancellation).ConfigureAwait(false);
        // What may not be told (the broker's own rules) is told to nobody, and holds up nothing else.
        if (!result.IsSuccess && _refused.Add(topic))
            _log($"{_name} does not take {topic}: {result.ReasonString ?? result.ReasonCode.ToString()}");
    }
}
