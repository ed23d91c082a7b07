using System.Numerics;
using System.Runtime.CompilerServices;
using GmmVision.Simd;
using GmmVision.Threading;

namespace GmmVision.Mixtures;

/// <summary>Seeding and Lloyd's iterations over the planes of a sample set, at the widest lanes there are.</summary>
internal abstract class KMeansRun
{
    /// <summary>Samples in a chunk at least: the unit of work of a thread.</summary>
    protected const int LeastChunk = 4096;

    public static KMeansRun Create(SampleSet samples, int threads, int laneBits = 0)
    {
        bool single = samples.Precision == SamplePrecision.Single;
        return single
            ? LaneWidth.Choose<Func<KMeansRun>>(() => new KMeansRun<Floats16, float>(samples, threads), () => new KMeansRun<Floats8, float>(samples, threads), () => new KMeansRun<Floats4, float>(samples, threads), laneBits)()
            : LaneWidth.Choose<Func<KMeansRun>>(() => new KMeansRun<Doubles8, double>(samples, threads), () => new KMeansRun<Doubles4, double>(samples, threads), () => new KMeansRun<Doubles2, double>(samples, threads), laneBits)();
    }

    /// <summary>k-means++ seeds, k x d in the caller's units; of 2 + log k draws for each, the one that lowers the inertia most is taken (greedy k-means++).</summary>
    public abstract double[] Seeds(int clusters, SeededRandom random);

    /// <summary>Lloyd's iterations from centres (k x d, changed in place) until they move less than the threshold (squared, in the caller's units).</summary>
    public abstract (int Iterations, bool Converged) Lloyd(double[] centers, int maxIterations, double threshold, CancellationToken cancellation);

    /// <summary>Each sample to its nearest centre.</summary>
    /// <returns>The inertia, in the caller's units.</returns>
    public abstract double Assign(double[] centers, int[] labels);
}

