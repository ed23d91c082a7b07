using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GmmVision.Background;
using GmmVision.Imaging;
using GmmVision.Simd;

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
    private const int Tile = 32;
    private readonly int _width, _height, _stride;
    private readonly byte[] _evidence;
    private readonly WorkerTeam _team;
    private readonly RowBands _bands;
    private readonly Action<int> _applyIn512, _applyIn256, _applyIn128;
    private Mask? _raw, _smoothed;

    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="stride">Bytes in a row of evidence: whole tiles of 32, and 32 more.</param>
    /// <param name="team">Threads to share the work; null for the caller alone.</param>
    public EvidenceFilter(int width, int height, int stride, WorkerTeam? team = null)
    {
        _team = team ?? WorkerTeam.Alone;
        _bands = _team.Share(new FrameFormat(width, height, PixelLayout.Gray8));
        (_applyIn512, _applyIn256, _applyIn128) = (ApplyBand<Int16x32>, ApplyBand<Int16x16>, ApplyBand<Int16x8>);
        (_width, _height, _stride) = (width, height, stride);
        // One row more at both ends and a vector more at the sides, so that neighbours can be read without asking.
        _evidence = GC.AllocateArray<byte>((stride * (height + 2)) + 2 * Vector512<byte>.Count, pinned: true);
    }

    /// <summary>Where the model writes its evidence.</summary>
    public byte* Evidence => (byte*)Unsafe.AsPointer(ref _evidence[Vector512<byte>.Count]) + _stride;

    /// <summary>Replaces the raw decision by that of the smoothed evidence.</summary>
    /// <param name="raw">The model's decision.</param>
    /// <param name="smoothed">Receives the new one.</param>
    public void Apply(Mask raw, Mask smoothed) =>
        Apply(raw, smoothed, Vector512.IsHardwareAccelerated ? _applyIn512 : Vector256.IsHardwareAccelerated ? _applyIn256 : _applyIn128);

    internal void Apply<T>(Mask raw, Mask smoothed) where T : struct, IInt16Lanes<T> => Apply(raw, smoothed, ApplyBand<T>);

    private void Apply(Mask raw, Mask smoothed, Action<int> applyBand)
    {
        RepeatBorders();
        (_raw, _smoothed) = (raw, smoothed);
        _team.Run(_bands.Count, applyBand);
        (_raw, _smoothed) = (null, null);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ApplyBand<T>(int band) where T : struct, IInt16Lanes<T>
    {
        (Mask raw, Mask smoothed) = (_raw!, _smoothed!);
        (int first, int end) = _bands[band];
        int words = raw.WordsPerRow;
        bool endsInHalfAWord = (_stride / Tile - 1 & 1) != 0;
        fixed (ulong* from = raw.Words, to = smoothed.Words)
        {
            for (int y = first; y < end; y++)
            {
                ulong* here = from + (nint)y * words, above = y > 0 ? here - words : here, below = y < _height - 1 ? here + words : here;
                ulong* result = to + (nint)y * words;
                byte* evidence = Evidence + (nint)y * _stride;
                ulong before = 0, near = here[0] | above[0] | below[0];
                for (int word = 0; word < words; word++)
                {
                    ulong after = word + 1 < words ? here[word + 1] | above[word + 1] | below[word + 1] : 0;
                    ulong touching = near | near << 1 | near >> 1 | before >> 63 | after << 63;
                    ulong decided = 0;
                    if ((uint)touching != 0)
                        decided = Decide<T>(evidence + 2 * word * Tile);
                    if (touching >> 32 != 0 && !(endsInHalfAWord && word == words - 1))
                        decided |= (ulong)Decide<T>(evidence + (2 * word + 1) * Tile) << 32;
                    result[word] = decided;
                    (before, near) = (near, after);
                }
                result[words - 1] &= smoothed.LastWordMask;
            }
        }
    }

    /// <summary>32 pixels: whether the sum over 3x3 is over nine thresholds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Decide<T>(byte* evidence) where T : struct, IInt16Lanes<T>
    {
        uint result = 0;
        for (int lane = 0; lane < Tile; lane += T.Count)
        {
            byte* at = evidence + lane;
            T sum = Row(at - _stride) + Row(at) + Row(at + _stride);
            result |= T.ToBits(T.LessThan(T.All(9 * KernelPass.EvidenceScale), sum)) << lane;
        }
        return result;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static T Row(byte* at) => T.LoadBytes(at - 1) + T.LoadBytes(at) + T.LoadBytes(at + 1);
    }

    private void RepeatBorders()
    {
        byte* first = Evidence, last = first + (nint)(_height - 1) * _stride;
        for (byte* row = first; row <= last; row += _stride)
            (row[-1], row[_width]) = (row[0], row[_width - 1]);
        Buffer.MemoryCopy(first - 1, first - 1 - _stride, _stride, _stride);
        Buffer.MemoryCopy(last - 1, last - 1 + _stride, _stride, _stride);
    }
}
