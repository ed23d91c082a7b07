namespace GmmVision.Mixtures;

/// <summary>How many numbers the covariances of a mixture are, and how many of them are free.</summary>
internal static class MixtureShape
{
    public static int Length(CovarianceType covariance, int components, int features) => covariance switch
    {
        CovarianceType.Full => components * features * features,
        CovarianceType.Tied => features * features,
        CovarianceType.Diagonal => components * features,
        _ => components,
    };

    /// <summary>Free parameters: k - 1 weights, k d means, and the covariances.</summary>
    public static int FreeParameters(CovarianceType covariance, int components, int features) => components - 1 + components * features + covariance switch
    {
        CovarianceType.Full => components * features * (features + 1) / 2,
        CovarianceType.Tied => features * (features + 1) / 2,
        CovarianceType.Diagonal => components * features,
        _ => components,
    };
}
