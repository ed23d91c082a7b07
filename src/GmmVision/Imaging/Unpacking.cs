using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GmmVision.Imaging;

/// <summary>Lays packed pictures out in planes, to the same samples as <see cref="FrameConverter"/> gives from planes of red, green and blue.</summary>
internal static class Unpacking
{
    private const int Lanes = 8;      // pixels in a vector
    private const int Bits = FrameConverter.Bits, Half = 1 << (Bits - 1);

    /// <summary>Luma, and chroma where there is some, of a frame of its own size and range.</summary>
    public static void Nv12(PackedFrame from, Frame to)
    {
        for (int y = 0; y < from.Height; y++)
            from.Data.Slice(y * from.Stride, from.Width).CopyTo(to.Row(0, y));
        int width = to.Format.PlaneWidth(1);
        for (int y = 0; to.Format.Layout == PixelLayout.Yuv420 && y < to.Format.PlaneHeight(1); y++)
        {
            ReadOnlySpan<byte> pairs = from.Data.Slice((from.Height + y) * from.Stride, 2 * width);
            Span<byte> u = to.Row(1, y), v = to.Row(2, y);
            int x = 0;
            for (; x + 32 <= width; x += 32)
            {
                Vector256<ushort> first = Load<ushort>(pairs, 2 * x), second = Load<ushort>(pairs, 2 * x + 32);
                Vector256<ushort> low = Vector256.Create((ushort)0xFF);
                Vector256.Narrow(first & low, second & low).StoreUnsafe(ref MemoryMarshal.GetReference(u), (nuint)x);
                Vector256.Narrow(first >>> 8, second >>> 8).StoreUnsafe(ref MemoryMarshal.GetReference(v), (nuint)x);
            }
            for (; x < width; x++)
                (u[x], v[x]) = (pairs[2 * x], pairs[2 * x + 1]);
        }
    }

    /// <summary>Red, green and blue as they are, as luma, or as luma and chroma.</summary>
    public static void Colors(PackedFrame from, Frame to)
    {
        int bytes = from.Layout is PackedLayout.Bgr or PackedLayout.Rgb ? 3 : 4, red = from.Layout is PackedLayout.Rgb or PackedLayout.Rgba ? 0 : 2;
        if (to.Format.Layout == PixelLayout.Rgb)
        {
            for (int y = 0; y < to.Height; y++)
                Planes(Row(from, y, bytes), bytes, to.Row(red, y), to.Row(1, y), to.Row(2 - red, y));
            return;
        }
        FrameConverter.Scale scale = new(to.Format.Range);
        bool hasChroma = to.Format.Layout == PixelLayout.Yuv420;
        for (int y = 0; y < to.Height; y++)
        {
            ReadOnlySpan<byte> row = Row(from, y, bytes);
            Luma(row, bytes, red, scale, to.Row(0, y)[..to.Width]);
            // While both rows are in the cache.
            if (hasChroma && (y % 2 == 1 || y == to.Height - 1))
                Chroma(Row(from, y & ~1, bytes), row, bytes, red, scale, to.Width, to.Row(1, y / 2), to.Row(2, y / 2));
        }
    }

    private static ReadOnlySpan<byte> Row(PackedFrame from, int y, int bytes) => from.Data.Slice(y * from.Stride, bytes * from.Width);

    private static void Planes(ReadOnlySpan<byte> row, int bytes, Span<byte> first, Span<byte> second, Span<byte> third)
    {
        int x = 0, width = row.Length / bytes;
        Vector256<uint> low = Vector256.Create(0xFFu);
        for (; CanLoad(row, bytes, x, width); x += Lanes)
        {
            Vector256<uint> pixels = Load(row, bytes, x);
            Store(pixels & low, first, x);
            Store(pixels >>> 8 & low, second, x);
            Store(pixels >>> 16 & low, third, x);
        }
        for (; x < width; x++)
            (first[x], second[x], third[x]) = (row[bytes * x], row[bytes * x + 1], row[bytes * x + 2]);
    }

    private static void Luma(ReadOnlySpan<byte> row, int bytes, int red, in FrameConverter.Scale scale, Span<byte> luma)
    {
        (int first, int third) = red == 0 ? (scale.LumaOfRed, scale.LumaOfBlue) : (scale.LumaOfBlue, scale.LumaOfRed);
        int bias = (scale.Black << Bits) + Half, x = 0;
        Vector256<uint> low = Vector256.Create(0xFFu), ofFirst = Vector256.Create((uint)first), ofSecond = Vector256.Create((uint)scale.LumaOfGreen), ofThird = Vector256.Create((uint)third), more = Vector256.Create((uint)bias);
        for (; CanLoad(row, bytes, x, luma.Length); x += Lanes)
        {
            Vector256<uint> pixels = Load(row, bytes, x);
            Store((pixels & low) * ofFirst + (pixels >>> 8 & low) * ofSecond + (pixels >>> 16 & low) * ofThird + more >>> Bits, luma, x);
        }
        for (; x < luma.Length; x++)
            luma[x] = FrameConverter.Byte(row[bytes * x] * first + row[bytes * x + 1] * scale.LumaOfGreen + row[bytes * x + 2] * third + bias);
    }

