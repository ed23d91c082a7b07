using System.Numerics;
using System.Runtime.CompilerServices;
using GmmVision.Simd;

namespace GmmVision.Mixtures;

/// <summary>What one thread needs for a pass: parameters as the kernels read them, and work space for a block.</summary>
internal abstract class EmWorker
{
    /// <summary>Makes a worker for the precision of the samples, at the widest lanes that this machine has, or at those asked for.</summary>
    public static EmWorker Create(SampleSet samples, EmLayout layout, int laneBits)
    {
        bool single = samples.Precision == SamplePrecision.Single;
        return single
            ? LaneWidth.Choose<Func<EmWorker>>(() => new EmWorker<Floats16, float>(samples, layout), () => new EmWorker<Floats8, float>(samples, layout), () => new EmWorker<Floats4, float>(samples, layout), laneBits)()
            : LaneWidth.Choose<Func<EmWorker>>(() => new EmWorker<Doubles8, double>(samples, layout), () => new EmWorker<Doubles4, double>(samples, layout), () => new EmWorker<Doubles2, double>(samples, layout), laneBits)();
    }

    /// <summary>Runs over one chunk of samples.</summary>
    /// <param name="parameters">The mixture, prepared.</param>
    /// <param name="chunk">Number of the chunk.</param>
    /// <param name="results">Gets the statistics of each component and, last, the weighted sum of log₂ densities.</param>
    public abstract void Statistics(EmParameters parameters, int chunk, Span<double> results);

    /// <summary>The statistics of one chunk with every sample wholly its label's component.</summary>
    public abstract void LabelStatistics(EmParameters parameters, int chunk, ReadOnlySpan<int> labels, Span<double> results);

    /// <summary>Runs over one chunk and hands out each block's densities.</summary>
    public abstract void Visit(EmParameters parameters, int chunk, BlockVisitor visit);
}

/// <summary>Sees the densities of a block of samples.</summary>
/// <param name="first">Number of the first sample.</param>
/// <param name="count">Samples.</param>
/// <param name="responsibilities">Sample by sample, k of each.</param>
/// <param name="logDensities">log p(x) of each, in nats.</param>
internal delegate void BlockVisitor(int first, int count, ReadOnlySpan<double> responsibilities, ReadOnlySpan<double> logDensities);

