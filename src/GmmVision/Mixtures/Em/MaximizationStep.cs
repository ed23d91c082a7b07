namespace GmmVision.Mixtures;

/// <summary>The M step: weights, means and covariances from the statistics of the E step.</summary>
internal static class MaximizationStep
{
    /// <summary>A component with less than this part of all weight has died.</summary>
    private const double DeadWeight = 1e-10;

    public static void Update(FittedParameters state, MixtureStatistics statistics, ReadOnlySpan<double> regularization, DegeneracyGuard guard)
    {
        int k = state.Components, d = state.Features;
        double total = statistics.Counts.Sum();
        if (state.Covariance == CovarianceType.Tied) Array.Clear(state.Covariances);
        for (int c = 0; c < k; c++)
        {
            double count = statistics.Counts[c];
            if (count <= DeadWeight * total)
            {
                guard.Dead(c);
                continue;
            }

            state.Weights[c] = count / total;
            Span<double> shift = statistics.First.AsSpan(c * d, d);   // from Σ r (x - μ) to the way from the old mean to the new one
            for (int i = 0; i < d; i++)
            {
                shift[i] /= count;
                state.Means[c * d + i] += shift[i];
            }

            UpdateCovariance(state, statistics, c, count, total, shift, regularization);
        }

        if (state.Covariance == CovarianceType.Tied) for (int i = 0; i < d; i++) state.Covariances[i * d + i] += regularization[i];
        guard.Mend(state);
    }

    private static void UpdateCovariance(FittedParameters state, MixtureStatistics statistics, int c, double count, double total, ReadOnlySpan<double> shift, ReadOnlySpan<double> regularization)
    {
        int d = state.Features;
        switch (state.Covariance)
        {
            case CovarianceType.Full:
            case CovarianceType.Tied:
                bool tied = state.Covariance == CovarianceType.Tied;
                Span<double> covariance = state.Covariances.AsSpan(state.MatrixStart(c), d * d);
                if (!tied) covariance.Clear();
                for (int i = 0; i < d; i++)
                    for (int j = 0; j < d; j++)
                        covariance[i * d + j] += tied
                            ? (statistics.Second[(c * d + i) * d + j] - count * shift[i] * shift[j]) / total
                            : statistics.Second[(c * d + i) * d + j] / count - shift[i] * shift[j] + (i == j ? regularization[i] : 0);
                break;
            case CovarianceType.Diagonal:
                for (int i = 0; i < d; i++) state.Covariances[c * d + i] = Variance(i) + regularization[i];
                break;
            default:
                double sum = 0;
                for (int i = 0; i < d; i++) sum += Variance(i) + regularization[i];
                state.Covariances[c] = sum / d;
                break;
        }

        double Variance(int i) => Math.Max(0, statistics.Second[c * state.Features + i] / count - statistics.First[c * state.Features + i] * statistics.First[c * state.Features + i]);
    }
}
