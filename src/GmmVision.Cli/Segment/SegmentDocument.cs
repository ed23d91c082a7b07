using System.Text.Json.Serialization;
using GmmVision.Mixtures;
using GmmVision.Segmentation;

namespace GmmVision.Cli.Segment;

/// <summary>How a mixture came about; what only a fit can tell is null where a saved model was applied.</summary>
internal record FitFacts
{
    public bool Converged { get; init; }

    public int Iterations { get; init; }

    public double? LogLikelihood { get; init; }

    public IReadOnlyList<double> LogLikelihoods { get; init; } = [];

    public IReadOnlyList<double>? Bounds { get; init; }

    public long? PixelsFitted { get; init; }

    public int? SamplesFitted { get; init; }

    public SelectionDocument? Selection { get; init; }

    public static FitFacts Of(GaussianMixture mixture, SegmentationFit? fit, SegmentSettings settings) => new()
    {
        Converged = mixture.Converged,
        Iterations = mixture.Iterations,
        LogLikelihood = double.IsFinite(mixture.LogLikelihood) ? mixture.LogLikelihood : null,
        LogLikelihoods = mixture.LogLikelihoods,
        Bounds = fit?.Bounds.Count > 0 ? fit.Bounds : null,
        PixelsFitted = fit?.Pixels,
        SamplesFitted = fit?.Samples,
        Selection = fit is null || settings.Regions is not null ? null : SelectionDocument.Of(fit, settings.Fit.Choice),
    };
}

/// <summary>How the number of components was chosen.</summary>
internal sealed record SelectionDocument(string Rule, int Chosen, int Minimum, IReadOnlyList<CurvePoint> Curve)
{
    public static SelectionDocument Of(SegmentationFit fit, ComponentChoice choice) => new(choice switch
    {
        ComponentChoice.Given => "given",
        ComponentChoice.Variational => "variational: components that hold next to no pixel are dropped",
        _ => "elbow of the BIC curve: the point farthest below the chord from its first to its last point, none behind its minimum",
    }, fit.Model.Labels, fit.Minimum, [.. fit.Curve.Select(point => new CurvePoint(point.Components, point.LogLikelihood, point.Bic, point.Aic, point.Iterations, point.Converged))]);
}

internal sealed record CurvePoint(int K, double LogLikelihood, double Bic, double Aic, int Iterations, bool Converged);

/// <summary>NAME.json.</summary>
internal sealed record SegmentDocument : FitFacts
{
    public SegmentDocument(FitFacts facts) : base(facts)
    {
    }

    [JsonPropertyOrder(-1)]
    public int Version { get; } = 1;

    [JsonPropertyOrder(-1)]
    public required string Generator { get; init; }

    [JsonPropertyOrder(-1)]
    public required string Created { get; init; }

    [JsonPropertyOrder(-1)]
    public required string Fingerprint { get; init; }

    [JsonPropertyOrder(-1)]
    public required PictureDocument Input { get; init; }

    [JsonPropertyOrder(-1)]
    public required SegmentParameters Parameters { get; init; }

    [JsonPropertyOrder(-1)]
    public required int K { get; init; }

    [JsonPropertyOrder(-1)]
    public required IReadOnlyList<string> FeatureNames { get; init; }

    [JsonPropertyOrder(-1)]
    public required IReadOnlyList<LabelDocument> Labels { get; init; }

    [JsonPropertyOrder(-1)]
    public TransparentDocument? Transparent { get; init; }

    [JsonPropertyOrder(1)]
    public required IReadOnlyList<string> Warnings { get; init; }

    [JsonPropertyOrder(1)]
    public required SecondsDocument Seconds { get; init; }

    [JsonPropertyOrder(1)]
    public required IReadOnlyList<string> Files { get; init; }

    [JsonPropertyOrder(1)]
    public required SegmentationModel Model { get; init; }
}

/// <summary>model.json of <c>--shared-model</c>.</summary>
internal sealed record SharedModelDocument : FitFacts
{
    public SharedModelDocument(FitFacts facts) : base(facts)
    {
    }

    [JsonPropertyOrder(-1)]
    public int Version { get; } = 1;

    [JsonPropertyOrder(-1)]
    public required string Generator { get; init; }

    [JsonPropertyOrder(-1)]
    public required string Fingerprint { get; init; }

    [JsonPropertyOrder(-1)]
    public required int Pictures { get; init; }

    [JsonPropertyOrder(-1)]
    public required SegmentParameters Parameters { get; init; }

    [JsonPropertyOrder(-1)]
    public required int K { get; init; }

    [JsonPropertyOrder(1)]
    public required IReadOnlyList<string> Warnings { get; init; }

    [JsonPropertyOrder(1)]
    public required SegmentationModel Model { get; init; }
}

/// <summary>What --resume asks of a document.</summary>
internal sealed record SegmentedBefore
{
    public required string Fingerprint { get; init; }

    public string[]? Files { get; init; }
}

/// <summary>A picture; levels are the sample values that became 0 and 255, where not all of the range did.</summary>
internal sealed record PictureDocument(string Name, int Width, int Height, int[]? Levels);

/// <summary>A label: of a component of the mixture, with its mean and covariance in the features' own units, or of a connected region, with its box (x, y, width, height).</summary>
internal sealed record LabelDocument
{
    public required int Label { get; init; }

    public double? Weight { get; init; }

    public required long Area { get; init; }

    public required double AreaFraction { get; init; }

    public string? Color { get; init; }

    public double[]? Mean { get; init; }

    public double[][]? Covariance { get; init; }

    public int[]? Box { get; init; }
}

internal sealed record TransparentDocument(int Label, long Area, double AreaFraction);

internal sealed record SecondsDocument(double Load, double Fit, double Label, double Write, double Total);
