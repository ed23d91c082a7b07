using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GmmVision.Imaging;

/// <summary>Makes pictures smaller by a whole factor, each pixel the mean of a square.</summary>
public static class PictureScaler
{
    /// <summary>The factor that brings a width to at most <paramref name="most"/>.</summary>
    public static int FactorFor(int width, int most) => Math.Max(1, (width + most - 1) / most);

    /// <summary>The format of a smaller picture.</summary>
    public static FrameFormat Shrink(FrameFormat format, int factor) =>
        format with { Width = Math.Max(1, format.Width / factor), Height = Math.Max(1, format.Height / factor) };

    /// <summary>Fills a frame of the smaller format.</summary>
    public static void Shrink(Frame from, Frame to, int factor)
    {
        if (factor == 1)
        {
            to.CopyFrom(from);
            return;
        }
        for (int plane = 0; plane < from.Format.PlaneCount; plane++)
        {
            int width = to.Format.PlaneWidth(plane), height = to.Format.PlaneHeight(plane), lastRow = from.Format.PlaneHeight(plane) - 1;
            for (int y = 0; y < height; y++)
            {
                if (factor == 2)
                    HalveRow(from.Row(plane, Math.Min(2 * y, lastRow)), from.Row(plane, Math.Min(2 * y + 1, lastRow)), to.Row(plane, y)[..width]);
                else
                    ShrinkRow(from, plane, y * factor, to.Row(plane, y)[..width], factor);
            }
        }
    }

    private static void HalveRow(ReadOnlySpan<byte> upper, ReadOnlySpan<byte> lower, Span<byte> to)
    {
        int x = 0;
        Vector128<ushort> low = Vector128.Create((ushort)0xFF), two = Vector128.Create((ushort)2);
        for (; x + 8 <= to.Length && 2 * x + 16 <= upper.Length; x += 8)
        {
            Vector128<ushort> a = MemoryMarshal.Read<Vector128<ushort>>(upper[(2 * x)..]), b = MemoryMarshal.Read<Vector128<ushort>>(lower[(2 * x)..]);
            Vector128<ushort> mean = ((a & low) + (a >>> 8) + (b & low) + (b >>> 8) + two) >>> 2;
            Vector128<byte> narrow = Vector128.Narrow(mean, mean);
            MemoryMarshal.Write(to[x..], narrow.AsUInt64()[0]);
        }
        for (; x < to.Length; x++)
        {
            int left = Math.Min(2 * x, upper.Length - 1), right = Math.Min(2 * x + 1, upper.Length - 1);
            to[x] = (byte)(upper[left] + upper[right] + lower[left] + lower[right] + 2 >> 2);
        }
    }

    private static void ShrinkRow(Frame from, int plane, int top, Span<byte> to, int factor)
    {
        int width = from.Format.PlaneWidth(plane), height = from.Format.PlaneHeight(plane), count = factor * factor;
        Span<int> sums = to.Length <= 1024 ? stackalloc int[to.Length] : new int[to.Length];
        sums.Clear();
        for (int row = 0; row < factor; row++)
        {
            ReadOnlySpan<byte> line = from.Row(plane, Math.Min(top + row, height - 1));
            for (int x = 0; x < sums.Length; x++)
                for (int i = 0; i < factor; i++)
                    sums[x] += line[Math.Min(x * factor + i, width - 1)];
        }
        for (int x = 0; x < sums.Length; x++)
            to[x] = (byte)((sums[x] + count / 2) / count);
    }
}
