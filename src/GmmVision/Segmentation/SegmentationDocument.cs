using System.Text.Json.Serialization;
using GmmVision.Mixtures;

namespace GmmVision.Segmentation;

/// <summary>A segmentation model as JSON.</summary>
internal sealed record SegmentationDocument
{
    public const string FormatName = "gmmvision-segmentation";
    public const int FormatVersion = 1;

    public string? Format { get; init; }

    public int? Version { get; init; }

    public FeatureDocument? Features { get; init; }

    public double[]? Offsets { get; init; }

    public double[]? Factors { get; init; }

    public GaussianMixture? Mixture { get; init; }

    /// <summary>The model, in a document that holds it beside other things; never written here.</summary>
    public SegmentationDocument? Model { get; init; }

    /// <exception cref="InvalidDataException">It is no segmentation model, or of a newer version.</exception>
    public void CheckFormat()
    {
        if (Format != FormatName)
            throw new InvalidDataException($"It is JSON, but not a segmentation model (\"format\" should be \"{FormatName}\").");
        if (Version != FormatVersion)
            throw new InvalidDataException($"The segmentation model is of version {Version}; this program reads version {FormatVersion}.");
        if (Features is null)
            throw new InvalidDataException("The segmentation model does not say which features it was fitted to.");
    }
}

/// <summary>By which numbers pixels were described.</summary>
internal sealed record FeatureDocument
{
    public required ColorSpace Color { get; init; }

    public required double PositionWeight { get; init; }

    public required double TextureWeight { get; init; }

    public required int TextureScales { get; init; }

    [JsonPropertyName("standardise")]      // as the files that there are have it
    public required bool Standardize { get; init; }

    public static FeatureDocument Of(FeatureOptions features) => new()
    {
        Color = features.Color,
        PositionWeight = features.PositionWeight,
        TextureWeight = features.TextureWeight,
        TextureScales = features.TextureScales,
        Standardize = features.Standardize,
    };

    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public FeatureOptions ToOptions() => new FeatureOptions
    {
        Color = Color,
        PositionWeight = PositionWeight,
        TextureWeight = TextureWeight,
        TextureScales = TextureScales,
        Standardize = Standardize,
    }.Validate();
}

[JsonSourceGenerationOptions(WriteIndented = true, UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SegmentationDocument))]
internal sealed partial class SegmentationDocumentContext : JsonSerializerContext;
