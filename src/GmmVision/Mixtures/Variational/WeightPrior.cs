namespace GmmVision.Mixtures;

/// <summary>How the weights of a <see cref="VariationalGaussianMixture"/> come about.</summary>
public enum WeightPrior
{
    /// <summary>Dirichlet process, by stick-breaking (Blei and Jordan 2006): a few components take it all.</summary>
    DirichletProcess,

    /// <summary>Symmetric Dirichlet distribution (Bishop 2006, section 10.2).</summary>
    Dirichlet,
}
