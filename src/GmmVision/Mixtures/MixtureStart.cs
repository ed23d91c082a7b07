namespace GmmVision.Mixtures;

/// <summary>Where EM begins.</summary>
public enum MixtureStart
{
    /// <summary>k-means from k-means++ seeds; each cluster gives a component its weight, mean and covariance.</summary>
    KMeans,

    /// <summary>k-means++ seeds without the k-means: every sample belongs to its nearest seed. Quicker, more varied.</summary>
    KMeansPlusPlus,

    /// <summary>Means at random samples, equal weights, and the covariance of all samples shared out between the components.</summary>
    RandomFromData,
}
