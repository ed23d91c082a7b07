using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using Xunit;

namespace GmmVision.Tests.Live;

/// <summary>Cameras are added, changed and removed on the page, and kept in the configuration.</summary>
public sealed class EditedCamerasTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-edited").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Not for everybody, but for a group that may write: what an umask would take away.
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    private string In(string name) => Path.Combine(_folder, name);

    private void Configure(string more = "")
    {
        Assert.SkipUnless(GmmVision.Ffmpeg.FfmpegTools.IsAvailable, "ffmpeg is not installed");
        SimulatedCamera.WriteFile(In("clip.mp4"), 6);
        File.WriteAllText(In("watch.yaml"), $"# mine\noutput: {In("out")}\nlisten: 127.0.0.1:0\nloop: true\ncameras:\n  front: {In("clip.mp4")}   # by hand\n{more}");
    }

    private static async Task<(HttpStatusCode Status, string Error)> SendAsync(LiveRun run, HttpMethod method, string name, object? body = null)
    {
        using HttpRequestMessage request = new(method, $"/api/cameras/{name}") { Content = body is null ? null : JsonContent.Create(body) };
        using HttpResponseMessage answer = await run.Client.SendAsync(request, TestContext.Current.CancellationToken);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (answer.StatusCode, text.Contains("\"error\"", StringComparison.Ordinal) ? JsonDocument.Parse(text).RootElement.GetProperty("error").GetString()! : "");
    }

    private static async Task<string> NamesAsync(LiveRun run) => string.Join(',', (await run.GetAsync("/api/cameras")).EnumerateArray().Select(camera => camera.GetProperty("name").GetString()));

    [Fact]
    public async Task Requests_add_change_and_remove_cameras_and_the_file_keeps_them()
    {
        Configure();
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(In("watch.yaml"), Mode);
        await using LiveRun run = await LiveRun.StartAsync(In("watch.yaml"), $"typed={In("clip.mp4")}");
        await run.WaitForAsync(status => status.GetProperty("frames").GetInt64() > 5, "front");
        Assert.Equal("front", Assert.Single((await run.GetAsync("/api/configuration")).GetProperty("cameras").EnumerateArray()).GetString());

        // A new one; its password is in the file, which others still cannot read, and nowhere else.
        Assert.Equal((HttpStatusCode.OK, ""), await SendAsync(run, HttpMethod.Put, "side", new { source = "rtsp://me:secret@127.0.0.1:9/a" }));
        Assert.Equal("front,side,typed", await NamesAsync(run));
        Assert.EndsWith("  front: " + In("clip.mp4") + "   # by hand\n  side: \"rtsp://me:secret@127.0.0.1:9/a\"\n", File.ReadAllText(In("watch.yaml")), StringComparison.Ordinal);
        Assert.Equal("rtsp://***@127.0.0.1:9/a", (await run.GetAsync("/api/cameras/side")).GetProperty("source").GetString());
        if (!OperatingSystem.IsWindows())
            Assert.Equal(Mode, File.GetUnixFileMode(In("watch.yaml")));

        // Another path of the same camera keeps its password; another host must not get it.
        Assert.Equal((HttpStatusCode.OK, ""), await SendAsync(run, HttpMethod.Put, "side", new { source = "rtsp://***@127.0.0.1:9/b" }));
        Assert.Contains("side: \"rtsp://me:secret@127.0.0.1:9/b\"", File.ReadAllText(In("watch.yaml")), StringComparison.Ordinal);
        string kept = File.ReadAllText(In("watch.yaml"));
        foreach ((HttpMethod method, string name, object? body, string reason) in new (HttpMethod, string, object?, string)[]
        {
            (HttpMethod.Put, "side", new { source = "rtsp://***@127.0.0.2:9/b" }, "***"),
            (HttpMethod.Put, "side", new { source = "rtsp://***@127.0.0.1:8/b" }, "***"),
            (HttpMethod.Put, "other", new { source = "rtsp://***@127.0.0.1:9/b" }, "***"),
            (HttpMethod.Put, "side", new { source = "/etc/passwd" }, "no camera's address"),
            (HttpMethod.Put, "side", new { source = "file:/etc/passwd" }, "no camera's address"),
            (HttpMethod.Put, "side", new { source = "rtsp:///b" }, "names no camera"),
            (HttpMethod.Put, "side", new { source = "rtps://h/b" }, "unknown protocol"),
            (HttpMethod.Put, "a%20b", new { source = "rtsp://h/b" }, "cannot be used"),
            (HttpMethod.Put, "Front", new { source = "rtsp://h/b" }, "two cameras"),
            (HttpMethod.Put, "typed", new { source = "rtsp://h/b" }, "command line"),
            (HttpMethod.Put, "side", new { sauce = "rtsp://h/b" }, "JSON"),
            (HttpMethod.Put, "side", new { }, "source"),
            (HttpMethod.Delete, "typed", null, "command line"),
            (HttpMethod.Delete, "nobody", null, "no camera 'nobody'"),
        })
        {
            (HttpStatusCode status, string error) = await SendAsync(run, method, name, body);
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Contains(reason, error, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
            Assert.DoesNotContain(_folder + "/watch", error, StringComparison.Ordinal);
        }
        Assert.Equal(kept, File.ReadAllText(In("watch.yaml")));

        long before = (await run.StatusAsync("front")).GetProperty("frames").GetInt64();
        Assert.Equal((HttpStatusCode.NoContent, ""), await SendAsync(run, HttpMethod.Delete, "side"));
        Assert.Equal("front,typed", await NamesAsync(run));
        Assert.EndsWith("   # by hand\n", File.ReadAllText(In("watch.yaml")), StringComparison.Ordinal);
        await run.WaitForAsync(status => status.GetProperty("frames").GetInt64() > before + 5, "front");
        Assert.DoesNotContain("front: begins again", run.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", run.Log, StringComparison.Ordinal);

        // While somebody edits the file by hand it may be broken: that is told, and it stays as it is.
        string broken = File.ReadAllText(In("watch.yaml")) + "  - [\n";
        File.WriteAllText(In("watch.yaml"), broken);
        using HttpResponseMessage answer = await run.Client.GetAsync("/api/configuration", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        (HttpStatusCode refused, string broke) = await SendAsync(run, HttpMethod.Put, "side", new { source = "rtsp://127.0.0.1:9/a" });
        Assert.Equal(HttpStatusCode.BadRequest, refused);
        Assert.StartsWith("watch.yaml:7: this is not YAML", broke, StringComparison.Ordinal);
        Assert.Equal(broken, File.ReadAllText(In("watch.yaml")));
        Assert.Equal(["out", "clip.mp4", "watch.yaml"], Directory.EnumerateFileSystemEntries(_folder).Select(Path.GetFileName).OrderBy(name => name!.Length));
    }

    [Fact]
    public async Task A_last_camera_stays_and_without_a_configuration_none_is_changed()
    {
        Configure();
        await using (LiveRun run = await LiveRun.StartAsync(In("watch.yaml")))
        {
            (HttpStatusCode status, string error) = await SendAsync(run, HttpMethod.Delete, "front");
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Contains("the only camera", error, StringComparison.Ordinal);
            Assert.Equal("front", await NamesAsync(run));
        }
        await using LiveRun plain = await LiveRun.StartAsync(null, [In("clip.mp4")], ("loop", "true"));
        Assert.Equal(JsonValueKind.Null, (await plain.GetAsync("/api/configuration")).GetProperty("cameras").ValueKind);
        (HttpStatusCode refused, string reason) = await SendAsync(plain, HttpMethod.Put, "side", new { source = "rtsp://h/b" });
        Assert.Equal(HttpStatusCode.NotFound, refused);
        Assert.Contains("--config FILE", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_file_behind_a_link_is_changed_and_the_link_stays()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege there");
        Configure();
        Directory.CreateDirectory(In("real"));
        File.Move(In("watch.yaml"), In("real/watch.yaml"));
        File.CreateSymbolicLink(In("watch.yaml"), In("real/watch.yaml"));
        await using LiveRun run = await LiveRun.StartAsync(In("watch.yaml"));
        Assert.Equal((HttpStatusCode.OK, ""), await SendAsync(run, HttpMethod.Put, "side", new { source = "rtsp://127.0.0.1:9/a" }));
        Assert.NotNull(new FileInfo(In("watch.yaml")).LinkTarget);
        Assert.Contains("side:", File.ReadAllText(In("real/watch.yaml")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1300, 900)]
    [InlineData(390, 844)]
    public async Task The_page_adds_changes_and_removes_a_camera(int width, int height)
    {
        Configure();
        await using LiveRun run = await LiveRun.StartAsync(In("watch.yaml"));
        await using Browser browser = await Browser.OpenAsync();
        List<string> errors = [];
        IPage page = await browser.PageAsync(width, height, errors);
        await page.GotoAsync(run.Address);
        await page.ClickAsync("#edit-cameras");
        await page.FillAsync("#new-name", "side");
        await page.FillAsync("#new-source", "rtsp://me:secret@127.0.0.1:9/a");
        await AxeCore.CheckAsync(page);
        await page.PressAsync("#new-source", "Enter");
        await page.WaitForFunctionAsync("() => document.getElementById('camera-note').textContent === 'side is watched from now on'");
        Assert.Equal("front,side", await NamesAsync(run));
        Assert.Equal("all,front,side", await page.EvaluateAsync<string>("() => [...document.querySelectorAll('#cameras button')].map(tab => tab.textContent).join()"));
        Assert.Equal("", await page.InputValueAsync("#new-source"));
        Assert.Empty(errors);
        if (Environment.GetEnvironmentVariable("GMMVISION_PICTURES") is { } folder)
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"cameras-{width}.png") });

        // What is refused is said; nothing has changed.
        await page.FillAsync("[data-camera=side] input", "nonsense");
        await page.ClickAsync("[data-camera=side] button:text('Save')");
        await page.WaitForFunctionAsync("() => document.getElementById('camera-error').textContent.includes('no camera\\'s address')");
        errors.Clear();      // the console tells of answers that refuse
        await page.FillAsync("[data-camera=side] input", "rtsp://***@127.0.0.1:9/b");
        await page.ClickAsync("[data-camera=side] button:text('Save')");
        await page.WaitForFunctionAsync("() => document.getElementById('camera-note').textContent === 'side begins again'");
        Assert.Contains("me:secret@127.0.0.1:9/b", File.ReadAllText(In("watch.yaml")), StringComparison.Ordinal);

        await page.ClickAsync("[data-camera=side] button.danger");
        await page.ClickAsync("[data-camera=side] button:text('Really?')");
        await page.WaitForFunctionAsync("() => document.getElementById('camera-note').textContent === 'side is no longer watched'");
        Assert.Equal("front", await NamesAsync(run));
        await page.ClickAsync("#camera-list button[aria-label=Close]");
        await page.WaitForFunctionAsync("() => document.getElementById('state').textContent === 'watching' || document.getElementById('state').textContent === 'motion'");
        Assert.Empty(errors);
    }
}
