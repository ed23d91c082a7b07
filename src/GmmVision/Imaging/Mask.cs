using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace GmmVision.Imaging;

/// <summary>
/// A picture of yes and no, one bit a pixel: foreground, a region of interest, a zone.
/// </summary>
/// <remarks>
/// Rows are whole 64-bit words; pixel x of a row is bit x % 64 of word x / 64. Bits beyond the width are always 0,
/// which every method here keeps and whoever writes <see cref="Row"/> must keep. Not thread-safe for writing.
/// </remarks>
public sealed class Mask
{
    private readonly ulong[] _words;

    /// <summary>An empty mask.</summary>
    /// <param name="width">Pixels in a row, 1 to <see cref="FrameFormat.MaxSide"/>.</param>
    /// <param name="height">Rows, 1 to <see cref="FrameFormat.MaxSide"/>.</param>
    public Mask(int width, int height)
    {
        _ = new FrameFormat(width, height, PixelLayout.Gray8).Validate();
        (Width, Height, WordsPerRow) = (width, height, (width + 63) / 64);
        _words = GC.AllocateArray<ulong>(WordsPerRow * height, pinned: true);
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>64-bit words in a row.</summary>
    public int WordsPerRow { get; }

    /// <summary>All rows, one behind the other.</summary>
    public Span<ulong> Words => _words;

    /// <summary>The bits of the last word of a row that are pixels.</summary>
    public ulong LastWordMask => (Width & 63) == 0 ? ulong.MaxValue : (1UL << (Width & 63)) - 1;

    /// <summary>One pixel.</summary>
    public bool this[int x, int y]
    {
        get => (Row(y)[Column(x) >> 6] >> (x & 63) & 1) != 0;
        set
        {
            ref ulong word = ref Row(y)[Column(x) >> 6];
            word = value ? word | 1UL << (x & 63) : word & ~(1UL << (x & 63));
        }
    }

    private int Column(int x)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)x, (uint)Width, nameof(x));
        return x;
    }

    /// <summary>The words of one row.</summary>
    public Span<ulong> Row(int y) => _words.AsSpan(y * WordsPerRow, WordsPerRow);

    /// <summary>How many pixels are set.</summary>
    public int Count()
    {
        int count = 0;
        foreach (ulong word in _words)
            count += BitOperations.PopCount(word);
        return count;
    }

    /// <summary>How many pixels are set in this mask and in another one of its size.</summary>
    internal int CountCommon(Mask other)
    {
        int count = 0;
        for (int i = 0; i < _words.Length; i++)
            count += BitOperations.PopCount(_words[i] & other._words[i]);
        return count;
    }

    /// <summary>Whether no pixel is set.</summary>
    public bool IsEmpty => !_words.AsSpan().ContainsAnyExcept(0UL);

    /// <summary>Clears every pixel.</summary>
    public void Clear() => _words.AsSpan().Clear();

    /// <summary>Sets every pixel.</summary>
    public void Fill()
    {
        _words.AsSpan().Fill(ulong.MaxValue);
        for (int y = 0; y < Height; y++)
            Row(y)[^1] = LastWordMask;
    }

    /// <summary>Copies the pixels of a mask of the same size.</summary>
    public void CopyFrom(Mask other)
    {
        RequireSameSize(other);
        other._words.CopyTo(_words, 0);
    }

    /// <summary>Keeps only pixels that are also set in the other mask.</summary>
    public void And(Mask other) => Merge(other, 0, 0);

    /// <summary>Adds the pixels of the other mask.</summary>
    public void Or(Mask other) => Merge(other, ulong.MaxValue, ulong.MaxValue);

    /// <summary>Removes the pixels of the other mask.</summary>
    public void AndNot(Mask other) => Merge(other, 0, ulong.MaxValue);

    // De Morgan: a | b = ~(~a & ~b), so that all three are one loop.
    private void Merge(Mask other, ulong flipThis, ulong flipOther)
    {
        RequireSameSize(other);
        Span<Vector<ulong>> mine = MemoryMarshal.Cast<ulong, Vector<ulong>>(_words.AsSpan());
        ReadOnlySpan<Vector<ulong>> theirs = MemoryMarshal.Cast<ulong, Vector<ulong>>(other._words.AsSpan());
        Vector<ulong> flip = new(flipThis), flipTheirs = new(flipOther);
        for (int i = 0; i < mine.Length; i++)
            mine[i] = ((mine[i] ^ flip) & (theirs[i] ^ flipTheirs)) ^ flip;
        for (int i = mine.Length * Vector<ulong>.Count; i < _words.Length; i++)
            _words[i] = ((_words[i] ^ flipThis) & (other._words[i] ^ flipOther)) ^ flipThis;
    }

    /// <summary>Whether both masks hold the same pixels.</summary>
    public bool PixelsEqual(Mask other)
    {
        RequireSameSize(other);
        return _words.AsSpan().SequenceEqual(other._words);
    }

    /// <summary>Writes the mask as bytes, 255 where set and 0 elsewhere.</summary>
    /// <param name="gray">Rows of <paramref name="stride"/> bytes.</param>
    /// <param name="stride">Bytes from row to row, at least <see cref="Width"/>.</param>
    /// <exception cref="ArgumentException">The buffer is too short.</exception>
    public void CopyTo(Span<byte> gray, int stride)
    {
        if (stride < Width || gray.Length < (long)stride * (Height - 1) + Width)
            throw new ArgumentException($"A buffer of {gray.Length} bytes with rows of {stride} is too short for a mask of {Width}x{Height}.");
        for (int y = 0; y < Height; y++)
            ExpandRow(Row(y), gray.Slice(y * stride, Width));
    }

    /// <summary>Writes the mask into the first plane of a frame, 255 where set and 0 elsewhere.</summary>
    public void CopyTo(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.Width != Width || frame.Height != Height)
            throw new ArgumentException($"A mask of {Width}x{Height} cannot be written into a frame of {frame.Width}x{frame.Height}.");
        for (int y = 0; y < Height; y++)
            ExpandRow(Row(y), frame.Row(0, y));
    }

    /// <summary>Sets the pixels whose byte is over 127, clears the others.</summary>
    /// <param name="gray">Rows of <paramref name="stride"/> bytes.</param>
    /// <param name="stride">Bytes from row to row, at least <see cref="Width"/>.</param>
    public void CopyFrom(ReadOnlySpan<byte> gray, int stride)
    {
        if (stride < Width || gray.Length < (long)stride * (Height - 1) + Width)
            throw new ArgumentException($"A buffer of {gray.Length} bytes with rows of {stride} is too short for a mask of {Width}x{Height}.");
        for (int y = 0; y < Height; y++)
        {
            ReadOnlySpan<byte> from = gray.Slice(y * stride, Width);
            Span<ulong> row = Row(y);
            row.Clear();
            for (int x = 0; x < from.Length; x++)
                row[x >> 6] |= (ulong)(from[x] >> 7) << (x & 63);
        }
    }

    private static void ExpandRow(ReadOnlySpan<ulong> row, Span<byte> bytes)
    {
        int x = 0;
        // Eight pixels at a time: a multiplication repeats the eight bits in every byte of a word, a mask leaves byte i
        // only bit i, and the addition carries whatever is left into the byte's highest bit.
        for (; x + 8 <= bytes.Length; x += 8)
        {
            ulong bits = row[x >> 6] >> (x & 63) & 0xFF;
            ulong spread = bits * 0x0101010101010101UL & 0x8040201008040201UL;
            ulong ones = (spread + 0x7F7F7F7F7F7F7F7FUL) >> 7 & 0x0101010101010101UL;
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[x..], ones * 255);
        }
        for (; x < bytes.Length; x++)
            bytes[x] = (row[x >> 6] >> (x & 63) & 1) != 0 ? (byte)255 : (byte)0;
    }

    private void RequireSameSize(Mask other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Width != Width || other.Height != Height)
            throw new ArgumentException($"Masks of {Width}x{Height} and {other.Width}x{other.Height} cannot be combined.");
    }
}