/// <inheritdoc/>
internal sealed unsafe class KMeansRun<T, TScalar> : KMeansRun
    where T : struct, IRealLanes<T, TScalar>
    where TScalar : unmanaged, IBinaryFloatingPointIeee754<TScalar>
{
    private const int Block = 512;
    private readonly SampleSet _samples;
    private readonly int _threads, _chunk, _chunks, _lanes = 64 / sizeof(TScalar);
    private readonly double _unit;
    private readonly AlignedBuffer<TScalar> _units;

    public KMeansRun(SampleSet samples, int threads)
    {
        (_samples, _threads) = (samples, threads);
        _chunk = Math.Max(LeastChunk, (samples.Stride / 256 / Block + 1) * Block);
        _chunks = (samples.Stride + _chunk - 1) / _chunk;
        _unit = samples.Scale.Max();
        _units = new AlignedBuffer<TScalar>(samples.Features);
        for (int f = 0; f < samples.Features; f++) _units.Span[f] = TScalar.CreateTruncating(samples.Scale[f] / _unit);
    }

    private int Features => _samples.Features;

    private TScalar* Planes => (TScalar*)(typeof(TScalar) == typeof(float) ? _samples.SinglePlanes : (void*)_samples.DoublePlanes);

    private TScalar* Weights => Planes + (long)Features * _samples.Stride;

    public override double[] Seeds(int clusters, SeededRandom random)
    {
        int d = Features, tries = 2 + (int)Math.Log(clusters), blocks = (_samples.Stride + Block - 1) / Block;
        var seeds = new double[clusters * d];
        AlignedBuffer<TScalar> nearest = new(_samples.Stride), candidate = new(_samples.Stride), best = new(_samples.Stride);
        double[] nearestSums = new double[blocks], candidateSums = new double[blocks], bestSums = new double[blocks];
        int first = KMeansSeeds.Draw(_samples.Weights, random);
        KMeansSeeds.Take(_samples, first, seeds, 0);
        Distances(first, null, nearest, nearestSums);
        for (int c = 1; c < clusters; c++)
        {
            double lowest = double.PositiveInfinity;
            for (int t = 0; t < tries; t++)
            {
                int sample = Draw(nearest, nearestSums, random);
                double inertia = Distances(sample, nearest, candidate, candidateSums);
                if (inertia >= lowest) continue;
                lowest = inertia;
                (best, candidate) = (candidate, best);
                (bestSums, candidateSums) = (candidateSums, bestSums);
                KMeansSeeds.Take(_samples, sample, seeds, c);
            }

            (nearest, best) = (best, nearest);
            (nearestSums, bestSums) = (bestSums, nearestSums);
        }

        return seeds;
    }

    public override (int Iterations, bool Converged) Lloyd(double[] centers, int maxIterations, double threshold, CancellationToken cancellation)
    {
        int d = Features, k = centers.Length / d;
        using var state = new State(this, k);
        double[] planar = ToPlanes(centers), sums = new double[k * (d + 1)];
        double moved = 0;
        for (int iteration = 1; iteration <= maxIterations; iteration++)
        {
            cancellation.ThrowIfCancellationRequested();
            state.Assign(planar, moved, inertia: null);
            state.Sum(sums);
            double all = 0, most = 0;
            for (int c = 0; c < k; c++)
            {
                double weight = sums[c * (d + 1) + d], squared = 0;
                if (weight <= 0) continue;   // an empty cluster waits where it is
                for (int f = 0; f < d; f++)
                {
                    double next = Round(sums[c * (d + 1) + f] / weight), step = (next - planar[c * d + f]) * _samples.Scale[f];
                    planar[c * d + f] = next;
                    squared += step * step;
                }

                all += squared;
                most = Math.Max(most, squared);
            }

            moved = 2 * Math.Sqrt(most) / _unit * 1.000001;
            if (all > threshold) continue;
            FromPlanes(planar, centers);
            return (iteration, true);
        }

        FromPlanes(planar, centers);
        return (maxIterations, false);
    }

    public override double Assign(double[] centers, int[] labels)
    {
        using var state = new State(this, centers.Length / Features);
        var inertia = new double[_chunks];
        state.Assign(ToPlanes(centers), 0, inertia);
        ToIntegers(state.Labels.Pointer, labels);
        return Pairwise.Sum(inertia) * _unit * _unit * _samples.WeightScale;
    }

    private double Distances(int sample, AlignedBuffer<TScalar>? nearest, AlignedBuffer<TScalar> distances, double[] blockSums)
    {
        TScalar* seed = stackalloc TScalar[Features];
        double* total = stackalloc double[16];
        for (int f = 0; f < Features; f++) seed[f] = Planes[(long)f * _samples.Stride + sample];
        for (int block = 0; block < blockSums.Length; block++)
        {
            int first = block * Block;
            new Span<double>(total, 16).Clear();
            KMeansKernels.Distances<T, TScalar>(
                Planes + first, _samples.Stride, Features, Math.Min(Block, _samples.Stride - first), seed, _units.Pointer, Weights + first,
                nearest is null ? null : nearest.Pointer + first, distances.Pointer + first, total);
            blockSums[block] = Pairwise.Sum(new ReadOnlySpan<double>(total, _lanes));
        }

        return Pairwise.Sum(blockSums);
    }

    private int Draw(AlignedBuffer<TScalar> mass, double[] blockSums, SeededRandom random)
    {
        int block = KMeansSeeds.Draw(blockSums, random), first = block * Block;
        var inBlock = new double[Math.Min(Block, _samples.Count - first)];
        for (int n = 0; n < inBlock.Length; n++) inBlock[n] = double.CreateTruncating(mass.Pointer[first + n]);
        return first + KMeansSeeds.Draw(inBlock, random);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ToIntegers(TScalar* from, Span<int> to)
    {
        for (int n = 0; n < to.Length; n++) to[n] = int.CreateTruncating(from[n]);
    }

    private double[] ToPlanes(double[] centers)
    {
        var planar = new double[centers.Length];
        for (int i = 0; i < centers.Length; i++) planar[i] = Round((centers[i] - _samples.Center[i % Features]) / _samples.Scale[i % Features]);
        return planar;
    }

    private void FromPlanes(double[] planar, double[] centers)
    {
        for (int i = 0; i < centers.Length; i++) centers[i] = _samples.Center[i % Features] + _samples.Scale[i % Features] * planar[i];
    }

    private static double Round(double value) => double.CreateTruncating(TScalar.CreateTruncating(value));

    /// <summary>What Lloyd's iterations remember: a bound and a label per sample, sums per chunk.</summary>
    private sealed class State : IDisposable
    {
        private readonly KMeansRun<T, TScalar> _run;
        private readonly AlignedBuffer<TScalar> _gaps, _centers;
        private readonly AlignedBuffer<double> _sums;
        private readonly int _clusters, _sumLength;

        public State(KMeansRun<T, TScalar> run, int clusters)
        {
            (_run, _clusters, _sumLength) = (run, clusters, clusters * (run.Features + 1));
            int stride = run._samples.Stride;
            _gaps = new AlignedBuffer<TScalar>(stride);
            Labels = new AlignedBuffer<TScalar>(stride);
            _gaps.Span.Fill(TScalar.NegativeInfinity);
            Labels.Span.Fill(-TScalar.One);
            _centers = new AlignedBuffer<TScalar>(clusters * run.Features);
            _sums = new AlignedBuffer<double>(run._chunks * _sumLength);
        }

        public AlignedBuffer<TScalar> Labels { get; }

        public void Assign(double[] planar, double moved, double[]? inertia)
        {
            for (int i = 0; i < planar.Length; i++) _centers.Span[i] = TScalar.CreateTruncating(planar[i]);
            TScalar shrink = TScalar.CreateTruncating(moved), slack = TScalar.CreateTruncating(sizeof(TScalar) == 4 ? 2e-6 : 1e-14);
            Parallelism.For(_run._chunks, _run._threads, chunk =>
            {
                SampleSet samples = _run._samples;
                int first = chunk * _run._chunk, count = Math.Min(_run._chunk, samples.Stride - first);
                double* lanes = stackalloc double[16];
                new Span<double>(lanes, 16).Clear();
                KMeansKernels.Assign<T, TScalar>(
                    _run.Planes + first, samples.Stride, _run.Features, count, _centers.Pointer, _clusters, _run._units.Pointer, shrink, slack,
                    _gaps.Pointer + first, Labels.Pointer + first, _run.Weights + first, _sums.Pointer + chunk * _sumLength, inertia is null ? null : lanes);
                if (inertia is not null) inertia[chunk] = Pairwise.Sum(new ReadOnlySpan<double>(lanes, _run._lanes));
            });
        }

        /// <summary>Sums of all chunks, added in their order.</summary>
        public void Sum(double[] sums)
        {
            Array.Clear(sums);
            for (int chunk = 0; chunk < _run._chunks; chunk++)
                for (int i = 0; i < sums.Length; i++) sums[i] += _sums.Pointer[chunk * _sumLength + i];
        }

        public void Dispose()
        {
            GC.KeepAlive(_run);
            GC.KeepAlive(this);
        }
    }
}
