using System.Numerics;
using System.Runtime.CompilerServices;
using GmmVision.Imaging;

namespace GmmVision.Foreground;

/// <summary>
/// Where the picture flickers (leaves, water, flags): how often the decision flips, block by block, and how much farther from the
/// background a pixel must be there before it is foreground. After the feedback of PBAS and SuBSENSE (Hofmann 2012, St-Charles
/// 2014), on blocks and on a mixture's threshold.
/// </summary>
/// <remarks>A passing object flips a pixel twice; a leaf does it all the time. Only what flips more often than <see cref="Ordinary"/> counts.</remarks>
internal sealed unsafe class FlickerMap
{
    /// <summary>Flips a frame that passing objects may cause: two every second at 25 frames a second, and noise.</summary>
    private const double Ordinary = 0.08;

    private readonly int _side, _shift, _across, _stride;
    private readonly double _gain, _strength;
    private readonly Mask _before;
    private readonly float[] _rate;
    private readonly int[] _flips;
    private readonly short[] _tolerance;
    private bool _first = true;

    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="timeConstant">Over how many frames flips are averaged.</param>
    /// <param name="strength">How many thresholds are added at a flip in every frame.</param>
    public FlickerMap(int width, int height, double timeConstant, double strength)
    {
        // Blocks of 8 pixels in a picture of 240 rows: a cluster of leaves.
        _shift = Math.Clamp((int)Math.Round(Math.Log2(Math.Max(1, Math.Min(width, height) / 30.0))), 3, 5);
        _side = 1 << _shift;
        _before = new Mask(width, height);
        _across = _before.WordsPerRow * 64 / _side;
        _stride = _before.WordsPerRow * 64;
        int down = (height + _side - 1) / _side;
        _rate = new float[_across * down];
        _flips = new int[_across];
        _tolerance = GC.AllocateArray<short>(_stride * down, pinned: true);
        _tolerance.AsSpan().Fill(short.MaxValue);
        (_gain, _strength) = (1 / timeConstant, strength);
    }

    /// <summary>For each pixel of a row, by how much (of 32767) its squared distance is to be scaled before it is held against the threshold.</summary>
    public short* Tolerance(int y) => (short*)Unsafe.AsPointer(ref _tolerance[0]) + (nint)(y >> _shift) * _stride;

    /// <summary>One row of tolerances serves 2 to the power of this many rows of the picture.</summary>
    public int RowShift => _shift;

    /// <summary>Shorts from one row of tolerances to the next.</summary>
    public int Stride => _stride;

    /// <summary>Takes the raw decision of a frame into account.</summary>
    public void Update(Mask raw)
    {
        if (!_first)
            for (int top = 0, row = 0; top < raw.Height; top += _side, row++)
                UpdateBlocks(raw, top, row);
        _first = false;
        _before.CopyFrom(raw);
    }

    /// <summary>Removes pixels where it flickers too much for the decision to be trusted with what is learnt.</summary>
    public void RemoveFlickering(Mask held)
    {
        for (int y = 0; y < held.Height; y++)
        {
            Span<ulong> words = held.Row(y);
            ReadOnlySpan<float> rates = _rate.AsSpan((y >> _shift) * _across, _across);
            for (int i = 0; i < words.Length; i++)
            {
                if (words[i] == 0)
                    continue;
                for (int block = 0; block < 64 >> _shift; block++)
                    if (rates[(i << (6 - _shift)) + block] > 2 * Ordinary)
                        words[i] &= ~(((1UL << _side) - 1) << (block << _shift));
            }
        }
    }

    private void UpdateBlocks(Mask raw, int top, int row)
    {
        _flips.AsSpan().Clear();
        int bottom = Math.Min(raw.Height, top + _side);
        ulong any = 0;
        for (int y = top; y < bottom; y++)
        {
            ReadOnlySpan<ulong> now = raw.Row(y), before = _before.Row(y);
            for (int i = 0; i < now.Length; i++)
            {
                ulong flips = now[i] ^ before[i];
                if (flips == 0)
                    continue;
                any |= flips;
                for (int block = 0; block < 64 >> _shift; block++)
                    _flips[(i << (6 - _shift)) + block] += BitOperations.PopCount(flips >> (block << _shift) & ((1UL << _side) - 1));
            }
        }
        Span<float> rates = _rate.AsSpan(row * _across, _across);
        if (any == 0 && !rates.ContainsAnyExcept(0f))
            return;
        float pixels = _side * (bottom - top);
        for (int i = 0; i < rates.Length; i++)
        {
            float rate = rates[i] + (float)_gain * (_flips[i] / pixels - rates[i]);
            rates[i] = rate < 1e-4f ? 0 : rate;
            short tolerance = (short)(short.MaxValue / (1 + _strength * Math.Max(0, rate - Ordinary)));
            _tolerance.AsSpan(row * _stride + i * _side, _side).Fill(tolerance);
        }
    }
}
