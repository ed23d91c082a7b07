using System.Numerics;
using GmmVision.Imaging;

namespace GmmVision.Scenes.Still;

/// <summary>What is true of a rendered frame: where objects are, and where they differ from what they cover by enough to be seen.</summary>
/// <param name="width">Pixels in a row.</param>
/// <param name="height">Rows.</param>
public sealed class Truth(int width, int height)
{
    /// <summary>
    /// Grey levels by which a pixel must differ to count as one that can be seen: five times the least deviation that a mixture
    /// of compressed video can assume, and a little. A lone pixel that differs by less is noise to any detector.
    /// </summary>
    public const int LeastLuma = 18;

    /// <summary>The same for chroma, which is quieter.</summary>
    public const int LeastChroma = 14;

    /// <summary>Every pixel of every object.</summary>
    public Mask Objects { get; } = new(width, height);

    /// <summary>Those that differ from what is behind them.</summary>
    public Mask Distinct { get; } = new(width, height);

    /// <summary>Forgets the frame before.</summary>
    public void Clear()
    {
        Objects.Clear();
        Distinct.Clear();
    }

    /// <summary>Paints a pixel of an object into a frame and notes it.</summary>
    /// <param name="frame">4:2:0 or grey, without noise yet.</param>
    /// <param name="x">Column, inside the picture.</param>
    /// <param name="y">Row, inside the picture.</param>
    /// <param name="color">Luma and chroma as exposed.</param>
    public void Paint(Frame frame, int x, int y, (byte Y, byte U, byte V) color)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ref byte luma = ref frame.Row(0, y)[x];
        bool distinct = Math.Abs(luma - color.Y) >= LeastLuma;
        luma = color.Y;
        if (frame.Format.PlaneCount == 3)
        {
            ref byte u = ref frame.Row(1, y / 2)[x / 2], v = ref frame.Row(2, y / 2)[x / 2];
            // The first of a block's four pixels has changed its chroma already when the others come.
            bool first = (x & 1) == 0 && (y & 1) == 0;
            distinct |= first
                ? Math.Abs(u - color.U) >= LeastChroma || Math.Abs(v - color.V) >= LeastChroma
                : Objects[x & ~1, y & ~1] && Distinct[x & ~1, y & ~1];
            if (first)
                (u, v) = (color.U, color.V);
        }
        Objects[x, y] = true;
        Distinct[x, y] = distinct;
    }

    /// <summary>How many pixels are set in both of two masks.</summary>
    public static int CountBoth(Mask a, Mask b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ReadOnlySpan<ulong> left = a.Words, right = b.Words;
        int count = 0;
        for (int i = 0; i < left.Length; i++)
            count += BitOperations.PopCount(left[i] & right[i]);
        return count;
    }
}
