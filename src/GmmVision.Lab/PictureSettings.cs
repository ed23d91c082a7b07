using System.Globalization;
using GmmVision.Mixtures;
using GmmVision.Segmentation;

namespace GmmVision.Lab;

/// <summary>What the controls of the lab say about a picture.</summary>
public sealed record PictureSettings
{
    // One pixel of each cell of a grid is fitted to, so that a slider acts at once, whatever is in the picture.
    private const int Grid = 200;

    /// <summary>Labels; null finds the number by BIC's elbow.</summary>
    public int? Components { get; init; } = 4;

    /// <summary>Shape of the components.</summary>
    public CovarianceType Covariance { get; init; } = CovarianceType.Full;

    /// <summary>Colour space.</summary>
    public ColorSpace Color { get; init; } = ColorSpace.Lab;

    /// <summary>Weight of a pixel's place, 0 to 100.</summary>
    public double Position { get; init; }

    /// <summary>Weight of texture, 0 to 100.</summary>
    public double Texture { get; init; }

    /// <summary>Added to every variance, a share of a feature's.</summary>
    public double Regularization { get; init; } = 1e-3;

    /// <summary>Starts of EM.</summary>
    public int Restarts { get; init; } = 5;

    /// <summary>How neighbours are made to agree.</summary>
    public Smoothing Smooth { get; init; } = Segmentation.Smoothing.Guided;

    /// <summary>The same seed gives the same.</summary>
    public int Seed { get; init; }

    /// <summary>Connected regions, joined while they differ by less than this; null: components have the labels.</summary>
    public double? Merge { get; init; }

    /// <summary>Throws where a value is out of range.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message says which, and what is allowed.</exception>
    public PictureSettings Validate()
    {
        Range.Check(Components ?? 1, 1, LabSettings.MostComponents, name: nameof(Components));
        Range.Check(Restarts, 1, 20);
        _ = Fit.Validate();
        _ = Smoothing.Validate();
        _ = Regions?.Validate();
        return this;
    }

    internal SegmentationOptions Fit => new()
    {
        Choice = Components is null ? ComponentChoice.Bic : ComponentChoice.Given,
        Components = Components ?? 1,
        Covariance = Covariance,
        Features = new FeatureOptions { Color = Color, PositionWeight = Position, TextureWeight = Texture },
        Regularization = Regularization,
        Restarts = Restarts,
        MaxSize = Grid,
        Seed = Seed,
    };

    internal SmoothingOptions Smoothing => new() { Method = Smooth };

    internal RegionOptions? Regions
    {
        get
        {
            RegionOptions regions = new();
            return Merge is not double merge ? null : regions with
            {
                Threshold = merge,
                Mixture = regions.Mixture with { Covariance = Covariance, Features = regions.Mixture.Features with { Color = Color }, Seed = Seed, Regularization = Regularization },
            };
        }
    }

    /// <summary>The command that does the same to a file.</summary>
    /// <param name="name">The file.</param>
    public string Command(string name)
    {
        List<string> words = ["gmmvision segment", name.Contains(' ', StringComparison.Ordinal) ? $"'{name}'" : name];
        PictureSettings plain = new();
        if (Merge is double merge)
            words.Add(merge == new RegionOptions().Threshold ? "--connected" : Number("--connected --merge", merge));
        else
            words.Add($"-k {Components?.ToString(CultureInfo.InvariantCulture) ?? "auto"}");
        if (Covariance != plain.Covariance)
            words.Add($"--covariance {(Covariance == CovarianceType.Diagonal ? "diag" : Covariance.ToString().ToLowerInvariant())}");
        if (Color != plain.Color)
            words.Add($"--color {Color.ToString().ToLowerInvariant()}");
        if (Regularization != plain.Regularization)
            words.Add(Number("--regularization", Regularization));
        if (Seed != plain.Seed)
            words.Add($"--seed {Seed}");
        if (Merge is null)
        {
            if (Position > 0)
                words.Add(Number("--position", Position));
            if (Texture > 0)
                words.Add(Number("--texture", Texture));
            words.Add($"--max-size {Grid}");
            if (Restarts != plain.Restarts)
                words.Add($"--restarts {Restarts}");
            if (Smooth != plain.Smooth)
                words.Add($"--smooth {Smooth.ToString().ToLowerInvariant()}");
        }
        return string.Join(' ', words);

        static string Number(string option, double value) => string.Create(CultureInfo.InvariantCulture, $"{option} {value}");
    }
}
