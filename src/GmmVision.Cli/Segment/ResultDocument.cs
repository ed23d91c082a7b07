using System.Globalization;
using System.Text.Json;
using GmmVision.Segmentation;

namespace GmmVision.Cli.Segment;

/// <summary>NAME.json: everything that is known of one picture's segmentation, and the model to apply to others.</summary>
internal static class ResultDocument
{
    public static string Text(ImageResult result, SegmentSettings settings, string fingerprint, IEnumerable<string> files)
    {
        (int Left, int Top, int Right, int Bottom)[] boxes = result.Regions is null ? [] : result.Labels.Boxes();
        return JsonLine.Indented(new SegmentDocument(FitFacts.Of(result.Model.Mixture, result.Fit, settings))
        {
            Generator = Generator,
            Created = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            Fingerprint = fingerprint,
            Input = new PictureDocument(Path.GetFileName(result.Input.Path), result.Image.Width, result.Image.Height, result.Levels is (int low, int high) ? [low, high] : null),
            Parameters = SegmentParameters.Of(settings),
            K = result.Count,
            FeatureNames = result.Model.Features.Names,
            Labels = [.. Enumerable.Range(0, result.Count).Select(label => Describe(result, label, result.Regions is null ? null : boxes[label]))],
            Transparent = result.HasTransparent ? new TransparentDocument(result.Count, result.Areas[result.Count], result.Share(result.Count)) : null,
            Warnings = result.Warnings,
            Seconds = new SecondsDocument(Math.Round(result.Seconds.Load, 4), Math.Round(result.Seconds.Fit, 4), Math.Round(result.Seconds.Label, 4), Math.Round(result.Seconds.Write, 4), Math.Round(result.Seconds.Total, 4)),
            Files = [.. files],
            Model = result.Model,
        }, CliJson.Default.SegmentDocument);
    }

    /// <summary>model.json of <c>--shared-model</c>.</summary>
    public static string SharedText(SegmentationFit fit, SegmentSettings settings, string fingerprint, int pictures) =>
        JsonLine.Indented(new SharedModelDocument(FitFacts.Of(fit.Model.Mixture, fit, settings))
        {
            Generator = Generator,
            Fingerprint = fingerprint,
            Pictures = pictures,
            Parameters = SegmentParameters.Of(settings),
            K = fit.Model.Labels,
            Warnings = fit.Warnings,
            Model = fit.Model,
        }, CliJson.Default.SharedModelDocument);

    /// <summary>The fingerprint and the files that a document names; null where there is no whole document.</summary>
    public static (string Fingerprint, string[] Files)? TryRead(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, CliJson.Default.SegmentedBefore) is { } before ? (before.Fingerprint, [.. (before.Files ?? []).OfType<string>()]) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    public static string Hex(int color) => $"#{color:x6}";

    private static string Generator => $"gmmvision {typeof(ResultDocument).Assembly.GetName().Version?.ToString(3)}";

    private static LabelDocument Describe(ImageResult result, int label, (int Left, int Top, int Right, int Bottom)? box) => new()
    {
        Label = label,
        Weight = box is null ? result.Model.Mixture.Weights[label] : null,
        Area = result.Areas[label],
        AreaFraction = result.Share(label),
        Color = result.Areas[label] > 0 ? Hex(result.MeanColors[label]) : null,
        Mean = box is null ? result.Model.Mean(label) : null,
        Covariance = box is null ? [.. result.Model.Covariance(label).Chunk(result.Model.Mixture.Features)] : null,
        Box = box is { } edges ? [edges.Left, edges.Top, edges.Right - edges.Left, edges.Bottom - edges.Top] : null,
    };
}
