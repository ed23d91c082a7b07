using System.Runtime.Intrinsics;
using GmmVision.Imaging;
using GmmVision.Simd;

namespace GmmVision.Foreground;

/// <summary>Moves pictures by a fraction of a pixel (bilinear, weights in 1/256) and masks by whole pixels.</summary>
internal static unsafe class FrameShifter
{
    /// <summary>moved(x) = frame(x + shift); beyond the border the outermost pixels repeat.</summary>
    public static void Shift(Frame frame, float dx, float dy, Frame moved)
    {
        ShiftRows(frame, dx, dy, moved, 0, frame.Height);
        (moved.Time, moved.Number) = (frame.Time, frame.Number);
    }

    /// <summary>The same for the samples of some rows, the first of which is even.</summary>
    public static void ShiftRows(Frame frame, float dx, float dy, Frame moved, int first, int end)
    {
        for (int plane = 0; plane < frame.Format.PlaneCount; plane++)
        {
            if (plane > 0 && frame.Format.Layout == PixelLayout.Yuv420)
                ShiftPlane(frame, moved, plane, dx / 2, dy / 2, first / 2, (end + 1) / 2);
            else
                ShiftPlane(frame, moved, plane, dx, dy, first, end);
        }
    }

    private static void ShiftPlane(Frame frame, Frame moved, int plane, float dx, float dy, int firstRow, int endRow)
    {
        int width = frame.Format.PlaneWidth(plane), height = frame.Format.PlaneHeight(plane);
        int ix = (int)MathF.Floor(dx), iy = (int)MathF.Floor(dy), fx = (int)MathF.Round((dx - ix) * 16), fy = (int)MathF.Round((dy - iy) * 16);
        ushort w11 = (ushort)(fx * fy), w01 = (ushort)(fx * (16 - fy)), w10 = (ushort)((16 - fx) * fy), w00 = (ushort)((16 - fx) * (16 - fy));
        int first = Math.Clamp(-ix, 0, width), last = Math.Clamp(width - 1 - ix, 0, width);     // between them no clamping is needed
        for (int y = firstRow; y < endRow; y++)
        {
            byte* above = frame.Pointer(plane) + (nint)Math.Clamp(y + iy, 0, height - 1) * frame.Stride(plane);
            byte* below = frame.Pointer(plane) + (nint)Math.Clamp(y + iy + 1, 0, height - 1) * frame.Stride(plane);
            byte* to = moved.Pointer(plane) + (nint)y * moved.Stride(plane);
            int x = 0;
            for (; x < first; x++)
                to[x] = One(x);
            for (; x + 16 <= last; x += 16)
            {
                byte* a = above + x + ix, b = below + x + ix;
                Vector256<ushort> sum = Bytes.Widen16(a) * Vector256.Create(w00) + Bytes.Widen16(a + 1) * Vector256.Create(w01) + Bytes.Widen16(b) * Vector256.Create(w10) + Bytes.Widen16(b + 1) * Vector256.Create(w11) + Vector256.Create((ushort)128) >> 8;
                Vector128.Narrow(sum.GetLower(), sum.GetUpper()).Store(to + x);
            }
            for (; x < width; x++)
                to[x] = One(x);

            byte One(int x)
            {
                int x0 = Math.Clamp(x + ix, 0, width - 1), x1 = Math.Clamp(x + ix + 1, 0, width - 1);
                return (byte)(above[x0] * w00 + above[x1] * w01 + below[x0] * w10 + below[x1] * w11 + 128 >> 8);
            }
        }
    }

    /// <summary>moved(x, y) = mask(x - dx, y - dy); what comes in from outside repeats the border.</summary>
    public static void Shift(Mask mask, int dx, int dy, Mask moved)
    {
        for (int y = 0; y < mask.Height; y++)
        {
            ReadOnlySpan<ulong> from = mask.Row(Math.Clamp(y - dy, 0, mask.Height - 1));
            Span<ulong> to = moved.Row(y);
            if (dx == 0)
            {
                from.CopyTo(to);
                continue;
            }
            int words = Math.DivRem(Math.Abs(dx), 64, out int bits);
            ulong fill = dx > 0 ? 0 - (from[0] & 1) : 0 - (from[^1] >> (mask.Width - 1 & 63) & 1);
            for (int i = 0; i < to.Length; i++)
            {
                // Left is towards lower bits.
                ulong near = Word(from, dx > 0 ? i - words : i + words, fill, mask), far = Word(from, dx > 0 ? i - words - 1 : i + words + 1, fill, mask);
                to[i] = bits == 0 ? near : dx > 0 ? near << bits | far >> (64 - bits) : near >> bits | far << (64 - bits);
            }
            to[^1] &= moved.LastWordMask;
        }
    }

    private static ulong Word(ReadOnlySpan<ulong> row, int i, ulong fill, Mask mask) =>
        (uint)i >= (uint)row.Length ? fill : i == row.Length - 1 ? row[i] | fill & ~mask.LastWordMask : row[i];
}
