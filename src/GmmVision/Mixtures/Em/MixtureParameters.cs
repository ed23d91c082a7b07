namespace GmmVision.Mixtures;

/// <summary>A start given by the caller, in part or whole.</summary>
/// <remarks>What is left out (null) is made from <see cref="MixtureOptions.Start"/>; with means alone every sample belongs to its nearest mean.</remarks>
public sealed record MixtureParameters
{
    /// <summary>k weights, each above 0, that sum to 1.</summary>
    public double[]? Weights { get; init; }

    /// <summary>k x d means, one row after the other.</summary>
    public double[]? Means { get; init; }

    /// <summary>
    /// Inverse covariances: k x d x d for <see cref="CovarianceType.Full"/>, d x d for Tied, k x d for Diagonal, k for Spherical.
    /// Symmetric and positive definite.
    /// </summary>
    public double[]? Precisions { get; init; }

    internal void Validate(int components, int features, CovarianceType covariance)
    {
        CheckArray(Weights, components, "weights", "one per component");
        CheckArray(Means, components * features, "means", "components x features");
        CheckArray(Precisions, MixtureShape.Length(covariance, components, features), "precisions", $"the shape of {covariance} covariances");
        if (Weights is null) return;
        if (Array.Exists(Weights, w => w <= 0)) throw new ArgumentException("The weights of a given start must all be above 0.");
        if (Math.Abs(Weights.Sum() - 1) > 1e-6) throw new ArgumentException($"The weights of a given start sum to {Weights.Sum():R}; they must sum to 1.");
    }

    private static void CheckArray(double[]? values, int length, string name, string meaning)
    {
        if (values is null) return;
        if (values.Length != length) throw new ArgumentException($"The {name} of a given start are {values.Length} numbers; {length} are needed ({meaning}).");
        int bad = Array.FindIndex(values, v => !double.IsFinite(v));
        if (bad >= 0) throw new ArgumentException($"The {name} of a given start hold {values[bad]} at position {bad}; every number must be finite.");
    }
}
