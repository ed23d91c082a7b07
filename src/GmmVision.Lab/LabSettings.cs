using GmmVision.Mixtures;

namespace GmmVision.Lab;

/// <summary>What the controls of the lab say about a mixture of points.</summary>
public sealed record LabSettings
{
    /// <summary>The most components that the lab takes.</summary>
    public const int MostComponents = 20;

    /// <summary>Components, 1 to <see cref="MostComponents"/>; 3 by default.</summary>
    public int Components { get; init; } = 3;

    /// <summary>Shape of the components.</summary>
    public CovarianceType Covariance { get; init; } = CovarianceType.Full;

    /// <summary>Where EM begins; by the means of k-means by default.</summary>
    public MixtureStart Start { get; init; } = MixtureStart.KMeans;

    /// <summary>Starts that are followed and shown, 1 to 20; 5 by default.</summary>
    public int Restarts { get; init; } = 5;

    /// <summary>Which start is shown step by step, from 0; null: the likeliest.</summary>
    public int? Shown { get; init; }

    /// <summary>Added to every variance, as a share of the feature's variance, 0 to 1; 1e-6 by default.</summary>
    public double Regularization { get; init; } = 1e-6;

    /// <summary>Part of the points that is left out as outliers, 0 to 0.5; 0 by default.</summary>
    public double Trim { get; init; }

    /// <summary>Whether features are brought to variance 1 first.</summary>
    public bool Standardize { get; init; } = true;

    /// <summary>Principal components instead of the features; 0 none, null: those with 95 % of the variance where there are more than 20.</summary>
    public int? PrincipalComponents { get; init; }

    /// <summary>k x d means to begin at instead of <see cref="Start"/>; null: none.</summary>
    public double[]? Means { get; init; }

    /// <summary>The same seed gives the same.</summary>
    public int Seed { get; init; }

    /// <summary>Throws where a value is out of range.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message says which, and what is allowed.</exception>
    public LabSettings Validate()
    {
        Range.Check(Components, 1, MostComponents);
        Range.Check(Restarts, 1, 20);
        Range.Check(!(Shown < 0 || Shown >= Restarts), Shown, $"one of {Restarts} starts, from 0");
        Range.Check(Seed >= 0, Seed, "0 or more");
        _ = Mixture.Validate();
        return this;
    }

    internal MixtureOptions Mixture => new()
    {
        Covariance = Covariance,
        Start = Start,
        Restarts = Restarts,
        Regularization = 0,
        RelativeRegularization = Regularization,
        Tolerance = 1e-5,
        MaxIterations = 100,
        Seed = Seed,
        Given = Means is null ? null : new MixtureParameters { Means = Means },
    };

    /// <summary>The same, as a fit to a whole table takes it.</summary>
    public TableOptions Table => new()
    {
        Components = Components,
        Covariance = Covariance,
        Standardize = Standardize,
        PrincipalComponents = PrincipalComponents,
        Restarts = Restarts,
        Regularization = Regularization,
        TrimFraction = Trim,
        Seed = Seed,
    };
}
