namespace GmmVision.Foreground;

/// <summary>What has happened to the picture as a whole.</summary>
public enum SceneState
{
    /// <summary>The camera stands still and sees what it has learnt.</summary>
    Steady,

    /// <summary>The light has changed at once: a lamp, a cloud, another exposure, infrared by night.</summary>
    LightChanged,

    /// <summary>The camera shakes; what it sees is brought back to its place.</summary>
    Shaken,

    /// <summary>The camera looks elsewhere, or was pushed and stays there: the background was moved or is learnt anew.</summary>
    Moved,

    /// <summary>Something covers the picture.</summary>
    Covered,

    /// <summary>The picture is black: a lens cap, a camera that wakes up, night without a lamp.</summary>
    Dark,

    /// <summary>The picture is white: a lamp into the lens, an exposure that is far off.</summary>
    Blinded,

    /// <summary>Frames go on after a gap, or begin, with a picture that is not the one learnt.</summary>
    Restarted,
}
