namespace GmmVision.Foreground;

/// <summary>A set of parameters for a purpose; the same for every video.</summary>
public enum Preset
{
    /// <summary>The mixture and a median, nothing else.</summary>
    Fast,

    /// <summary>What detect and watch use unless told otherwise.</summary>
    Balanced,

    /// <summary>As <see cref="Balanced"/>, with narrower components and a stricter background: finds more of what is hardly different, and takes a little more of what leaves and light do for objects.</summary>
    Accurate,
}
