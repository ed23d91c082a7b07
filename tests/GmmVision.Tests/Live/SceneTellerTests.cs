using System.Text;
using System.Text.Json;
using GmmVision.Foreground;
using GmmVision.Recording.Cameras;
using GmmVision.Recording.Events;
using Xunit;

namespace GmmVision.Tests.Live;

public sealed class SceneTellerTests
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 20, 16, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_change_is_told_once_everywhere_and_a_steady_picture_never()
    {
        CameraMeter meter = new();
        List<CameraEvent> events = [];
        List<string> log = [];
        SceneTeller teller = new("front", meter, events.Add, time => Begin + time, log.Add);
        teller.Step(SceneState.Steady, null);
        Assert.Equal((SceneState.Steady, 0L, null), (meter.Read().Scene, meter.Read().SceneChanges, meter.Read().LastSceneChange));

        teller.Step(SceneState.Moved, new SceneChange(SceneState.Moved, 90, TimeSpan.FromSeconds(9), -7, 4));
        teller.Step(SceneState.Moved, null);
        CameraEvent told = Assert.Single(events);
        Assert.Equal((CameraEventKind.SceneChanged, "front", Begin.AddSeconds(9), SceneState.Moved, new EventShift(-7, 4)), (told.Kind, told.Camera, told.Start, told.Scene!.Value, told.Shift));
        Assert.Equal("the camera was moved, its picture by 7 pixels to the left and 4 down: the background was moved with it", Assert.Single(log));
        Assert.Equal((SceneState.Moved, 1L, Begin.AddSeconds(9)), (meter.Read().Scene, meter.Read().SceneChanges, meter.Read().LastSceneChange!.Time));

        teller.Step(SceneState.Steady, null);
        Assert.Equal((SceneState.Steady, SceneState.Moved), (meter.Read().Scene, meter.Read().LastSceneChange!.State));
        meter.SetScene(SceneState.Dark);
        meter.SetDown("gone");
        Assert.Equal(SceneState.Steady, meter.Read().Scene);      // of a camera that is away nobody knows
    }

    [Fact]
    public void As_json_it_says_what_happened_and_is_read_again()
    {
        CameraEvent happened = new() { Kind = CameraEventKind.SceneChanged, Camera = "front", Start = Begin, Scene = SceneState.LightChanged, Message = "the light changed" };
        JsonElement json = JsonDocument.Parse(happened.ToJson()).RootElement;
        Assert.Equal(("scene_changed", "light_changed", "the light changed"), (json.GetProperty("kind").GetString(), json.GetProperty("scene").GetString(), json.GetProperty("message").GetString()));
        Assert.False(json.TryGetProperty("shift", out _));
        Assert.Equal(happened, CameraEvent.FromJson(Encoding.UTF8.GetBytes(happened.ToJson())));
    }

    [Fact]
    public void A_command_finds_what_happened_in_its_environment()
    {
        CameraEvent happened = new() { Kind = CameraEventKind.SceneChanged, Camera = "front", Start = Begin, Scene = SceneState.Covered, Message = "the picture was covered" };
        Dictionary<string, string> environment = ExecNotifier.EnvironmentOf(happened, null).ToDictionary(pair => pair.Name, pair => pair.Value);
        Assert.Equal(("scene_changed", "covered", "the picture was covered"), (environment["GMMVISION_EVENT"], environment["GMMVISION_SCENE"], environment["GMMVISION_MESSAGE"]));
        Assert.False(environment.ContainsKey("GMMVISION_NUMBER"));
    }
}
