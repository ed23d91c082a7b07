using GmmVision.Mixtures;

namespace GmmVision.Segmentation;

/// <summary>How a mixture is fitted to pictures.</summary>
public sealed record SegmentationOptions
{
    /// <summary>How the number of labels is found; <see cref="ComponentChoice.Bic"/> by default.</summary>
    public ComponentChoice Choice { get; init; } = ComponentChoice.Bic;

    /// <summary>Labels where <see cref="Choice"/> is <see cref="ComponentChoice.Given"/>, 1 to <see cref="LabelMap.MaxLabels"/>; 5 by default. Never more than a picture has colours.</summary>
    public int Components { get; init; } = 5;

    /// <summary>The most labels that are tried where the number is to be found, 1 to <see cref="LabelMap.MaxLabels"/>; 10 by default.</summary>
    public int MaxComponents { get; init; } = 10;

    /// <summary>By which numbers a pixel is described.</summary>
    public FeatureOptions Features { get; init; } = new();

    /// <summary>The shape of the components; <see cref="CovarianceType.Full"/> by default.</summary>
    public CovarianceType Covariance { get; init; } = CovarianceType.Full;

    /// <summary>Starts for every number of components, of which the likeliest result is kept, 1 to 100; 5 by default.</summary>
    public int Restarts { get; init; } = 5;

    /// <summary>
    /// Added to every variance in every M step, 0 or more; 1e-3 by default. Features are standardised, so this is a share
    /// of their variance: it keeps a component from shrinking onto one stored colour, such as clipped white.
    /// </summary>
    public double Regularization { get; init; } = 1e-3;

    /// <summary>EM ends when an iteration gains less than this in log-likelihood per pixel, 0 or more; 1e-3 by default.</summary>
    public double Tolerance { get; init; } = 1e-3;

    /// <summary>Iterations at most, 1 to 100,000; 200 by default.</summary>
    public int MaxIterations { get; init; } = 200;

    /// <summary>
    /// The fit sees one pixel of every cell of a grid with at most this many cells on the longer side, 0 (every pixel) or
    /// 8 to 32768; 1024 by default. Labels are given to every pixel.
    /// </summary>
    public int MaxSize { get; init; } = 1024;

    /// <summary>The same seed gives the same result. 0 by default.</summary>
    public int Seed { get; init; }

    /// <summary>Threads, 0 (as many as there are processors, the default) to 1024. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Throws where a value is out of range.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message says which, and what is allowed.</exception>
    public SegmentationOptions Validate()
    {
        Range.Check(Choice);
        Range.Check(Components, 1, LabelMap.MaxLabels);
        Range.Check(MaxComponents, 1, LabelMap.MaxLabels);
        Range.Check(Covariance);
        if (Choice == ComponentChoice.Variational && Covariance is not (CovarianceType.Full or CovarianceType.Diagonal))
            throw new ArgumentException($"A variational mixture has full or diagonal covariances, not {Covariance}: use one of these, or choose the number of labels by BIC.");
        Range.Check(Restarts, 1, 100);
        Range.Check(Regularization, 0, 1e6);
        Range.Check(Tolerance, 0, 1e6, "0: every iteration is run");
        Range.Check(MaxIterations, 1, 100_000);
        Range.Check(MaxSize is 0 or (>= 8 and <= 32768), MaxSize, "0 (every pixel) or 8 to 32768");
        Range.Check(Threads, 0, 1024, "0 for all processors");
        Features.Validate();
        return this;
    }
}
