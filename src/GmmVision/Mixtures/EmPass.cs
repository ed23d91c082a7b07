namespace GmmVision.Mixtures;

/// <summary>One pass over the samples: the E step, and the sums that the M step needs.</summary>
internal sealed class EmPass(SampleSet samples, int threads)
{
    /// <summary>Mean log-likelihood of a sample under <paramref name="state"/>; fills <paramref name="statistics"/> when given.</summary>
    public double Run(MixtureState state, MixtureStatistics? statistics)
    {
        _ = threads;
        statistics?.Clear();
        int k = state.Components, d = state.Features;
        Span<double> logs = new double[k], x = new double[d], y = new double[d];
        double total = 0;
        for (int n = 0; n < samples.Count; n++)
        {
            for (int f = 0; f < d; f++) x[f] = samples.Value(n, f);
            double logSum = Density.LogSum(state, x, logs, y);
            total += samples.Weights[n] * logSum;
            if (statistics is null) continue;
            for (int c = 0; c < k; c++)
            {
                double r = samples.Weights[n] * Math.Exp(logs[c] - logSum);
                statistics.Counts[c] += r;
                for (int i = 0; i < d; i++)
                {
                    double di = x[i] - state.Means[c * d + i];
                    statistics.First[c * d + i] += r * di;
                    if (!state.HasMatrices) statistics.Second[c * d + i] += r * di * di;
                    else for (int j = 0; j < d; j++) statistics.Second[(c * d + i) * d + j] += r * di * (x[j] - state.Means[c * d + j]);
                }
            }
        }

        return total / samples.TotalWeight;
    }
}
