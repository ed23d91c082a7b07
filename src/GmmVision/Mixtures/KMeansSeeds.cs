namespace GmmVision.Mixtures;

/// <summary>k-means++ seeds: each next one drawn with probability proportional to its squared distance from those chosen.</summary>
internal static class KMeansSeeds
{
    /// <summary>k x d seeds; of 2 + log k draws for each, the one that lowers the inertia most is taken (greedy k-means++).</summary>
    public static double[] PlusPlus(SampleSet samples, int k, SeededRandom random)
    {
        int d = samples.Features, tries = 2 + (int)Math.Log(k);
        var seeds = new double[k * d];
        double[] nearest = new double[samples.Count], candidate = new double[samples.Count], best = new double[samples.Count];
        Take(samples, Draw(samples.Weights, random), seeds, 0);
        Distances(samples, seeds.AsSpan(0, d), nearest, null);
        for (int c = 1; c < k; c++)
        {
            double lowest = double.PositiveInfinity;
            for (int t = 0; t < tries; t++)
            {
                int sample = Draw(nearest, random);
                double inertia = Distances(samples, Row(samples, sample), candidate, nearest);
                if (inertia >= lowest) continue;
                (lowest, best, candidate) = (inertia, candidate, best);
                Take(samples, sample, seeds, c);
            }

            (nearest, best) = (best, nearest);
        }

        return seeds;
    }

    /// <summary>A sample with probability proportional to its mass; any when all are 0.</summary>
    internal static int Draw(double[] mass, SeededRandom random)
    {
        double total = 0;
        foreach (double m in mass) total += m;
        if (total <= 0) return random.Next(mass.Length);
        double left = random.NextDouble() * total;
        int last = 0;
        for (int n = 0; n < mass.Length; n++)
        {
            if (mass[n] <= 0) continue;
            last = n;
            left -= mass[n];
            if (left < 0) return n;
        }

        return last;
    }

    internal static void Take(SampleSet samples, int sample, double[] seeds, int seed)
    {
        for (int f = 0; f < samples.Features; f++) seeds[seed * samples.Features + f] = samples.Value(sample, f);
    }

    private static double[] Row(SampleSet samples, int sample)
    {
        var row = new double[samples.Features];
        Take(samples, sample, row, 0);
        return row;
    }

    /// <summary>Weighted squared distance of every sample from a seed, or from the nearest seed so far where that is less.</summary>
    private static double Distances(SampleSet samples, ReadOnlySpan<double> seed, double[] distances, double[]? nearest)
    {
        double sum = 0;
        for (int n = 0; n < distances.Length; n++)
        {
            double distance = 0;
            for (int f = 0; f < seed.Length; f++) distance += (samples.Value(n, f) - seed[f]) * (samples.Value(n, f) - seed[f]);
            distance *= samples.Weights[n];
            distances[n] = nearest is null ? distance : Math.Min(distance, nearest[n]);
            sum += distances[n];
        }

        return sum;
    }
}