    private static void Chroma(ReadOnlySpan<byte> upper, ReadOnlySpan<byte> lower, int bytes, int red, in FrameConverter.Scale scale, int width, Span<byte> u, Span<byte> v)
    {
        int x = 0;
        Vector256<uint> outer = Vector256.Create(0x00FF00FFu), low = Vector256.Create(0xFFu), field = Vector256.Create(0xFFFFu);
        for (; CanLoad(upper, bytes, 2 * x + Lanes, width) && CanLoad(lower, bytes, 2 * x + Lanes, width); x += Lanes)
        {
            Vector256<uint> a = Load(upper, bytes, 2 * x), b = Load(lower, bytes, 2 * x), c = Load(upper, bytes, 2 * x + Lanes), d = Load(lower, bytes, 2 * x + Lanes);
            // First and third colour in the halves of a lane; the sums of four have ten bits, so they stay apart.
            Vector256<uint> both = Pairs((a & outer) + (b & outer), (c & outer) + (d & outer)), second = Pairs((a >>> 8 & low) + (b >>> 8 & low), (c >>> 8 & low) + (d >>> 8 & low));
            Vector256<int> one = (both & field).AsInt32(), three = (both >>> 16).AsInt32(), green = second.AsInt32();
            (Vector256<int> reds, Vector256<int> blues) = red == 0 ? (one, three) : (three, one);
            Store(Mean(blues * scale.CbOfBlue - reds * scale.CbOfRed - green * scale.CbOfGreen), u, x);
            Store(Mean(reds * scale.CbOfBlue - green * scale.CrOfGreen - blues * scale.CrOfBlue), v, x);
        }
        for (; x < u.Length; x++)
        {
            int left = bytes * 2 * x, right = bytes * Math.Min(2 * x + 1, width - 1);
            int one = Sum(upper, lower, left, right, 0), green = Sum(upper, lower, left, right, 1), three = Sum(upper, lower, left, right, 2);
            (int reds, int blues) = red == 0 ? (one, three) : (three, one);
            u[x] = FrameConverter.Byte((blues * scale.CbOfBlue - reds * scale.CbOfRed - green * scale.CbOfGreen) / 4 + (128 << Bits) + Half);
            v[x] = FrameConverter.Byte((reds * scale.CbOfBlue - green * scale.CrOfGreen - blues * scale.CrOfBlue) / 4 + (128 << Bits) + Half);
        }
    }

    private static int Sum(ReadOnlySpan<byte> upper, ReadOnlySpan<byte> lower, int left, int right, int channel) =>
        upper[left + channel] + upper[right + channel] + lower[left + channel] + lower[right + channel];

    // Of each two lanes their sum.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Pairs(Vector256<uint> left, Vector256<uint> right) =>
        Vector256.Narrow(left.AsUInt64() + (left.AsUInt64() >>> 32), right.AsUInt64() + (right.AsUInt64() >>> 32));

    // A quarter, rounded towards 0 as the division of integers does, around the middle.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Mean(Vector256<int> sum)
    {
        Vector256<int> quarter = sum + (sum >> 31 & Vector256.Create(3)) >> 2;
        return Vector256.Min(Vector256.Max(quarter + Vector256.Create((128 << Bits) + Half) >> Bits, Vector256<int>.Zero), Vector256.Create(255)).AsUInt32();
    }

    // Three bytes a pixel are read sixteen at a time, four more than are used.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool CanLoad(ReadOnlySpan<byte> row, int bytes, int x, int width) => x + Lanes <= width && (bytes == 4 || 3 * x + 28 <= row.Length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Load(ReadOnlySpan<byte> row, int bytes, int x)
    {
        if (bytes == 4)
            return Load<uint>(row, 4 * x);
        Vector128<byte> order = Vector128.Create((byte)0, 1, 2, 255, 3, 4, 5, 255, 6, 7, 8, 255, 9, 10, 11, 255);
        ref byte start = ref MemoryMarshal.GetReference(row);
        return Vector256.Create(Vector128.Shuffle(Vector128.LoadUnsafe(ref start, (nuint)(3 * x)), order), Vector128.Shuffle(Vector128.LoadUnsafe(ref start, (nuint)(3 * x + 12)), order)).AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Load<T>(ReadOnlySpan<byte> row, int at) => Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(row), (nuint)at).As<byte, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<uint> samples, Span<byte> row, int x)
    {
        Vector128<ushort> words = Vector128.Narrow(samples.GetLower(), samples.GetUpper());
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref MemoryMarshal.GetReference(row), x), Vector128.Narrow(words, words).AsUInt64().ToScalar());
    }
}
