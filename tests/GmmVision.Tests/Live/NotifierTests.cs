using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using GmmVision.Recording;
using GmmVision.Recording.Events;
using Xunit;

namespace GmmVision.Tests.Live;

public sealed class NotifierTests : IDisposable
{
    private static readonly NotifierPauses Quick = new(4, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(5));
    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-").FullName;
    private readonly List<string> _log = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_webhook_gets_json_after_refusals()
    {
        using HttpListener listener = Listen(out Uri url);
        List<string> bodies = [];
        Task serving = Task.Run(async () =>
        {
            for (int i = 0; i < 3; i++)
            {
                HttpListenerContext context = await listener.GetContextAsync();
                using StreamReader reader = new(context.Request.InputStream);
                bodies.Add(await reader.ReadToEndAsync());
                Assert.Equal("Basic " + Convert.ToBase64String("me:secret"u8), context.Request.Headers["Authorization"]);
                context.Response.StatusCode = i < 2 ? 503 : 204;
                context.Response.Close();
            }
        });
        await using (WebhookNotifier notifier = new(new UriBuilder(url) { UserName = "me", Password = "secret" }.Uri, _log.Add, Quick))
        {
            notifier.Post(Event(5));
            await serving.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            // The answer is on its way; an end now would not wait for it to be read.
            Assert.True(SpinWait.SpinUntil(() => notifier.Delivered == 1, TimeSpan.FromSeconds(20)));
        }
        Assert.All(bodies, body => Assert.Equal(5, JsonDocument.Parse(body).RootElement.GetProperty("number").GetInt32()));
        Assert.Equal(2, _log.Count);      // once that it is away, once that it is back
        Assert.Contains("did not take an event, trying again: it answered 503", _log[0], StringComparison.Ordinal);
        Assert.Contains("takes events again", _log[1], StringComparison.Ordinal);
        Assert.DoesNotContain("secret", string.Join(' ', _log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_webhook_gets_the_picture_too_where_that_is_asked_for()
    {
        using HttpListener listener = Listen(out Uri url);
        List<(string Type, string Body)> requests = [];
        Task serving = Task.Run(async () =>
        {
            for (int i = 0; i < 2; i++)
            {
                HttpListenerContext context = await listener.GetContextAsync();
                using StreamReader reader = new(context.Request.InputStream, System.Text.Encoding.Latin1);
                requests.Add((context.Request.ContentType!, await reader.ReadToEndAsync()));
                context.Response.StatusCode = 204;
                context.Response.Close();
            }
        });
        string picture = Path.Combine(_folder, "peak.jpg");
        File.WriteAllBytes(picture, [0xFF, 0xD8, 0xFF, .. "a picture"u8]);
        await using (WebhookNotifier notifier = new(url, _log.Add, Quick, happened => happened.Number == 5 ? picture : Path.Combine(_folder, "gone.jpg")))
        {
            notifier.Post(Event(5));
            notifier.Post(Event(6));
            await serving.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            Assert.True(SpinWait.SpinUntil(() => notifier.Delivered == 2, TimeSpan.FromSeconds(20)));
        }
        Assert.StartsWith("multipart/form-data", requests[0].Type);
        Assert.Contains("name=event", requests[0].Body);
        Assert.Contains("\"number\":5", requests[0].Body);
        Assert.Contains("name=picture; filename=peak.jpg", requests[0].Body);
        Assert.Contains("Content-Type: image/jpeg", requests[0].Body);
        Assert.Contains("\u00FF\u00D8\u00FFa picture", requests[0].Body);
        // A picture that is gone costs the picture, not the message.
        Assert.StartsWith("application/json", requests[1].Type);
        Assert.Empty(_log);
    }

    [Theory]
    [InlineData("/other", 204, 2, null)]
    [InlineData("/other", 307, 2, "without end")]
    [InlineData("http://example.invalid/", 204, 1, "another place")]
    [InlineData("https://127.0.0.1/", 204, 1, "another place")]
    public async Task A_redirection_is_followed_once_and_only_on_the_same_host(string location, int second, int requests, string? refused)
    {
        using HttpListener listener = Listen(out Uri url);
        List<string> asked = [];
        Task serving = Task.Run(async () =>
        {
            while (asked.Count < requests)
            {
                HttpListenerContext context = await listener.GetContextAsync();
                using StreamReader reader = new(context.Request.InputStream);
                asked.Add($"{context.Request.HttpMethod} {context.Request.Url!.AbsolutePath} {(await reader.ReadToEndAsync()).Length > 0}");
                context.Response.StatusCode = asked.Count == 1 ? 307 : second;
                context.Response.RedirectLocation = location;
                context.Response.Close();
            }
        }, TestContext.Current.CancellationToken);
        await using WebhookNotifier notifier = new(url, _log.Add, Quick);
        notifier.Post(Event(5));
        await serving.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => notifier.Delivered + notifier.GivenUp == 1, TimeSpan.FromSeconds(20)));
        Assert.Equal(["POST /hook True", "POST /other True"], [.. asked, .. requests == 1 ? (string[])["POST /other True"] : []]);
        if (refused is null)
            Assert.Empty(_log);
        else
            Assert.Contains(refused, Assert.Single(_log));
    }

    [Fact]
    public async Task An_answer_without_end_is_a_delivery_and_is_not_read()
    {
        using HttpListener listener = Listen(out Uri url);
        using CancellationTokenSource end = new();
        Task<long> serving = Task.Run(async () =>
        {
            HttpListenerContext context = await listener.GetContextAsync();
            context.Response.SendChunked = true;
            long written = 0;
            try
            {
                for (byte[] piece = new byte[4096]; !end.IsCancellationRequested && written < 1 << 28; written += piece.Length)
                    await context.Response.OutputStream.WriteAsync(piece, end.Token);
            }
            catch (Exception exception) when (exception is HttpListenerException or IOException or OperationCanceledException or ObjectDisposedException)
            {
            }
            return written;
        }, TestContext.Current.CancellationToken);
        await using (WebhookNotifier notifier = new(url, _log.Add, Quick))
        {
            notifier.Post(Event(5));
            Assert.True(SpinWait.SpinUntil(() => notifier.Delivered == 1, TimeSpan.FromSeconds(20)));
        }
        await end.CancelAsync();
        Assert.True(await serving.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken) < 1 << 26);
        Assert.Empty(_log);
    }

