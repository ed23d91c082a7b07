using System.Net.Http.Json;
using System.Text.Json;
using GmmVision.Foreground;
using GmmVision.Recording.Cameras;
using GmmVision.Recording.Events;
using GmmVision.Web;
using Microsoft.Playwright;
using Xunit;

namespace GmmVision.Tests.Live;

/// <summary>What happened to the picture as a whole, on the page and in its data.</summary>
public sealed class ScenePageTests
{
    private static StillCamera Camera()
    {
        StillCamera camera = new() { Effective = new CameraSettings { Preset = "balanced", Probability = 1e-4, History = 300, MinArea = 1e-4, Threshold = 2e-4, ShadowTest = true } };
        camera.Meter.SetUp(64, 48, isAgain: false);
        return camera;
    }

    [Fact]
    public async Task The_state_is_in_the_data_of_the_camera()
    {
        StillCamera camera = Camera();
        await using LiveServer server = await LiveServer.StartAsync([camera.Live], new LiveServerOptions { Listen = "127.0.0.1:0" });
        using HttpClient client = new() { BaseAddress = new Uri(server.Address) };
        JsonElement status = await Status();
        Assert.Equal("steady", status.GetProperty("scene").GetString());
        Assert.Equal(JsonValueKind.Null, status.GetProperty("scene_change").ValueKind);

        camera.Meter.SetScene(SceneState.LightChanged);
        camera.Meter.AddSceneChange(new CameraSceneChange(SceneState.LightChanged, DateTimeOffset.UtcNow.AddSeconds(-30), "the light changed"));
        status = await Status();
        Assert.Equal("light_changed", status.GetProperty("scene").GetString());
        JsonElement change = status.GetProperty("scene_change");
        Assert.Equal(("light_changed", "the light changed"), (change.GetProperty("scene").GetString(), change.GetProperty("message").GetString()));
        Assert.InRange(change.GetProperty("seconds_ago").GetDouble(), 30, 60);

        async Task<JsonElement> Status() => (await client.GetFromJsonAsync<JsonElement>("/api/cameras/front", TestContext.Current.CancellationToken)).GetProperty("status");
    }

    [Fact]
    public async Task The_page_shows_it_for_as_long_as_it_matters()
    {
        await using Browser browser = await Browser.OpenAsync();
        StillCamera camera = Camera();
        await using LiveServer server = await LiveServer.StartAsync([camera.Live], new LiveServerOptions { Listen = "127.0.0.1:0" });
        List<string> errors = [];
        IPage page = await browser.PageAsync(1000, 800, errors);
        await page.GotoAsync(server.Address);
        await page.WaitForFunctionAsync("() => document.getElementById('state').textContent === 'watching'");
        Assert.True(await page.EvaluateAsync<bool>("() => document.getElementById('scene').hidden"));

        camera.Meter.AddSceneChange(new CameraSceneChange(SceneState.Moved, DateTimeOffset.UtcNow.AddSeconds(-12), "the camera was moved"));
        await page.WaitForFunctionAsync("() => /^camera moved 1\\d s ago$/.test(document.getElementById('scene').textContent)");
        camera.Meter.SetScene(SceneState.Dark);
        await page.WaitForFunctionAsync("() => document.getElementById('scene').textContent === 'dark'");
        camera.Meter.SetScene(SceneState.Steady);
        camera.Meter.AddSceneChange(new CameraSceneChange(SceneState.Moved, DateTimeOffset.UtcNow.AddMinutes(-6), "the camera was moved"));
        await page.WaitForFunctionAsync("() => document.getElementById('scene').hidden");

        lock (camera.Happened)
            camera.Happened.Add(new CameraEvent { Kind = CameraEventKind.SceneChanged, Camera = "front", Start = DateTimeOffset.UtcNow, Scene = SceneState.Dark, Message = "the picture went dark" });
        await page.WaitForFunctionAsync("() => document.querySelector('#events li.scene')?.textContent.endsWith(': the picture went dark')");
        Assert.True(errors.Count == 0, string.Join(Environment.NewLine, errors));
    }
}
