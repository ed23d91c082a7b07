using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using GmmVision.Recording.Cameras;
using GmmVision.Recording.Events;
using GmmVision.Web;
using Microsoft.Playwright;
using Xunit;

namespace GmmVision.Tests.Live;

/// <summary>Events and cameras in a person's hands: filters, keeping, deleting, the view of all cameras, the keyboard.</summary>
public sealed class EventDeskTests
{
    private static readonly CameraZone Door = new(ZoneKind.Include, "door", [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]), Gate = new(ZoneKind.Include, "gate", [[0.6, 0.6], [0.9, 0.6], [0.75, 0.9]]);

    [Theory]
    [InlineData(10, 10, 20, 20, true, false)]       // inside the door
    [InlineData(40, 40, 40, 40, true, true)]        // across both
    [InlineData(55, 10, 40, 20, false, false)]      // beside both
    [InlineData(74, 70, 2, 2, false, true)]         // within the triangle
    [InlineData(0, 0, 100, 100, true, true)]        // around all
    [InlineData(60, 85, 5, 5, false, false)]        // in the triangle's bounds, outside of it
    public void A_box_touches_a_zone_where_it_reaches_into_it(int x, int y, int width, int height, bool door, bool gate)
    {
        EventBox box = new(x, y, width, height);
        Assert.Equal((door, gate), (Door.Touches(box, 100, 100), Gate.Touches(box, 100, 100)));
        Assert.False(Door.Touches(box, 0, 0));
    }

