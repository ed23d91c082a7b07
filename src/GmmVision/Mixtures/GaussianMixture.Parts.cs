namespace GmmVision.Mixtures;

/// <summary>Densities of some of the features.</summary>
public sealed partial class GaussianMixture
{
    /// <summary>Fits a mixture to samples and tells the most probable component of each.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="components">k, 1 to the number of samples.</param>
    /// <param name="labels">Gets one component number per row (<see cref="SampleSet.Rows"/>).</param>
    /// <param name="options">How; the defaults where null.</param>
    /// <param name="cancellation">Ends the work between two iterations.</param>
    /// <inheritdoc cref="Fit(SampleSet, int, MixtureOptions?, IProgress{MixtureProgress}?, CancellationToken)"/>
    public static GaussianMixture FitPredict(SampleSet samples, int components, Span<int> labels, MixtureOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        Lengths.Check(labels.Length, samples.Rows, "labels");
        GaussianMixture mixture = Fit(samples, components, options, null, cancellation);
        mixture.Predict(samples, labels);
        return mixture;
    }

    /// <summary>The mean of the whole density, Σ wₖ μₖ: d numbers. Of a <see cref="Conditional"/> density it is what is expected of the other features (Gaussian mixture regression).</summary>
    public double[] ExpectedValue()
    {
        var mean = new double[Features];
        for (int c = 0; c < Components; c++) for (int i = 0; i < mean.Length; i++) mean[i] += Weights[c] * Means[c * Features + i];
        return mean;
    }

    /// <summary>The density of some of the features, whatever the others are (Bishop 2006, equation 2.98).</summary>
    /// <param name="features">Which, each once, from 0; at least one. They stand in this order in the new mixture.</param>
    /// <returns>A mixture of as many components and of the same covariance type.</returns>
    /// <exception cref="ArgumentException">A feature is there twice, or there is no such feature.</exception>
    public GaussianMixture Marginal(params ReadOnlySpan<int> features)
    {
        CheckSubset(features, "features");
        if (features.IsEmpty) throw new ArgumentException("A marginal density needs at least 1 feature.");
        int k = Components, m = features.Length;
        var means = new double[k * m];
        for (int c = 0; c < k; c++) for (int i = 0; i < m; i++) means[c * m + i] = Means[c * Features + features[i]];
        double[] covariances = Part(features, features);
        return Create(Covariance, m, Weights.AsSpan(), means, covariances);
    }

    /// <summary>The density of the other features where some are known (Bishop 2006, equations 2.81 and 2.82 for each component).</summary>
    /// <param name="known">Which features are known, each once, from 0; at least one, and not all.</param>
    /// <param name="values">What they are.</param>
    /// <returns>A mixture of the features that are left, in their order; of the same covariance type.</returns>
    /// <exception cref="ArgumentException">A feature is there twice, there is no such feature, a length does not fit, or the values are so improbable that every density is 0.</exception>
    public GaussianMixture Conditional(ReadOnlySpan<int> known, ReadOnlySpan<double> values)
    {
        CheckSubset(known, "known features");
        Lengths.Check(values.Length, known.Length, "values");
        if (known.IsEmpty || known.Length == Features) throw new ArgumentException($"{known.Length} of {Features} features are known; a conditional density needs at least 1 known and 1 that is not.");
        int k = Components, g = known.Length, m = Features - g;
        int[] given = known.ToArray(), rest = [.. Enumerable.Range(0, Features).Except(given)];
        double[] logs = new double[k], means = new double[k * m], shift = new double[g], white = new double[g];
        double[] lower = new double[g * g], inverse = new double[g * g], within = new double[g * g];
        bool full = Covariance is CovarianceType.Full, matrices = full || Covariance == CovarianceType.Tied;
        double[] covariances = matrices ? new double[(full ? k : 1) * m * m] : Part(rest, rest);
        for (int c = 0; c < k; c++)
        {
            for (int i = 0; i < g; i++) for (int j = 0; j < g; j++) within[i * g + j] = _state.CovarianceAt(c, given[i], given[j]);
            LowerTriangle.TryCholesky(within, lower, g);
            LowerTriangle.Invert(lower, inverse, g);
            for (int i = 0; i < g; i++) shift[i] = values[i] - Means[c * Features + given[i]];
            double log = Math.Log(Weights[c]) + LowerTriangle.LogDeterminant(inverse, g);
            for (int i = 0; i < g; i++)
            {
                white[i] = 0;
                for (int j = 0; j <= i; j++) white[i] += inverse[i * g + j] * shift[j];   // L⁻¹ (x - μ)
                log -= 0.5 * white[i] * white[i];
            }

            logs[c] = log;
            var whiteRows = new double[m * g];   // Σ_rg L⁻ᵀ
            for (int r = 0; r < m; r++)
            {
                for (int i = 0; i < g; i++) for (int j = 0; j <= i; j++) whiteRows[r * g + i] += inverse[i * g + j] * _state.CovarianceAt(c, rest[r], given[j]);
                means[c * m + r] = Means[c * Features + rest[r]];
                for (int i = 0; i < g; i++) means[c * m + r] += whiteRows[r * g + i] * white[i];
            }

            if (!matrices || (!full && c > 0)) continue;
            for (int r = 0; r < m; r++)
            {
                for (int s = 0; s < m; s++)
                {
                    double value = _state.CovarianceAt(c, rest[r], rest[s]);
                    for (int i = 0; i < g; i++) value -= whiteRows[r * g + i] * whiteRows[s * g + i];
                    covariances[(c * m + r) * m + s] = value;
                }
            }
        }

        // A component that the values rule out would have the weight 0, which none may have: it keeps next to none.
        double most = logs.Max();
        if (!double.IsFinite(most)) throw new ArgumentException("The values are so improbable under every component that no density is left.");
        double[] weights = [.. logs.Select(log => Math.Max(Math.Exp(log - most), 1e-300))];
        return Create(Covariance, m, weights, means, covariances);
    }

    // The covariances between features, in the form of the type.
    private double[] Part(ReadOnlySpan<int> rows, ReadOnlySpan<int> columns)
    {
        int k = Components, m = rows.Length;
        if (Covariance == CovarianceType.Spherical) return [.. Covariances];
        int matrices = Covariance == CovarianceType.Tied ? 1 : k;
        if (Covariance == CovarianceType.Diagonal)
        {
            var variances = new double[k * m];
            for (int c = 0; c < k; c++) for (int i = 0; i < m; i++) variances[c * m + i] = Covariances[c * Features + rows[i]];
            return variances;
        }

        var part = new double[matrices * m * m];
        for (int c = 0; c < matrices; c++) for (int i = 0; i < m; i++) for (int j = 0; j < m; j++) part[(c * m + i) * m + j] = _state.CovarianceAt(c, rows[i], columns[j]);
        return part;
    }

    private void CheckSubset(ReadOnlySpan<int> features, string what)
    {
        var seen = new bool[Features];
        foreach (int feature in features)
        {
            if (feature < 0 || feature >= Features) throw new ArgumentOutOfRangeException(nameof(features), feature, $"Among the {what} is {feature}; this mixture has the features 0 to {Features - 1}.");
            if (seen[feature]) throw new ArgumentException($"Among the {what} is {feature} twice.");
            seen[feature] = true;
        }
    }
}
