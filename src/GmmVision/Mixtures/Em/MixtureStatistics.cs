namespace GmmVision.Mixtures;

/// <summary>What the E step sums up for the M step, around the means that it was done with, in the caller's units.</summary>
internal sealed class MixtureStatistics(CovarianceType covariance, int components, int features)
{
    /// <summary>Σ r, per component.</summary>
    public double[] Counts { get; } = new double[components];

    /// <summary>Σ r (x - μ), k x d.</summary>
    public double[] First { get; } = new double[components * features];

    /// <summary>Σ r (x - μ)(x - μ)ᵀ, k x d x d for Full and Tied; its diagonal, k x d, for Diagonal and Spherical.</summary>
    public double[] Second { get; } = new double[covariance is CovarianceType.Full or CovarianceType.Tied ? components * features * features : components * features];

    public void Clear()
    {
        Array.Clear(Counts);
        Array.Clear(First);
        Array.Clear(Second);
    }
}
