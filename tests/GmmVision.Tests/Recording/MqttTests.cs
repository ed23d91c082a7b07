using System.Text.Json;
using GmmVision.Ffmpeg;
using GmmVision.Recording;
using GmmVision.Recording.Mqtt;
using GmmVision.Tests.Live;
using Xunit;

namespace GmmVision.Tests.Recording;

public sealed class MqttTests : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);
    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-").FullName;
    private readonly List<string> _log = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Clip()
    {
        Assert.SkipUnless(FfmpegTools.IsAvailable, "ffmpeg is not installed");
        string path = Path.Combine(_folder, "input.mp4");
        SimulatedCamera.WriteFile(path, 12);
        return path;
    }

    private void Log(string line)
    {
        lock (_log)
            _log.Add(line);
    }

    private bool WasTold(string part)
    {
        lock (_log)
            return _log.Exists(line => line.Contains(part, StringComparison.Ordinal));
    }

    private MqttLink Link(MqttOptions options) => new(options, Log, new Backoff(Moment, Moment));

    [Slow]
    [Fact]
    public async Task A_home_sees_motion_zones_pictures_and_events_and_sets_what_it_wants()
    {
        await using MqttBroker broker = await MqttBroker.StartAsync();
        await broker.ListenAsync();
        string input = Clip(), output = Path.Combine(_folder, "out");
        await using (LiveRun run = await LiveRun.StartAsync(output, ["front=" + input], ("loop", "true"), ("mqtt", broker.Address.OriginalString), ("zone", "Left door:0,0 160,0 160,240 0,240"), ("zone", "160,0 320,0 320,240 160,240"), ("merge-window", "0.3"), ("post-roll", "0.3")))
        {
            await NotifierTests.WaitUntil(() => broker.Text("gmmvision/front/event") is not null && broker.Text("gmmvision/front/picture") is not null && broker.Heard.Any(said => said == ("gmmvision/front/zones/left_door/motion", "ON")), 60);
            Assert.Equal("online", broker.Text("gmmvision/available"));
            Assert.Equal("online", broker.Text("gmmvision/front/state"));
            await NotifierTests.WaitUntil(() => broker.Heard.Any(said => said == ("gmmvision/front/motion", "ON")) && broker.Heard.Count(said => said == ("gmmvision/front/motion", "OFF")) > 1, 60);
            await NotifierTests.WaitUntil(() => broker.Heard.Any(said => said.Topic == "gmmvision/front/event" && said.Text.Contains("\"kind\":\"motion\"", StringComparison.Ordinal)), 60);
            using (JsonDocument over = JsonDocument.Parse(broker.Heard.First(said => said.Topic == "gmmvision/front/event" && said.Text.Contains("\"kind\":\"motion\"", StringComparison.Ordinal)).Text))
                Assert.Equal(["Left door", "2"], over.RootElement.GetProperty("zones").EnumerateArray().Select(zone => zone.GetString()));
            Assert.Equal([0xFF, 0xD8], broker.Last["gmmvision/front/picture"][..2]);
            Assert.InRange(double.Parse(broker.Text("gmmvision/front/score")!, System.Globalization.CultureInfo.InvariantCulture), 0, 1);
            await NotifierTests.WaitUntil(() => broker.Heard.Any(said => said == ("gmmvision/front/zones/zone2/motion", "ON")), 60);

            // Home Assistant's discovery: each topic that is announced is one that is told.
            foreach ((string component, string id, string key) in new[] { ("binary_sensor", "motion", "state_topic"), ("binary_sensor", "zone_left_door", "state_topic"), ("binary_sensor", "connectivity", "state_topic"), ("sensor", "score", "state_topic"), ("camera", "picture", "topic"), ("select", "preset", "state_topic"), ("number", "threshold", "state_topic") })
            {
                using JsonDocument json = JsonDocument.Parse(broker.Text($"homeassistant/{component}/gmmvision_front/{id}/config") ?? throw new InvalidOperationException($"{id} is not announced"));
                Assert.Contains(json.RootElement.GetProperty(key).GetString()!, broker.Last.Keys);
                Assert.Equal($"gmmvision_front_{id}", json.RootElement.GetProperty("unique_id").GetString());
                Assert.Equal("gmmvision_front", json.RootElement.GetProperty("device").GetProperty("identifiers")[0].GetString());
                Assert.All(json.RootElement.GetProperty("availability").EnumerateArray(), topic => Assert.Equal("online", broker.Text(topic.GetProperty("topic").GetString()!)));
            }

            // Settings: what is sent holds, what is wrong is told and nothing else, what was kept from long ago is not a wish of now.
            await broker.SayAsync("gmmvision/front/settings/set", """{"day": {"threshold": 0.25}}""");
            await NotifierTests.WaitUntil(() => broker.Text("gmmvision/front/settings")?.Contains("\"threshold\":0.25", StringComparison.Ordinal) == true, 30);
            Assert.Equal(0.25, (await run.GetAsync("/api/cameras/front")).GetProperty("effective").GetProperty("threshold").GetDouble());
            await broker.SayAsync("gmmvision/front/settings/set", """{"day": {"threshold": 7}}""");
            await broker.SayAsync("gmmvision/front/settings/set", "{");
            await NotifierTests.WaitUntil(() => run.Log.Split("settings/set is refused").Length == 3, 30);
            Assert.Equal(0.25, (await run.GetAsync("/api/cameras/front")).GetProperty("effective").GetProperty("threshold").GetDouble());
            await broker.SayAsync("gmmvision/front/relearn", "PRESS");

            // Zones that are drawn anew are announced anew, and what is gone is taken away.
            using HttpResponseMessage zones = await run.Client.PutAsync("/api/cameras/front/zones", new StringContent("[{\"kind\":\"include\",\"name\":\"gate\",\"points\":[[0,0],[1,0],[1,1]]}]"), TestContext.Current.CancellationToken);
            await NotifierTests.WaitUntil(() => broker.Text("homeassistant/binary_sensor/gmmvision_front/zone_gate/config") is { Length: > 0 } && broker.Text("homeassistant/binary_sensor/gmmvision_front/zone_left_door/config") is "", 30);
            Assert.Equal("", broker.Text("gmmvision/front/zones/left_door/motion"));      // told before it is no longer announced
        }
        // What was known at the end is told: nothing stands there as if it went on.
        await NotifierTests.WaitUntil(() => broker.Text("gmmvision/available") == "offline", 10);
        Assert.Equal(("offline", "OFF"), (broker.Text("gmmvision/front/state"), broker.Text("gmmvision/front/motion")));
        string[] recorded = [.. File.ReadLines(Path.Combine(output, "front", "events.jsonl"))];
        Assert.Equal(recorded, broker.Heard.Where(said => said.Topic == "gmmvision/front/event" && !said.Text.Contains("motion_started", StringComparison.Ordinal)).Select(said => said.Text));
    }

    [Slow]
    [Fact]
    public async Task A_broker_that_is_killed_and_forgets_everything_knows_it_again_and_no_frame_waits_for_it()
    {
        await using MqttBroker broker = await MqttBroker.StartAsync();
        string input = Clip();
        await using LiveRun run = await LiveRun.StartAsync(null, ["front=" + input], ("loop", "true"), ("mqtt", broker.Address.OriginalString), ("mqtt-prefix", "home/video"), ("mqtt-discovery", "off"));
        await NotifierTests.WaitUntil(() => run.Log.Contains("mqtt 127.0.0.1 is connected", StringComparison.Ordinal), 30);
        await run.WaitForAsync(status => status.GetProperty("frames").GetInt64() > 50, "front");
        await broker.KillAsync();
        await NotifierTests.WaitUntil(() => run.Log.Contains("mqtt 127.0.0.1 does not answer", StringComparison.Ordinal), 30);
        JsonElement before = await run.StatusAsync("front");
        await run.WaitForAsync(status => status.GetProperty("frames").GetInt64() > before.GetProperty("frames").GetInt64() + 50, "front");
        Assert.Equal(0, (await run.StatusAsync("front")).GetProperty("dropped").GetInt64() - before.GetProperty("dropped").GetInt64());
        await broker.BeginAsync();
        await NotifierTests.WaitUntil(() => run.Log.Contains("mqtt 127.0.0.1 answers again", StringComparison.Ordinal), 60);
        await broker.ListenAsync();
        await NotifierTests.WaitUntil(() => broker.Text("home/video/front/state") == "online" && broker.Text("home/video/front/motion") is not null && broker.Text("home/video/available") == "online" && broker.Text("home/video/front/settings") is not null, 30);
        Assert.DoesNotContain(broker.Last.Keys, topic => topic.StartsWith("homeassistant", StringComparison.Ordinal));
        Assert.Equal(2, run.Log.Split("does not answer").Length);      // said once
    }

    [Fact]
    public async Task What_is_set_often_goes_out_at_its_newest_and_messages_wait_for_a_broker()
    {
        await using MqttBroker broker = await MqttBroker.StartAsync();
        await broker.ListenAsync();      // before anything can arrive, or it would be missed
        await broker.SignalAsync("STOP");
        await using MqttLink link = Link(new MqttOptions(broker.Address));
        link.Start();
        for (int i = 0; i < 1000; i++)
            link.Set("gmmvision/a/score", $"{i}");
        for (int i = 0; i < MqttLink.MostWaiting + 3; i++)
            link.Send("gmmvision/a/event", $"{i}");
        Assert.Equal(3, link.Dropped);
        await broker.SignalAsync("CONT");
        await NotifierTests.WaitUntil(() => broker.Text("gmmvision/a/event") == $"{MqttLink.MostWaiting + 2}", 30);
        Assert.Equal("999", broker.Text("gmmvision/a/score"));
        Assert.Single(broker.Heard, said => said.Topic == "gmmvision/a/score");
        Assert.Equal(Enumerable.Range(3, MqttLink.MostWaiting).Select(i => $"{i}"), broker.Heard.Where(said => said.Topic == "gmmvision/a/event").Select(said => said.Text).Distinct());
    }

    [Fact]
    public async Task What_changes_all_the_time_does_not_hold_up_what_changed_before_it()
    {
        await using MqttBroker broker = await MqttBroker.StartAsync();
        await broker.ListenAsync();
        await using MqttLink link = Link(new MqttOptions(broker.Address));
        link.Start();
        await NotifierTests.WaitUntil(() => WasTold("is connected"), 30);
        string[] topics = [.. Enumerable.Range(0, 40).Select(i => $"gmmvision/a/{i}")];
        for (int round = 0; round < 5; round++)
        {
            await broker.SignalAsync("STOP");      // so that all of it waits
            foreach (string topic in topics)
                link.Set(topic, $"{round}");
            for (int i = 0; i < 100; i++)
                link.Set(topics[3], $"{round}.{i}");
            await broker.SignalAsync("CONT");
            await NotifierTests.WaitUntil(() => topics.All(topic => broker.Text(topic)?.StartsWith($"{round}", StringComparison.Ordinal) == true), 30);
            Assert.Equal(topics, broker.Heard.Select(said => said.Topic).Where(topic => topic.StartsWith("gmmvision/a/", StringComparison.Ordinal)).Distinct());
            await NotifierTests.WaitUntil(() => broker.Text(topics[3]) == $"{round}.99", 30);
            broker.Heard.Clear();
        }
    }

    [Fact]
    public async Task Who_dies_without_a_word_is_offline_all_the_same()
    {
        await using MqttBroker broker = await MqttBroker.StartAsync();
        await broker.ListenAsync();
        string input = Clip();
        using System.Diagnostics.Process app = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("dotnet", [typeof(GmmVision.Cli.ExitCode).Assembly.Location, "watch", "front=" + input, "--loop", "--listen", "off", "--mqtt", broker.Address.OriginalString]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        app.ErrorDataReceived += (_, _) => { };
        app.BeginErrorReadLine();
        await NotifierTests.WaitUntil(() => broker.Text("gmmvision/available") == "online", 60);
        app.Kill(entireProcessTree: true);
        await app.WaitForExitAsync(TestContext.Current.CancellationToken);
        await NotifierTests.WaitUntil(() => broker.Text("gmmvision/available") == "offline", 60);
    }

    [Fact]
    public async Task What_is_gone_leaves_nothing_behind_and_what_comes_later_is_heard()
    {
        await using MqttBroker broker = await MqttBroker.StartAsync();
        await broker.ListenAsync();
        List<string> obeyed = [];
        await using MqttLink link = Link(new MqttOptions(broker.Address));
        link.Start();
        await NotifierTests.WaitUntil(() => WasTold("is connected"), 30);
        link.Set("gmmvision/a/motion", "ON");
        link.Set("gmmvision/ab/motion", "ON");
        link.Listen("gmmvision/a/relearn", obeyed.Add);
        await NotifierTests.WaitUntil(() => broker.Text("gmmvision/a/motion") == "ON" && broker.Text("gmmvision/ab/motion") == "ON", 30);
        await NotifierTests.WaitUntil(() => Heard("1"), 30);
        link.Forget(topic => topic.StartsWith("gmmvision/a/", StringComparison.Ordinal));
        await NotifierTests.WaitUntil(() => broker.Text("gmmvision/a/motion") == "", 30);
        int before = obeyed.Count;
        link.Listen("gmmvision/ab/relearn", obeyed.Add);
        await broker.SayAsync("gmmvision/a/relearn", "no more");
        await NotifierTests.WaitUntil(() => { broker.SayAsync("gmmvision/ab/relearn", "2").Wait(TestContext.Current.CancellationToken); return obeyed.Contains("2"); }, 30);
        Assert.Equal("ON", broker.Text("gmmvision/ab/motion"));
        Assert.DoesNotContain("no more", obeyed[before..]);

        bool Heard(string text)
        {
            broker.SayAsync("gmmvision/a/relearn", text).Wait(TestContext.Current.CancellationToken);
            return obeyed.Contains(text);
        }
    }

    [Fact]
    public async Task Commands_that_were_kept_from_long_ago_are_not_obeyed()
    {
        await using MqttBroker broker = await MqttBroker.StartAsync();
        await broker.ListenAsync();
        await broker.SayAsync("gmmvision/a/relearn", "old", isRetained: true);
        List<string> obeyed = [];
        await using MqttLink link = Link(new MqttOptions(broker.Address));
        link.Listen("gmmvision/a/relearn", obeyed.Add);
        link.Start();
        await NotifierTests.WaitUntil(() => WasTold("is connected"), 30);
        await broker.SayAsync("gmmvision/a/relearn", "new");
        await NotifierTests.WaitUntil(() => obeyed.Count > 0, 30);
        Assert.Equal(["new"], obeyed);
    }

    [Fact]
    public async Task A_password_with_all_signs_opens_the_door_and_a_wrong_one_is_told_once_without_it()
    {
        const string Password = "p@ss:w/rd ä%";
        await using MqttBroker broker = await MqttBroker.StartAsync(password: Password);
        await using (MqttLink link = Link(new MqttOptions(broker.Address)))
        {
            link.Start();
            await NotifierTests.WaitUntil(() => WasTold("is connected"), 30);
        }
        _log.Clear();
        await using (MqttLink link = Link(new MqttOptions(new Uri($"mqtt://home:secret@127.0.0.1:{broker.Port}"))))
        {
            link.Start();
            await NotifierTests.WaitUntil(() => WasTold("does not answer"), 30);
            await Task.Delay(300, TestContext.Current.CancellationToken);
        }
        Assert.DoesNotContain("secret", Assert.Single(_log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_TLS_only_a_broker_that_is_vouched_for_is_spoken_to()
    {
        await using MqttBroker broker = await MqttBroker.StartAsync(isSecret: true);
        await using (MqttLink link = Link(new MqttOptions(broker.Address) { CertificateAuthority = broker.AuthorityFile }))
        {
            link.Start();
            await NotifierTests.WaitUntil(() => WasTold("is connected"), 30);
        }
        _log.Clear();
        await using (MqttLink link = Link(new MqttOptions(broker.Address)))      // signed by itself, which the system does not know
        {
            link.Start();
            await NotifierTests.WaitUntil(() => WasTold("does not answer"), 30);
        }
        Assert.False(WasTold("is connected"));
    }

    [Theory]
    [InlineData("mqtt", "http://host", "--mqtt needs a URL that begins with mqtt:// or mqtts://, not 'http://host'")]
    [InlineData("mqtt-prefix", "a//b", "--mqtt-prefix cannot be used: The prefix is 'a//b'")]
    [InlineData("mqtt-prefix", "a/#", "--mqtt-prefix cannot be used: The prefix is 'a/#'")]
    [InlineData("mqtt-prefix", "home", "need --mqtt URL")]
    [InlineData("mqtt-discovery", "", "--mqtt-discovery cannot be used")]
    public void Wrong_usage_is_told_in_a_line(string name, string value, string message)
    {
        GmmVision.Cli.Watch.WatchOption option = GmmVision.Cli.Watch.WatchOptions.All.Single(option => option.Name == name);
        GmmVision.Cli.UserError error = Assert.Throws<GmmVision.Cli.UserError>(() => GmmVision.Cli.Commands.WatchCommand.Assemble(null, [(option, value)], ["rtsp://camera/"]));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(2, error.ExitCode);
    }

    [Theory]
    [InlineData("nowhere.pem", "nowhere.pem' cannot be used")]
    [InlineData("", "cannot be used: it holds no certificate")]
    public void A_certificate_file_that_is_none_is_told(string file, string message)
    {
        string path = file.Length > 0 ? file : Path.Combine(_folder, "empty.pem");
        if (file.Length == 0)
            File.WriteAllText(path, "nothing");
        ArgumentException error = Assert.Throws<ArgumentException>(() => new MqttOptions(new Uri("mqtts://host")) { CertificateAuthority = path }.Validate());
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_zones_become_topics_that_differ() =>
        Assert.Equal(["front_door", "front_door_2", "zone3", "t_r", "zone5"], HomeAssistant.Slugs(["Front door", "front-door", "", "Tür", "+#/"]));
}
