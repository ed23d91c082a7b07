using GmmVision.Imaging;
using GmmVision.Segmentation;

namespace GmmVision.Cli.Segment;

/// <summary>Seconds that the steps of a picture took.</summary>
internal sealed record StepSeconds(double Load, double Fit, double Label, double Write)
{
    public double Total => Load + Fit + Label + Write;
}

/// <summary>A picture, its labels, and how they came about: what the document and the report tell of.</summary>
/// <param name="Input">Which picture.</param>
/// <param name="Image">Its pixels.</param>
/// <param name="Model">What labelled it.</param>
/// <param name="Fit">How the model was fitted; null where a saved one was applied.</param>
/// <param name="Labels">The labels.</param>
/// <param name="MeanColors">0xRRGGBB by label.</param>
/// <param name="Warnings">One sentence each.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record ImageResult(
    ImageInput Input, Frame Image, SegmentationModel Model, SegmentationFit? Fit, LabelMap Labels, int[] MeanColors, IReadOnlyList<string> Warnings, StepSeconds Seconds)
{
    /// <summary>Sample values that became 0 and 255; null where all of the range did.</summary>
    public (int Low, int High)? Levels { get; init; }

    /// <summary>The regions that have the labels; null where components of the model have them.</summary>
    public RegionHierarchy? Regions { get; init; }

    /// <summary>Labels, but that of transparent pixels.</summary>
    public int Count => Regions is null ? Model.Labels : Labels.LabelCount - (Regions.HasTransparent ? 1 : 0);

    /// <summary>Whether pixels are transparent: their label is the one behind all others.</summary>
    public bool HasTransparent => Labels.LabelCount > Count;

    /// <summary>Pixels by label.</summary>
    public long[] Areas { get; } = Labels.Areas();

    /// <summary>Part of the picture by label.</summary>
    public double Share(int label) => (double)Areas[label] / Labels.Labels.Length;
}
