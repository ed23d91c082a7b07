namespace GmmVision.Segmentation;

/// <summary>How neighbouring pixels are made to agree.</summary>
public enum Smoothing
{
    /// <summary>Every pixel takes its most probable label, whatever its neighbours take.</summary>
    None,

    /// <summary>Iterated conditional modes on a Potts field (Besag 1986) whose bonds are weaker across edges (Boykov and Jolly 2001).</summary>
    Icm,

    /// <summary>Each label's probabilities pass a guided filter (He, Sun and Tang 2013) that follows the picture's edges.</summary>
    Guided,
}
