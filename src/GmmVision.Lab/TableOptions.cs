using GmmVision.Mixtures;

namespace GmmVision.Lab;

/// <summary>How a mixture is fitted to a table.</summary>
public sealed record TableOptions
{
    /// <summary>Which columns; empty, the default, takes all that hold numbers.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Components, 1 to 1,000; null, the default, finds the number by <see cref="Criterion"/>.</summary>
    public int? Components { get; init; }

    /// <summary>The most components that are tried where the number is to be found, 1 to 100; 10 by default.</summary>
    public int MaxComponents { get; init; } = 10;

    /// <summary>By what the number is found: its minimum is taken. BIC by default.</summary>
    public ModelCriterion Criterion { get; init; } = ModelCriterion.Bic;

    /// <summary>Shape of the components; full by default.</summary>
    public CovarianceType Covariance { get; init; } = CovarianceType.Full;

    /// <summary>Whether each column is brought to mean 0 and variance 1 first. True by default.</summary>
    public bool Standardize { get; init; } = true;

    /// <summary>
    /// Principal components that the columns are reduced to before the fit: 0 for none, a number of them; null, the default, keeps
    /// 95 % of the variance where there are more than 20 columns, and all columns otherwise.
    /// </summary>
    public int? PrincipalComponents { get; init; }

    /// <summary>Starts of EM, 1 to 1,000; 5 by default.</summary>
    public int Restarts { get; init; } = 5;

    /// <summary>Added to every variance, as a share of the feature's variance, 0 to 1; 1e-6 by default.</summary>
    public double Regularization { get; init; } = 1e-6;

    /// <summary>Part of the rows, by rising density, that count as anomalies, 0 to 0.5; 0.01 by default.</summary>
    public double AnomalyQuantile { get; init; } = 0.01;

    /// <summary>Part of the rows that the fit leaves out as outliers, 0 (the default) to 0.5.</summary>
    public double TrimFraction { get; init; }

    /// <summary>The same seed gives the same result. 0 by default.</summary>
    public int Seed { get; init; }

    /// <summary>Threads; 0, the default, takes as many as there are processors. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Throws where a value is out of range.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message says which, and what is allowed.</exception>
    public TableOptions Validate()
    {
        Range.Check(Components ?? 1, 1, 1000, name: nameof(Components));
        Range.Check(MaxComponents, 1, 100);
        Range.Check(PrincipalComponents ?? 0, 0, 10_000, "0: none", nameof(PrincipalComponents));
        Range.Check(AnomalyQuantile, 0, 0.5, "of the rows");
        _ = Mixture.Validate();
        return this;
    }

    internal MixtureOptions Mixture => new()
    {
        Covariance = Covariance,
        Restarts = Restarts,
        Regularization = 0,
        RelativeRegularization = Regularization,
        TrimFraction = TrimFraction,
        MaxIterations = 500,
        Seed = Seed,
        Threads = Threads,
    };
}
