namespace GmmVision.Foreground;

/// <summary>A set of parameters for a purpose; the same for every video.</summary>
public enum Preset
{
    /// <summary>The mixture and a median, nothing else.</summary>
    Fast,

    /// <summary>What detect and watch use unless told otherwise.</summary>
    Balanced,

    /// <summary>All that lifts accuracy, for when time matters less.</summary>
    Accurate,
}
