using GmmVision.Foreground;

namespace GmmVision.Recording.Cameras;

/// <summary>Something that happened to a camera's picture as a whole.</summary>
/// <param name="State">What happened.</param>
/// <param name="Time">When.</param>
/// <param name="Message">The same in words.</param>
public sealed record CameraSceneChange(SceneState State, DateTimeOffset Time, string Message);
