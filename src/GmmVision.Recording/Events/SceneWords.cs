using System.Globalization;
using System.Text.Json;
using GmmVision.Foreground;

namespace GmmVision.Recording.Events;

/// <summary>What happened to the picture as a whole, in words: for programs and for people.</summary>
internal static class SceneWords
{
    /// <summary>"light_changed" and so on.</summary>
    public static string NameOf(SceneState state) => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString());

    /// <summary>A sentence without its capital and full stop, and what was done about it.</summary>
    public static string Describe(SceneChange change) => change.State switch
    {
        SceneState.LightChanged => "the light changed",
        SceneState.Shaken => "the camera was shaken",
        SceneState.Moved when HasShift(change) => string.Create(CultureInfo.InvariantCulture, $"the camera was moved, its picture by {Math.Abs(change.ShiftX)} pixels to the {(change.ShiftX < 0 ? "left" : "right")} and {Math.Abs(change.ShiftY)} {(change.ShiftY < 0 ? "up" : "down")}: the background was moved with it"),
        SceneState.Moved => "the camera was moved: the background is learnt anew",
        SceneState.Covered => "the picture was covered",
        SceneState.Dark => "the picture went dark",
        SceneState.Blinded => "the picture went white",
        SceneState.Restarted => "the video went on with another picture: the background is learnt anew",
        _ => "the picture is steady",
    };

    /// <summary>Whether it is known by how many pixels the picture moved.</summary>
    public static bool HasShift(SceneChange change) => (change.ShiftX, change.ShiftY) != (0, 0);
}
