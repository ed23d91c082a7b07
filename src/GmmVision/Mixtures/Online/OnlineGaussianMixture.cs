namespace GmmVision.Mixtures;

/// <summary>
/// A Gaussian mixture that learns chunk by chunk, for more data than memory holds: stepwise EM (Cappé and Moulines 2009; Liang
/// and Klein 2009). Only the statistics of the mixture are kept, never a sample.
/// </summary>
/// <remarks>The first chunk is fitted as a whole, so it should be a fair sample. Not thread-safe; what <see cref="Current"/> returns is immutable.</remarks>
public sealed class OnlineGaussianMixture
{
    private readonly OnlineMixtureOptions _options;
    private readonly int _components;
    private FittedParameters? _state;

    /// <summary>A mixture that has seen nothing yet.</summary>
    /// <param name="components">k.</param>
    /// <param name="options">Default: <see cref="OnlineMixtureOptions"/> as they are.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public OnlineGaussianMixture(int components, OnlineMixtureOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(components, 1);
        (_components, _options) = (components, (options ?? new OnlineMixtureOptions()).Validate());
    }

    /// <summary>A mixture that learns on from one that was fitted; that counts as the first chunk.</summary>
    /// <param name="start">The mixture.</param>
    /// <param name="options">Default: <see cref="OnlineMixtureOptions"/> as they are; the covariance type is that of the start.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public OnlineGaussianMixture(GaussianMixture start, OnlineMixtureOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(start);
        options ??= new OnlineMixtureOptions();
        _options = (options with { Mixture = options.Mixture with { Covariance = start.Covariance } }).Validate();
        (_components, _state, Chunks) = (start.Components, start.CopyState(), 1);
    }

    /// <summary>Chunks learned.</summary>
    public int Chunks { get; private set; }

    /// <summary>Weight of all samples learned; their number when they had no weights.</summary>
    public double TotalWeight { get; private set; }

    /// <summary>Mean log-likelihood of a sample of the last chunk before it was learned: how well new data was foretold. NaN before the second chunk.</summary>
    public double LastLogLikelihood { get; private set; } = double.NaN;

    /// <summary>The mixture as learned so far.</summary>
    /// <exception cref="InvalidOperationException">No chunk was learned yet.</exception>
    public GaussianMixture Current =>
        new((_state ?? throw new InvalidOperationException("No chunk was learned yet; call Learn first.")).Clone(), FitRecord.None);

    /// <summary>Learns a chunk in double precision.</summary>
    /// <param name="rows">n x d numbers.</param>
    /// <param name="features">d, the same for every chunk.</param>
    /// <param name="sampleWeights">n weights; empty for 1 each.</param>
    /// <exception cref="ArgumentException">As for <see cref="GaussianMixture"/>, or another number of features than before.</exception>
    public void Learn(ReadOnlySpan<double> rows, int features, ReadOnlySpan<double> sampleWeights = default) => Learn(SampleSet.Create(rows, features, sampleWeights));

    /// <inheritdoc cref="Learn(ReadOnlySpan{double}, int, ReadOnlySpan{double})"/>
    public void Learn(ReadOnlySpan<float> rows, int features, ReadOnlySpan<double> sampleWeights = default) => Learn(SampleSet.Create(rows, features, sampleWeights));

    /// <summary>Learns a chunk.</summary>
    /// <param name="chunk">Samples; the first chunk needs at least as many as there are components.</param>
    /// <exception cref="ArgumentException">Too few samples in the first chunk, or another number of features than before.</exception>
    public void Learn(SampleSet chunk)
    {
        ArgumentNullException.ThrowIfNull(chunk);
        if (_state is null)
        {
            _state = GaussianMixture.Fit(chunk, _components, _options.Mixture).CopyState();
        }
        else
        {
            if (chunk.Features != _state.Features) throw new ArgumentException($"This chunk has {chunk.Features} features; the chunks before had {_state.Features}.");
            Step(_state, chunk, Math.Pow(Chunks + 1 + _options.StepDelay, -_options.StepExponent));
        }

        Chunks++;
        TotalWeight += chunk.TotalWeight;
    }

    /// <summary>Statistics ← (1 - η) what the parameters stand for + η those of the chunk, both around the present means; then the M step.</summary>
    private void Step(FittedParameters state, SampleSet chunk, double step)
    {
        MixtureOptions options = _options.Mixture;
        int k = state.Components, d = state.Features;
        var statistics = new MixtureStatistics(state.Covariance, k, d);
        LastLogLikelihood = new EmPass(chunk, state.Covariance, k, options.ActualThreads, options.LaneBits).Run(state, statistics);
        double fresh = step / chunk.TotalWeight;
        for (int i = 0; i < statistics.First.Length; i++) statistics.First[i] *= fresh;
        for (int c = 0; c < k; c++)
        {
            double known = (1 - step) * state.Weights[c];
            statistics.Counts[c] = fresh * statistics.Counts[c] + known;
            for (int i = 0; i < d; i++)
            {
                for (int j = state.HasMatrices ? 0 : i; j <= (state.HasMatrices ? d - 1 : i); j++)
                {
                    ref double second = ref statistics.Second[state.HasMatrices ? (c * d + i) * d + j : c * d + i];
                    second = fresh * second + known * (state.CovarianceAt(c, i, j) - (i == j ? options.Regularization : 0));
                }
            }
        }

        MaximizationStep.Update(state, statistics, [.. Enumerable.Repeat(options.Regularization, d)], new DegeneracyGuard(chunk));
    }
}
