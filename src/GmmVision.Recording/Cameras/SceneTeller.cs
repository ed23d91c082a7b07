using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Recording.Events;
using GmmVision.Recording.Loop;

namespace GmmVision.Recording.Cameras;

/// <summary>Tells what happens to a camera's picture as a whole: in the log, to notifiers, on the page, in the metrics.</summary>
/// <param name="camera">The camera's name.</param>
/// <param name="meter">Shows it on the page and in the metrics.</param>
/// <param name="record">Takes the event.</param>
/// <param name="wall">From a frame's time to the time of day.</param>
/// <param name="say">Takes a line for the log.</param>
internal sealed class SceneTeller(string camera, CameraMeter meter, Action<CameraEvent> record, Func<TimeSpan, DateTimeOffset> wall, Action<string> say) : IFrameObserver
{
    /// <inheritdoc/>
    public void See(Frame frame, FrameResult result) => Step(result.Scene, result.SceneChange);

    /// <summary>Takes what a frame's result says.</summary>
    /// <param name="scene">What the picture is like.</param>
    /// <param name="change">What is now known to have happened to it; null for nothing new.</param>
    public void Step(SceneState scene, SceneChange? change)
    {
        meter.SetScene(scene);
        if (change is null)
            return;
        string message = SceneWords.Describe(change);
        DateTimeOffset time = wall(change.Time);
        meter.AddSceneChange(new CameraSceneChange(change.State, time, message));
        say(message);
        record(new CameraEvent
        {
            Kind = CameraEventKind.SceneChanged,
            Camera = camera,
            Start = time,
            Scene = change.State,
            Shift = SceneWords.HasShift(change) ? new EventShift(change.ShiftX, change.ShiftY) : null,
            Message = message,
        });
    }
}
