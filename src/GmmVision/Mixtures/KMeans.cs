using System.Collections.Immutable;

namespace GmmVision.Mixtures;

/// <summary>k-means: k-means++ seeds (Arthur and Vassilvitskii 2007), then Lloyd's iterations with bounds (Hamerly 2010).</summary>
/// <remarks>The result is immutable and safe to share between threads.</remarks>
public sealed class KMeans
{
    private readonly int[] _labels;

    private KMeans(SampleSet samples, double[] centres, int[] labels, double inertia, int iterations, bool converged)
    {
        (Features, Inertia, Iterations, Converged) = (samples.Features, inertia, iterations, converged);
        (Centres, _labels) = (ImmutableArray.Create(centres), labels);
    }

    /// <summary>Clusters, k.</summary>
    public int Clusters => Centres.Length / Features;

    /// <summary>Numbers in a sample, d.</summary>
    public int Features { get; }

    /// <summary>k x d, one centre after the other.</summary>
    public ImmutableArray<double> Centres { get; }

    /// <summary>The cluster of each held sample (see <see cref="SampleSet.Expand"/> for one per row).</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>Weighted sum of squared distances to the nearest centre.</summary>
    public double Inertia { get; }

    /// <summary>Iterations done from the start that was kept.</summary>
    public int Iterations { get; }

    /// <summary>Whether the centres came to rest before the iterations ran out.</summary>
    public bool Converged { get; }

    /// <summary>Clusters samples.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="clusters">k, from 1 to the number of rows.</param>
    /// <param name="options">Default: <see cref="KMeansOptions"/> as they are.</param>
    /// <param name="cancellation">Ends the work between two iterations.</param>
    /// <exception cref="ArgumentException">There are fewer samples than clusters, or an option is out of range.</exception>
    public static KMeans Fit(SampleSet samples, int clusters, KMeansOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        options = (options ?? new KMeansOptions()).Validate();
        GaussianMixture.CheckComponents(samples, clusters, "clusters");
        KMeans? best = null;
        for (int restart = 0; restart < options.Restarts; restart++)
        {
            double[] seeds = KMeansSeeds.PlusPlus(samples, clusters, new SeededRandom(options.Seed, restart));
            KMeans run = Lloyd(samples, seeds, options, cancellation);
            if (best is null || run.Inertia < best.Inertia) best = run;
        }

        return best!;
    }

    /// <summary>The nearest centre of each row.</summary>
    /// <param name="rows">n x d numbers.</param>
    /// <param name="labels">Gets n cluster numbers.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Predict(ReadOnlySpan<double> rows, Span<int> labels)
    {
        Lengths.Check(rows.Length, (long)labels.Length * Features, "rows");
        for (int n = 0; n < labels.Length; n++)
        {
            double least = double.PositiveInfinity;
            for (int c = 0; c < Clusters; c++)
            {
                double distance = 0;
                for (int f = 0; f < Features; f++) distance += (rows[n * Features + f] - Centres[c * Features + f]) * (rows[n * Features + f] - Centres[c * Features + f]);
                if (distance < least) (least, labels[n]) = (distance, c);
            }
        }
    }

    /// <summary>Lloyd's iterations from given centres (k x d).</summary>
    internal static KMeans Lloyd(SampleSet samples, double[] centres, KMeansOptions options, CancellationToken cancellation)
    {
        int d = samples.Features, k = centres.Length / d;
        centres = [.. centres];
        double threshold = options.Tolerance * DataMoments.Variances(samples).Average();
        var labels = new int[samples.Count];
        var (sums, counts) = (new double[k * d], new double[k]);
        bool converged = false;
        int iteration = 0;
        double inertia = Assign(samples, centres, labels);
        while (iteration < options.MaxIterations && !converged)
        {
            cancellation.ThrowIfCancellationRequested();
            iteration++;
            Array.Clear(sums);
            Array.Clear(counts);
            for (int n = 0; n < labels.Length; n++)
            {
                double w = samples.Weights[n];
                counts[labels[n]] += w;
                for (int f = 0; f < d; f++) sums[labels[n] * d + f] += w * samples.Value(n, f);
            }

            double moved = 0;
            for (int i = 0; i < sums.Length; i++)
            {
                if (counts[i / d] == 0) continue;
                double next = sums[i] / counts[i / d];
                moved += (next - centres[i]) * (next - centres[i]);
                centres[i] = next;
            }

            inertia = Assign(samples, centres, labels);
            converged = moved <= threshold;
        }

        return new KMeans(samples, centres, labels, inertia, iteration, converged);
    }

    /// <summary>Each sample to its nearest centre.</summary>
    /// <returns>The inertia.</returns>
    internal static double Assign(SampleSet samples, double[] centres, int[] labels)
    {
        int d = samples.Features, k = centres.Length / d;
        double inertia = 0;
        for (int n = 0; n < labels.Length; n++)
        {
            double least = double.PositiveInfinity;
            for (int c = 0; c < k; c++)
            {
                double distance = 0;
                for (int f = 0; f < d; f++) distance += (samples.Value(n, f) - centres[c * d + f]) * (samples.Value(n, f) - centres[c * d + f]);
                if (distance < least) (least, labels[n]) = (distance, c);
            }

            inertia += samples.Weights[n] * least;
        }

        return inertia;
    }
}
