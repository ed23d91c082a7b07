using System.Collections.Immutable;

namespace GmmVision.Mixtures;

/// <summary>k-means: k-means++ seeds (Arthur and Vassilvitskii 2007), then Lloyd's iterations with bounds (Hamerly 2010).</summary>
/// <remarks>The result is immutable and safe to share between threads.</remarks>
public sealed class KMeans
{
    private readonly int[] _labels;

    private KMeans(SampleSet samples, double[] centers, int[] labels, double inertia, int iterations, bool converged)
    {
        (Features, Inertia, Iterations, Converged) = (samples.Features, inertia, iterations, converged);
        (Centers, _labels) = (ImmutableArray.Create(centers), labels);
    }

    /// <summary>Clusters, k.</summary>
    public int Clusters => Centers.Length / Features;

    /// <summary>Numbers in a sample, d.</summary>
    public int Features { get; }

    /// <summary>k x d, one centre after the other.</summary>
    public ImmutableArray<double> Centers { get; }

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
        KMeansRun run = KMeansRun.Create(samples, options.Threads == 0 ? Environment.ProcessorCount : options.Threads, options.LaneBits);
        KMeans? best = null;
        for (int restart = 0; restart < options.Restarts; restart++)
        {
            KMeans next = Lloyd(samples, run, run.Seeds(clusters, new SeededRandom(options.Seed, restart)), options, cancellation);
            if (best is null || next.Inertia < best.Inertia) best = next;
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
                for (int f = 0; f < Features; f++) distance += (rows[n * Features + f] - Centers[c * Features + f]) * (rows[n * Features + f] - Centers[c * Features + f]);
                if (distance < least) (least, labels[n]) = (distance, c);
            }
        }
    }

    /// <summary>Lloyd's iterations from given centres (k x d), and the samples' final places.</summary>
    internal static KMeans Lloyd(SampleSet samples, KMeansRun run, double[] centers, KMeansOptions options, CancellationToken cancellation)
    {
        centers = [.. centers];
        var (iterations, converged) = run.Lloyd(centers, options.MaxIterations, options.Tolerance * samples.Variance.Average(), cancellation);
        var labels = new int[samples.Count];
        double inertia = run.Assign(centers, labels);
        return new KMeans(samples, centers, labels, inertia, iterations, converged);
    }
}
