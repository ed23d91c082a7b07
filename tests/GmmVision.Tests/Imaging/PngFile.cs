using System.Buffers.Binary;
using System.IO.Compression;
using GmmVision.Imaging;

namespace GmmVision.Tests.Imaging;

/// <summary>PNG files of every kind, made sample by sample as the standard describes them; shares only the checksum with the product.</summary>
internal static class PngFile
{
    /// <summary>Makes one.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="type">0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha.</param>
    /// <param name="bits">Of a sample.</param>
    /// <param name="samples">The samples of a pixel.</param>
    /// <param name="filter">The filter type of a row; null: all five in turn.</param>
    /// <param name="interlaced">In the seven passes of Adam7.</param>
    /// <param name="palette">R, G, B of each index.</param>
    public static byte[] Make(int width, int height, int type, int bits, Func<int, int, int[]> samples, int? filter = null, bool interlaced = false, byte[]? palette = null)
    {
        using MemoryStream raw = new();
        (int X, int Y, int Dx, int Dy)[] passes = interlaced ? [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)] : [(0, 0, 1, 1)];
        foreach ((int x0, int y0, int dx, int dy) in passes)
        {
            byte[]? above = null;
            for (int y = y0, line = 0; y < height && x0 < width; y += dy, line++)
            {
                List<int> values = [];
                for (int x = x0; x < width; x += dx)
                    values.AddRange(samples(x, y));
                byte[] row = Pack(values, bits);
                int back = Math.Max(1, samples(0, 0).Length * bits / 8), kind = filter ?? line % 5;
                raw.WriteByte((byte)kind);
                raw.Write(Filter(row, above ?? new byte[row.Length], kind, back));
                above = row;
            }
        }
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(raw.ToArray());
        byte[] data = packed.ToArray();
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)bits, (byte)type, interlaced ? (byte)1 : (byte)0);
        return [0x89, .. "PNG\r\n\x1a\n"u8, .. Chunk("IHDR"u8, header), .. palette is null ? [] : Chunk("PLTE"u8, palette), .. Chunk("tEXt"u8, "a\0b"u8),
            .. Chunk("IDAT"u8, data.AsSpan(0, data.Length / 2)), .. Chunk("IDAT"u8, data.AsSpan(data.Length / 2)), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Pack(List<int> values, int bits)
    {
        byte[] row = new byte[(values.Count * bits + 7) / 8];
        for (int i = 0; i < values.Count * bits; i++)
        {
            int bit = values[i / bits] >> bits - 1 - i % bits & 1;
            row[i / 8] |= (byte)(bit << 7 - i % 8);
        }
        return row;
    }

    private static byte[] Filter(byte[] row, byte[] above, int kind, int back)
    {
        byte[] filtered = new byte[row.Length];
        for (int i = 0; i < row.Length; i++)
        {
            int a = i < back ? 0 : row[i - back], b = above[i], c = i < back ? 0 : above[i - back], p = a + b - c;
            int paeth = new[] { a, b, c }.MinBy(value => Math.Abs(p - value));      // the first of equals, as it must be
            filtered[i] = (byte)(row[i] - kind switch { 0 => 0, 1 => a, 2 => b, 3 => (a + b) >> 1, 4 => paeth, _ => 0 });
        }
        return filtered;
    }

    public static byte[] Chunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        byte[] chunk = new byte[12 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        type.CopyTo(chunk.AsSpan(4));
        content.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + content.Length), ~PngWriter.Crc(uint.MaxValue, chunk.AsSpan(4, 4 + content.Length)));
        return chunk;
    }
}
