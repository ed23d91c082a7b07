namespace GmmVision.Mixtures;

/// <summary>What a <see cref="ModelSelection"/> tries, and what it goes by.</summary>
public sealed record ModelSelectionOptions
{
    /// <summary>Fewest components; at least 1, default 1.</summary>
    public int MinComponents { get; init; } = 1;

    /// <summary>Most components; up to 1,000, default 10. No more are tried than there are samples.</summary>
    public int MaxComponents { get; init; } = 10;

    /// <summary>Shapes to try. Default: <see cref="CovarianceType.Full"/> alone.</summary>
    public IReadOnlyList<CovarianceType> Covariances { get; init; } = [CovarianceType.Full];

    /// <summary>What to go by. Default: <see cref="ModelCriterion.Bic"/>.</summary>
    public ModelCriterion Criterion { get; init; } = ModelCriterion.Bic;

    /// <summary>Parts of a cross-validation; 2 to 100, default 5.</summary>
    public int Folds { get; init; } = 5;

    /// <summary>How each mixture is fitted; restarts, seed and threads count, its covariance type, given start, warm start and trimming do not.</summary>
    public MixtureOptions Mixture { get; init; } = new();

    /// <summary>Checks every range.</summary>
    /// <returns>The options themselves.</returns>
    /// <exception cref="ArgumentException">A value is out of its range; the message says which.</exception>
    public ModelSelectionOptions Validate()
    {
        Mixture.Validate();
        Range.Check(MinComponents >= 1, MinComponents, "1 or more");
        Range.Check(MaxComponents, MinComponents, 1000, "the first being MinComponents");
        Range.Check(Folds, 2, 100);
        Range.Check(Criterion);
        if (Covariances.Count == 0 || Covariances.Any(c => !Enum.IsDefined(c))) throw new ArgumentException("Covariances must name at least one of Full, Tied, Diagonal and Spherical.");
        return this;
    }
}
