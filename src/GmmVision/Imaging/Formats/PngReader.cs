using System.Buffers.Binary;
using System.IO.Compression;

namespace GmmVision.Imaging;

/// <summary>Reads PNG images (ISO/IEC 15948) of labels: ground truth and segmentations, as the numbers that they hold.</summary>
/// <remarks>
/// Nothing is converted between color spaces or ranges, which is what a general decoder does to labels: 255 of a palette
/// comes out of ffmpeg's conversion to grey as 235. All color types, bit depths, filters and interlacing are read;
/// alpha and gamma are ignored. Thread-safe.
/// </remarks>
public static class PngReader
{
    private const long MostInflation = 1032;      // deflate cannot make more bytes of one

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Whether a file begins as a PNG does.</summary>
    /// <param name="start">Its first bytes, 8 or more.</param>
    public static bool IsPng(ReadOnlySpan<byte> start) => start.StartsWith(Signature);

    /// <summary>Whether a file is a PNG of which nothing is missing or damaged, by its chunks' lengths and checksums; nothing is decoded.</summary>
    /// <param name="file">All of its bytes; what lies behind the last chunk does not count.</param>
    public static bool IsWhole(ReadOnlySpan<byte> file)
    {
        if (!IsPng(file))
            return false;
        const int Frame = 12;      // length, name and checksum of a chunk
        for (ReadOnlySpan<byte> rest = file[Signature.Length..]; rest.Length >= Frame;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - Frame)
                return false;
            ReadOnlySpan<byte> checkedPart = rest.Slice(4, 4 + (int)length);
            if (BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]) != ~PngWriter.Crc(uint.MaxValue, checkedPart))
                return false;
            if (checkedPart[..4].SequenceEqual("IEND"u8))
                return true;
            rest = rest[(Frame + (int)length)..];
        }
        return false;
    }

    /// <summary>
    /// Reads labels. Grey of 8 and 16 bits as it is; grey of 1, 2 and 4 bits stretched to 0 to 255 (times 255, 85, 17); RGB
    /// whose channels are equal as grey; of a palette the grey of a pixel's entry, but the index where an entry in use is
    /// no grey.
    /// </summary>
    /// <param name="stream">From its present position; stays open.</param>
    /// <exception cref="InvalidDataException">It is no PNG, is damaged or cut, or holds RGB that is no grey.</exception>
    public static LabelImage ReadLabels(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            return Read(stream);
        }
        catch (EndOfStreamException exception)
        {
            throw new InvalidDataException("the PNG is cut: it ends before its last chunk.", exception);
        }
    }

    private static LabelImage Read(Stream stream)
    {
        Span<byte> signature = stackalloc byte[8];
        if (stream.ReadAtLeast(signature, 8, throwOnEndOfStream: false) < 8 || !IsPng(signature))
            throw new InvalidDataException("it is no PNG: it does not begin as one.");
        PngHeader? header = null;
        byte[] palette = [];
        using MemoryStream data = new();
        for (bool isEnd = false; !isEnd;)
        {
            (string type, byte[] content) = ReadChunk(stream);
            if (header is null && type != "IHDR")
                throw new InvalidDataException($"the PNG is damaged: it begins with a chunk {type}, not with its header.");
            switch (type)
            {
                case "IHDR":
                    header = PngHeader.Parse(content);
                    break;
                case "PLTE":
                    palette = content;
                    break;
                case "IDAT":
                    data.Write(content);
                    break;
                case "IEND":
                    isEnd = true;
                    break;
                default:
                    if (char.IsAsciiLetterUpper(type[0]))
                        throw new InvalidDataException($"the PNG holds a chunk {type}, without which it cannot be read and which is not known here.");
                    break;
            }
        }
        return Decode(header!.Value, palette, data);
    }

    private static (string Type, byte[] Content) ReadChunk(Stream stream)
    {
        Span<byte> start = stackalloc byte[8], crc = stackalloc byte[4];
        stream.ReadExactly(start);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(start);
        string type = System.Text.Encoding.Latin1.GetString(start[4..]);
        if (length > int.MaxValue || !type.All(char.IsAsciiLetter))
            throw new InvalidDataException("the PNG is damaged: a chunk has no name or is too long.");
        // Read as it comes, so that a wrong length costs no more memory than the file has bytes.
        using MemoryStream content = new();
        byte[] piece = new byte[Math.Min(length, 1 << 16)];
        while (content.Length < length)
        {
            int count = (int)Math.Min(piece.Length, length - content.Length);
            stream.ReadExactly(piece, 0, count);
            content.Write(piece, 0, count);
        }
        stream.ReadExactly(crc);
        byte[] bytes = content.ToArray();
        if (BinaryPrimitives.ReadUInt32BigEndian(crc) != ~PngWriter.Crc(PngWriter.Crc(uint.MaxValue, start[4..]), bytes))
            throw new InvalidDataException($"the PNG is damaged: the checksum of a chunk {type} is wrong.");
        return (type, bytes);
    }

    private static LabelImage Decode(PngHeader header, byte[] palette, MemoryStream data)
    {
        if (header.IsPalette && (palette.Length == 0 || palette.Length % 3 != 0 || palette.Length > 3 * 256))
            throw new InvalidDataException($"the PNG is damaged: its palette has {palette.Length} bytes, not three for each of 1 to 256 colors.");
        if (header.RawBytes > data.Length * MostInflation)
            throw new InvalidDataException($"the PNG is cut or damaged: {data.Length} bytes cannot hold {header.Width}x{header.Height} pixels.");
        data.Position = 0;
        using ZLibStream zlib = new(data, CompressionMode.Decompress);
        ushort[] values = new ushort[header.Width * header.Height];
        try
        {
            new PngRows(header, zlib).Read(values);
        }
        catch (EndOfStreamException exception)
        {
            throw new InvalidDataException("the PNG is cut: some of its rows are missing.", exception);
        }
        if (header.IsPalette)
            LookUp(values, palette, header.Width);
        return new LabelImage(values, header.Width, header.Height);
    }

    private static void LookUp(ushort[] values, byte[] palette, int width)
    {
        bool[] used = new bool[256];
        for (int i = 0; i < values.Length; i++)
        {
            if (3 * values[i] >= palette.Length)
                throw new InvalidDataException($"the PNG is damaged: the pixel at ({i % width}, {i / width}) has color {values[i]} of a palette of {palette.Length / 3}.");
            used[values[i]] = true;
        }
        for (int color = 0; color < palette.Length / 3; color++)
        {
            if (used[color] && (palette[3 * color] != palette[3 * color + 1] || palette[3 * color] != palette[3 * color + 2]))
                return;      // a label map with colors to look at: the labels are the indices
        }
        for (int i = 0; i < values.Length; i++)
            values[i] = palette[3 * values[i]];
    }
}