    [Fact]
    public async Task A_dead_receiver_costs_a_line_and_never_blocks()
    {
        int port;
        using (TcpListener free = new(IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((IPEndPoint)free.LocalEndpoint).Port;
        }
        WebhookNotifier notifier = new(new Uri($"http://127.0.0.1:{port}/"), _log.Add, new NotifierPauses(1000, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30)));
        for (int i = 0; i < QueuedNotifier.QueueLength + 100; i++)
            notifier.Post(Event(i));
        await notifier.DisposeAsync();      // gives up after a moment, whatever waits
        Assert.InRange(notifier.Dropped, 99, 100);      // the first may have been taken out of the queue already
        Assert.Equal(0, notifier.Delivered);
        Assert.Single(_log);
    }

    [Fact]
    public void Pauses_grow_to_their_longest_and_chance_keeps_cameras_out_of_step()
    {
        double chance = 0;
        Backoff pauses = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), () => chance);
        Assert.Equal([1, 2, 4, 8, 16, 30, 30], Enumerable.Range(1, 7).Select(_ => pauses.Next().TotalSeconds));
        Assert.True(pauses.IsLongest);
        pauses.Reset();
        Assert.False(pauses.IsLongest);
        chance = 1;
        Assert.Equal([0.75, 1.5, 3], Enumerable.Range(1, 3).Select(_ => pauses.Next().TotalSeconds));

        Backoff[] cameras = [.. Enumerable.Range(0, 8).Select(_ => Backoff.OfCamera())];
        double[] first = [.. cameras.Select(camera => camera.Next().TotalSeconds)];
        Assert.All(first, seconds => Assert.InRange(seconds, 0.75, 1));
        Assert.True(first.Distinct().Count() > 1, "eight cameras come back in step");
    }

    [Fact]
    public async Task A_command_finds_the_event_in_its_environment()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "written for /bin/sh");
        string output = Path.Combine(_folder, "out.txt");
        await using (ExecNotifier notifier = new($"echo noise; printf '%s|%s|%s|%s\\n' \"$GMMVISION_EVENT\" \"$GMMVISION_CAMERA\" \"$GMMVISION_CLIP\" \"$GMMVISION_JSON\" >> '{output}'", _ => _folder, _log.Add))
        {
            notifier.Post(Event(9) with { Clip = "x.mp4", Message = "a\"$(touch pwned)`id`" });
            await WaitUntil(() => notifier.Delivered == 1);
        }
        string[] parts = File.ReadAllText(output).Trim().Split('|', 4);
        Assert.Equal(["motion", "front", Path.Combine(_folder, "x.mp4")], parts[..3]);
        Assert.Equal(9, JsonDocument.Parse(parts[3]).RootElement.GetProperty("number").GetInt32());
        Assert.Empty(_log);
    }

    [Fact]
    public async Task A_command_that_fails_or_hangs_is_told_and_ended()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "written for /bin/sh");
        await using (ExecNotifier notifier = new("echo 'no such door' >&2; exit 3", _ => null, _log.Add))
        {
            notifier.Post(Event(1));
            await WaitUntil(() => notifier.GivenUp == 1);
        }
        Assert.Contains("the command ended with 3: no such door", Assert.Single(_log), StringComparison.Ordinal);
        _log.Clear();
        string pid = Path.Combine(_folder, "pid");
        await using (ExecNotifier notifier = new($"echo $$ > '{pid}'; exec sleep 600", _ => null, _log.Add, TimeSpan.FromSeconds(1)))
        {
            notifier.Post(Event(1));
            await WaitUntil(() => notifier.GivenUp == 1);
        }
        Assert.Contains("took longer than 1 s and was ended", Assert.Single(_log), StringComparison.Ordinal);
        await WaitUntil(() => !Directory.Exists("/proc/" + File.ReadAllText(pid).Trim()));
    }

    [Theory]
    [InlineData(CameraEventKind.Motion, "gmmvision.a_b.motion")]
    [InlineData(CameraEventKind.CameraLost, "gmmvision.a_b.camera_lost")]
    [InlineData(CameraEventKind.SceneChanged, "gmmvision.a_b.scene_changed")]
    public void A_routing_key_has_three_levels(CameraEventKind kind, string key) => Assert.Equal(key, AmqpNotifier.RoutingKey(Event(1) with { Camera = "a.b", Kind = kind }));

    [Fact]
    public async Task A_broker_that_is_away_costs_a_line()
    {
        await using (AmqpNotifier notifier = new(new Uri("amqp://me:secret@127.0.0.1:1/"), "amq.topic", _log.Add, new NotifierPauses(2, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1))))
        {
            notifier.Post(Event(1));
            await WaitUntil(() => notifier.GivenUp == 1);
        }
        Assert.StartsWith("amqp 127.0.0.1 did not take an event", Assert.Single(_log), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", _log[0], StringComparison.Ordinal);
    }

    internal static async Task WaitUntil(Func<bool> condition, int seconds = 30)
    {
        for (Stopwatch watch = Stopwatch.StartNew(); !condition();)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(seconds), "It did not happen in time.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private static HttpListener Listen(out Uri url)
    {
        for (int attempt = 0; ; attempt++)
        {
            int port;
            using (TcpListener free = new(IPAddress.Loopback, 0))
            {
                free.Start();
                port = ((IPEndPoint)free.LocalEndpoint).Port;
            }
            HttpListener listener = new();
            listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            try
            {
                listener.Start();
                url = new Uri($"http://127.0.0.1:{port}/hook");
                return listener;
            }
            catch (HttpListenerException) when (attempt < 5)
            {
            }
        }
    }

    private static CameraEvent Event(int number) => new() { Kind = CameraEventKind.Motion, Camera = "front", Number = number, Start = DateTimeOffset.UnixEpoch };
}