    [Fact]
    public async Task Events_are_found_by_day_zone_length_and_mark()
    {
        StillCamera camera = Camera("front");
        await using LiveServer server = await LiveServer.StartAsync([camera.Live, Camera("back").Live], new LiveServerOptions { Listen = "127.0.0.1:0" });
        using HttpClient client = new() { BaseAddress = new Uri(server.Address) };
        Assert.Equal((long[])[3, 3, 2, 2, 1, 1], await Numbers(""));
        Assert.Equal((long[])[3, 2, 1], await Numbers("camera=front"));
        Assert.Equal((long[])[3, 2], await Numbers("camera=front&since=2026-11-21T00:00:00Z"));
        Assert.Equal((long[])[2], await Numbers("camera=front&since=2026-11-21T00:00:00Z&before=2026-11-22T00:00:00Z"));
        Assert.Equal((long[])[2], await Numbers("camera=front&zone=gate"));
        Assert.Equal((long[])[3, 1], await Numbers("camera=front&zone=door"));
        Assert.Equal((long[])[], await Numbers("camera=front&zone=nowhere"));
        Assert.Equal((long[])[3, 2], await Numbers("camera=front&min_seconds=5"));
        Assert.Equal((long[])[], await Numbers("kept=true"));

        using HttpResponseMessage kept = await client.PutAsJsonAsync("/api/cameras/front/events/2", new { kept = true }, TestContext.Current.CancellationToken);
        Assert.True((await kept.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("kept").GetBoolean());
        Assert.Equal((long[])[2], await Numbers("kept=true"));
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync("/api/cameras/front/events/3", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal((long[])[2, 1], await Numbers("camera=front"));

        foreach ((HttpMethod method, string path, string? body, HttpStatusCode status) in new[]
        {
            (HttpMethod.Delete, "/api/cameras/front/events/99", null, HttpStatusCode.NotFound),
            (HttpMethod.Delete, "/api/cameras/nobody/events/1", null, HttpStatusCode.NotFound),
            (HttpMethod.Put, "/api/cameras/front/events/99", "{\"kept\":true}", HttpStatusCode.NotFound),
            (HttpMethod.Put, "/api/cameras/front/events/1", "{\"kept\":1}", HttpStatusCode.BadRequest),
            (HttpMethod.Put, "/api/cameras/front/events/1", "{\"keep\":true}", HttpStatusCode.BadRequest),
            (HttpMethod.Put, "/api/cameras/front/events/1", "null", HttpStatusCode.BadRequest),
            (HttpMethod.Get, "/api/events?min_seconds=-1", null, HttpStatusCode.BadRequest),
            (HttpMethod.Get, "/api/events?since=then", null, HttpStatusCode.BadRequest),
        })
        {
            using HttpRequestMessage request = new(method, path) { Content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
            using HttpResponseMessage answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal((path, body, status), (path, body, answer.StatusCode));
        }

        async Task<long[]> Numbers(string query) => [.. (await client.GetFromJsonAsync<JsonElement>("/api/events?" + query, TestContext.Current.CancellationToken)).EnumerateArray().Select(happened => happened.GetProperty("number").GetInt64())];
    }

    [Theory]
    [InlineData(1300, 1000)]
    [InlineData(390, 844)]
    public async Task All_cameras_are_in_one_view_and_events_are_kept_and_deleted(int width, int height)
    {
        await using Browser browser = await Browser.OpenAsync();
        StillCamera[] cameras = [Camera("front"), Camera("back"), Camera("yard")];
        cameras[2].Meter.AddFrame(0.01, 0.5);
        await using LiveServer server = await LiveServer.StartAsync([.. cameras.Select(camera => camera.Live)], new LiveServerOptions { Listen = "127.0.0.1:0" });
        List<string> errors = [];
        IPage page = await browser.PageAsync(width, height, errors);
        await page.GotoAsync(server.Address);
        await page.WaitForSelectorAsync("#events li");
        await AxeCore.CheckAsync(page);
        Assert.False(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > innerWidth"), "the page is wider than the screen");

        // The grid: one of each, the busiest first where asked; a click enlarges, Back comes back.
        await page.ClickAsync("#cameras [data-camera='']");
        await page.WaitForFunctionAsync("() => document.querySelectorAll('#grid button .badge.warn').length === 1");
        Assert.Equal(["front", "back", "yard"], await page.Locator("#grid b").AllInnerTextsAsync());
        await page.CheckAsync("#busiest");
        await page.WaitForFunctionAsync("() => document.querySelector('#grid b').textContent === 'yard'");
        await AxeCore.CheckAsync(page);
        await page.ClickAsync("#grid [data-camera=back]");
        await page.WaitForFunctionAsync("() => document.getElementById('camera-name').textContent === 'back' && !document.querySelector('.pictures').classList.contains('off')");
        await page.GoBackAsync();
        await page.WaitForFunctionAsync("() => !document.getElementById('grid-panel').hidden");
        await page.GoForwardAsync();
        await page.WaitForFunctionAsync("() => document.getElementById('camera-name').textContent === 'back'");
        await page.FocusAsync("#cameras [data-camera=back]");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.WaitForFunctionAsync("() => document.getElementById('camera-name').textContent === 'yard'");

        // Filters, keeping, deleting.
        await page.SelectOptionAsync("#length-filter", "5");
        await page.WaitForFunctionAsync("() => document.querySelectorAll('#events li').length === 2 && document.getElementById('filter-note').textContent.startsWith('2 events')");
        await page.FillAsync("#day", "2026-11-21");
        await page.WaitForFunctionAsync("() => document.querySelectorAll('#events li').length === 1");
        await page.Locator("#events li button", new PageLocatorOptions { HasTextString = "keep" }).First.ClickAsync();
        await page.WaitForFunctionAsync("() => document.querySelector('#events [aria-pressed=true]')");
        Assert.True(cameras[2].Happened.Single(happened => happened.Number == 2).Kept);
        await page.Locator("#events li button", new PageLocatorOptions { HasTextString = "delete" }).First.ClickAsync();
        Assert.Equal(3, cameras[2].Happened.Count);      // asked again first
        await page.Locator("#events li button", new PageLocatorOptions { HasTextString = "really?" }).First.ClickAsync();
        await page.WaitForFunctionAsync("() => document.querySelectorAll('#events li').length === 0");
        Assert.Equal(2, cameras[2].Happened.Count);
        Assert.All(errors, error => Assert.Contains("Failed to load resource", error));      // the yard counts a frame here, and has no picture
    }

    [Fact]
    public async Task Zones_are_drawn_moved_and_removed_by_keyboard_and_what_is_stale_looks_stale()
    {
        await using Browser browser = await Browser.OpenAsync();
        StillCamera camera = Camera("front");
        camera.Zones = [];
        LiveServer server = await LiveServer.StartAsync([camera.Live], new LiveServerOptions { Listen = "127.0.0.1:0" });
        List<string> errors = [];
        IPage page = await browser.PageAsync(1300, 1000, errors);
        await page.GotoAsync(server.Address);
        await page.WaitForFunctionAsync("() => document.getElementById('state').textContent === 'watching'");
        await page.ClickAsync("#zone-include");
        foreach (string key in (string[])[" ", "ArrowRight", "ArrowRight", " ", "ArrowDown", "ArrowDown", " ", "ArrowLeft", " ", "Backspace", "Enter"])
            await page.Keyboard.PressAsync(key);
        await NotifierTests.WaitUntil(() => camera.Zones.Count == 1);
        Assert.Equal(3, camera.Zones[0].Points.Count);
        double before = camera.Zones[0].Points[0][0];
        await page.FocusAsync("#overlay .zone");
        await page.Keyboard.PressAsync("ArrowRight");
        await NotifierTests.WaitUntil(() => camera.Zones[0].Points[0][0] > before + 0.04);
        // Its own limits; empty takes one away again. A zone where motion does not count has none.
        await page.FocusAsync("#overlay .zone");
        await page.Keyboard.PressAsync("Enter");
        await page.FillAsync("#zone-threshold", "5");
        await page.Keyboard.PressAsync("Tab");
        await NotifierTests.WaitUntil(() => camera.Zones[0].Threshold == 0.05);
        await page.FillAsync("#zone-min-duration", "2.5");
        await page.Keyboard.PressAsync("Tab");
        await NotifierTests.WaitUntil(() => camera.Zones[0] is { Threshold: 0.05, MinDuration: 2.5, MinArea: null });
        await AxeCore.CheckAsync(page);
        await page.FillAsync("#zone-threshold", "");
        await page.Keyboard.PressAsync("Tab");
        await NotifierTests.WaitUntil(() => camera.Zones[0] is { Threshold: null, MinDuration: 2.5 });
        await page.FocusAsync("#overlay .zone");
        await page.Keyboard.PressAsync("Delete");
        await NotifierTests.WaitUntil(() => camera.Zones.Count == 0);

        // By mouse: a double click closes.
        await page.ClickAsync("#zone-exclude");
        LocatorBoundingBoxResult area = (await page.Locator("#overlay").BoundingBoxAsync())!;
        foreach ((float x, float y) in new[] { (0.2f, 0.2f), (0.6f, 0.2f) })
            await page.Mouse.ClickAsync(area.X + area.Width * x, area.Y + area.Height * y);
        await page.Mouse.DblClickAsync(area.X + area.Width * 0.6f, area.Y + area.Height * 0.7f);
        await NotifierTests.WaitUntil(() => camera.Zones.Count == 1);
        Assert.Equal((ZoneKind.Exclude, 3), (camera.Zones[0].Kind, camera.Zones[0].Points.Count));
        Assert.False(await page.IsVisibleAsync("#zone-limits"));

        // The background is learnt anew, and it is said; a setting that is refused goes back to what holds.
        await page.ClickAsync("#relearn");
        await page.WaitForFunctionAsync("() => document.getElementById('settings-note').textContent.includes('learnt anew')");
        Assert.Equal(1, camera.Relearned);
        string held = await page.InputValueAsync("#threshold");
        errors.Clear();
        await page.EvaluateAsync("() => { const s = document.getElementById('threshold'); s.value = -1; s.dispatchEvent(new Event('input')); }");
        await page.WaitForFunctionAsync("() => document.getElementById('settings-error').textContent.includes('takes no settings')");
        Assert.Equal(held, await page.InputValueAsync("#threshold"));
        Assert.All(errors, error => Assert.Contains("400", error));      // the browser's own line about the refusal

        await server.DisposeAsync();
        await page.WaitForFunctionAsync("() => document.body.classList.contains('stale') && document.getElementById('state').textContent === 'no connection' && !document.getElementById('away').hidden");
    }

    // Three events: in the door on the 20th, 2 s; at the gate on the 21st, 8 s; in the door on the 22nd, 20 s.
    private static StillCamera Camera(string name)
    {
        StillCamera camera = new()
        {
            Name = name,
            Effective = new CameraSettings { Preset = "balanced", Probability = 1e-4, History = 300, MinArea = 1e-4, Threshold = 2e-4, ShadowTest = true },
            Zones = [Door, Gate],
        };
        camera.Meter.SetUp(100, 100, isAgain: false);
        foreach ((int number, int x, int y, double seconds) in ((int, int, int, double)[])[(3, 5, 5, 20), (2, 70, 62, 8), (1, 5, 5, 2)])
        {
            DateTimeOffset start = new(2026, 11, 19 + number, 12, 0, 0, TimeSpan.Zero);
            camera.Happened.Add(new CameraEvent
            {
                Kind = CameraEventKind.Motion,
                Camera = name,
                Number = number,
                Start = start,
                End = start.AddSeconds(seconds),
                Duration = seconds,
                Box = new EventBox(x, y, 10, 10),
                Clip = $"20261120T120000Z-{number:000000}.mp4",
            });
        }
        return camera;
    }
}
