using System.Text.Json.Serialization;

namespace GmmVision.Mixtures;

/// <summary>A mixture as JSON; the names of its arrays and their shapes are scikit-learn's.</summary>
internal sealed record MixtureDocument
{
    private const string FormatName = "gmmvision-mixture";
    private const int FormatVersion = 1;

    public required string Format { get; init; }

    public required int Version { get; init; }

    public required string Covariance { get; init; }

    public required int Features { get; init; }

    public required NestedNumbers Weights { get; init; }

    public required NestedNumbers Means { get; init; }

    public required NestedNumbers Covariances { get; init; }

    public bool Converged { get; init; }

    public int Iterations { get; init; }

    public NestedNumbers? LogLikelihoods { get; init; }

    public static MixtureDocument Of(GaussianMixture mixture) => new()
    {
        Format = FormatName,
        Version = FormatVersion,
        Covariance = NameOf(mixture.Covariance),
        Features = mixture.Features,
        Weights = new NestedNumbers([.. mixture.Weights]),
        Means = new NestedNumbers([.. mixture.Means], mixture.Features),
        Covariances = new NestedNumbers([.. mixture.Covariances],
            mixture.Covariance == CovarianceType.Spherical ? 0 : mixture.Features, mixture.Covariance == CovarianceType.Full ? mixture.Features * mixture.Features : 0),
        Converged = mixture.Converged,
        Iterations = mixture.Iterations,
        LogLikelihoods = new NestedNumbers([.. mixture.LogLikelihoods]),
    };

    /// <exception cref="InvalidDataException">It is no mixture, or of a newer version.</exception>
    /// <exception cref="ArgumentException">Numbers do not fit together.</exception>
    public GaussianMixture ToMixture()
    {
        if (Format != FormatName)
            throw new InvalidDataException($"The format is \"{Format}\", not \"{FormatName}\".");
        if (Version != FormatVersion)
            throw new InvalidDataException($"The mixture is of version {Version}; this program reads version {FormatVersion}.");
        return GaussianMixture.FromFit(CovarianceOf(Covariance), Features, Weights.All, Means.All, Covariances.All, new FitRecord(Converged, Iterations, [.. LogLikelihoods?.All ?? []], []));
    }

    private static string NameOf(CovarianceType covariance) => covariance switch
    {
        CovarianceType.Full => "full",
        CovarianceType.Tied => "tied",
        CovarianceType.Diagonal => "diag",
        _ => "spherical",
    };

    private static CovarianceType CovarianceOf(string name) => name switch
    {
        "full" => CovarianceType.Full,
        "tied" => CovarianceType.Tied,
        "diag" => CovarianceType.Diagonal,
        "spherical" => CovarianceType.Spherical,
        _ => throw new InvalidDataException($"The covariance type is \"{name}\"; it must be full, tied, diag or spherical."),
    };
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(MixtureDocument))]
internal sealed partial class MixtureDocumentContext : JsonSerializerContext;
