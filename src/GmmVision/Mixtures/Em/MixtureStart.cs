namespace GmmVision.Mixtures;

/// <summary>Where EM begins.</summary>
public enum MixtureStart
{
    /// <summary>
    /// The first start by <see cref="KMeans"/>, further ones in turn by <see cref="RandomFromData"/> and <see cref="KMeansPlusPlus"/>:
    /// k-means leads to the same optimum again and again, and there often is a better one.
    /// </summary>
    Varied,

    /// <summary>k-means from k-means++ seeds; each cluster gives a component its weight, mean and covariance.</summary>
    KMeans,

    /// <summary>k-means++ seeds without the k-means: every sample belongs to its nearest seed. Quicker, more varied.</summary>
    KMeansPlusPlus,

    /// <summary>Means at random samples, equal weights, and the covariance of all samples shared out between the components.</summary>
    RandomFromData,
}
