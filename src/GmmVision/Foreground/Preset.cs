namespace GmmVision.Foreground;

/// <summary>A set of parameters for a purpose; the same for every video.</summary>
public enum Preset
{
    /// <summary>The mixture and a median, nothing else.</summary>
    Fast,

    /// <summary>What detect and watch use unless told otherwise.</summary>
    Balanced,

    /// <summary>For stages that lift accuracy at the cost of time; for now the same as <see cref="Balanced"/>.</summary>
    Accurate,
}
