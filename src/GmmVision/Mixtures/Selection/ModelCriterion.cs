namespace GmmVision.Mixtures;

/// <summary>What a <see cref="ModelSelection"/> goes by; each is the lower the better.</summary>
public enum ModelCriterion
{
    /// <summary>Bayesian information criterion (Schwarz 1978).</summary>
    Bic,

    /// <summary>Akaike's information criterion (Akaike 1974).</summary>
    Aic,

    /// <summary>Integrated completed likelihood (Biernacki, Celeux and Govaert 2000): BIC, and twice the entropy of the responsibilities. It counts clusters, where BIC counts the normals that it takes to draw them.</summary>
    Icl,

    /// <summary>Minus the mean log-likelihood of held-out samples, k-fold.</summary>
    CrossValidation,
}
