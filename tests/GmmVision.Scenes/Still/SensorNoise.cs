using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using GmmVision.Imaging;
using GmmVision.Scenes.Drawing;

namespace GmmVision.Scenes.Still;

/// <summary>Adds normal noise to frames; the same seed and frame number give the same noise.</summary>
public sealed class SensorNoise
{
    // A stretch of the table for every row, from a place of its own: long enough for stretches never to be seen to repeat.
    private const int Length = 1 << 16, LongestRow = 1 << 12;

    private readonly sbyte[] _luma, _chroma;
    private readonly int _seed;

    /// <summary>Noise of some strength.</summary>
    /// <param name="luma">Standard deviation in grey levels, 0 to 20.</param>
    /// <param name="chroma">Standard deviation of the two chroma planes.</param>
    /// <param name="seed">Other seeds give other noise.</param>
    public SensorNoise(double luma, double chroma, int seed)
    {
        _seed = seed;
        (_luma, _chroma) = (Table(luma, seed), Table(chroma, seed + 1));
    }

    private static sbyte[] Table(double deviation, int seed)
    {
        var random = new Random(seed);
        var table = new sbyte[Length + LongestRow];
        for (int i = 0; i < table.Length; i++)
            table[i] = (sbyte)Math.Clamp(Math.Round(deviation * Noise.Normal(random)), -127, 127);
        return table;
    }

    /// <summary>Adds the noise of a frame.</summary>
    /// <param name="frame">Rows of at most 4,096 pixels.</param>
    /// <param name="number">Of the frame; every number has its own noise.</param>
    public void AddTo(Frame frame, int number)
    {
        ArgumentNullException.ThrowIfNull(frame);
        for (int plane = 0; plane < frame.Format.PlaneCount; plane++)
        {
            sbyte[] table = plane == 0 ? _luma : _chroma;
            for (int y = 0; y < frame.Format.PlaneHeight(plane); y++)
                Add(frame.Row(plane, y), table.AsSpan((int)(Noise.Hash(number, 3 * y + plane, _seed) % Length)));
        }
    }

    private static void Add(Span<byte> row, ReadOnlySpan<sbyte> noise)
    {
        // With the highest bit flipped bytes are signed, and the signed saturated sum is the sum clamped to 0 to 255.
        var flip = Vector256.Create((sbyte)-128);
        Span<sbyte> samples = MemoryMarshal.Cast<byte, sbyte>(row);
        int x = 0;
        for (; x + Vector256<sbyte>.Count <= samples.Length; x += Vector256<sbyte>.Count)
            (Vector256.AddSaturate(Vector256.Create<sbyte>(samples[x..]) ^ flip, Vector256.Create(noise[x..])) ^ flip).CopyTo(samples[x..]);
        for (; x < row.Length; x++)
            row[x] = (byte)Math.Clamp(row[x] + noise[x], 0, 255);
    }
}
