using System.Globalization;
using System.Net;
using System.Text.Json;
using GmmVision.Ffmpeg;
using Microsoft.Playwright;
using Xunit;

namespace GmmVision.Tests.Live;

public sealed class PageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_page_shows_moving_pictures_zones_pixels_and_events_on_a_desktop_and_on_a_phone()
    {
        Assert.SkipUnless(FfmpegTools.IsAvailable, "ffmpeg is not installed");
        await using Browser browser = await Browser.OpenAsync();
        string input = Path.Combine(_folder, "input.mp4");
        SimulatedCamera.WriteFile(input, 16);
        await using LiveRun run = await LiveRun.StartAsync(Path.Combine(_folder, "out"), [input], ("loop", "true"), ("merge-window", "0.3"), ("post-roll", "0.3"), ("pre-roll", "0.5"), ("record", "always"));
        List<string> errors = [];
        IPage page = await browser.PageAsync(1400, 1000, errors);
        await page.GotoAsync(run.Address);

        // Pictures move.
        await NotifierTests.WaitUntil(() => errors.Count > 0 || PicturesAsync(page).Result > 5, 60);
        Assert.True(errors.Count == 0, string.Join(Environment.NewLine, errors));
        string first = await page.EvaluateAsync<string>("() => document.getElementById('picture').toDataURL()");
        int count = await PicturesAsync(page);
        await page.WaitForFunctionAsync("count => +document.body.dataset.pictures > count + 3", count);
        Assert.NotEqual(first, await page.EvaluateAsync<string>("() => document.getElementById('picture').toDataURL()"));

        // Every side view shows something: the background and the heatmap are not black, the mask is, where nothing moves.
        foreach (string side in new[] { "probability", "heatmap", "background", "mask" })
        {
            await page.ClickAsync($"[data-side={side}]");
            await page.WaitForFunctionAsync("side => document.querySelector(`[data-side=${side}]`).getAttribute('aria-selected') === 'true'", side);
            if (side == "background")
                await page.WaitForFunctionAsync("() => { const c = document.getElementById('side'); return c.getContext('2d').getImageData(c.width / 2, 5, 1, 1).data[0] > 40; }");
        }

        // An event appears, with picture and clip, and the clip plays.
        await page.WaitForSelectorAsync("#events li:not(.running) button:not([disabled])");
        await page.WaitForFunctionAsync("() => document.querySelector('#events img').naturalWidth > 100");
        await page.Locator("#events li:not(.running) button:not([disabled])").First.ClickAsync();
        await page.WaitForFunctionAsync("() => { const v = document.getElementById('video'); return v.error || v.readyState >= 2; }");
        Assert.Null(await page.EvaluateAsync<string?>("() => document.getElementById('video').error?.message ?? null"));
        Assert.InRange(await page.EvaluateAsync<double>("() => document.getElementById('video').duration"), 1.5, 20);
        // What was before it: out of all that is recorded, from a minute before or where that began.
        await page.ClickAsync("#before");
        await page.WaitForFunctionAsync("() => document.getElementById('video').src.includes('/recording.mp4?') && document.getElementById('video').currentTime > 0.3");
        Assert.True(await page.Locator("#before").IsHiddenAsync());
        await page.ClickAsync("#player form button");

        // One that is under way plays what there is of it; where that is nothing yet, the page says so and closes the player.
        IPage other = await browser.PageAsync(1000, 800, []);      // the browser tells of an empty answer by itself
        await other.GotoAsync(run.Address);
        await other.WaitForFunctionAsync("""
            async () => {
              const button = document.querySelector('#events li.running button:not([disabled])'), player = document.getElementById('player'), video = document.getElementById('video');
              if (!button) return false;
              button.click();
              await new Promise(done => setTimeout(done, 800));
              const good = player.open && !video.error && video.readyState >= 2;
              if (!player.open && !document.getElementById('events-note').textContent.includes('just begun')) throw new Error('closed without a word');
              if (player.open) player.close();
              return good;
            }
            """, null, new PageWaitForFunctionOptions { PollingInterval = 300 });
        await other.CloseAsync();

        // A click opens the pixel, and its numbers move.
        await page.Locator("#overlay").ClickAsync(new LocatorClickOptions { Position = new Position { X = 40, Y = 40 } });
        await page.WaitForSelectorAsync("#pixel-components tbody tr");
        string shown = await page.InnerTextAsync("#pixel-components tbody tr:first-child td:nth-child(2)");
        Assert.InRange(double.Parse(shown, CultureInfo.InvariantCulture), 0.3, 1);
        await page.ClickAsync("#pixel-close");

        // A zone is drawn, dragged, named and kept.
        await page.ClickAsync("#zone-include");
        LocatorBoundingBoxResult area = (await page.Locator("#overlay").BoundingBoxAsync())!;
        foreach ((float x, float y) in new[] { (0.2f, 0.2f), (0.6f, 0.2f), (0.6f, 0.7f), (0.2f, 0.7f), (0.2f, 0.2f) })
            await page.Mouse.ClickAsync(area.X + area.Width * x, area.Y + area.Height * y);
        await NotifierTests.WaitUntil(() => Zones(run).Length == 1);
        await page.FillAsync("#zone-name", "gate");
        await NotifierTests.WaitUntil(() => Zones(run)[0].GetProperty("name").GetString() == "gate");
        await page.Mouse.MoveAsync(area.X + area.Width * 0.4f, area.Y + area.Height * 0.4f);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(area.X + area.Width * 0.5f, area.Y + area.Height * 0.4f, new MouseMoveOptions { Steps = 4 });
        await page.Mouse.UpAsync();
        await NotifierTests.WaitUntil(() => Math.Abs(Zones(run)[0].GetProperty("points")[0][0].GetDouble() - 0.3) < 0.02);

        // Sliders take effect, and can be taken back.
        await page.EvaluateAsync("() => { const s = document.getElementById('history'); s.value = 2; s.dispatchEvent(new Event('input')); }");
        await NotifierTests.WaitUntil(() => run.GetAsync("/api/cameras/camera").Result.GetProperty("effective").GetProperty("history").GetInt32() == 100);
        await page.EvaluateAsync("() => { const s = document.getElementById('probability'); s.value = 1; s.dispatchEvent(new Event('input')); }");
        await NotifierTests.WaitUntil(() => run.GetAsync("/api/cameras/camera").Result.GetProperty("effective").GetProperty("probability").GetDouble() == 0.1);
        Assert.Equal("", await page.InnerTextAsync("#settings-error"));
        await page.ClickAsync("#defaults");
        await NotifierTests.WaitUntil(() => run.GetAsync("/api/cameras/camera").Result.GetProperty("effective").GetProperty("history").GetInt32() > 100);

        // The same on a phone: nothing is wider than the screen.
        IPage phone = await browser.PageAsync(390, 844, errors);
        await phone.GotoAsync(run.Address);
        await phone.WaitForFunctionAsync("() => +document.body.dataset.pictures > 3");
        Assert.True(await phone.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"));
        await phone.Locator("#overlay").TapAsync(new LocatorTapOptions { Position = new Position { X = 20, Y = 20 } });
        await phone.WaitForSelectorAsync("#pixel-components tbody tr");

        Assert.True(errors.Count == 0, string.Join(Environment.NewLine, errors));
    }

    [Fact]
    public async Task A_slider_changes_the_mask_at_once()
    {
        Assert.SkipUnless(FfmpegTools.IsAvailable, "ffmpeg is not installed");
        await using Browser browser = await Browser.OpenAsync();
        string input = Path.Combine(_folder, "faint.mp4");
        SimulatedCamera.WriteFile(input, 16, SimulatedCamera.FaintPicture);
        await using LiveRun run = await LiveRun.StartAsync(Path.Combine(_folder, "out"), [input], ("loop", "true"));
        List<string> errors = [];
        IPage page = await browser.PageAsync(1400, 1000, errors);
        await page.GotoAsync(run.Address);
        await run.WaitForAsync(status => status.GetProperty("frames").GetInt64() > 25);      // the ground is learnt
        await page.EvaluateAsync("""
            () => {
              const side = document.getElementById('side');
              window.isWhite = () => {
                const pixels = side.getContext('2d').getImageData(0, 0, side.width, side.height).data;
                let white = 0;
                for (let i = 0; i < pixels.length; i += 4) white += pixels[i] > 127;
                return white > 0.03 * pixels.length / 4;
              };
              window.slide = (id, value) => { const slider = document.getElementById(id); slider.value = value; slider.dispatchEvent(new Event('input')); };
            }
            """);

        // Eight of a hundred pixels move, and are rare enough for one in a hundred, but not for one in a thousand milliards.
        await page.EvaluateAsync("() => slide('probability', 2)");
        await NotifierTests.WaitUntil(() => Effective(run, "probability").GetDouble() == 0.01);
        await page.WaitForFunctionAsync("() => isWhite()");
        await page.EvaluateAsync("() => slide('probability', 12)");
        await NotifierTests.WaitUntil(() => Effective(run, "probability").GetDouble() <= 1.1e-12);
        await page.WaitForFunctionAsync("""
            () => {
              if (isWhite()) window.blackSince = undefined;
              window.blackSince ??= +document.body.dataset.pictures;
              return +document.body.dataset.pictures > window.blackSince + 12;      // it is hardly ever outside the picture
            }
            """);

        await page.ClickAsync("#shadow_test");
        await NotifierTests.WaitUntil(() => !Effective(run, "shadow_test").GetBoolean());
        await page.SelectOptionAsync("#preset", "fast");
        await NotifierTests.WaitUntil(() => Effective(run, "preset").GetString() == "fast");
        await page.EvaluateAsync("() => slide('min_area', -2)");
        await NotifierTests.WaitUntil(() => Effective(run, "min_area").GetDouble() == 0.01);
        Assert.InRange(Effective(run, "probability").GetDouble(), 0, 1.1e-12);
        Assert.True(errors.Count == 0, string.Join(Environment.NewLine, errors));
    }

    [Fact]
    public async Task The_lab_opens_with_what_the_camera_sees()
    {
        Assert.SkipUnless(FfmpegTools.IsAvailable, "ffmpeg is not installed");
        await using Browser browser = await Browser.OpenAsync();
        string input = Path.Combine(_folder, "input.mp4");
        SimulatedCamera.WriteFile(input, 16);
        await using LiveRun run = await LiveRun.StartAsync(Path.Combine(_folder, "out"), [input], ("loop", "true"));
        List<string> errors = [];
        IPage page = await browser.PageAsync(1200, 900, errors);
        await page.GotoAsync(run.Address);
        await page.WaitForFunctionAsync("() => +document.body.dataset.pictures > 1");
        await page.ClickAsync("#lab");
        await page.WaitForFunctionAsync("() => +document.body.dataset.segmented > 0");
        Assert.Equal("camera.jpg", await page.EvaluateAsync<string>("() => document.getElementById('source').selectedOptions[0].text"));
        Assert.True(await page.IsVisibleAsync("#live"));
        await page.ClickAsync("#live");
        await page.WaitForFunctionAsync("() => +document.body.dataset.pictures > 1");
        Assert.True(errors.Count == 0, string.Join(Environment.NewLine, errors));
    }

    [Fact]
    public async Task The_pictures_of_the_readme_are_taken_when_asked_for()
    {
        string? folder = Environment.GetEnvironmentVariable("GMMVISION_SCREENSHOTS");
        Assert.SkipWhen(folder is null, "to take them: GMMVISION_SCREENSHOTS=$PWD/media ./run.sh test --filter-class GmmVision.Tests.Live.PageTests");
        string street = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../media/street.mp4"));
        await using Browser browser = await Browser.OpenAsync();
        await using LiveRun run = await LiveRun.StartAsync(Path.Combine(_folder, "out"), ["street=" + street], ("loop", "true"));
        List<string> errors = [];
        IPage page = await browser.PageAsync(1400, 1000, errors), phone = await browser.PageAsync(390, 844, errors);
        await page.GotoAsync(run.Address);
        await phone.GotoAsync(run.Address);
        await page.WaitForFunctionAsync("() => document.querySelectorAll('#events img').length >= 3", null, new PageWaitForFunctionOptions { Timeout = 300_000 });
        await page.Locator("#overlay").ClickAsync(new LocatorClickOptions { Position = new Position { X = 330, Y = 250 } });
        await phone.Locator("#overlay").ClickAsync(new LocatorClickOptions { Position = new Position { X = 180, Y = 140 } });
        await page.WaitForFunctionAsync("() => document.querySelectorAll('#overlay .box').length > 0", null, new PageWaitForFunctionOptions { Timeout = 120_000 });
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, "page.png"), FullPage = true });
        await phone.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, "page-phone.png") });
        Assert.True(errors.Count == 0, string.Join(Environment.NewLine, errors));
    }

    [Fact]
    public async Task Requests_that_are_wrong_get_a_clear_answer_and_the_camera_keeps_its_rate()
    {
        Assert.SkipUnless(FfmpegTools.IsAvailable, "ffmpeg is not installed");
        string input = Path.Combine(_folder, "input.mp4");
        SimulatedCamera.WriteFile(input, 6);
        await using LiveRun run = await LiveRun.StartAsync(Path.Combine(_folder, "out"), [input], ("loop", "true"));
        await run.WaitForAsync(status => status.GetProperty("frames").GetInt64() > 10);
        const string Settings = "/api/cameras/camera/settings", Zones = "/api/cameras/camera/zones";
        (HttpMethod Method, string Path, string? Body, HttpStatusCode Status, string Message)[] requests =
        [
            (HttpMethod.Put, Settings, "{", HttpStatusCode.BadRequest, "the body is not the JSON that is expected here"),
            (HttpMethod.Put, Settings, "{\"day\":{\"preset\":\"\\ud800\"}}", HttpStatusCode.BadRequest, "settings hold text that is no UTF-8"),
            (HttpMethod.Put, Zones, "[{\"kind\":\"include\",\"name\":\"\\udc00\",\"points\":[[0,0],[1,1],[1,0]]}]", HttpStatusCode.BadRequest, "the body is not the JSON that is expected here"),
            (HttpMethod.Put, Settings, "[]", HttpStatusCode.BadRequest, "settings are an object"),
            (HttpMethod.Put, Settings, "{\"day\":{\"speed\":1}}", HttpStatusCode.BadRequest, "there is no setting 'speed'"),
            (HttpMethod.Put, Settings, "{\"day\":{\"history\":1}}", HttpStatusCode.BadRequest, "history needs a number from 2 to 1000000, not '1'"),
            (HttpMethod.Put, Settings, "{\"day\":{\"probability\":\"NaN\"}}", HttpStatusCode.BadRequest, "probability needs a number"),
            (HttpMethod.Put, Settings, "{\"night\":{\"shadow_test\":2}}", HttpStatusCode.BadRequest, "shadow_test needs true or false, not '2'"),
            (HttpMethod.Put, Settings, "{\"night_below\":200}", HttpStatusCode.BadRequest, "night_below (200) must be less than day_above"),
            (HttpMethod.Put, Settings, new string('[', 60_000), HttpStatusCode.BadRequest, "the body is not the JSON that is expected here"),
            (HttpMethod.Put, Settings, new string(' ', 100_000) + "{}", HttpStatusCode.RequestEntityTooLarge, ""),
            (HttpMethod.Put, Zones, "[{\"kind\":\"include\",\"name\":\"\",\"points\":[[0,0],[1,1]]}]", HttpStatusCode.BadRequest, "a zone has 3 to 64 corners, not 2"),
            (HttpMethod.Put, Zones, "[{\"kind\":\"include\",\"name\":\"\",\"points\":[[0,0],[1,1],[2,0]]}]", HttpStatusCode.BadRequest, "a corner of a zone is [x, y]"),
            (HttpMethod.Put, Zones, "[{\"kind\":\"wall\",\"name\":\"\",\"points\":[[0,0],[1,1],[1,0]]}]", HttpStatusCode.BadRequest, "the kind of a zone"),
            (HttpMethod.Put, Zones, "[{\"what\":1}]", HttpStatusCode.BadRequest, "the body is not the JSON"),
            (HttpMethod.Put, Zones, "null", HttpStatusCode.BadRequest, "zones are a list"),
            (HttpMethod.Get, "/api/cameras/nobody", null, HttpStatusCode.NotFound, "there is no camera of this name"),
            (HttpMethod.Get, "/api/events?count=1000000", null, HttpStatusCode.BadRequest, "count is 1 to 500"),
            (HttpMethod.Get, "/api/events?before=yesterday", null, HttpStatusCode.BadRequest, "before is a time"),
            (HttpMethod.Get, "/api/cameras/camera/live", null, HttpStatusCode.BadRequest, "this address speaks WebSocket only"),
            (HttpMethod.Get, "/api/cameras/camera/files/..%2F..%2Fetc%2Fpasswd", null, HttpStatusCode.NotFound, ""),
            (HttpMethod.Get, "/api/cameras/camera/files/..%5Cevents.jsonl", null, HttpStatusCode.NotFound, ""),
            (HttpMethod.Get, "/api/cameras/camera/files/events.jsonl", null, HttpStatusCode.NotFound, ""),
            (HttpMethod.Get, "/api/cameras/camera/files/model.gmm", null, HttpStatusCode.NotFound, ""),
            (HttpMethod.Get, "/api/cameras/..%2Fcamera/files/events.jsonl", null, HttpStatusCode.NotFound, ""),
            (HttpMethod.Get, "/nowhere", null, HttpStatusCode.NotFound, "there is nothing here"),
        ];
        foreach ((HttpMethod method, string path, string? body, HttpStatusCode status, string message) in requests)
        {
            using HttpRequestMessage request = new(method, path) { Content = body is null ? null : new StringContent(body) };
            using HttpResponseMessage answer = await run.Client.SendAsync(request, TestContext.Current.CancellationToken);
            string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True(answer.StatusCode == status, $"{method} {path}: {(int)answer.StatusCode} {text}");
            Assert.Contains(message, message.Length == 0 ? "" : JsonDocument.Parse(text).RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
        }
        using (HttpRequestMessage foreign = new(HttpMethod.Get, "/api/cameras"))
        {
            foreign.Headers.Add("Origin", "https://evil.example");
            using HttpResponseMessage answer = await run.Client.SendAsync(foreign, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
        using (HttpRequestMessage rebound = new(HttpMethod.Get, "/api/cameras"))
        {
            rebound.Headers.Host = "evil.example";
            using HttpResponseMessage answer = await run.Client.SendAsync(rebound, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }

        long frames = (await run.StatusAsync()).GetProperty("frames").GetInt64();
        HttpResponseMessage[] many = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => run.Client.GetAsync(i % 2 == 0 ? "/api/cameras" : "/metrics", TestContext.Current.CancellationToken)));
        Assert.All(many, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        await run.WaitForAsync(status => status.GetProperty("frames").GetInt64() > frames + 25);

        using HttpResponseMessage picture = await run.Client.GetAsync("/api/cameras/camera/picture.jpg", TestContext.Current.CancellationToken);
        Assert.Equal("image/jpeg", picture.Content.Headers.ContentType!.MediaType);
        Assert.Equal([0xFF, 0xD8], (await picture.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken))[..2]);
        Assert.Equal("ok", (await run.GetAsync("/healthz")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_token_is_demanded_of_everything_that_shows_something()
    {
        Assert.SkipUnless(FfmpegTools.IsAvailable, "ffmpeg is not installed");
        string input = Path.Combine(_folder, "input.mp4");
        SimulatedCamera.WriteFile(input, 4);
        const string Token = "a-token-for-the-test";
        await using LiveRun run = await LiveRun.StartAsync(null, [input], ("loop", "true"), ("token", Token));
        foreach (string path in new[] { "/api/cameras", "/metrics", "/api/events", "/api/cameras/camera/picture.jpg", "/api/cameras/camera/live" })
        {
            using HttpResponseMessage without = await run.Client.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);
            using HttpResponseMessage wrong = await run.Client.GetAsync(path + "?token=another-long-token", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }
        foreach (string path in new[] { "/", "/app.js", "/healthz" })
        {
            using HttpResponseMessage open = await run.Client.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, open.StatusCode);
        }
        using HttpRequestMessage bearer = new(HttpMethod.Get, "/metrics");
        bearer.Headers.Add("Authorization", "Bearer " + Token);
        using HttpResponseMessage metrics = await run.Client.SendAsync(bearer, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, metrics.StatusCode);
        using HttpResponseMessage query = await run.Client.GetAsync("/api/cameras?token=" + Token, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, query.StatusCode);
        Assert.Contains("httponly", query.Headers.GetValues("Set-Cookie").Single(), StringComparison.OrdinalIgnoreCase);
        using HttpResponseMessage cookie = await run.Client.GetAsync("/api/cameras", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, cookie.StatusCode);
    }

    private static JsonElement Effective(LiveRun run, string name) => run.GetAsync("/api/cameras/camera").Result.GetProperty("effective").GetProperty(name);

    private static JsonElement[] Zones(LiveRun run) => [.. run.GetAsync("/api/cameras/camera").Result.GetProperty("zones").EnumerateArray()];

    private static Task<int> PicturesAsync(IPage page) => page.EvaluateAsync<int>("() => +(document.body.dataset.pictures || 0)");
}