/// <inheritdoc/>
internal sealed unsafe class EmWorker<T, TScalar> : EmWorker
    where T : struct, IRealLanes<T, TScalar>
    where TScalar : unmanaged, IBinaryFloatingPointIeee754<TScalar>
{
    /// <summary>Below 2^-36 (single) or 2^-60 (double) of the most probable component a likelihood is nothing: far under what its precision resolves.</summary>
    private static readonly TScalar CutOff = TScalar.CreateChecked(sizeof(TScalar) == 4 ? -36 : -60);

    private readonly SampleSet _samples;
    private readonly EmLayout _layout;
    private readonly AlignedBuffer<TScalar> _parameters, _logFactors, _white, _logs, _factors, _logSums, _zeros;
    private readonly AlignedBuffer<double> _sums;
    private readonly AlignedBuffer<int> _lists;
    private EmParameters? _loaded;

    public EmWorker(SampleSet samples, EmLayout layout)
    {
        (_samples, _layout) = (samples, layout);
        int k = layout.Components, block = layout.Block;
        _parameters = new AlignedBuffer<TScalar>(k * layout.ParametersPerComponent);
        _logFactors = new AlignedBuffer<TScalar>(k);
        _white = new AlignedBuffer<TScalar>(k * layout.PaddedFeatures * block);
        _logs = new AlignedBuffer<TScalar>(k * block);
        _factors = new AlignedBuffer<TScalar>(block);
        _logSums = new AlignedBuffer<TScalar>(block);
        _zeros = new AlignedBuffer<TScalar>(block);
        _sums = new AlignedBuffer<double>((k * layout.StatisticsPerComponent + 1) * layout.VirtualLanes);
        _lists = new AlignedBuffer<int>(k * Parts * (block + 1));
    }

    private int Parts => _layout.VirtualLanes / T.Count;

    private TScalar* Planes => (TScalar*)(typeof(TScalar) == typeof(float) ? _samples.SinglePlanes : (void*)_samples.DoublePlanes);

    public override void Statistics(EmParameters parameters, int chunk, Span<double> results)
    {
        Load(parameters);
        _sums.Span.Clear();
        int start = chunk * _layout.Chunk, end = Math.Min(start + _layout.Chunk, _samples.Stride);
        for (int first = start; first < end; first += _layout.Block)
        {
            int count = Math.Min(_layout.Block, end - first);
            Densities(first, count, wantLogs: false);
            Moments();
        }

        Collect(results);
    }

    public override void LabelStatistics(EmParameters parameters, int chunk, ReadOnlySpan<int> labels, Span<double> results)
    {
        Load(parameters);
        _sums.Span.Clear();
        int start = chunk * _layout.Chunk, end = Math.Min(start + _layout.Chunk, _samples.Stride);
        for (int first = start; first < end; first += _layout.Block)
        {
            int count = Math.Min(_layout.Block, end - first);
            Whiten(first, count);
            Harden(labels[Math.Min(first, labels.Length)..Math.Min(first + count, labels.Length)], first, count);
            Moments();
        }

        Collect(results);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Visit(EmParameters parameters, int chunk, BlockVisitor visit)
    {
        Load(parameters);
        int k = _layout.Components, block = _layout.Block, start = chunk * _layout.Chunk, end = Math.Min(start + _layout.Chunk, _samples.Count);
        double[] responsibilities = new double[k * block], logDensities = new double[block];
        for (int first = start; first < end; first += block)
        {
            int count = Math.Min(block, end - first);
            Densities(first, (count + SampleSet.Padding - 1) / SampleSet.Padding * SampleSet.Padding, wantLogs: true);
            for (int n = 0; n < count; n++)
            {
                logDensities[n] = (double.CreateTruncating(_logSums.Pointer[n]) + parameters.LogOffset) * EmParameters.Ln2;
                double sum = 0;
                for (int c = 0; c < k; c++) sum += responsibilities[n * k + c] = double.CreateTruncating(_logs.Pointer[c * block + n]);
                for (int c = 0; c < k; c++) responsibilities[n * k + c] /= sum;
            }

            visit(first, count, responsibilities.AsSpan(0, count * k), logDensities.AsSpan(0, count));
        }

        GC.KeepAlive(this);
    }

    private void Collect(Span<double> results)
    {
        int lanes = _layout.VirtualLanes;
        for (int i = 0; i < results.Length; i++) results[i] = Pairwise.Sum(_sums.Span.Slice(i * lanes, lanes));
        GC.KeepAlive(this);
    }

    /// <summary>The white coordinates of a block under each component, and its log densities.</summary>
    private void Whiten(int first, int count)
    {
        int k = _layout.Components, block = _layout.Block, groups = _layout.Groups;
        for (int c = 0; c < k; c++)
        {
            TScalar* component = _parameters.Pointer + c * _layout.ParametersPerComponent, logs = _logs.Pointer + c * block;
            for (int g = 0; g < groups; g++)
            {
                TScalar* y = _white.Pointer + (c * groups + g) * 3 * block, group = component + g * _layout.GroupParameters;
                if (!_layout.Matrices)
                {
                    EmKernels.WhitenDiagonal<T, TScalar>(Group(g, first), count, group, y, block, logs, _logFactors.Pointer[c], g > 0);
                    continue;
                }

                for (int earlier = 0; earlier < g; earlier++)
                    EmKernels.WhitenSquare<T, TScalar>(Group(earlier, first), count, component + earlier * _layout.GroupParameters, component + _layout.PairParameters(g, earlier), y, block, earlier > 0);
                EmKernels.WhitenTriangle<T, TScalar>(Group(g, first), count, group, y, block, logs, _logFactors.Pointer[c], g > 0);
            }
        }

    }

    /// <summary>E step: white coordinates, likelihoods relative to the largest, factors, log densities.</summary>
    private void Densities(int first, int count, bool wantLogs)
    {
        Whiten(first, count);
        int k = _layout.Components, block = _layout.Block, lists = k * Parts;
        for (int l = 0; l < lists; l++) _lists.Pointer[l * (block + 1)] = 0;
        double* total = _sums.Pointer + k * _layout.StatisticsPerComponent * _layout.VirtualLanes;
        EmKernels.Normalize<T, TScalar>(
            _logs.Pointer, block, k, count, Planes + (long)_layout.Features * _samples.Stride + first, _factors.Pointer, wantLogs ? _logSums.Pointer : null, total, CutOff, _lists.Pointer);
    }

    /// <summary>In place of the E step: likelihood 1 for a sample's label, 0 for the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Harden(ReadOnlySpan<int> labels, int first, int count)
    {
        int block = _layout.Block;
        _logs.Span.Clear();
        for (int n = 0; n < labels.Length; n++) _logs.Pointer[labels[n] * block + n] = TScalar.One;
        new ReadOnlySpan<TScalar>(Planes + (long)_layout.Features * _samples.Stride + first, count).CopyTo(_factors.Span);
        for (int c = 0; c < _layout.Components; c++)
        {
            for (int part = 0; part < Parts; part++)
            {
                int* list = _lists.Pointer + (c * Parts + part) * (block + 1);
                *list = 0;
                for (int p = part * T.Count; p < count; p += _layout.VirtualLanes) list[++*list] = p;
            }
        }
    }

    /// <summary>M step: responsibilities times powers of the white coordinates, summed.</summary>
    private void Moments()
    {
        int block = _layout.Block, groups = _layout.Groups, lanes = _layout.VirtualLanes;
        for (int c = 0; c < _layout.Components; c++)
        {
            TScalar* likelihoods = _logs.Pointer + c * block, white = _white.Pointer + c * groups * 3 * block;
            double* sums = _sums.Pointer + c * _layout.StatisticsPerComponent * lanes;
            for (int part = 0; part < Parts; part++)
            {
                int* list = _lists.Pointer + (c * Parts + part) * (block + 1);
                if (*list == 0) continue;
                double* lane = sums + part * T.Count;
                for (int g = 0; g < groups; g++)
                {
                    TScalar* y = white + g * 3 * block;
                    if (!_layout.Matrices)
                    {
                        EmKernels.MomentsDiagonal<T, TScalar>(likelihoods, _factors.Pointer, y, block, list, lane + _layout.GroupStatistics(g) * lanes, lanes);
                        continue;
                    }

                    EmKernels.MomentsTriangle<T, TScalar>(likelihoods, _factors.Pointer, y, block, list, lane + _layout.GroupStatistics(g) * lanes, lanes);
                    for (int earlier = 0; earlier < g; earlier++)
                        EmKernels.MomentsSquare<T, TScalar>(likelihoods, _factors.Pointer, y, white + earlier * 3 * block, block, list, lane + _layout.PairStatistics(g, earlier) * lanes, lanes);
                }
            }
        }
    }

    private Planes3<TScalar> Group(int group, int first)
    {
        return new Planes3<TScalar>(Plane(group * 3), Plane(group * 3 + 1), Plane(group * 3 + 2));

        TScalar* Plane(int feature) => feature < _layout.Features ? Planes + (long)feature * _samples.Stride + first : _zeros.Pointer;
    }

    private void Load(EmParameters parameters)
    {
        if (_loaded == parameters) return;
        _loaded = parameters;
        for (int i = 0; i < _parameters.Length; i++) _parameters.Pointer[i] = TScalar.CreateTruncating(parameters.Kernel[i]);
        for (int c = 0; c < _layout.Components; c++) _logFactors.Pointer[c] = TScalar.CreateTruncating(parameters.LogFactors[c]);
    }
}
