using System.Runtime.CompilerServices;

namespace GmmVision.Mixtures;

/// <summary>Draws samples to begin at.</summary>
internal static class KMeansSeeds
{
    /// <summary>A sample with probability proportional to its mass; any when all are 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
}
