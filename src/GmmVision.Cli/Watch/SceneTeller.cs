using GmmVision.Foreground;
using GmmVision.Web;

namespace GmmVision.Cli.Watch;

/// <summary>Tells what happens to a camera's picture as a whole: in the log, to notifiers, on the page, in the metrics.</summary>
/// <param name="camera">The camera's name.</param>
/// <param name="meter">Shows it on the page and in the metrics.</param>
/// <param name="record">Takes the event.</param>
/// <param name="say">Takes a line for the log.</param>
internal sealed class SceneTeller(string camera, CameraMeter meter, Action<LiveEvent> record, Action<string> say)
{
    /// <summary>Takes what a frame's result says.</summary>
    /// <param name="scene">What the picture is like.</param>
    /// <param name="change">What is now known to have happened to it; null for nothing new.</param>
    /// <param name="wall">From a frame's time to the time of day.</param>
    public void Step(SceneState scene, SceneChange? change, Func<TimeSpan, DateTimeOffset> wall)
    {
        meter.SetScene(scene);
        if (change is null)
            return;
        string message = SceneWords.Describe(change);
        DateTimeOffset time = wall(change.Time);
        meter.AddSceneChange(new CameraSceneChange(change.State, time, message));
        say(message);
        record(new LiveEvent
        {
            Kind = LiveEventKind.SceneChanged,
            Camera = camera,
            Start = time,
            Scene = change.State,
            Shift = SceneWords.HasShift(change) ? new LiveShift(change.ShiftX, change.ShiftY) : null,
            Message = message,
        });
    }
}
