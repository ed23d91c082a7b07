namespace GmmVision.Mixtures;

/// <summary>
/// Judges rows portion by portion by one mixture, as for the rows of a large picture or a stream of measurements: the work space is
/// made once, and no more threads work than the caller allows.
/// </summary>
/// <remarks>One caller at a time; the mixture may be shared. What it gives does not depend on the threads.</remarks>
public sealed class MixturePredictor
{
    private readonly GaussianMixture _mixture;
    private readonly SampleSet _portion;
    private readonly EmPass _pass;
    private readonly EmParameters _parameters;

    /// <summary>Prepares a mixture.</summary>
    /// <param name="mixture">The mixture.</param>
    /// <param name="mostRows">Rows of the largest portion, at least 1. Work space is about (d + 1) times 8 bytes for each.</param>
    /// <param name="threads">Threads at most, 0 (as many as there are processors) to 1024; the caller's alone by default.</param>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public MixturePredictor(GaussianMixture mixture, int mostRows, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(mixture);
        Range.Check(mostRows >= 1, mostRows, "1 or more");
        Range.Check(threads, 0, 1024, "0 for all processors");
        _mixture = mixture;
        MostRows = mostRows;
        _portion = SampleSet.Portion(mostRows, mixture.CenterOf(), mixture.ScaleOf());
        _pass = mixture.Pass(_portion, threads == 0 ? Environment.ProcessorCount : threads);
        _parameters = mixture.Prepare(_pass);
    }

    /// <summary>Rows of the largest portion.</summary>
    public int MostRows { get; }

    /// <summary>The probability that each component made each row (its responsibilities; they sum to 1).</summary>
    /// <param name="rows">n x d numbers, n at most <see cref="MostRows"/>.</param>
    /// <param name="probabilities">Gets n x k probabilities, row by row.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a number is not finite.</exception>
    public unsafe void PredictProbabilities(ReadOnlySpan<double> rows, Span<double> probabilities)
    {
        Take(rows, probabilities.Length / _mixture.Components);
        Lengths.Check(probabilities.Length, (long)_portion.Count * _mixture.Components, "probabilities");
        int k = _mixture.Components;
        fixed (double* to = probabilities)
        {
            double* all = to;      // each block has its own part of it
            _pass.Visit(_parameters, (first, count, responsibilities, _) => responsibilities.CopyTo(new Span<double>(all + (long)first * k, count * k)));
        }
    }

    /// <summary>log p(x) of each row, in nats.</summary>
    /// <param name="rows">n x d numbers, n at most <see cref="MostRows"/>.</param>
    /// <param name="logDensities">Gets n numbers.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a number is not finite.</exception>
    public unsafe void ScoreSamples(ReadOnlySpan<double> rows, Span<double> logDensities)
    {
        Take(rows, logDensities.Length);
        fixed (double* to = logDensities)
        {
            double* all = to;
            _pass.Visit(_parameters, (first, count, _, densities) => densities.CopyTo(new Span<double>(all + first, count)));
        }
    }

    private void Take(ReadOnlySpan<double> rows, int count)
    {
        Range.Check(count <= MostRows, count, $"at most {MostRows}, the rows of a portion");
        Lengths.Check(rows.Length, (long)count * _mixture.Features, "rows");
        _portion.Refill(rows);
    }
}
