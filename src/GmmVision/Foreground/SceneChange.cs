namespace GmmVision.Foreground;

/// <summary>That something happened to the picture as a whole.</summary>
/// <param name="State">What happened; never <see cref="SceneState.Steady"/>, which needs no telling.</param>
/// <param name="Frame">Number of the first frame that shows it.</param>
/// <param name="Time">Time of that frame.</param>
/// <param name="ShiftX">Pixels by which the picture moved to the right, where that is known; else 0.</param>
/// <param name="ShiftY">Pixels by which the picture moved down, where that is known; else 0.</param>
public sealed record SceneChange(SceneState State, long Frame, TimeSpan Time, int ShiftX = 0, int ShiftY = 0);
