using System.Buffers.Binary;
using System.IO.Compression;

namespace GmmVision.Imaging;

/// <summary>Writes PNG images (ISO/IEC 15948): masks with one bit a pixel, grey of 8 and 16 bits, RGB, and label maps with a palette.</summary>
/// <remarks>Samples are written as they are; nothing is scaled from limited to full range. The stream stays open. Thread-safe.</remarks>
public static class PngWriter
{
    private const byte GrayType = 0, RgbType = 2, PaletteType = 3;
    private const byte FilterNone = 0, FilterUp = 2;

    private static readonly uint[][] CrcTables = BuildCrcTables();

    private delegate void RowFiller<T>(T source, int y, Span<byte> row);

    /// <summary>A mask, one bit a pixel, white where set.</summary>
    public static void Write(Stream stream, Mask mask, CompressionLevel compression = CompressionLevel.Fastest)
    {
        ArgumentNullException.ThrowIfNull(mask);
        Write(stream, mask.Width, mask.Height, 1, GrayType, [], compression, mask, static (mask, y, row) => PackRow(mask.Row(y), row));
    }

    /// <summary>A frame as 8-bit grey or RGB; Yuv420, which PNG cannot hold, is converted (<see cref="FrameConverter"/>).</summary>
    public static void Write(Stream stream, Frame frame, CompressionLevel compression = CompressionLevel.Fastest)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.Format.Layout == PixelLayout.Yuv420)
            frame = FrameConverter.Convert(frame, PixelLayout.Rgb);
        if (frame.Format.Layout == PixelLayout.Gray8)
            Write(stream, frame.Width, frame.Height, 8, GrayType, [], compression, frame, static (frame, y, row) => frame.Row(0, y).CopyTo(row));
        else
            Write(stream, frame.Width, frame.Height, 8, RgbType, [], compression, frame, Interleave);
    }

    /// <summary>Grey values of 8 bits, row by row without gaps.</summary>
    /// <exception cref="ArgumentException">The number of values is not width times height.</exception>
    public static void WriteGray(Stream stream, ReadOnlyMemory<byte> pixels, int width, int height, CompressionLevel compression = CompressionLevel.Fastest)
    {
        RequireCount(pixels.Length, width, height);
        Write(stream, width, height, 8, GrayType, [], compression, (pixels, width), static (s, y, row) => s.pixels.Span.Slice(y * s.width, s.width).CopyTo(row));
    }

    /// <summary>Grey values of 16 bits, row by row without gaps.</summary>
    /// <exception cref="ArgumentException">The number of values is not width times height.</exception>
    public static void WriteGray16(Stream stream, ReadOnlyMemory<ushort> pixels, int width, int height, CompressionLevel compression = CompressionLevel.Fastest)
    {
        RequireCount(pixels.Length, width, height);
        Write(stream, width, height, 16, GrayType, [], compression, (pixels, width), static (s, y, row) =>
        {
            ReadOnlySpan<ushort> from = s.pixels.Span.Slice(y * s.width, s.width);
            for (int x = 0; x < from.Length; x++)
                BinaryPrimitives.WriteUInt16BigEndian(row[(2 * x)..], from[x]);
        });
    }

    /// <summary>Palette indices of 8 bits, row by row without gaps: a label map that looks like something and still holds the labels.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="indices">One byte a pixel.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="palette">R, G, B of each index, 1 to 256 of them; every index used must be there.</param>
    /// <param name="transparent">The index that is seen through; -1 for none.</param>
    /// <param name="compression">How hard to try.</param>
    /// <exception cref="ArgumentException">The number of indices is not width times height, an index has no colour, or the palette is no whole number of 1 to 256 colours.</exception>
    public static void WriteIndexed(Stream stream, ReadOnlyMemory<byte> indices, int width, int height, ReadOnlySpan<byte> palette, int transparent = -1, CompressionLevel compression = CompressionLevel.Fastest)
    {
        RequireCount(indices.Length, width, height);
        int colors = palette.Length / 3;
        if (palette.Length % 3 != 0 || colors is < 1 or > 256)
            throw new ArgumentException($"A palette of {palette.Length} bytes is none: give R, G, B of 1 to 256 colours.");
        if (colors < 256 && indices.Span.ContainsAnyExceptInRange((byte)0, (byte)(colors - 1)))
            throw new ArgumentException($"An index is beyond the {colors} colours of the palette: give a colour for every index.");
        Write(stream, width, height, 8, PaletteType, palette, compression, (indices, width), static (s, y, row) => s.indices.Span.Slice(y * s.width, s.width).CopyTo(row), transparent);
    }

    private static void Write<T>(Stream stream, int width, int height, int bits, byte colorType, ReadOnlySpan<byte> palette, CompressionLevel compression, T source, RowFiller<T> fill, int transparent = -1)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        (header[8], header[9], header[10], header[11], header[12]) = ((byte)bits, colorType, 0, 0, 0);
        WriteChunk(stream, "IHDR"u8, header);
        if (colorType == PaletteType)
            WriteChunk(stream, "PLTE"u8, palette);
        if (transparent >= 0)
        {
            Span<byte> alpha = stackalloc byte[transparent + 1];
            alpha.Fill(255);
            alpha[transparent] = 0;
            WriteChunk(stream, "tRNS"u8, alpha);
        }

        int samples = colorType == RgbType ? 3 : 1;
        int rowBytes = (width * samples * bits + 7) / 8;
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, compression, leaveOpen: true))
            Compress(zlib, height, rowBytes, filter: bits >= 8 && colorType != PaletteType, source, fill);
        WriteChunk(stream, "IDAT"u8, data.GetBuffer().AsSpan(0, (int)data.Length));
        WriteChunk(stream, "IEND"u8, []);
    }

    private static void Compress<T>(ZLibStream zlib, int height, int rowBytes, bool filter, T source, RowFiller<T> fill)
    {
        byte[] row = new byte[rowBytes], above = new byte[rowBytes], line = new byte[rowBytes + 1];
        // Smooth pictures compress far better as differences to the row above; masks and labels do not.
        line[0] = filter ? FilterUp : FilterNone;
        for (int y = 0; y < height; y++)
        {
            if (filter)
            {
                fill(source, y, row);
                for (int i = 0; i < row.Length; i++)
                    line[i + 1] = (byte)(row[i] - above[i]);
                (row, above) = (above, row);
            }
            else
            {
                fill(source, y, line.AsSpan(1));
            }
            zlib.Write(line);
        }
    }

    private static void PackRow(ReadOnlySpan<ulong> words, Span<byte> row)
    {
        Span<byte> bytes = stackalloc byte[8];
        for (int i = 0; i < words.Length; i++)
        {
            // A mask has its leftmost pixel in the lowest bit, PNG in the highest of a byte: turn each byte round.
            ulong word = words[i];
            word = (word & 0x0F0F0F0F0F0F0F0F) << 4 | (word >> 4 & 0x0F0F0F0F0F0F0F0F);
            word = (word & 0x3333333333333333) << 2 | (word >> 2 & 0x3333333333333333);
            word = (word & 0x5555555555555555) << 1 | (word >> 1 & 0x5555555555555555);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, word);
            Span<byte> target = row[(8 * i)..];
            bytes[..Math.Min(8, target.Length)].CopyTo(target);
        }
    }

    private static void Interleave(Frame frame, int y, Span<byte> row)
    {
        ReadOnlySpan<byte> red = frame.Row(0, y), green = frame.Row(1, y), blue = frame.Row(2, y);
        for (int x = 0; x < red.Length; x++)
            (row[3 * x], row[3 * x + 1], row[3 * x + 2]) = (red[x], green[x], blue[x]);
    }

    private static void RequireCount(int count, int width, int height)
    {
        _ = new FrameFormat(width, height, PixelLayout.Gray8).Validate();
        if (count != width * height)
            throw new ArgumentException($"{count} values do not fill a picture of {width}x{height}.");
    }

    private static void WriteChunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        stream.Write(number);
        stream.Write(type);
        stream.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), data));
        stream.Write(number);
    }

    /// <summary>Adds bytes to the checksum of a chunk, which begins as all ones and is inverted at its end.</summary>
    internal static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        // Four bytes at a time, each with the table that looks as many bytes ahead as follow it (Sarwate's algorithm, sliced).
        while (bytes.Length >= sizeof(uint))
        {
            crc ^= BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            crc = CrcTables[3][crc & 0xFF] ^ CrcTables[2][crc >> 8 & 0xFF] ^ CrcTables[1][crc >> 16 & 0xFF] ^ CrcTables[0][crc >> 24];
            bytes = bytes[sizeof(uint)..];
        }
        foreach (byte value in bytes)
            crc = crc >> 8 ^ CrcTables[0][(crc ^ value) & 0xFF];
        return crc;
    }

    private static uint[][] BuildCrcTables()
    {
        uint[][] tables = [.. Enumerable.Range(0, 4).Select(_ => new uint[256])];
        for (uint i = 0; i < 256; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
                crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xEDB88320u : 0);
            tables[0][i] = crc;
        }
        for (int ahead = 1; ahead < tables.Length; ahead++)
        {
            for (int i = 0; i < 256; i++)
                tables[ahead][i] = tables[ahead - 1][i] >> 8 ^ tables[0][tables[ahead - 1][i] & 0xFF];
        }
        return tables;
    }
}
