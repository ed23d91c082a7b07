using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using GmmVision.Tests.Live;
using MQTTnet;
using MQTTnet.Protocol;
using Xunit;

namespace GmmVision.Tests.Recording;

/// <summary>A real broker (Debian's mosquitto) on the loopback, which forgets everything when it is killed, and what a home would hear of it.</summary>
internal sealed class MqttBroker : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-mqtt-").FullName;
    private readonly string _binary;
    private Process? _process;
    private IMqttClient? _client;

    private MqttBroker(string binary) => _binary = binary;

    public int Port { get; private set; }

    public string User { get; private init; } = "";

    public bool IsSecret { get; private init; }

    public Uri Address => new($"{(IsSecret ? "mqtts" : "mqtt")}://{User}127.0.0.1:{Port}");

    public string AuthorityFile => Path.Combine(_folder, "ca.pem");

    /// <summary>What every topic holds or last said.</summary>
    public ConcurrentDictionary<string, byte[]> Last { get; } = new();

    /// <summary>All that was heard, in order.</summary>
    public ConcurrentQueue<(string Topic, string Text)> Heard { get; } = new();

    public static async Task<MqttBroker> StartAsync(bool isSecret = false, string? password = null)
    {
        string? binary = new[] { "/usr/sbin/mosquitto", "/usr/bin/mosquitto", "/usr/local/sbin/mosquitto" }.FirstOrDefault(File.Exists);
        Assert.SkipWhen(binary is null, "there is no mosquitto (apt-get install mosquitto), so MQTT is not tested against a broker");
        MqttBroker broker = new(binary) { IsSecret = isSecret, User = password is null ? "" : $"home:{Uri.EscapeDataString(password)}@", Port = SimulatedCamera.FreePort() };
        List<string> lines = [$"listener {broker.Port} 127.0.0.1", "persistence false"];
        if (password is null)
        {
            lines.Add("allow_anonymous true");
        }
        else
        {
            string file = Path.Combine(broker._folder, "passwords");
            await RunAsync("mosquitto_passwd", "-b", "-c", file, "home", password);
            lines.AddRange(["allow_anonymous false", $"password_file {file}"]);
        }
        if (isSecret)
        {
            await RunAsync("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", Path.Combine(broker._folder, "key.pem"), "-out", broker.AuthorityFile);
            lines.AddRange([$"certfile {broker.AuthorityFile}", $"keyfile {Path.Combine(broker._folder, "key.pem")}"]);
        }
        lines.Insert(0, "user root");      // as whom it may read the files of this test
        await File.WriteAllLinesAsync(Path.Combine(broker._folder, "mosquitto.conf"), lines);
        await broker.BeginAsync();
        return broker;
    }

    /// <summary>Starts the process; after <see cref="KillAsync"/> another one, which knows nothing.</summary>
    public async Task BeginAsync()
    {
        ProcessStartInfo info = new(_binary, ["-c", Path.Combine(_folder, "mosquitto.conf")]) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
        _process = Process.Start(info)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        for (int i = 0; ; i++)
        {
            try
            {
                using System.Net.Sockets.TcpClient knock = new();
                await knock.ConnectAsync("127.0.0.1", Port);
                return;
            }
            catch (System.Net.Sockets.SocketException) when (i < 200)
            {
                await Task.Delay(25);
            }
        }
    }

    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Stops it in the middle of whatever it does ("STOP": it takes connections and answers none), or lets it go on ("CONT").</summary>
    public Task SignalAsync(string signal) => RunAsync("kill", $"-{signal}", $"{_process!.Id}");

    /// <summary>Listens to everything, as a home would.</summary>
    public async Task ListenAsync()
    {
        Last.Clear();
        _client?.Dispose();
        _client = new MqttClientFactory().CreateMqttClient();
        _client.ApplicationMessageReceivedAsync += got =>
        {
            byte[] payload = System.Buffers.BuffersExtensions.ToArray(got.ApplicationMessage.Payload);
            Last[got.ApplicationMessage.Topic] = payload;
            Heard.Enqueue((got.ApplicationMessage.Topic, payload.Length < 20_000 ? Encoding.UTF8.GetString(payload) : ""));
            return Task.CompletedTask;
        };
        await _client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", Port).WithClientId("home").Build(), TestContext.Current.CancellationToken);
        await _client.SubscribeAsync("#", MqttQualityOfServiceLevel.AtLeastOnce, TestContext.Current.CancellationToken);
    }

    public Task SayAsync(string topic, string text, bool isRetained = false) =>
        _client!.PublishAsync(new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(text).WithRetainFlag(isRetained).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build(), TestContext.Current.CancellationToken);

    public string? Text(string topic) => Last.TryGetValue(topic, out byte[]? payload) ? Encoding.UTF8.GetString(payload) : null;

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_process is not null)
            await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        string said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program}: {said}");
    }
}
