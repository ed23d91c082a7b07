using GmmVision.Threading;
namespace GmmVision.Mixtures;

/// <summary>One pass over the samples: the E step, and the sums that the M step needs. Threads share the chunks out; the sums are added pairwise in the order of the chunks.</summary>
internal sealed class EmPass
{
    private readonly SampleSet _samples;
    private readonly EmLayout _layout;
    private readonly EmWorker[] _workers;
    private readonly double[] _results;
    private readonly int _resultLength;

    public EmPass(SampleSet samples, CovarianceType covariance, int components, int threads, int laneBits = 0)
    {
        _samples = samples;
        _layout = new EmLayout(samples, covariance, components);
        _resultLength = components * _layout.StatisticsPerComponent + 1;
        _results = new double[(long)_resultLength * _layout.Chunks];
        _workers = new EmWorker[Math.Clamp(threads, 1, _layout.Chunks)];
        for (int w = 0; w < _workers.Length; w++) _workers[w] = EmWorker.Create(samples, _layout, laneBits);
    }

    /// <summary>Mean log-likelihood of a sample under <paramref name="state"/>; fills <paramref name="statistics"/> when given.</summary>
    public double Run(FittedParameters state, MixtureStatistics? statistics)
    {
        var parameters = new EmParameters(_samples, _layout, state);
        ForChunks((worker, chunk) => worker.Statistics(parameters, chunk, _results.AsSpan(chunk * _resultLength, _resultLength)));
        AddPairwise(0, _layout.Chunks);
        return parameters.Finish(_results.AsSpan(0, _resultLength), statistics);
    }

    /// <summary>Fills the statistics with every sample wholly its label's component.</summary>
    public void RunLabels(FittedParameters state, int[] labels, MixtureStatistics statistics)
    {
        var parameters = new EmParameters(_samples, _layout, state);
        ForChunks((worker, chunk) => worker.LabelStatistics(parameters, chunk, labels, _results.AsSpan(chunk * _resultLength, _resultLength)));
        AddPairwise(0, _layout.Chunks);
        parameters.Finish(_results.AsSpan(0, _resultLength), statistics);
    }

    /// <summary>Hands out the densities of all samples, block by block, from several threads at once.</summary>
    public void Visit(FittedParameters state, BlockVisitor visit) => Visit(Prepare(state), visit);

    /// <summary>The same, of parameters that were prepared for samples in these units.</summary>
    public void Visit(EmParameters parameters, BlockVisitor visit) => ForChunks((worker, chunk) => worker.Visit(parameters, chunk, visit));

    /// <summary>Parameters as the kernels read them, in the samples' units.</summary>
    public EmParameters Prepare(FittedParameters state) => new(_samples, _layout, state);

    private void ForChunks(Action<EmWorker, int> work)
    {
        int next = -1;
        Parallelism.For(_workers.Length, _workers.Length, worker =>
        {
            for (int chunk = Interlocked.Increment(ref next); chunk < _layout.Chunks; chunk = Interlocked.Increment(ref next)) work(_workers[worker], chunk);
        });
    }

    /// <summary>Sums the results of chunks from <paramref name="first"/> on into the first of them.</summary>
    private void AddPairwise(int first, int count)
    {
        if (count == 1) return;
        int half = (count + 1) / 2;
        AddPairwise(first, half);
        AddPairwise(first + half, count - half);
        Span<double> left = _results.AsSpan(first * _resultLength, _resultLength), right = _results.AsSpan((first + half) * _resultLength, _resultLength);
        for (int i = 0; i < left.Length; i++) left[i] += right[i];
    }
}
