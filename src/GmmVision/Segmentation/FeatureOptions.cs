namespace GmmVision.Segmentation;

/// <summary>By which numbers a pixel is described to the mixture.</summary>
public sealed record FeatureOptions
{
    /// <summary>The colour space. <see cref="ColorSpace.Lab"/> by default.</summary>
    public ColorSpace Color { get; init; } = ColorSpace.Lab;

    /// <summary>
    /// How much the place in the picture counts beside the colour, 0 (not at all, the default) to 100. At 1 the picture's
    /// longer side has the same standard deviation as one colour channel.
    /// </summary>
    /// <remarks>
    /// A full, tied or diagonal covariance adapts itself to any scale, so there the weight only counts where k-means
    /// finds the start; with spherical covariance it counts throughout.
    /// </remarks>
    public double PositionWeight { get; init; }

    /// <summary>How much the local texture energy counts beside the colour, 0 (not at all, the default) to 100.</summary>
    public double TextureWeight { get; init; }

    /// <summary>At how many scales texture is measured (windows of 3, 5, 9, 17... pixels), 1 to 6; 3 by default.</summary>
    public int TextureScales { get; init; } = 3;

    /// <summary>Whether every column of colour and texture is brought to mean 0 and variance 1 before the fit. True by default.</summary>
    public bool Standardize { get; init; } = true;

    /// <summary>Whether a pixel's features depend on its colour alone, so that equal colours may be fitted once with their count.</summary>
    public bool ColorOnly => PositionWeight == 0 && TextureWeight == 0;

    /// <summary>Features of a pixel.</summary>
    public int Dimensions => 3 + (PositionWeight > 0 ? 2 : 0) + (TextureWeight > 0 ? TextureScales : 0);

    /// <summary>What the features are called, in their order: colour, place, texture.</summary>
    public IReadOnlyList<string> Names =>
    [
        .. ColorConversion.Names(Color),
        .. PositionWeight > 0 ? ["x", "y"] : Array.Empty<string>(),
        .. TextureWeight > 0 ? Enumerable.Range(0, TextureScales).Select(scale => $"texture {(2 << scale) + 1}") : [],
    ];

    /// <summary>Throws where a value is out of range.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message says which, and what is allowed.</exception>
    public FeatureOptions Validate()
    {
        Range.Check(Color);
        Range.Check(PositionWeight, 0, 100, "0: place does not count");
        Range.Check(TextureWeight, 0, 100, "0: texture does not count");
        Range.Check(TextureScales, 1, 6);
        return this;
    }
}
