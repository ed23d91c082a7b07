namespace GmmVision.Mixtures;

/// <summary>The parameters of a mixture while it is being fitted, in the caller's units.</summary>
internal sealed class FittedParameters
{
    public FittedParameters(CovarianceType covariance, int components, int features)
    {
        (Covariance, Components, Features) = (covariance, components, features);
        Weights = new double[components];
        Means = new double[components * features];
        Covariances = new double[MixtureShape.Length(covariance, components, features)];
        Whitening = new double[HasMatrices ? Covariances.Length : components * features];
        LogFactors = new double[components];
    }

    public CovarianceType Covariance { get; }

    public int Components { get; }

    public int Features { get; }

    public double[] Weights { get; }

    public double[] Means { get; }

    /// <summary>k x d x d, d x d, k x d or k numbers: see <see cref="MixtureShape"/>.</summary>
    public double[] Covariances { get; }

    /// <summary>
    /// L⁻¹ of each covariance L Lᵀ (lower triangle, k x d x d or d x d), or 1 / σ (k x d, for spheres too): makes a component's
    /// samples white, y = L⁻¹ (x - μ).
    /// </summary>
    public double[] Whitening { get; }

    /// <summary>log(weight) + log of the normal density at the mean.</summary>
    public double[] LogFactors { get; }

    public bool HasMatrices => Covariance is CovarianceType.Full or CovarianceType.Tied;

    public ReadOnlySpan<double> Mean(int component) => Means.AsSpan(component * Features, Features);

    /// <summary>Where the component's covariance and whitening matrices begin.</summary>
    public int MatrixStart(int component) => Covariance == CovarianceType.Full ? component * Features * Features : 0;

    public ReadOnlySpan<double> WhiteningOf(int component) => HasMatrices ? Whitening.AsSpan(MatrixStart(component), Features * Features) : Whitening.AsSpan(component * Features, Features);

    public double CovarianceAt(int component, int i, int j) => Covariance switch
    {
        CovarianceType.Full or CovarianceType.Tied => Covariances[MatrixStart(component) + i * Features + j],
        CovarianceType.Diagonal => i == j ? Covariances[component * Features + i] : 0,
        _ => i == j ? Covariances[component] : 0,
    };

    public FittedParameters Clone()
    {
        var clone = new FittedParameters(Covariance, Components, Features);
        clone.CopyFrom(this);
        return clone;
    }

    public void CopyFrom(FittedParameters other)
    {
        other.Weights.CopyTo(Weights, 0);
        other.Means.CopyTo(Means, 0);
        other.Covariances.CopyTo(Covariances, 0);
        other.Whitening.CopyTo(Whitening, 0);
        other.LogFactors.CopyTo(LogFactors, 0);
    }

    /// <summary>Derives <see cref="Whitening"/> and <see cref="LogFactors"/> from weights and covariances.</summary>
    /// <returns>The first component whose covariance is not positive definite, or -1 when all are.</returns>
    public int Factorize()
    {
        int d = Features;
        if (HasMatrices)
        {
            var lower = d <= 16 ? stackalloc double[d * d] : new double[d * d];
            for (int c = 0; c < (Covariance == CovarianceType.Full ? Components : 1); c++)
            {
                if (!LowerTriangle.TryCholesky(Covariances.AsSpan(MatrixStart(c), d * d), lower, d)) return c;
                LowerTriangle.Invert(lower, Whitening.AsSpan(MatrixStart(c), d * d), d);
            }
        }
        else
        {
            for (int i = 0; i < Whitening.Length; i++)
            {
                double variance = Covariances[Covariance == CovarianceType.Diagonal ? i : i / d];
                if (!(variance > 0) || !double.IsFinite(variance)) return i / d;
                Whitening[i] = 1 / Math.Sqrt(variance);
            }
        }

        for (int c = 0; c < Components; c++) LogFactors[c] = Math.Log(Weights[c]) + LogDensityAtMean(c);
        return -1;
    }

    public double LogDensityAtMean(int component)
    {
        ReadOnlySpan<double> whitening = WhiteningOf(component);
        double log = -0.5 * Features * Math.Log(2 * Math.PI);
        if (HasMatrices) return log + LowerTriangle.LogDeterminant(whitening, Features);
        foreach (double w in whitening) log += Math.Log(w);
        return log;
    }

    /// <summary>The same mixture with its components in canonical order: by weight, heaviest first, then by mean.</summary>
    public FittedParameters InCanonicalOrder()
    {
        var order = Enumerable.Range(0, Components).ToArray();
        Array.Sort(order, CompareComponents);
        var sorted = new FittedParameters(Covariance, Components, Features);
        for (int c = 0; c < Components; c++)
        {
            int from = order[c];
            sorted.Weights[c] = Weights[from];
            Mean(from).CopyTo(sorted.Means.AsSpan(c * Features));
            int length = Covariances.Length / Components;
            if (Covariance != CovarianceType.Tied) Covariances.AsSpan(from * length, length).CopyTo(sorted.Covariances.AsSpan(c * length));
        }

        if (Covariance == CovarianceType.Tied) Covariances.CopyTo(sorted.Covariances, 0);
        sorted.Factorize();
        return sorted;
    }

    private int CompareComponents(int left, int right)
    {
        int byWeight = Weights[right].CompareTo(Weights[left]);
        return byWeight != 0 ? byWeight : Mean(left).SequenceCompareTo(Mean(right));
    }
}
