namespace GmmVision.Mixtures;

/// <summary>How a <see cref="GaussianMixture"/> is fitted.</summary>
public sealed record MixtureOptions
{
    /// <summary>Shape of the components. Default: <see cref="CovarianceType.Full"/>.</summary>
    public CovarianceType Covariance { get; init; } = CovarianceType.Full;

    /// <summary>Where EM begins, for what <see cref="Given"/> leaves open. Default: <see cref="MixtureStart.Varied"/>.</summary>
    public MixtureStart Start { get; init; } = MixtureStart.Varied;

    /// <summary>A start given by the caller. Default: none.</summary>
    public MixtureParameters? Given { get; init; }

    /// <summary>Continue from this mixture's parameters; it must have the same components, features and covariance type. Default: none.</summary>
    public GaussianMixture? WarmStart { get; init; }

    /// <summary>
    /// Starts, of which the one with the highest likelihood is kept; 1 to 10,000, default 5. A given start is followed once, and one component
    /// needs one start. EM finds a local optimum: of two parallel cigars a single start may well see one ball.
    /// </summary>
    public int Restarts { get; init; } = 5;

    /// <summary>
    /// Added to every variance in every M step, in squared units of the samples; 0 or more, default 1e-6 (scikit-learn's <c>reg_covar</c>). Where it is
    /// larger than the variance of a feature the fit says so in its warnings.
    /// </summary>
    public double Regularization { get; init; } = 1e-6;

    /// <summary>
    /// Added to every variance besides, as a share of the feature's variance over all samples, so that units do not matter; 0 (the default) to 1.
    /// A spherical component takes the mean over its features.
    /// </summary>
    public double RelativeRegularization { get; init; }

    /// <summary>EM stops when the mean log-likelihood of a sample changes by less than this; 0 runs every iteration. Default 1e-3.</summary>
    public double Tolerance { get; init; } = 1e-3;

    /// <summary>Iterations at most; 1 to 1,000,000, default 100.</summary>
    public int MaxIterations { get; init; } = 100;

    /// <summary>The same seed gives the same fit, bit for bit. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>Threads at most; 0, the default, takes as many as there are processors. The fit does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// The most improbable part of the samples is left out and the mixture refitted without it, so that outliers hijack no
    /// component; 0 (the default, nothing is left out) to 0.5.
    /// </summary>
    public double TrimFraction { get; init; }

    /// <summary>Checks every range.</summary>
    /// <returns>The options themselves.</returns>
    /// <exception cref="ArgumentException">A value is out of its range; the message says which.</exception>
    public MixtureOptions Validate()
    {
        if (!Enum.IsDefined(Covariance)) throw new ArgumentException($"Covariance is {Covariance}; it must be Full, Tied, Diagonal or Spherical.");
        if (!Enum.IsDefined(Start)) throw new ArgumentException($"Start is {Start}; it must be Varied, KMeans, KMeansPlusPlus or RandomFromData.");
        Range.Check(Restarts, 1, 10_000);
        Range.Check(Regularization >= 0 && double.IsFinite(Regularization), Regularization, "0 or more, and finite");
        Range.Check(RelativeRegularization, 0, 1);
        Range.Check(Tolerance >= 0 && double.IsFinite(Tolerance), Tolerance, "0 or more, and finite");
        Range.Check(MaxIterations, 1, 1_000_000);
        Range.Check(Threads, 0, 1024, "0 for all processors");
        Range.Check(TrimFraction, 0, 0.5);
        if (Given is not null && WarmStart is not null) throw new ArgumentException("Both Given and WarmStart are set; a fit begins at one of them, leave the other out.");
        return this;
    }

    /// <summary>Lane width in bits, for tests; 0 takes the widest.</summary>
    internal int LaneBits { get; init; }

    internal int ActualThreads => Threads == 0 ? Environment.ProcessorCount : Threads;
}
