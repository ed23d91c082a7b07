using System.Buffers.Binary;

namespace GmmVision.Ffmpeg;

/// <summary>What an image file says of itself that ffmpeg passes over: how it is to be turned, and whether it moves.</summary>
internal static class ImageFileInfo
{
    private const int MostBytes = 1 << 20;      // of EXIF data
    private const ushort OrientationTag = 0x0112;

    /// <summary>The orientation in the EXIF data of a PNG, WebP or TIFF file, 1 (upright) to 8; 1 where there is none. JPEG's ffmpeg applies itself.</summary>
    public static int Orientation(string path) => Read(path, Orientation, 1);

    /// <summary>Whether it is a WebP file of several pictures.</summary>
    public static bool IsAnimatedWebP(string path) => Read(path, file =>
    {
        Span<byte> head = stackalloc byte[21];
        // RIFF, size, WEBP, VP8X, size, flags: bit 1 says animation.
        return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head[..4].SequenceEqual("RIFF"u8)
            && head[8..16].SequenceEqual("WEBPVP8X"u8) && (head[20] & 2) != 0;
    }, false);

    /// <summary>Filters, each with a comma behind it, that turn a stored picture upright.</summary>
    public static string Upright(int orientation) => orientation switch
    {
        2 => "hflip,",
        3 => "hflip,vflip,",
        4 => "vflip,",
        5 => "transpose=0,",
        6 => "transpose=1,",
        7 => "transpose=3,",
        8 => "transpose=2,",
        _ => "",
    };

    private static T Read<T>(string path, Func<FileStream, T> read, T otherwise)
    {
        try
        {
            if (!File.Exists(path))
                return otherwise;
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 4096);
            return read(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return otherwise;      // whoever decodes it says what is wrong
        }
    }

    private static int Orientation(FileStream file)
    {
        byte[] head = new byte[12];
        if (file.ReadAtLeast(head, 12, throwOnEndOfStream: false) < 12)
            return 1;
        if (head.AsSpan().StartsWith(PngSignature))
            return OfChunks(file, 8, (chunk, size) => chunk.AsSpan(4, 4).SequenceEqual("eXIf"u8) ? BinaryPrimitives.ReadUInt32BigEndian(chunk) : null,
                chunk => BinaryPrimitives.ReadUInt32BigEndian(chunk) + 4L);
        if (head.AsSpan().StartsWith("RIFF"u8) && head.AsSpan(8, 4).SequenceEqual("WEBP"u8))
            return OfChunks(file, 12, (chunk, size) => chunk.AsSpan(0, 4).SequenceEqual("EXIF"u8) ? BinaryPrimitives.ReadUInt32LittleEndian(chunk.AsSpan(4)) : null,
                chunk => BinaryPrimitives.ReadUInt32LittleEndian(chunk.AsSpan(4)) is uint size ? size + (size & 1L) : 0);
        if (head.AsSpan().StartsWith("II*\0"u8) || head.AsSpan().StartsWith("MM\0*"u8))
            return OfDirectory(file, 0);
        return 1;
    }

    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    // Chunks of 8 bytes of head and a body; what is behind the picture counts too.
    private static int OfChunks(FileStream file, long at, Func<byte[], long, uint?> exifSize, Func<byte[], long> bodySize)
    {
        byte[] chunk = new byte[8];
        while (at + 8 <= file.Length)
        {
            file.Position = at;
            file.ReadExactly(chunk);
            if (exifSize(chunk, file.Length) is uint size)
            {
                if (size is < 8 or > MostBytes || size > file.Length - file.Position)
                    return 1;
                byte[] exif = new byte[size];
                file.ReadExactly(exif);
                // WebP's chunk may begin as the one of JPEG does.
                int skip = exif.AsSpan().StartsWith("Exif\0\0"u8) ? 6 : 0;
                using MemoryStream data = new(exif, skip, exif.Length - skip);
                return OfDirectory(data, 0);
            }
            at += 8 + bodySize(chunk);
        }
        return 1;
    }

    // TIFF 6.0: order of bytes, 42, place of the first directory; in it entries of 12 bytes: tag, type, count, value.
    private static int OfDirectory(Stream data, long start)
    {
        byte[] buffer = new byte[12];
        data.Position = start;
        if (data.ReadAtLeast(buffer.AsSpan(0, 8), 8, throwOnEndOfStream: false) < 8)
            return 1;
        bool little = buffer[0] == 'I';
        uint directory = U32(buffer.AsSpan(4), little);
        if (directory + 2L > data.Length)
            return 1;
        data.Position = start + directory;
        if (data.ReadAtLeast(buffer.AsSpan(0, 2), 2, throwOnEndOfStream: false) < 2)
            return 1;
        int entries = U16(buffer, little);
        for (int i = 0; i < entries && data.ReadAtLeast(buffer, 12, throwOnEndOfStream: false) == 12; i++)
        {
            if (U16(buffer, little) != OrientationTag)
                continue;
            uint value = U16(buffer.AsSpan(2), little) == 4 ? U32(buffer.AsSpan(8), little) : U16(buffer.AsSpan(8), little);
            return value is >= 1 and <= 8 ? (int)value : 1;
        }
        return 1;
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, bool little) => little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint U32(ReadOnlySpan<byte> bytes, bool little) => little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
