namespace GmmVision.Segmentation;

/// <summary>How the number of labels is found.</summary>
public enum ComponentChoice
{
    /// <summary>It is given.</summary>
    Given,

    /// <summary>Mixtures of 1 to <see cref="SegmentationOptions.MaxComponents"/> are fitted, and the elbow of their BIC curve is taken.</summary>
    Bic,

    /// <summary>A variational mixture with <see cref="SegmentationOptions.MaxComponents"/> components leaves those empty that it has no use for.</summary>
    Variational,
}
