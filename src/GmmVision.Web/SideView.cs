namespace GmmVision.Web;

/// <summary>What is shown beside the live picture.</summary>
public enum SideView
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>What moves, white.</summary>
    Mask,

    /// <summary>How probably each pixel is foreground, black 0 to white 1.</summary>
    Probability,

    /// <summary>What the model takes for the empty scene.</summary>
    Background,

    /// <summary>Where motion was since the start.</summary>
    Heatmap,
}
