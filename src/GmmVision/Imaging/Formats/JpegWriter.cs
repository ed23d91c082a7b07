using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GmmVision.Imaging;

/// <summary>Turns frames into JPEG pictures (baseline, the standard's own Huffman tables), fast enough for a live view.</summary>
/// <remarks>
/// Source: ITU-T T.81; columns go through the cosine transform of Arai, Agui and Nakajima (1988), rows through the matrix
/// itself, which needs no turning over between the two. A block of one colour is its mean. Gray8 becomes one component,
/// Yuv420 three with half-size chroma as it lies in the frame (limited range is stretched to JPEG's full range),
/// Rgb three of full size. Keeps its tables and buffers, so one encoder serves many pictures. Not thread-safe.
/// </remarks>
public sealed class JpegWriter
{
    private static readonly byte[] ZigZag =
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ];

    private static readonly byte[] PlaceInZigZag = [.. Enumerable.Range(0, 64).Select(place => (byte)Array.IndexOf(ZigZag, (byte)place))];

    // [x * 8 + u]: what column x gives to frequency u.
    private static readonly float[] RowTransform = [.. Enumerable.Range(0, 64).Select(i => (float)(Math.Cos((2 * (i >> 3) + 1) * (i & 7) * Math.PI / 16) * ((i & 7) == 0 ? Math.Sqrt(0.125) : 0.5)))];

    // T.81, tables K.1 and K.2.
    private static readonly byte[] LumaSteps =
    [
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
    ];

    private static readonly byte[] ChromaSteps =
    [
        17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    ];

    // T.81, tables K.3 to K.6: how many codes there are of each length, then the symbols in order.
    private static readonly HuffmanTable LumaDc = new([0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    private static readonly HuffmanTable ChromaDc = new([0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    private static readonly HuffmanTable LumaAc = new([0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7D],
    [
        0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07, 0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xA1, 0x08,
        0x23, 0x42, 0xB1, 0xC1, 0x15, 0x52, 0xD1, 0xF0, 0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0A, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x25, 0x26, 0x27, 0x28,
        0x29, 0x2A, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3A, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4A, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59,
        0x5A, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89,
        0x8A, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6,
        0xB7, 0xB8, 0xB9, 0xBA, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA, 0xE1, 0xE2,
        0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9, 0xFA,
    ]);

    private static readonly HuffmanTable ChromaAc = new([0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77],
    [
        0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07, 0x61, 0x71, 0x13, 0x22, 0x32, 0x81, 0x08, 0x14, 0x42, 0x91,
        0xA1, 0xB1, 0xC1, 0x09, 0x23, 0x33, 0x52, 0xF0, 0x15, 0x62, 0x72, 0xD1, 0x0A, 0x16, 0x24, 0x34, 0xE1, 0x25, 0xF1, 0x17, 0x18, 0x19, 0x1A, 0x26,
        0x27, 0x28, 0x29, 0x2A, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3A, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4A, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58,
        0x59, 0x5A, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87,
        0x88, 0x89, 0x8A, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xB2, 0xB3, 0xB4,
        0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA,
        0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9, 0xFA,
    ]);

    private const float ColumnGain = 2.82842712f;      // √8: what the transform of the columns leaves to be taken out

    private readonly byte[] _lumaSteps, _chromaSteps;
    private readonly float[] _lumaScale, _chromaScale;      // reciprocal of step times the columns' transform's own scale
    private readonly float[] _block = new float[64];
    private readonly int[] _quantized = new int[64];
    private byte[] _output = new byte[1 << 16];
    private int _length;
    private ulong _bits;
    private int _bitCount;

    /// <summary>An encoder of one quality.</summary>
    /// <param name="quality">1 (smallest) to 100 (best), as libjpeg counts it.</param>
    public JpegWriter(int quality = 80)
    {
        Range.Check(quality, 1, 100, "the largest being the best");
        int scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
        _lumaSteps = ScaleSteps(LumaSteps, scale);
        _chromaSteps = ScaleSteps(ChromaSteps, scale);
        _lumaScale = Reciprocals(_lumaSteps);
        _chromaScale = Reciprocals(_chromaSteps);
    }

    /// <summary>The frame as a JPEG file. The memory belongs to the encoder and is written over by the next picture.</summary>
    /// <exception cref="ArgumentException">A side is over 65,535, which JPEG cannot hold.</exception>
    public ReadOnlySpan<byte> Encode(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        (_length, _bits, _bitCount) = (0, 0, 0);
        bool isSubsampled = frame.Format.Layout == PixelLayout.Yuv420;
        WriteHeaders(frame, isSubsampled);
        switch (frame.Format.Layout)
        {
            case PixelLayout.Gray8: EncodeGray(frame); break;
            case PixelLayout.Yuv420: EncodeYuv420(frame); break;
            default: EncodeRgb(frame); break;
        }
        GC.KeepAlive(frame);
        PadBits();
        Put16(0xFFD9);
        return _output.AsSpan(0, _length);
    }

    private void EncodeGray(Frame frame)
    {
        int dc = 0;
        Plane luma = new(frame, 0);
        (float offset, float gain) = Levels(frame.Format, isChroma: false);
        for (int y = 0; y < frame.Height; y += 8)
        {
            for (int x = 0; x < frame.Width; x += 8)
            {
                dc = EncodeBlock(Load(luma, x, y, offset, gain), _lumaScale, LumaDc, LumaAc, dc);
            }
        }
    }

    private void EncodeYuv420(Frame frame)
    {
        int dcY = 0, dcU = 0, dcV = 0;
        Plane luma = new(frame, 0), blue = new(frame, 1), red = new(frame, 2);
        (float offset, float gain) = Levels(frame.Format, isChroma: false);
        (float chromaOffset, float chromaGain) = Levels(frame.Format, isChroma: true);
        for (int y = 0; y < frame.Height; y += 16)
        {
            for (int x = 0; x < frame.Width; x += 16)
            {
                for (int part = 0; part < 4; part++)
                    dcY = EncodeBlock(Load(luma, x + (part & 1) * 8, y + (part >> 1) * 8, offset, gain), _lumaScale, LumaDc, LumaAc, dcY);
                dcU = EncodeBlock(Load(blue, x / 2, y / 2, chromaOffset, chromaGain), _chromaScale, ChromaDc, ChromaAc, dcU);
                dcV = EncodeBlock(Load(red, x / 2, y / 2, chromaOffset, chromaGain), _chromaScale, ChromaDc, ChromaAc, dcV);
            }
        }
    }

    private void EncodeRgb(Frame frame)
    {
        int dcY = 0, dcU = 0, dcV = 0;
        for (int y = 0; y < frame.Height; y += 8)
        {
            for (int x = 0; x < frame.Width; x += 8)
            {
                LoadRgb(frame, x, y, 0.299f, 0.587f, 0.114f, -128);      // JFIF: Y, Cb, Cr
                dcY = EncodeBlock(null, _lumaScale, LumaDc, LumaAc, dcY);
                LoadRgb(frame, x, y, -0.168736f, -0.331264f, 0.5f, 0);
                dcU = EncodeBlock(null, _chromaScale, ChromaDc, ChromaAc, dcU);
                LoadRgb(frame, x, y, 0.5f, -0.418688f, -0.081312f, 0);
                dcV = EncodeBlock(null, _chromaScale, ChromaDc, ChromaAc, dcV);
            }
        }
    }

    // sample -> (sample + offset) * gain is centred on 0 in full range.
    private static (float Offset, float Gain) Levels(FrameFormat format, bool isChroma)
    {
        bool isStretched = format.Range == ColorRange.Limited && format.Layout != PixelLayout.Rgb;
        if (isChroma)
            return (-128, isStretched ? 255f / 224 : 1);
        return isStretched ? (-16 - 128 * 219f / 255, 255f / 219) : (-128, 1);
    }

    // Blocks that reach over the edge repeat the last column and row, which costs the fewest bits. A block of one value is
    // returned as that, and not laid down.
    private unsafe float? Load(in Plane plane, int x, int y, float offset, float gain)
    {
        Span<ulong> rows = stackalloc ulong[8];
        if (x + 8 <= plane.Width && y + 8 <= plane.Height)
        {
            byte* from = plane.Data + (nint)y * plane.Stride + x;
            for (int row = 0; row < rows.Length; row++, from += plane.Stride)
                rows[row] = Unsafe.ReadUnaligned<ulong>(from);
        }
        else
        {
            Span<byte> bytes = MemoryMarshal.AsBytes(rows);
            for (int i = 0; i < bytes.Length; i++)
                bytes[i] = plane.Data[(nint)Math.Min(y + (i >> 3), plane.Height - 1) * plane.Stride + Math.Min(x + (i & 7), plane.Width - 1)];
        }
        ulong differs = 0;
        foreach (ulong row in rows)
            differs |= row ^ rows[0];
        ulong first = rows[0] & 0xFF;
        if (differs == 0 && rows[0] == first * 0x0101_0101_0101_0101)
            return (first + offset) * gain;
        ref float block = ref MemoryMarshal.GetArrayDataReference(_block);
        Vector256<float> add = Vector256.Create(offset), times = Vector256.Create(gain);
        for (int row = 0; row < rows.Length; row++)
        {
            Vector128<ushort> wide = Vector128.WidenLower(Vector128.CreateScalar(rows[row]).AsByte());
            Vector256<int> whole = Vector256.Create(Vector128.WidenLower(wide).AsInt32(), Vector128.WidenUpper(wide).AsInt32());
            ((Vector256.ConvertToSingle(whole) + add) * times).StoreUnsafe(ref block, (nuint)(row * 8));
        }
        return null;
    }

    private void LoadRgb(Frame frame, int x, int y, float red, float green, float blue, float offset)
    {
        for (int row = 0; row < 8; row++)
        {
            int line = Math.Min(y + row, frame.Height - 1);
            ReadOnlySpan<byte> r = frame.Row(0, line), g = frame.Row(1, line), b = frame.Row(2, line);
            for (int i = 0; i < 8; i++)
            {
                int column = Math.Min(x + i, frame.Width - 1);
                _block[row * 8 + i] = red * r[column] + green * g[column] + blue * b[column] + offset;
            }
        }
    }

    private int EncodeBlock(float? flat, float[] scale, HuffmanTable dcCodes, HuffmanTable acCodes, int previousDc)
    {
        int[] quantized = _quantized;
        ulong left = 0;      // which of the quantised, in the order of the zigzag and without the first, are not 0
        if (flat is { } value)
            quantized[0] = (int)MathF.Round(value * ColumnGain * 8 * scale[0]);
        else
            left = TransformAndQuantize(_block, scale, quantized) & ~1UL;
        EnsureRoom(64 * 4 + 16);

        int dc = quantized[0], difference = dc - previousDc;
        int size = BitLength(difference);
        PutBits(dcCodes.Code[size], dcCodes.Length[size]);
        PutBits(Magnitude(difference, size), size);

        int at = 0;
        while (left != 0)
        {
            int next = BitOperations.TrailingZeroCount(left);
            left &= left - 1;
            int run = next - at - 1;
            for (; run > 15; run -= 16)
                PutBits(acCodes.Code[0xF0], acCodes.Length[0xF0]);
            int coefficient = quantized[ZigZag[next]];
            size = BitLength(coefficient);
            int symbol = run << 4 | size;
            PutBits(acCodes.Code[symbol] << size | Magnitude(coefficient, size), acCodes.Length[symbol] + size);
            at = next;
        }
        if (at != 63)
            PutBits(acCodes.Code[0], acCodes.Length[0]);
        return dc;
    }

    // Columns, then rows; eight at a time. Returns which of the 64, in the order of the zigzag, are not 0.
    private static ulong TransformAndQuantize(float[] block, float[] scale, int[] quantized)
    {
        ref float first = ref MemoryMarshal.GetArrayDataReference(block), matrix = ref MemoryMarshal.GetArrayDataReference(RowTransform), factor = ref MemoryMarshal.GetArrayDataReference(scale);
        TransformColumns(ref first);
        Vector256<float> m0 = Vector256.LoadUnsafe(ref matrix), m1 = Vector256.LoadUnsafe(ref matrix, 8), m2 = Vector256.LoadUnsafe(ref matrix, 16), m3 = Vector256.LoadUnsafe(ref matrix, 24);
        Vector256<float> m4 = Vector256.LoadUnsafe(ref matrix, 32), m5 = Vector256.LoadUnsafe(ref matrix, 40), m6 = Vector256.LoadUnsafe(ref matrix, 48), m7 = Vector256.LoadUnsafe(ref matrix, 56);
        Vector256<float> half = Vector256.Create(0.5f), sign = Vector256.Create(-0f);
        ulong isNonZero = 0;
        for (int row = 0; row < 64; row += 8)
        {
            ref float line = ref Unsafe.Add(ref first, row);
            Vector256<float> even = Vector256.Create(line) * m0 + Vector256.Create(Unsafe.Add(ref line, 2)) * m2 + Vector256.Create(Unsafe.Add(ref line, 4)) * m4 + Vector256.Create(Unsafe.Add(ref line, 6)) * m6;
            Vector256<float> odd = Vector256.Create(Unsafe.Add(ref line, 1)) * m1 + Vector256.Create(Unsafe.Add(ref line, 3)) * m3 + Vector256.Create(Unsafe.Add(ref line, 5)) * m5 + Vector256.Create(Unsafe.Add(ref line, 7)) * m7;
            Vector256<float> value = (even + odd) * Vector256.LoadUnsafe(ref factor, (nuint)row);
            Vector256<int> whole = Vector256.ConvertToInt32Native(value + (half | value & sign));      // cut off; no value comes near what does not fit
            whole.StoreUnsafe(ref MemoryMarshal.GetArrayDataReference(quantized), (nuint)row);
            isNonZero |= (ulong)(~Vector256.Equals(whole, Vector256<int>.Zero).ExtractMostSignificantBits() & 0xFF) << row;
        }
        ulong inZigZag = 0;
        for (; isNonZero != 0; isNonZero &= isNonZero - 1)
            inZigZag |= 1UL << PlaceInZigZag[BitOperations.TrailingZeroCount(isNonZero)];
        return inZigZag;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void TransformColumns(ref float block)
    {
        Vector256<float> x0 = Vector256.LoadUnsafe(ref block), x1 = Vector256.LoadUnsafe(ref block, 8), x2 = Vector256.LoadUnsafe(ref block, 16), x3 = Vector256.LoadUnsafe(ref block, 24);
        Vector256<float> x4 = Vector256.LoadUnsafe(ref block, 32), x5 = Vector256.LoadUnsafe(ref block, 40), x6 = Vector256.LoadUnsafe(ref block, 48), x7 = Vector256.LoadUnsafe(ref block, 56);
        Vector256<float> sum0 = x0 + x7, difference0 = x0 - x7, sum1 = x1 + x6, difference1 = x1 - x6;
        Vector256<float> sum2 = x2 + x5, difference2 = x2 - x5, sum3 = x3 + x4, difference3 = x3 - x4;

        Vector256<float> even0 = sum0 + sum3, even3 = sum0 - sum3, even1 = sum1 + sum2, even2 = sum1 - sum2;
        (even0 + even1).StoreUnsafe(ref block);
        (even0 - even1).StoreUnsafe(ref block, 32);
        Vector256<float> turned = (even2 + even3) * 0.707106781f;
        (even3 + turned).StoreUnsafe(ref block, 16);
        (even3 - turned).StoreUnsafe(ref block, 48);

        Vector256<float> odd0 = difference3 + difference2, odd1 = difference2 + difference1, odd2 = difference1 + difference0;
        Vector256<float> common = (odd0 - odd2) * 0.382683433f;
        Vector256<float> z2 = odd0 * 0.541196100f + common, z4 = odd2 * 1.306562965f + common, z3 = odd1 * 0.707106781f;
        Vector256<float> z11 = difference0 + z3, z13 = difference0 - z3;
        (z13 + z2).StoreUnsafe(ref block, 40);
        (z13 - z2).StoreUnsafe(ref block, 24);
        (z11 + z4).StoreUnsafe(ref block, 8);
        (z11 - z4).StoreUnsafe(ref block, 56);
    }

    private static byte[] ScaleSteps(byte[] steps, int scale) => Array.ConvertAll(steps, step => (byte)Math.Clamp((step * scale + 50) / 100, 1, 255));

    private static float[] Reciprocals(byte[] steps)
    {
        double[] own = [1, 1.387039845, 1.306562965, 1.175875602, 1, 0.785694958, 0.541196100, 0.275899379];
        float[] scale = new float[64];
        for (int row = 0; row < 8; row++)
            for (int column = 0; column < 8; column++)
                scale[row * 8 + column] = (float)(1 / (steps[row * 8 + column] * own[row] * ColumnGain));
        return scale;
    }

    private static int BitLength(int value) => 32 - BitOperations.LeadingZeroCount((uint)Math.Abs(value));

    private static int Magnitude(int value, int size) => value >= 0 ? value : value + (1 << size) - 1;

    private void WriteHeaders(Frame frame, bool isSubsampled)
    {
        if (frame.Width > 65535 || frame.Height > 65535)
            throw new ArgumentException($"A JPEG picture has at most 65535 pixels a side, not {frame.Width}x{frame.Height}.");
        int components = frame.Format.PlaneCount;
        EnsureRoom(1024);
        Put16(0xFFD8);
        Put16(0xFFE0);
        Put16(16);
        foreach (byte value in "JFIF\0\u0001\u0001\0\0\u0001\0\u0001\0\0"u8)
            _output[_length++] = value;
        PutSteps(0, _lumaSteps);
        if (components == 3)
            PutSteps(1, _chromaSteps);
        Put16(0xFFC0);
        Put16(8 + 3 * components);
        Put8(8);
        Put16(frame.Height);
        Put16(frame.Width);
        Put8(components);
        for (int i = 0; i < components; i++)
        {
            Put8(i + 1);
            Put8(i == 0 && isSubsampled ? 0x22 : 0x11);
            Put8(i == 0 ? 0 : 1);
        }
        PutTable(0x00, LumaDc);
        PutTable(0x10, LumaAc);
        if (components == 3)
        {
            PutTable(0x01, ChromaDc);
            PutTable(0x11, ChromaAc);
        }
        Put16(0xFFDA);
        Put16(6 + 2 * components);
        Put8(components);
        for (int i = 0; i < components; i++)
        {
            Put8(i + 1);
            Put8(i == 0 ? 0x00 : 0x11);
        }
        Put8(0);
        Put8(63);
        Put8(0);
    }

    private void PutSteps(int number, byte[] steps)
    {
        Put16(0xFFDB);
        Put16(67);
        Put8(number);
        foreach (byte place in ZigZag)
            Put8(steps[place]);
    }

    private void PutTable(int number, HuffmanTable table)
    {
        Put16(0xFFC4);
        Put16(19 + table.Symbols.Length);
        Put8(number);
        foreach (byte count in table.Counts)
            Put8(count);
        foreach (byte symbol in table.Symbols)
            Put8(symbol);
    }

    private void Put8(int value) => _output[_length++] = (byte)value;

    private void Put16(int value)
    {
        Put8(value >> 8);
        Put8(value);
    }

    private void PutBits(int code, int count)
    {
        _bits = _bits << count | (uint)code;
        _bitCount += count;
        if (_bitCount < 32)
            return;
        _bitCount -= 32;
        uint word = (uint)(_bits >> _bitCount);
        if ((~word - 0x0101_0101 & word & 0x8080_8080) == 0)      // no byte of it is 0xFF
        {
            BinaryPrimitives.WriteUInt32BigEndian(_output.AsSpan(_length), word);
            _length += 4;
            return;
        }
        for (int shift = 24; shift >= 0; shift -= 8)
            PutScanByte((byte)(word >> shift));
    }

    private void PutScanByte(byte value)
    {
        _output[_length++] = value;
        if (value == 0xFF)
            _output[_length++] = 0;
    }

    private void PadBits()
    {
        EnsureRoom(16);
        int missing = -_bitCount & 7;
        _bits = _bits << missing | (1U << missing) - 1;
        for (_bitCount += missing; _bitCount > 0;)
            PutScanByte((byte)(_bits >> (_bitCount -= 8)));
    }

    private void EnsureRoom(int bytes)
    {
        if (_output.Length - _length < bytes)
            Array.Resize(ref _output, _output.Length * 2);
    }

    private readonly unsafe struct Plane(Frame frame, int index)
    {
        public readonly byte* Data = frame.Pointer(index);
        public readonly int Stride = frame.Stride(index), Width = frame.Format.PlaneWidth(index), Height = frame.Format.PlaneHeight(index);
    }

    private sealed class HuffmanTable
    {
        public HuffmanTable(byte[] counts, byte[] symbols)
        {
            (Counts, Symbols) = (counts, symbols);
            int code = 0, next = 0;
            for (int length = 1; length <= 16; length++, code <<= 1)
            {
                for (int i = 0; i < counts[length - 1]; i++, code++, next++)
                    (Code[symbols[next]], Length[symbols[next]]) = (code, length);
            }
        }

        public byte[] Counts { get; }

        public byte[] Symbols { get; }

        public int[] Code { get; } = new int[256];

        public int[] Length { get; } = new int[256];
    }
}
