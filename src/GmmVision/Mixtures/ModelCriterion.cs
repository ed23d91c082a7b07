namespace GmmVision.Mixtures;

/// <summary>What a <see cref="ModelSelection"/> goes by; each is the lower the better.</summary>
public enum ModelCriterion
{
    /// <summary>Bayesian information criterion (Schwarz 1978).</summary>
    Bic,

    /// <summary>Akaike's information criterion (Akaike 1974).</summary>
    Aic,

    /// <summary>Minus the mean log-likelihood of held-out samples, k-fold.</summary>
    CrossValidation,
}
