namespace GmmVision.Mixtures;

public sealed partial class GaussianMixture
{
    /// <summary>The most probable component of each row.</summary>
    /// <param name="rows">n x d numbers.</param>
    /// <param name="labels">Gets n component numbers.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a number is not finite.</exception>
    public void Predict(ReadOnlySpan<double> rows, Span<int> labels) => Predict(Samples(rows, labels.Length), labels);

    /// <inheritdoc cref="Predict(ReadOnlySpan{double}, Span{int})"/>
    public void Predict(ReadOnlySpan<float> rows, Span<int> labels) => Predict(Samples(rows, labels.Length), labels);

    /// <summary>The most probable component of each row of a sample set.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="labels">Gets one component number per row (<see cref="SampleSet.Rows"/>).</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Predict(SampleSet samples, Span<int> labels)
    {
        CheckFeatures(samples);
        Lengths.Check(labels.Length, samples.Rows, "labels");
        var perSample = new int[samples.Count];
        Pass(samples).Visit(_state, (first, count, responsibilities, _) =>
        {
            for (int n = 0; n < count; n++) perSample[first + n] = IndexOfMax(responsibilities.Slice(n * Components, Components));
        });
        samples.Expand<int>(perSample, labels);
    }

    /// <summary>The probability that each component made each row (its responsibilities; they sum to 1).</summary>
    /// <param name="rows">n x d numbers.</param>
    /// <param name="probabilities">Gets n x k probabilities, row by row.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a number is not finite.</exception>
    public void PredictProbabilities(ReadOnlySpan<double> rows, Span<double> probabilities) => PredictProbabilities(Samples(rows, probabilities.Length / Components), probabilities);

    /// <inheritdoc cref="PredictProbabilities(ReadOnlySpan{double}, Span{double})"/>
    public void PredictProbabilities(ReadOnlySpan<float> rows, Span<float> probabilities) => PredictProbabilities(Samples(rows, probabilities.Length / Components), probabilities);

    /// <summary>The responsibilities for each row of a sample set.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="probabilities">Gets rows x k probabilities.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void PredictProbabilities(SampleSet samples, Span<double> probabilities)
    {
        CheckFeatures(samples);
        Lengths.Check(probabilities.Length, (long)samples.Rows * Components, "probabilities");
        var perSample = new double[(long)samples.Count * Components];
        Pass(samples).Visit(_state, (first, _, responsibilities, _) => responsibilities.CopyTo(perSample.AsSpan(first * Components)));
        samples.Expand<double>(perSample, probabilities, Components);
    }

    /// <inheritdoc cref="PredictProbabilities(SampleSet, Span{double})"/>
    public void PredictProbabilities(SampleSet samples, Span<float> probabilities)
    {
        CheckFeatures(samples);
        Lengths.Check(probabilities.Length, (long)samples.Rows * Components, "probabilities");
        var perSample = new float[(long)samples.Count * Components];
        Pass(samples).Visit(_state, (first, _, responsibilities, _) =>
        {
            for (int i = 0; i < responsibilities.Length; i++) perSample[first * Components + i] = (float)responsibilities[i];
        });
        samples.Expand<float>(perSample, probabilities, Components);
    }

    /// <summary>log p(x) of each row, in nats.</summary>
    /// <param name="rows">n x d numbers.</param>
    /// <param name="logDensities">Gets n numbers.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a number is not finite.</exception>
    public void ScoreSamples(ReadOnlySpan<double> rows, Span<double> logDensities) => ScoreSamples(Samples(rows, logDensities.Length), logDensities);

    /// <inheritdoc cref="ScoreSamples(ReadOnlySpan{double}, Span{double})"/>
    public void ScoreSamples(ReadOnlySpan<float> rows, Span<double> logDensities) => ScoreSamples(Samples(rows, logDensities.Length), logDensities);

    /// <summary>log p(x) of each row of a sample set, in nats.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="logDensities">Gets one number per row.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void ScoreSamples(SampleSet samples, Span<double> logDensities)
    {
        CheckFeatures(samples);
        Lengths.Check(logDensities.Length, samples.Rows, "log densities");
        samples.Expand<double>(DensitiesOfSamples(samples), logDensities);
    }

    /// <summary>Weighted mean of log p(x), in nats.</summary>
    /// <param name="samples">The samples.</param>
    public double Score(SampleSet samples)
    {
        CheckFeatures(samples);
        return Pass(samples).Run(_state, null);
    }

    /// <summary>Mean of log p(x), in nats.</summary>
    /// <param name="rows">n x d numbers.</param>
    public double Score(ReadOnlySpan<double> rows) => Score(SampleSet.Create(rows, Features));

    /// <inheritdoc cref="Score(ReadOnlySpan{double})"/>
    public double Score(ReadOnlySpan<float> rows) => Score(SampleSet.Create(rows, Features));

    /// <summary>Bayesian information criterion, -2 log L + p log n (Schwarz 1978); the lower the better. n is the sum of the weights.</summary>
    /// <param name="samples">The samples.</param>
    public double Bic(SampleSet samples) => -2 * Score(samples) * samples.TotalWeight + ParameterCount * Math.Log(samples.TotalWeight);

    /// <summary>Akaike's information criterion, -2 log L + 2 p (Akaike 1974); the lower the better.</summary>
    /// <param name="samples">The samples.</param>
    public double Aic(SampleSet samples) => -2 * Score(samples) * samples.TotalWeight + 2 * ParameterCount;

    /// <summary>Integrated completed likelihood (Biernacki, Celeux and Govaert 2000), <see cref="Bic"/> - 2 Σ r log r over all responsibilities r; the lower the better.</summary>
    /// <param name="samples">The samples.</param>
    public double Icl(SampleSet samples) => Bic(samples) + 2 * Entropy(samples, threads: 0);

