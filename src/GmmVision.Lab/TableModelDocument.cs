using System.Text.Json.Serialization;
using GmmVision.Mixtures;

namespace GmmVision.Lab;

/// <summary>A table's model as JSON.</summary>
internal sealed record TableModelDocument
{
    public const string FormatName = "gmmvision-table-mixture";
    public const int FormatVersion = 1;

    public string? Format { get; init; }

    public int? Version { get; init; }

    public string[]? Columns { get; init; }

    public double[]? Offsets { get; init; }

    public double[]? Factors { get; init; }

    public double[]? Directions { get; init; }

    public double? AnomalyThreshold { get; init; }

    public GaussianMixture? Mixture { get; init; }

    /// <exception cref="InvalidDataException">It is no table's model, or of a newer version.</exception>
    public void CheckFormat()
    {
        if (Format != FormatName)
            throw new InvalidDataException($"It is JSON, but not a table's model (\"format\" should be \"{FormatName}\").");
        if (Version != FormatVersion)
            throw new InvalidDataException($"The table's model is of version {Version}; this program reads version {FormatVersion}.");
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TableModelDocument))]
internal sealed partial class TableModelContext : JsonSerializerContext;
