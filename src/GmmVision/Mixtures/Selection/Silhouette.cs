using GmmVision.Threading;
namespace GmmVision.Mixtures;

/// <summary>
/// How well samples lie in their clusters (Rousseeuw 1987): (b - a) / max(a, b), where a is the mean distance to the sample's own
/// cluster and b that to the nearest other; from -1 (misplaced) over 0 (on a border) to 1.
/// </summary>
public static class Silhouette
{
    /// <summary>Mean silhouette of all samples, exact: time grows with the square of the samples.</summary>
    /// <param name="rows">n x d numbers.</param>
    /// <param name="features">d.</param>
    /// <param name="labels">n cluster numbers, 0 or more; at least two clusters must occur.</param>
    /// <param name="threads">Threads at most; 0 takes as many as there are processors.</param>
    /// <param name="cancellation">Ends the work between samples.</param>
    /// <exception cref="ArgumentException">A length does not fit, or there are fewer than two clusters.</exception>
    public static double Mean(ReadOnlySpan<double> rows, int features, ReadOnlySpan<int> labels, int threads = 0, CancellationToken cancellation = default)
    {
        double[] each = OfEach(rows, features, labels, threads, cancellation);
        return Pairwise.Sum(each) / each.Length;
    }

    /// <summary>Mean silhouette of a random part of the samples, within that part, for large n.</summary>
    /// <param name="rows">n x d numbers.</param>
    /// <param name="features">d.</param>
    /// <param name="labels">n cluster numbers.</param>
    /// <param name="sampleSize">Samples drawn without replacement; when there are no more than that the result is exact.</param>
    /// <param name="seed">The same seed draws the same.</param>
    /// <param name="threads">Threads at most; 0 takes as many as there are processors.</param>
    /// <param name="cancellation">Ends the work between samples.</param>
    /// <exception cref="ArgumentException">A length does not fit, or fewer than two clusters were drawn.</exception>
    public static double SampledMean(ReadOnlySpan<double> rows, int features, ReadOnlySpan<int> labels, int sampleSize = 2000, int seed = 0, int threads = 0, CancellationToken cancellation = default)
    {
        Range.Check(sampleSize >= 2, sampleSize, "2 or more");
        Check(rows.Length, features, labels);
        if (labels.Length <= sampleSize) return Mean(rows, features, labels, threads, cancellation);
        var random = new SeededRandom(seed);
        int[] order = [.. Enumerable.Range(0, labels.Length)];
        double[] drawn = new double[sampleSize * features];
        var drawnLabels = new int[sampleSize];
        for (int i = 0; i < sampleSize; i++)
        {
            int other = i + random.Next(order.Length - i);
            (order[i], order[other]) = (order[other], order[i]);
            rows.Slice(order[i] * features, features).CopyTo(drawn.AsSpan(i * features));
            drawnLabels[i] = labels[order[i]];
        }

        return Mean(drawn, features, drawnLabels, threads, cancellation);
    }

    /// <summary>The silhouette of each sample; 0 for one that is alone in its cluster.</summary>
    /// <param name="rows">n x d numbers.</param>
    /// <param name="features">d.</param>
    /// <param name="labels">n cluster numbers, 0 or more; at least two clusters must occur.</param>
    /// <param name="threads">Threads at most; 0 takes as many as there are processors.</param>
    /// <param name="cancellation">Ends the work between samples.</param>
    /// <exception cref="ArgumentException">A length does not fit, or there are fewer than two clusters.</exception>
    public static double[] OfEach(ReadOnlySpan<double> rows, int features, ReadOnlySpan<int> labels, int threads = 0, CancellationToken cancellation = default)
    {
        int[] counts = Check(rows.Length, features, labels);
        if (counts.Count(c => c > 0) < 2) throw new ArgumentException("All samples are in one cluster; a silhouette needs at least two.");
        double[] x = rows.ToArray(), result = new double[labels.Length];
        int[] cluster = labels.ToArray();
        Parallelism.For((result.Length + 63) / 64, threads == 0 ? Environment.ProcessorCount : threads, piece =>
        {
            cancellation.ThrowIfCancellationRequested();
            var sums = new double[counts.Length];
            for (int n = piece * 64; n < Math.Min(result.Length, piece * 64 + 64); n++) result[n] = OfOne(x, features, cluster, counts, n, sums);
        });
        return result;
    }

    private static double OfOne(double[] x, int d, int[] labels, int[] counts, int n, double[] sums)
    {
        int own = labels[n];
        if (counts[own] == 1) return 0;
        Array.Clear(sums);
        ReadOnlySpan<double> point = x.AsSpan(n * d, d);
        for (int m = 0; m < labels.Length; m++)
        {
            double squared = 0;
            ReadOnlySpan<double> other = x.AsSpan(m * d, d);
            for (int f = 0; f < other.Length; f++) squared += (point[f] - other[f]) * (point[f] - other[f]);
            sums[labels[m]] += Math.Sqrt(squared);
        }

        double inside = sums[own] / (counts[own] - 1), outside = double.PositiveInfinity;
        for (int c = 0; c < sums.Length; c++) if (c != own && counts[c] > 0) outside = Math.Min(outside, sums[c] / counts[c]);
        double larger = Math.Max(inside, outside);
        return larger > 0 ? (outside - inside) / larger : 0;
    }

    private static int[] Check(int length, int features, ReadOnlySpan<int> labels)
    {
        if (features < 1) throw new ArgumentOutOfRangeException(nameof(features), features, $"features is {features}; a sample has at least 1 feature.");
        Lengths.Check(length, (long)labels.Length * features, "rows");
        int most = -1;
        foreach (int label in labels)
        {
            if (label < 0) throw new ArgumentException($"A label is {label}; labels are 0 or more.");
            most = Math.Max(most, label);
        }

        var counts = new int[most + 1];
        foreach (int label in labels) counts[label]++;
        return counts;
    }
}
