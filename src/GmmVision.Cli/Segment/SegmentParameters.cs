using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using GmmVision.Segmentation;

namespace GmmVision.Cli.Segment;

/// <summary>What decides a segmentation, as "parameters" of the document has it: the same text means the same result.</summary>
internal sealed record SegmentParameters
{
    public required string K { get; init; }

    public bool? Connected { get; init; }

    public double? Merge { get; init; }

    public int? Components { get; init; }

    public int? MaxK { get; init; }

    public string? Covariance { get; init; }

    public string? Color { get; init; }

    public double? Position { get; init; }

    public double? Texture { get; init; }

    public int? TextureScales { get; init; }

    public bool? Standardize { get; init; }

    public int? Restarts { get; init; }

    public double? Regularization { get; init; }

    public double? Tolerance { get; init; }

    public int? MaxIterations { get; init; }

    public int? MaxSize { get; init; }

    public int? Seed { get; init; }

    public string? Levels { get; init; }

    public string? Smooth { get; init; }

    public double? SmoothStrength { get; init; }

    public SmoothRadius? SmoothRadius { get; init; }

    public double? SmoothEpsilon { get; init; }

    public static SegmentParameters Of(SegmentSettings settings)
    {
        (SegmentationOptions fit, RegionOptions? regions, SmoothingOptions smoothing) = (settings.Fit, settings.Regions, settings.Smoothing);
        SegmentParameters parameters = new()
        {
            K = settings.Model is not null ? "model" : regions is not null ? regions.Regions?.ToString(CultureInfo.InvariantCulture) ?? "auto" : fit.Choice switch
            {
                ComponentChoice.Given => fit.Components.ToString(CultureInfo.InvariantCulture),
                ComponentChoice.Variational => "variational",
                _ => "auto",
            },
            Levels = settings.Levels is (int low, int high) ? string.Create(CultureInfo.InvariantCulture, $"{low}:{high}") : null,
        };
        if (settings.Model is null)
        {
            parameters = parameters with
            {
                Connected = regions is null ? null : true,
                Merge = regions is { Regions: null } ? regions.Threshold : null,
                Components = regions is null ? null : fit.Components,
                MaxK = fit.Choice != ComponentChoice.Given ? fit.MaxComponents : null,
                Covariance = SegmentSettings.Name(fit.Covariance),
                Color = fit.Features.Color.ToString().ToLowerInvariant(),
                Position = fit.Features.PositionWeight,
                Texture = fit.Features.TextureWeight,
                TextureScales = fit.Features.TextureScales,
                Standardize = fit.Features.Standardize,
                Restarts = fit.Restarts,
                Regularization = fit.Regularization,
                Tolerance = fit.Tolerance,
                MaxIterations = fit.MaxIterations,
                MaxSize = fit.MaxSize,
                Seed = fit.Seed,
            };
        }
        return regions is not null ? parameters : parameters with
        {
            Smooth = smoothing.Method.ToString().ToLowerInvariant(),
            SmoothStrength = smoothing.Method == Smoothing.Icm ? smoothing.Strength : null,
            SmoothRadius = smoothing.Method == Smoothing.Guided ? new SmoothRadius(smoothing.Radius) : null,
            SmoothEpsilon = smoothing.Method == Smoothing.Guided ? smoothing.Epsilon : null,
        };
    }
}

/// <summary>A radius in pixels, or "auto".</summary>
[JsonConverter(typeof(Converter))]
internal readonly record struct SmoothRadius(int? Pixels)
{
    public sealed class Converter : JsonConverter<SmoothRadius>
    {
        public override SmoothRadius Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.TokenType == JsonTokenType.Number ? reader.GetInt32() : null);

        public override void Write(Utf8JsonWriter writer, SmoothRadius value, JsonSerializerOptions options)
        {
            if (value.Pixels is int pixels)
                writer.WriteNumberValue(pixels);
            else
                writer.WriteStringValue("auto");
        }
    }
}
