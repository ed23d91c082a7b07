using System.Runtime.CompilerServices;
using GmmVision.Background;
using GmmVision.Imaging;
using GmmVision.Simd;
using GmmVision.Threading;

namespace GmmVision.Foreground;

/// <summary>
/// Decides by the mean of a pixel's and its eight neighbours' distances from the background instead of by the pixel's own:
/// noise is alone, an object is not. A single distance counts at most four thresholds, so that one wild pixel decides nothing.
/// </summary>
/// <remarks>
/// The log-odds of foreground are linear in the squared Mahalanobis distance, so this is a smoothing of log-odds over the
/// smallest neighbourhood there is. Works only around pixels that were over the threshold themselves: elsewhere the mean
/// cannot be over it either.
/// </remarks>
internal sealed unsafe class EvidenceFilter
{
    private const int Tile = 32;            // pixels decided at once: half a word of a mask
    private readonly int _height;
    private readonly EvidenceMap _evidence;
    private readonly WorkerTeam _team;
    private readonly RowBands _bands;
    private readonly Action<int> _applyWidest;
    private Mask? _raw, _smoothed;

    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="evidence">What the model writes, of that size.</param>
    /// <param name="team">Threads to share the work; null for the caller alone.</param>
    public EvidenceFilter(int width, int height, EvidenceMap evidence, WorkerTeam? team = null)
    {
        _team = team ?? WorkerTeam.Alone;
        _bands = _team.Share(new FrameFormat(width, height, PixelLayout.Gray8));
        _applyWidest = LaneWidth.Choose<Action<int>>(ApplyBand<Int16x32>, ApplyBand<Int16x16>, ApplyBand<Int16x8>);
        (_height, _evidence) = (height, evidence);
    }

    /// <summary>Replaces the raw decision by that of the smoothed evidence.</summary>
    /// <param name="raw">The model's decision.</param>
    /// <param name="smoothed">Receives the new one.</param>
    public void Apply(Mask raw, Mask smoothed) => Apply(raw, smoothed, _applyWidest);

    internal void Apply<T>(Mask raw, Mask smoothed) where T : struct, IInt16Lanes<T> => Apply(raw, smoothed, ApplyBand<T>);

    private void Apply(Mask raw, Mask smoothed, Action<int> applyBand)
    {
        _evidence.RepeatBorders();
        (_raw, _smoothed) = (raw, smoothed);
        _team.Run(_bands.Count, applyBand);
        (_raw, _smoothed) = (null, null);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ApplyBand<T>(int band) where T : struct, IInt16Lanes<T>
    {
        (Mask raw, Mask smoothed) = (_raw!, _smoothed!);
        (int first, int end) = _bands[band];
        int words = raw.WordsPerRow, stride = _evidence.Stride;
        bool endsInHalfAWord = (stride / Tile - 1 & 1) != 0;
        fixed (ulong* from = raw.Words, to = smoothed.Words)
        {
            for (int y = first; y < end; y++)
            {
                ulong* here = from + (nint)y * words, above = y > 0 ? here - words : here, below = y < _height - 1 ? here + words : here;
                ulong* result = to + (nint)y * words;
                byte* evidence = _evidence.Row(y);
                ulong before = 0, near = here[0] | above[0] | below[0];
                for (int word = 0; word < words; word++)
                {
                    ulong after = word + 1 < words ? here[word + 1] | above[word + 1] | below[word + 1] : 0;
                    ulong touching = near | near << 1 | near >> 1 | before >> 63 | after << 63;
                    ulong decided = 0;
                    if ((uint)touching != 0)
                        decided = Decide<T>(evidence + 2 * word * Tile, stride);
                    if (touching >> 32 != 0 && !(endsInHalfAWord && word == words - 1))
                        decided |= (ulong)Decide<T>(evidence + (2 * word + 1) * Tile, stride) << 32;
                    result[word] = decided;
                    (before, near) = (near, after);
                }
                result[words - 1] &= smoothed.LastWordMask;
            }
        }
    }

    /// <summary>32 pixels: whether the sum over 3x3 is over nine thresholds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Decide<T>(byte* evidence, int stride) where T : struct, IInt16Lanes<T>
    {
        uint result = 0;
        for (int lane = 0; lane < Tile; lane += T.Count)
        {
            byte* at = evidence + lane;
            T sum = Row(at - stride) + Row(at) + Row(at + stride);
            result |= T.ToBits(T.LessThan(T.All(9 * EvidenceMap.Threshold), sum)) << lane;
        }
        return result;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static T Row(byte* at) => T.LoadBytes(at - 1) + T.LoadBytes(at) + T.LoadBytes(at + 1);
    }
}
