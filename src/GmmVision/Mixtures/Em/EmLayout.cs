namespace GmmVision.Mixtures;

/// <summary>Sizes that a pass works with. They depend on the problem alone, never on threads or lanes, so that sums are added in the same order everywhere.</summary>
internal sealed class EmLayout
{
    private const int LongestBlock = 512, BlockBytes = 192 * 1024, MostChunks = 256;
    private const long MostResultBytes = 64L << 20;

    public EmLayout(SampleSet samples, CovarianceType covariance, int components)
    {
        (Components, Features) = (components, samples.Features);
        Matrices = covariance is CovarianceType.Full or CovarianceType.Tied;
        int scalar = samples.Precision == SamplePrecision.Single ? 4 : 8;
        VirtualLanes = 64 / scalar;
        Block = Math.Clamp(BlockBytes / (scalar * components * (PaddedFeatures + 1)) / SampleSet.Padding * SampleSet.Padding, 64, LongestBlock);
        long chunks = Math.Clamp(MostResultBytes / (8L * components * StatisticsPerComponent), 8, MostChunks);
        Chunk = (int)((Math.Max(samples.Stride / chunks + 1, 4096) + Block - 1) / Block * Block);
        Chunks = (samples.Stride + Chunk - 1) / Chunk;
    }

    public int Components { get; }

    public int Features { get; }

    /// <summary>Whether components have matrices (full, tied) and not only variances.</summary>
    public bool Matrices { get; }

    /// <summary>Groups of three features.</summary>
    public int Groups => (Features + 2) / 3;

    public int PaddedFeatures => Groups * 3;

    /// <summary>Numbers side by side in the widest lanes.</summary>
    public int VirtualLanes { get; }

    /// <summary>Samples in a block, whose work space stays in the nearest caches.</summary>
    public int Block { get; }

    /// <summary>Samples in a chunk, the unit of work of a thread.</summary>
    public int Chunk { get; }

    public int Chunks { get; }

    /// <summary>Sums that the samples leave per component: by group 10 (or 7 without matrices), then 9 for each pair of groups.</summary>
    public int StatisticsPerComponent => Matrices ? Groups * 10 + Groups * (Groups - 1) / 2 * 9 : Groups * 7;

    /// <summary>Where the sums of a group begin.</summary>
    public int GroupStatistics(int group) => group * (Matrices ? 10 : 7);

    /// <summary>Where the sums of a group and an earlier one begin.</summary>
    public int PairStatistics(int group, int earlier) => Groups * 10 + (group * (group - 1) / 2 + earlier) * 9;

    /// <summary>Numbers that describe a group (μ, c, W) and, in sum, a component.</summary>
    public int GroupParameters => Matrices ? 12 : 9;

    public int ParametersPerComponent => Groups * GroupParameters + (Matrices ? Groups * (Groups - 1) / 2 * 9 : 0);

    public int PairParameters(int group, int earlier) => Groups * GroupParameters + (group * (group - 1) / 2 + earlier) * 9;
}
