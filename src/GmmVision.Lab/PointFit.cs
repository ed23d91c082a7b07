using GmmVision.Mixtures;

namespace GmmVision.Lab;

/// <summary>A mixture of points as the lab shows it: every step of EM, all starts, k-means beside it.</summary>
/// <param name="Points">The points as the mixture sees them: thinned, standardised, along principal components, as the settings ask.</param>
/// <param name="Preparation">What was done to them.</param>
/// <param name="Trace">The start that is shown, step by step.</param>
/// <param name="Shown">Which one that is.</param>
/// <param name="Histories">Log-likelihoods of every start, from its first step to its last; of the points that are not trimmed.</param>
/// <param name="Mixture">The likeliest of all starts.</param>
/// <param name="KMeans">k-means with as many clusters.</param>
/// <param name="Clusters">The cluster of each point by k-means, numbered as the component of the shown trace that it shares most points with.</param>
public sealed record PointFit(
    LabPoints Points, Preparation Preparation, EmTrace Trace, int Shown, IReadOnlyList<IReadOnlyList<double>> Histories, GaussianMixture Mixture, KMeans KMeans, int[] Clusters)
{
    /// <summary>The most points that are fitted and shown.</summary>
    public const int MostPoints = 4000;

    /// <summary>The most features: every step has k matrices of their square.</summary>
    public const int MostFeatures = 30;

    /// <summary>Fits.</summary>
    /// <exception cref="ArgumentException">A setting is out of range, or there are fewer points than components.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static PointFit Of(LabPoints points, LabSettings settings, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        (LabPoints prepared, Preparation preparation, SampleSet samples) = Prepare(points, settings);
        if (settings.Means is { } given && (given.Length != settings.Components * prepared.Features || !given.All(double.IsFinite)))
            throw new ArgumentException($"{given.Length} numbers are no means to begin at: {settings.Components} components of {prepared.Features} features need {settings.Components * prepared.Features}, and finite ones.");
        if (settings.Components > prepared.Count)
            throw new ArgumentException($"{settings.Components} components cannot be fitted to {prepared.Count} points.");
        MixtureOptions options = settings.Mixture;
        int starts = settings.Means is null ? settings.Restarts : 1;
        (EmTrace[] traces, int best) = Follow(samples, settings.Components, starts, options, cancellation);
        if (settings.Trim > 0)
            (traces, best) = Follow(Trimmed(prepared, samples, traces[best].Mixture, settings.Trim), settings.Components, starts, options, cancellation);
        int shown = Math.Min(settings.Shown ?? best, starts - 1);
        GaussianMixture mixture = traces[best].Mixture;
        KMeans clusters = KMeans.Fit(samples, settings.Components, new KMeansOptions { Restarts = settings.Restarts, Seed = settings.Seed }, cancellation);
        int[] labels = new int[prepared.Count];
        clusters.Predict(prepared.Rows, labels);
        Match(labels, Labels(traces[shown].Steps[^1], prepared), settings.Components);
        return new PointFit(prepared, preparation, traces[shown], shown, [.. traces.Select(trace => (IReadOnlyList<double>)[.. trace.Steps.Select(step => step.LogLikelihood)])], mixture, clusters, labels);
    }

    private static (EmTrace[] Traces, int Best) Follow(SampleSet samples, int components, int starts, MixtureOptions options, CancellationToken cancellation)
    {
        EmTrace[] traces = new EmTrace[starts];
        Parallel.For(0, starts, new ParallelOptions { CancellationToken = cancellation }, i => traces[i] = EmTrace.Of(samples, components, options with { Threads = 1 }, i, cancellation));
        return (traces, Enumerable.Range(0, starts).MaxBy(i => traces[i].Mixture.LogLikelihood));
    }

    // Without the points that the first fit takes for the least probable: they stay in the picture, but weigh nothing.
    private static SampleSet Trimmed(LabPoints points, SampleSet samples, GaussianMixture first, double part)
    {
        double threshold = first.AnomalyThreshold(samples, part);
        double[] densities = new double[points.Count];
        first.ScoreSamples(points.Rows, densities);
        return SampleSet.Create(points.Rows, points.Features, [.. densities.Select((density, n) => density < threshold ? 0 : points.Weights.Length == 0 ? 1 : points.Weights[n])]);
    }

    /// <summary>Points thinned and prepared, and as samples.</summary>
    internal static (LabPoints Points, Preparation Preparation, SampleSet Samples) Prepare(LabPoints points, LabSettings settings)
    {
        LabPoints thinned = points.Thinned(MostPoints);
        Preparation preparation = Preparation.Of(thinned.Rows, thinned.Names, settings.Table);
        if (preparation.Features.Count > MostFeatures)
            throw new ArgumentException($"{preparation.Features.Count} features are more than the lab shows, {MostFeatures}: choose fewer columns, or let principal components stand for them; gmmvision mixture takes any number.");
        LabPoints prepared = thinned with { Names = preparation.Features, Rows = preparation.Apply(thinned.Rows) };
        return (prepared, preparation, SampleSet.Create(prepared.Rows, prepared.Features, prepared.Weights));
    }

    /// <summary>The most probable component of each point at a step.</summary>
    public static int[] Labels(EmStep step, LabPoints points)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(points);
        int k = step.Weights.Length;
        double[] responsibilities = new double[points.Count * k];
        step.Responsibilities(points.Rows, responsibilities);
        return [.. Enumerable.Range(0, points.Count).Select(n => Enumerable.Range(0, k).MaxBy(c => responsibilities[n * k + c]))];
    }

    // Clusters take the numbers of the components that they share most points with, the largest share first, so that colours tell.
    private static void Match(int[] clusters, int[] components, int k)
    {
        int[,] shared = new int[k, k];
        for (int n = 0; n < clusters.Length; n++)
            shared[clusters[n], components[n]]++;
        int[] number = new int[k];
        Array.Fill(number, -1);
        foreach ((int cluster, int component) in Enumerable.Range(0, k * k).Select(i => (i / k, i % k)).OrderByDescending(pair => shared[pair.Item1, pair.Item2]))
        {
            if (number[cluster] < 0 && !number.Contains(component))
                number[cluster] = component;
        }
        for (int n = 0; n < clusters.Length; n++)
            clusters[n] = number[clusters[n]];
    }
}
