using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using GmmVision.Cli;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Recording.Events;
using Xunit;

namespace GmmVision.Tests.Live;

public sealed class WatchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Clip(int seconds = 14)
    {
        Assert.SkipUnless(FfmpegTools.IsAvailable, "ffmpeg is not installed");
        string path = Path.Combine(_folder, "input.mp4");
        SimulatedCamera.WriteFile(path, seconds);
        return path;
    }

    [Slow]
    [Fact]
    public async Task A_file_played_as_a_camera_gives_events_with_clips_and_a_model_and_then_ends()
    {
        string input = Clip(10), output = Path.Combine(_folder, "out"), exec = Path.Combine(_folder, "told.txt");
        await using (LiveRun run = await LiveRun.StartAsync(output, [input], ("realtime", "true"), ("merge-window", "1"), ("post-roll", "0.5"), ("exec", $"echo $GMMVISION_EVENT >> '{exec}'")))
        {
            await NotifierTests.WaitUntil(() => run.Log.Contains("come to its end", StringComparison.Ordinal), 90);
        }
        CameraEvent[] events = ReadLog(Path.Combine(output, "camera"));
        // The second passage may be cut in two: the background has seen the box by then, and is young.
        Assert.InRange(events.Length, 2, 4);
        Assert.Equal(Enumerable.Range(1, events.Length).Select(i => (long)i), events.Select(happened => happened.Number).Order());
        Assert.InRange(events[0].Duration!.Value, 1.2, 3.2);
        foreach (CameraEvent happened in events)
        {
            string clip = Path.Combine(output, "camera", happened.Clip!);
            Assert.Equal("h264", MediaInfo.Read(clip).Codec);
            Assert.InRange(MediaInfo.Read(clip).Duration!.Value.TotalSeconds, happened.Duration!.Value, happened.Duration.Value + 6);
            Assert.InRange((happened.Start - happened.ClipStart!.Value).TotalSeconds, 1, 4);
            Assert.True(new FileInfo(Path.Combine(output, "camera", happened.Thumbnail!)).Length > 1000);
        }
        string[] told = File.ReadAllLines(exec);
        Assert.Equal("motion_started", told[0]);
        Assert.Equal(events.Length, told.Count(line => line == "motion_started"));
        Assert.Equal(events.Length, told.Count(line => line == "motion"));
        using FileStream model = File.OpenRead(Path.Combine(output, "camera", "model.gmm"));
        using GmmVision.Background.BackgroundModel learnt = GmmVision.Background.BackgroundModel.Load(model);
        Assert.InRange(learnt.FrameCount, 50, 250);
        Assert.Empty(Directory.GetFiles(Path.Combine(output, "camera"), "*.tmp*"));
        Assert.Empty(Directory.GetFiles(Path.Combine(output, "camera"), "*.part.ts"));
    }

    // A smallest area above the largest (0.8) used to be found out by the camera's thread, which then lost the camera for ever.
    [Slow]
    [Fact]
    public async Task Settings_that_do_not_go_together_are_refused_and_durations_hold_from_the_next_frame_on()
    {
        string input = Clip(12), output = Path.Combine(_folder, "out");
        await using (LiveRun run = await LiveRun.StartAsync(output, [input], ("loop", "true"), ("merge-window", "0.3"), ("max-duration", "3")))
        {
            await run.WaitForAsync(status => status.GetProperty("frames").GetInt64() > 20);
            foreach ((string body, string reason) in new[] { ("""{"day": {"min_area": 0.9}}""", "min-area"), ("""{"night": {"min_area": 0.9}}""", "min-area"), ("""{"day": {"min_duration": 10}}""", "max-duration"), ("""{"day": {"pre_roll": 3601}}""", "0 to 3600") })
            {
                using HttpResponseMessage refused = await run.Client.PutAsync("/api/cameras/camera/settings", new StringContent(body), TestContext.Current.CancellationToken);
                Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
                Assert.Contains(reason, await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            }
            using HttpResponseMessage taken = await run.Client.PutAsync("/api/cameras/camera/settings", new StringContent("{\"day\": {\"pre_roll\": 4, \"post_roll\": 0.5, \"min_duration\": 0.4, \"merge_window\": 0.2}}"), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
            long frames = (await run.StatusAsync()).GetProperty("frames").GetInt64();
            await run.WaitForAsync(status => status.GetProperty("up").GetBoolean() && status.GetProperty("frames").GetInt64() > frames + 250);
            JsonElement effective = (await run.GetAsync("/api/cameras/camera")).GetProperty("effective");
            Assert.Equal((4, 0.5, 0.4, 0.2), (effective.GetProperty("pre_roll").GetDouble(), effective.GetProperty("post_roll").GetDouble(), effective.GetProperty("min_duration").GetDouble(), effective.GetProperty("merge_window").GetDouble()));
            Assert.DoesNotContain("camera lost", run.Log, StringComparison.Ordinal);
        }
    }

    [Slow]
    [Fact]
    public async Task Continuous_recording_can_be_seen_from_any_moment_on()
    {
        string input = Clip(12), output = Path.Combine(_folder, "out"), folder = Path.Combine(output, "camera");
        DateTimeOffset began;
        await using (LiveRun run = await LiveRun.StartAsync(output, [input], ("loop", "true"), ("record", "always")))
        {
            Assert.True((await run.GetAsync("/api/cameras/camera")).GetProperty("continuous").GetBoolean());
            await run.WaitForAsync(status => status.GetProperty("frames").GetInt64() > 200);
            JsonElement stretch = (await run.GetAsync("/api/cameras/camera/recordings")).EnumerateArray().Last();      // two at the turn of an hour
            Assert.True(stretch.GetProperty("running").GetBoolean());
            began = stretch.GetProperty("start").GetDateTimeOffset();
            string part = Path.Combine(_folder, "part.mp4");
            await File.WriteAllBytesAsync(part, await run.Client.GetByteArrayAsync($"/api/cameras/camera/recording.mp4?from={began.AddSeconds(2):yyyy-MM-ddTHH:mm:ssZ}&seconds=3", TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
            Assert.Equal("h264", MediaInfo.Read(part, cancellation: TestContext.Current.CancellationToken).Codec);
            using (FfmpegFrameSource source = FfmpegFrameSource.OpenFile(part, null, TestContext.Current.CancellationToken))
            {
                GmmVision.Imaging.Frame frame = new(source.Format);
                int frames = 0;
                while (source.TryRead(frame, TestContext.Current.CancellationToken))
                    frames++;
                Assert.InRange(frames, 60, 260);      // three seconds at 25 a second, from a key frame up to five seconds before on
            }
            foreach ((string query, HttpStatusCode code) in new[] { ("from=2020-01-01T00:00:00Z", HttpStatusCode.NotFound), ("from=yesterday", HttpStatusCode.BadRequest), ($"from={began:yyyy-MM-ddTHH:mm:ssZ}&seconds=0", HttpStatusCode.BadRequest), ("seconds=5", HttpStatusCode.BadRequest) })
            {
                using HttpResponseMessage answer = await run.Client.GetAsync("/api/cameras/camera/recording.mp4?" + query, TestContext.Current.CancellationToken);
                Assert.Equal(code, answer.StatusCode);
            }
        }
        string file = Directory.GetFiles(folder, "*Z.ts").Order(StringComparer.Ordinal).Last();
        Assert.Empty(Directory.GetFiles(folder, "*.part.ts"));
        Assert.InRange(MediaInfo.Read(file, cancellation: TestContext.Current.CancellationToken).Duration!.Value.TotalSeconds, 5, 30);
    }

    [Fact]
    public async Task An_event_under_way_can_be_played_and_one_that_is_over_kept_and_deleted()
    {
        string input = Clip(12), output = Path.Combine(_folder, "out"), folder = Path.Combine(output, "camera");
        await using (LiveRun run = await LiveRun.StartAsync(output, [input], ("loop", "true"), ("merge-window", "0.3"), ("post-roll", "0.3")))
        {
            byte[] clip = [];
            for (Stopwatch watch = Stopwatch.StartNew(); clip.Length == 0; await Task.Delay(50, TestContext.Current.CancellationToken))
            {
                Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), "no event under way could be played:\n" + run.Log);
                JsonElement running = (await run.GetAsync("/api/events?count=10")).EnumerateArray().FirstOrDefault(happened => happened.TryGetProperty("running", out _));
                if (running.ValueKind != JsonValueKind.Object)
                    continue;
                using HttpResponseMessage answer = await run.Client.GetAsync($"/api/cameras/camera/events/{running.GetProperty("number")}/clip.mp4", TestContext.Current.CancellationToken);
                try
                {
                    clip = answer.IsSuccessStatusCode ? await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken) : [];
                }
                catch (HttpRequestException)
                {
                    // Nothing was recorded yet.
                }
            }
            Assert.Equal("ftyp"u8.ToArray(), clip[4..8]);
            string sofar = Path.Combine(_folder, "sofar.mp4");
            File.WriteAllBytes(sofar, clip);
            using (IFrameSource source = FrameSources.Open(sofar))
                Assert.True(source.TryRead(new Frame(source.Format)));

            JsonElement over = default;
            await NotifierTests.WaitUntil(() => (over = run.EventsAsync().Result.FirstOrDefault()).ValueKind == JsonValueKind.Object, 60);
            string path = $"/api/cameras/camera/events/{over.GetProperty("number")}", name = Path.GetFileNameWithoutExtension(over.GetProperty("clip").GetString()!);
            Assert.Equal(HttpStatusCode.NotFound, (await run.Client.GetAsync(path + "/clip.mp4", TestContext.Current.CancellationToken)).StatusCode);
            (await run.Client.PutAsJsonAsync(path, new { kept = true }, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
            Assert.True(File.Exists(Path.Combine(folder, name + ".kept")));
            Assert.True((await run.GetAsync("/api/events?kept=true"))[0].GetProperty("kept").GetBoolean());
            (await run.Client.DeleteAsync(path, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
            Assert.Empty(Directory.GetFiles(folder, name + ".*"));
            Assert.DoesNotContain((await run.GetAsync("/api/events")).EnumerateArray(), happened => happened.GetProperty("number").GetInt64() == over.GetProperty("number").GetInt64());
        }
        Assert.Contains(ReadLog(folder), happened => happened.Kind == CameraEventKind.Deleted);
    }

    [Slow]
    [Fact]
    public async Task An_event_under_way_is_told_and_one_that_becomes_too_long_is_gone_on_with()
    {
        string input = Clip(10), output = Path.Combine(_folder, "out");
        JsonElement running = default;
        await using (LiveRun run = await LiveRun.StartAsync(output, [input], ("realtime", "true"), ("merge-window", "1"), ("post-roll", "0.5"), ("max-duration", "1")))
        {
            for (Stopwatch watch = Stopwatch.StartNew(); running.ValueKind != JsonValueKind.Object && watch.Elapsed < TimeSpan.FromSeconds(60); await Task.Delay(20, TestContext.Current.CancellationToken))
                running = (await run.GetAsync("/api/events?count=10")).EnumerateArray().FirstOrDefault(happened => happened.TryGetProperty("running", out _));
            Assert.Equal("motion", running.GetProperty("kind").GetString());
            Assert.False(running.TryGetProperty("end", out _));
            Assert.True(File.Exists(Path.Combine(output, "camera", running.GetProperty("thumbnail").GetString()!)));
            await NotifierTests.WaitUntil(() => run.Log.Contains("come to its end", StringComparison.Ordinal), 90);
            try
            {
                for (Stopwatch watch = Stopwatch.StartNew(); (await run.GetAsync("/api/events?count=50")).EnumerateArray().Any(happened => happened.TryGetProperty("running", out _));)
                    Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), "an event stays under way");
            }
            catch (HttpRequestException)
            {
                // With its last file `watch` ends too, and the page with it; the log says what became of the event.
            }
        }
        CameraEvent[] log = ReadLog(Path.Combine(output, "camera"));
        Assert.Contains(log, happened => happened.Number == running.GetProperty("number").GetInt64());
        Assert.All(log, happened => Assert.Null(happened.Running));
        CameraEvent[] continued = [.. log.Where(happened => happened.Continues is not null)];
        Assert.NotEmpty(continued);
        Assert.All(continued, happened => Assert.Equal(happened.Number - 1, happened.Continues));
    }

    [Fact]
    public async Task Detection_in_a_smaller_picture_leaves_the_clips_as_they_are_with_their_sound_on_wish()
    {
        string input = Path.Combine(_folder, "sound.mkv"), output = Path.Combine(_folder, "out");
        FfmpegTools.Run(FfmpegTools.Ffmpeg, ["-nostdin", "-loglevel", "error", "-i", Clip(), "-f", "lavfi", "-i", "sine=r=8000", "-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "pcm_alaw", "-shortest", input], "cannot add sound", TestContext.Current.CancellationToken);
        await using LiveRun run = await LiveRun.StartAsync(output, [input], ("loop", "true"), ("detect-height", "120"), ("sound", "true"), ("merge-window", "0.3"), ("post-roll", "0.3"));
        await run.WaitForAsync(status => status.GetProperty("height").GetInt32() == 120 && status.GetProperty("width").GetInt32() == 160);
        JsonElement[] events = [];
        await NotifierTests.WaitUntil(() => (events = run.EventsAsync().Result).Length > 0, 60);
        string clip = Path.Combine(output, "camera", events[0].GetProperty("clip").GetString()!);
        Assert.Equal(240, MediaInfo.Read(clip).Height);
        byte[] streams = FfmpegTools.Run(FfmpegTools.Ffprobe, ["-loglevel", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", clip], "cannot read the clip", TestContext.Current.CancellationToken);
        Assert.Equal(["aac", "h264"], Encoding.ASCII.GetString(streams).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
    }

    [Slow]
    [Fact]
    public async Task An_avi_whose_packets_have_no_times_loops_without_being_lost_and_gives_clips()
    {
        string input = Path.Combine(_folder, "input.avi"), output = Path.Combine(_folder, "out");
        FfmpegTools.Run(FfmpegTools.Ffmpeg, ["-nostdin", "-loglevel", "error", "-i", Clip(4), "-c", "copy", input], "cannot make an AVI", TestContext.Current.CancellationToken);
        await using LiveRun run = await LiveRun.StartAsync(output, [input], ("loop", "true"), ("merge-window", "0.3"), ("post-roll", "0.3"));
        JsonElement[] events = [];
        await NotifierTests.WaitUntil(() => (events = run.EventsAsync().Result).Length > 1, 60);
        await run.WaitForAsync(status => status.GetProperty("frames").GetInt64() > 150);      // beyond the file's end
        Assert.DoesNotContain("camera lost", run.Log, StringComparison.Ordinal);
        Assert.All(events, happened => Assert.Equal("h264", MediaInfo.Read(Path.Combine(output, "camera", happened.GetProperty("clip").GetString()!)).Codec));
    }

    [Fact]
    public async Task What_was_learnt_and_set_goes_on_after_a_restart()
    {
        string input = Clip(), output = Path.Combine(_folder, "out");
        await using (LiveRun run = await LiveRun.StartAsync(output, [input], ("loop", "true")))
        {
            await run.WaitForAsync(status => status.GetProperty("frames").GetInt64() > 60);
            using HttpResponseMessage settings = await run.Client.PutAsync("/api/cameras/camera/settings", new StringContent("{\"day\":{\"preset\":\"accurate\",\"probability\":0.002,\"history\":123,\"min_area\":0.004,\"threshold\":0.02,\"shadow_test\":false}}"), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, settings.StatusCode);
            using HttpResponseMessage zones = await run.Client.PutAsync("/api/cameras/camera/zones", new StringContent("[{\"kind\":\"include\",\"name\":\"door\",\"points\":[[0,0],[1,0],[1,0.5]]}]"), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, zones.StatusCode);
            await NotifierTests.WaitUntil(() => run.GetAsync("/api/cameras/camera").Result.GetProperty("effective").GetProperty("history").GetInt32() == 123);
        }
        await using (LiveRun run = await LiveRun.StartAsync(output, [input], ("loop", "true")))
        {
            await run.WaitForAsync(status => status.GetProperty("frames").GetInt64() > 5);
            JsonElement camera = await run.GetAsync("/api/cameras/camera");
            Assert.Equal(123, camera.GetProperty("effective").GetProperty("history").GetInt32());
            Assert.Equal(0.004, camera.GetProperty("effective").GetProperty("min_area").GetDouble());
            Assert.Equal(0.002, camera.GetProperty("effective").GetProperty("probability").GetDouble());
            Assert.Equal(0.02, camera.GetProperty("effective").GetProperty("threshold").GetDouble());
            Assert.Equal("accurate", camera.GetProperty("effective").GetProperty("preset").GetString());
            Assert.False(camera.GetProperty("effective").GetProperty("shadow_test").GetBoolean());
            Assert.Equal("door", Assert.Single(camera.GetProperty("zones").EnumerateArray()).GetProperty("name").GetString());
            Assert.Contains("goes on with a background learnt over", run.Log, StringComparison.Ordinal);
        }
    }

    [Slow]
    [Fact]
    public async Task A_camera_that_is_killed_comes_back_with_another_size_and_both_are_told_once()
    {
        Assert.SkipUnless(FfmpegTools.IsAvailable, "ffmpeg is not installed");
        string output = Path.Combine(_folder, "out"), url = $"tcp://127.0.0.1:{SimulatedCamera.FreePort()}";
        SimulatedCamera camera = SimulatedCamera.Start(url + "?listen=1");
        try
        {
            await using LiveRun run = await LiveRun.StartAsync(output, [url], ("stall", "2"), ("record", "encode"));
            await run.WaitForAsync(status => status.GetProperty("frames").GetInt64() > 20);
            camera.Dispose();
            await run.WaitForAsync(status => !status.GetProperty("up").GetBoolean());
            camera = SimulatedCamera.Start(url + "?listen=1", "352x288");
            await run.WaitForAsync(status => status.GetProperty("up").GetBoolean() && status.GetProperty("width").GetInt32() == 352);

            camera.Freeze();
            await run.WaitForAsync(status => status.GetProperty("message").GetString()!.StartsWith("no picture for 2 s", StringComparison.Ordinal));
            camera.Dispose();
            camera = SimulatedCamera.Start(url + "?listen=1", "352x288");
            await run.WaitForAsync(status => status.GetProperty("up").GetBoolean() && status.GetProperty("reconnects").GetInt32() >= 2);
            // On a busy machine the watch may be there before the camera is, which is one loss and one return more.
            int lost = (await run.EventsAsync("camera_lost")).Length;
            Assert.InRange(lost, 2, 3);
            Assert.Equal(lost, (await run.EventsAsync("camera_back")).Length);
            Assert.Equal(lost, run.Log.Split("camera lost:").Length - 1);
            Assert.Equal(lost, run.Log.Split("camera back:").Length - 1);
        }
        finally
        {
            camera.Dispose();
        }
    }

    [Fact]
    public async Task Garbage_costs_one_camera_its_picture_and_the_other_nothing()
    {
        string input = Clip();
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using CancellationTokenSource end = new();
        Task garbage = Task.Run(async () =>
        {
            byte[] noise = new byte[1 << 16];
            while (!end.IsCancellationRequested)
            {
                using TcpClient client = await listener.AcceptTcpClientAsync(end.Token);
                try
                {
                    for (int i = 0; i < 64; i++)
                    {
                        new Random(i).NextBytes(noise);
                        await client.GetStream().WriteAsync(noise, end.Token);
                    }
                }
                catch (IOException)
                {
                }
            }
        });
        await using (LiveRun run = await LiveRun.StartAsync(null, [$"bad=tcp://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}", "good=" + input], ("loop", "true")))
        {
            await NotifierTests.WaitUntil(() => run.Log.Contains("bad: camera lost:", StringComparison.Ordinal), 60);
            await run.WaitForAsync(status => status.GetProperty("frames").GetInt64() > 30, "good");
            Assert.False((await run.StatusAsync("bad")).GetProperty("up").GetBoolean());
            Assert.DoesNotContain("good: camera lost", run.Log, StringComparison.Ordinal);
            Assert.Equal(1, run.Log.Split("bad: camera lost:").Length - 1);
        }
        await end.CancelAsync();
    }

    [Slow]
    [Fact]
    public async Task After_a_kill_in_the_middle_of_an_event_the_log_parses_the_clips_play_and_it_goes_on()
    {
        string input = Clip(), output = Path.Combine(_folder, "out"), folder = Path.Combine(output, "camera");
        string program = Path.Combine(AppContext.BaseDirectory, "GmmVision.Cli.dll");
        for (int round = 0; round < 2; round++)
        {
            ProcessStartInfo info = new("dotnet", [program, "watch", input, "--loop", "--output", output, "--listen", "off", "--merge-window", "0.3", "--post-roll", "0.2"]) { RedirectStandardError = true, UseShellExecute = false };
            using Process process = Process.Start(info)!;
            bool isOpen = false;
            process.ErrorDataReceived += (_, line) => isOpen |= line.Data?.Contains("delivers", StringComparison.Ordinal) == true;
            process.BeginErrorReadLine();
            try
            {
                await NotifierTests.WaitUntil(() => isOpen, 60);      // what the last round left is finished by now
                await NotifierTests.WaitUntil(() => Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.part.ts").Any(file => new FileInfo(file).Length > 20_000), 60);
                await Task.Delay(100 + 170 * round, TestContext.Current.CancellationToken);
            }
            finally
            {
                process.Kill();      // SIGKILL
                await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            }
        }
        string part = Directory.GetFiles(folder, "*.part.ts").Order().Last();
        Assert.Equal("h264", MediaInfo.Read(part).Codec);      // what the kill left plays as it is
        await using (LiveRun run = await LiveRun.StartAsync(output, [input], ("loop", "true")))
        {
            await run.WaitForAsync(status => status.GetProperty("frames").GetInt64() > 5);
            Assert.Contains("finished 1 clips that an earlier run had to leave", run.Log, StringComparison.Ordinal);
        }
        CameraEvent[] events = ReadLog(folder);
        Assert.True(events.Count(happened => happened.Interrupted == true) >= 2);
        Assert.Equal(events.Length, events.Select(happened => happened.Number).Distinct().Count());
        foreach (CameraEvent happened in events.Where(happened => happened.Clip is not null))
            Assert.True(MediaInfo.Read(Path.Combine(folder, happened.Clip!)).Width == 320);
    }

    [Fact]
    public async Task A_port_that_is_taken_and_a_folder_that_cannot_be_written_are_told_in_one_line()
    {
        string input = Clip(1);
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        string taken = listener.LocalEndpoint.ToString()!;
        UserError error = await Assert.ThrowsAsync<UserError>(() => LiveRun.StartAsync(null, [input], ("realtime", "true"), ("listen", taken)));
        Assert.StartsWith($"cannot serve the page at {taken}: another program listens there", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<UserError>(() => LiveRun.StartAsync(input, [input], ("realtime", "true")));      // a file where the folder should be
        Assert.Contains("is a file, not a folder. Give another folder with --output.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_url_where_nobody_answers_is_told_once_without_its_password_and_the_other_camera_does_not_mind()
    {
        string input = Clip(2);
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await using LiveRun run = await LiveRun.StartAsync(null, [$"a=rtsp://me:secret@127.0.0.1:{port}/door", $"b={input}"], ("loop", "true"));
        await run.WaitForAsync(status => status.GetProperty("frames").GetInt64() > 75, "b");      // three seconds: several attempts on the other
        Assert.False((await run.StatusAsync("a")).GetProperty("up").GetBoolean());
        string told = Assert.Single(run.Log.Split('\n'), line => line.Contains(" a: ", StringComparison.Ordinal));
        Assert.Contains($"camera lost: cannot read stream 'rtsp://***@127.0.0.1:{port}/door'", told, StringComparison.Ordinal);
        Assert.Contains("Connection refused", told, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", await run.Client.GetStringAsync("/api/cameras", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    internal static CameraEvent[] ReadLog(string folder) => [.. File.ReadAllLines(Path.Combine(folder, "events.jsonl")).Select(line => CameraEvent.FromJson(Encoding.UTF8.GetBytes(line)))];
}