    /// <summary>-Σ r log r over all responsibilities r, by weight.</summary>
    internal double Entropy(SampleSet samples, int threads)
    {
        CheckFeatures(samples);
        var entropies = new double[samples.Count];
        Pass(samples, threads).Visit(_state, (first, count, responsibilities, _) =>
        {
            for (int i = 0; i < count * Components; i++)
            {
                double r = responsibilities[i];
                if (r > 0) entropies[first + i / Components] -= r * Math.Log(r);
            }
        });
        double entropy = 0;
        for (int n = 0; n < entropies.Length; n++) entropy += samples.Weights[n] * entropies[n];
        return entropy;
    }

    /// <summary>log p(x) below which a given part of the samples lies: whatever scores less is an anomaly at that rate.</summary>
    /// <param name="samples">Samples of the ordinary kind, as a rule those fitted.</param>
    /// <param name="quantile">The part, by weight, that may lie below; 0 to 1.</param>
    /// <returns>The lowest log density of the samples that are not below the quantile.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The quantile is not from 0 to 1.</exception>
    public double AnomalyThreshold(SampleSet samples, double quantile)
    {
        Range.Check(quantile, 0, 1);
        CheckFeatures(samples);
        double[] densities = DensitiesOfSamples(samples), weights = [.. samples.Weights];
        Array.Sort(densities, weights);
        double below = 0, allowed = quantile * samples.TotalWeight;
        for (int n = 0; n < densities.Length; n++)
        {
            below += weights[n];
            if (below > allowed) return densities[n];
        }

        return densities[^1];
    }

    /// <summary>Draws samples from the mixture.</summary>
    /// <param name="samples">Gets n x d numbers.</param>
    /// <param name="labels">Gets the n components that they were drawn from; empty when not wanted.</param>
    /// <param name="seed">The same seed gives the same samples.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Sample(Span<double> samples, Span<int> labels = default, int seed = 0)
    {
        int d = Features, count = samples.Length / d;
        Lengths.Check(samples.Length, (long)count * d, "samples (a whole number of rows)");
        if (!labels.IsEmpty) Lengths.Check(labels.Length, count, "labels");
        var random = new SeededRandom(seed);
        double[] lower = new double[Components * d * d], z = new double[d];
        for (int c = 0; c < Components; c++) LowerTriangle.TryCholesky(CovarianceMatrix(c), lower.AsSpan(c * d * d, d * d), d);
        for (int n = 0; n < count; n++)
        {
            int c = KMeansSeeds.Draw(_state.Weights, random);
            if (!labels.IsEmpty) labels[n] = c;
            for (int i = 0; i < d; i++) z[i] = random.NextNormal();
            for (int i = 0; i < d; i++)
            {
                double value = Means[c * d + i];
                for (int j = 0; j <= i; j++) value += lower[(c * d + i) * d + j] * z[j];   // x = μ + L z
                samples[n * d + i] = value;
            }
        }
    }

    private static GaussianMixture RefitTrimmed(GaussianMixture mixture, SampleSet samples, MixtureOptions options, IProgress<MixtureProgress>? progress, CancellationToken cancellation)
    {
        double threshold = mixture.AnomalyThreshold(samples, options.TrimFraction);
        double[] densities = mixture.DensitiesOfSamples(samples, options.Threads);
        var keep = new double[samples.Count];
        for (int n = 0; n < keep.Length; n++) keep[n] = densities[n] < threshold ? 0 : samples.Weights[n];
        return Fit(samples.WithWeights(keep), mixture.Components, options with { TrimFraction = 0, WarmStart = mixture, Given = null }, progress, cancellation);
    }

    private double[] DensitiesOfSamples(SampleSet samples, int threads = 0)
    {
        var densities = new double[samples.Count];
        Pass(samples, threads).Visit(_state, (first, _, _, logDensities) => logDensities.CopyTo(densities.AsSpan(first)));
        return densities;
    }

    internal EmPass Pass(SampleSet samples, int threads = 0) => new(samples, Covariance, Components, threads == 0 ? Environment.ProcessorCount : threads);

    internal EmParameters Prepare(EmPass pass) => pass.Prepare(_state);

    /// <summary>The mixture's own mean, around which its samples lie.</summary>
    internal double[] CenterOf()
    {
        var center = new double[Features];
        for (int c = 0; c < Components; c++) for (int f = 0; f < center.Length; f++) center[f] += Weights[c] * Means[c * Features + f];
        return center;
    }

    /// <summary>A power of two near its standard deviation in each feature.</summary>
    internal double[] ScaleOf()
    {
        double[] scale = new double[Features], center = CenterOf();
        for (int f = 0; f < scale.Length; f++)
        {
            double variance = 0;
            for (int c = 0; c < Components; c++) variance += Weights[c] * (_state.CovarianceAt(c, f, f) + (Means[c * Features + f] - center[f]) * (Means[c * Features + f] - center[f]));
            scale[f] = SampleSet.ScaleFor(variance);
        }
        return scale;
    }


    private static int IndexOfMax(ReadOnlySpan<double> values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++) if (values[i] > values[best]) best = i;
        return best;
    }

    private SampleSet Samples(ReadOnlySpan<double> rows, int count)
    {
        Lengths.Check(rows.Length, (long)count * Features, "rows");
        return SampleSet.Create(rows, Features);
    }

    private SampleSet Samples(ReadOnlySpan<float> rows, int count)
    {
        Lengths.Check(rows.Length, (long)count * Features, "rows");
        return SampleSet.Create(rows, Features);
    }

    private void CheckFeatures(SampleSet samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (samples.Features != Features) throw new ArgumentException($"The samples have {samples.Features} features; this mixture has {Features}.");
    }
}
