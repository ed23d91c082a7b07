using System.Buffers.Binary;

namespace GmmVision.Imaging;

/// <summary>The header of a PNG.</summary>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Bits">Of a sample: 1, 2, 4, 8 or 16.</param>
/// <param name="Samples">Of a pixel: 1 to 4; of an even number the last is alpha.</param>
/// <param name="IsPalette">Whether a sample is an index.</param>
/// <param name="IsInterlaced">Whether rows come in the seven passes of Adam7.</param>
internal readonly record struct PngHeader(int Width, int Height, int Bits, int Samples, bool IsPalette, bool IsInterlaced)
{
    /// <summary>Bytes of all rows before compression, filter types left out.</summary>
    public long RawBytes => (long)Height * RowBytes(Width);

    /// <summary>Bytes from a sample to the same of the pixel before, at least 1: what filters look back.</summary>
    public int PixelBytes => Math.Max(1, Samples * Bits / 8);

    /// <summary>Bytes of a row.</summary>
    public int RowBytes(int pixels) => (int)(((long)pixels * Samples * Bits + 7) / 8);

    /// <summary>From the content of the chunk IHDR.</summary>
    /// <exception cref="InvalidDataException">It describes nothing that PNG knows.</exception>
    public static PngHeader Parse(ReadOnlySpan<byte> content)
    {
        if (content.Length != 13)
            throw new InvalidDataException($"the PNG is damaged: its header has {content.Length} bytes, not 13.");
        int width = BinaryPrimitives.ReadInt32BigEndian(content), height = BinaryPrimitives.ReadInt32BigEndian(content[4..]);
        if (width is < 1 or > FrameFormat.MaxSide || height is < 1 or > FrameFormat.MaxSide)
            throw new InvalidDataException($"the PNG is {(uint)width}x{(uint)height} pixels: each side must be 1 to {FrameFormat.MaxSide}.");
        (int bits, int type) = (content[8], content[9]);
        int samples = type switch { 0 or 3 => 1, 4 => 2, 2 => 3, 6 => 4, _ => 0 };
        bool isKnown = (type, bits) switch { (0, 1 or 2 or 4 or 8 or 16) or (3, 1 or 2 or 4 or 8) or (2 or 4 or 6, 8 or 16) => true, _ => false };
        if (!isKnown || content[10] != 0 || content[11] != 0 || content[12] > 1)
            throw new InvalidDataException($"the PNG is damaged: there are no pictures of color type {type} with {bits} bits, compression {content[10]}, filters {content[11]} and interlacing {content[12]}.");
        return new PngHeader(width, height, bits, samples, type == 3, content[12] == 1);
    }
}
