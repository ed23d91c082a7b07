namespace GmmVision.Recording.Cameras;

/// <summary>A camera's settings by day and by night, and when to change from the one to the other.</summary>
public sealed record CameraProfiles
{
    /// <summary>Settings by day, and always where <see cref="Switching"/> is off.</summary>
    public CameraSettings Day { get; init; } = new();

    /// <summary>Settings by night; what they do not say is as by day.</summary>
    public CameraSettings Night { get; init; } = new();

    /// <summary>Whether the picture's brightness chooses between them.</summary>
    public bool Switching { get; init; }

    /// <summary>Night begins when the mean brightness (0 black to 255 white) stays below this.</summary>
    public double NightBelow { get; init; } = 50;

    /// <summary>Day begins when it stays above this; higher than <see cref="NightBelow"/>, so that dusk does not switch to and fro.</summary>
    public double DayAbove { get; init; } = 70;

    /// <summary>The settings that hold.</summary>
    public CameraSettings Active(bool isNight) => isNight ? Night.Over(Day) : Day;
}
