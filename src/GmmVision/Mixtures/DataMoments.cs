namespace GmmVision.Mixtures;

/// <summary>Mean, variances and covariance of all samples, in the caller's units.</summary>
internal static class DataMoments
{
    public static double[] Mean(SampleSet samples)
    {
        var mean = new double[samples.Features];
        for (int f = 0; f < mean.Length; f++)
        {
            double sum = 0;
            for (int n = 0; n < samples.Count; n++) sum += samples.Weights[n] * samples.Planar(f, n);
            mean[f] = samples.Centre[f] + samples.Scale[f] * (sum / samples.TotalWeight);
        }

        return mean;
    }

    public static double[] Variances(SampleSet samples)
    {
        double[] covariance = Covariance(samples, Mean(samples), diagonalOnly: true);
        return [.. Enumerable.Range(0, samples.Features).Select(i => covariance[i * samples.Features + i])];
    }

    public static double[] Covariance(SampleSet samples, double[] mean, bool diagonalOnly = false)
    {
        int d = samples.Features;
        var covariance = new double[d * d];
        for (int i = 0; i < d; i++)
        {
            double mi = (mean[i] - samples.Centre[i]) / samples.Scale[i];
            for (int j = diagonalOnly ? i : 0; j <= i; j++)
            {
                double mj = (mean[j] - samples.Centre[j]) / samples.Scale[j], sum = 0;
                for (int n = 0; n < samples.Count; n++) sum += samples.Weights[n] * (samples.Planar(i, n) - mi) * (samples.Planar(j, n) - mj);
                covariance[i * d + j] = covariance[j * d + i] = sum / samples.TotalWeight * samples.Scale[i] * samples.Scale[j];
            }
        }

        return covariance;
    }

    /// <summary>A variance that stands in for one of 0: far below what the numbers themselves can resolve as a spread, but above 0.</summary>
    public static double Least(SampleSet samples, int feature) => Math.Max(1e-12 * samples.Centre[feature] * samples.Centre[feature], 1e-12);
}
