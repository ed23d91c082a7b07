namespace GmmVision.Mixtures;

/// <summary>How a <see cref="VariationalGaussianMixture"/> is fitted.</summary>
public sealed record VariationalOptions
{
    /// <summary>Shape of the components: <see cref="CovarianceType.Full"/> (default) or <see cref="CovarianceType.Diagonal"/>.</summary>
    public CovarianceType Covariance { get; init; } = CovarianceType.Full;

    /// <summary>Prior of the weights. Default: <see cref="WeightPrior.DirichletProcess"/>.</summary>
    public WeightPrior WeightPrior { get; init; } = WeightPrior.DirichletProcess;

    /// <summary>Concentration of the weights, above 0: the smaller, the fewer components. Default: 1 / the most components.</summary>
    public double? WeightConcentration { get; init; }

    /// <summary>β₀, above 0: how many samples the prior of the means weighs, which are drawn to the mean of all. Default 1.</summary>
    public double MeanPrecision { get; init; } = 1;

    /// <summary>ν₀, above d - 1: how many samples the prior of the covariances weighs, which is that of all samples. Default: d.</summary>
    public double? DegreesOfFreedom { get; init; }

    /// <summary>A component is effective when its expected weight is at least this; 0 to below 1, default 0.001.</summary>
    public double LeastWeight { get; init; } = 1e-3;

    /// <summary>Where it begins. Default: <see cref="MixtureStart.Varied"/>.</summary>
    public MixtureStart Start { get; init; } = MixtureStart.Varied;

    /// <summary>Starts, of which the one with the highest bound is kept; 1 to 10,000, default 1.</summary>
    public int Restarts { get; init; } = 1;

    /// <summary>Stops when the bound per sample rises by less than this; 0 runs every iteration. Default 1e-4.</summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>Iterations at most; 1 to 1,000,000, default 500.</summary>
    public int MaxIterations { get; init; } = 500;

    /// <summary>The same seed gives the same fit. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>Threads at most; 0, the default, takes as many as there are processors. The fit does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Checks every range.</summary>
    /// <returns>The options themselves.</returns>
    /// <exception cref="ArgumentException">A value is out of its range; the message says which.</exception>
    public VariationalOptions Validate()
    {
        Range.Check(Covariance is CovarianceType.Full or CovarianceType.Diagonal, Covariance, "Full or Diagonal for a variational mixture");
        if (!Enum.IsDefined(WeightPrior)) throw new ArgumentException($"WeightPrior is {WeightPrior}; it must be DirichletProcess or Dirichlet.");
        if (!Enum.IsDefined(Start)) throw new ArgumentException($"Start is {Start}; it must be Varied, KMeans, KMeansPlusPlus or RandomFromData.");
        Range.Check(WeightConcentration is null or > 0 && double.IsFinite(WeightConcentration ?? 1), WeightConcentration, "above 0, and finite");
        Range.Check(MeanPrecision > 0 && double.IsFinite(MeanPrecision), MeanPrecision, "above 0, and finite");
        Range.Check(DegreesOfFreedom is null or > 0 && double.IsFinite(DegreesOfFreedom ?? 1), DegreesOfFreedom, "above d - 1, and finite");
        Range.Check(LeastWeight is >= 0 and < 1, LeastWeight, "0 to below 1");
        Range.Check(Restarts, 1, 10_000);
        Range.Check(Tolerance >= 0 && double.IsFinite(Tolerance), Tolerance, "0 or more, and finite");
        Range.Check(MaxIterations, 1, 1_000_000);
        Range.Check(Threads, 0, 1024, "0 for all processors");
        return this;
    }
}
