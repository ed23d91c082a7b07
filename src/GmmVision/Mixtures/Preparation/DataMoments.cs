namespace GmmVision.Mixtures;

/// <summary>What all samples together look like, in the caller's units.</summary>
internal static class DataMoments
{
    /// <summary>Weighted covariance, d x d.</summary>
    public static double[] Covariance(SampleSet samples)
    {
        int d = samples.Features;
        double[][] planes = [.. Enumerable.Range(0, d).Select(samples.Plane)];
        double[] covariance = new double[d * d], weights = samples.Weights;
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double[] left = planes[i], right = planes[j];
                double leftMean = InPlane(i), rightMean = InPlane(j), sum = 0;
                for (int n = 0; n < left.Length; n++) sum += weights[n] * ((left[n] - leftMean) * (right[n] - rightMean));
                covariance[i * d + j] = covariance[j * d + i] = sum / samples.TotalWeight * samples.Scale[i] * samples.Scale[j];
            }
        }

        return covariance;

        double InPlane(int f) => (samples.Mean[f] - samples.Center[f]) / samples.Scale[f];
    }

    /// <summary>The variance of a feature, or where that is 0 what stands in for it: far below what the numbers themselves resolve as a spread, but above 0.</summary>
    public static double SafeVariance(SampleSet samples, int feature) => Math.Max(samples.Variance[feature], 1e-12 * Math.Max(1e-12, samples.Mean[feature] * samples.Mean[feature]));
}
