using System.Runtime.InteropServices;
using GmmVision.Imaging;

namespace GmmVision.Foreground;

/// <summary>For how many frames each pixel has been foreground now; not thread-safe while it follows.</summary>
/// <param name="width">Of the masks, in pixels.</param>
/// <param name="height">Of the masks, in pixels.</param>
internal sealed class VisitMap(int width, int height)
{
    private const ulong EachByte = 0x0101010101010101;
    private const ulong Quarter = 0x3F * EachByte;

    // A byte for each pixel, in the order of a mask's words: 64 bytes for each.
    private readonly ulong[] _frames = new ulong[(width + 63) / 64 * height * 8];
    private readonly bool[] _isVisited = new bool[(width + 63) / 64 * height];       // whether any of a word's pixels is: most are not
    private readonly int _stride = (width + 63) / 64 * 64;

    /// <summary>The longest visit that is told, in frames: longer ones are of this length.</summary>
    public const int Longest = 128;

    /// <summary>Frames of the visit at a pixel, 0 to <see cref="Longest"/>. Somebody has holes, so a visit is not over with the first frame without: three quarters of it are forgotten in each.</summary>
    public int At(int x, int y) => MemoryMarshal.AsBytes<ulong>(_frames)[y * _stride + x];

    /// <summary>The longest visit in a part of the picture, in frames.</summary>
    public int LongestIn(Box where)
    {
        int longest = 0;
        ReadOnlySpan<byte> frames = MemoryMarshal.AsBytes<ulong>(_frames);
        for (int y = where.Y; y < where.Bottom; y++)
            foreach (byte visit in frames.Slice(y * _stride + where.X, where.Width))
                longest = Math.Max(longest, visit);
        return longest;
    }

    /// <summary>Counts one frame more.</summary>
    public void Follow(Mask mask)
    {
        ReadOnlySpan<ulong> words = mask.Words;
        for (int i = 0; i < words.Length; i++)
        {
            if (words[i] == 0 && !_isVisited[i])
                continue;
            ulong any = 0;
            Span<ulong> eights = _frames.AsSpan(8 * i, 8);
            for (int k = 0; k < eights.Length; k++)
            {
                ulong frames = eights[k], bits = words[i] >> (8 * k) & 0xFF;
                // Bit i of eight goes to byte i: repeated in every byte, each byte keeps its own bit, and the addition carries it to the top.
                ulong set = ((bits * EachByte & 0x8040201008040201) + 0x7F * EachByte) >> 7 & EachByte;
                ulong longer = frames + (EachByte & ~(frames >> 7)), left = frames >> 2 & Quarter;
                any |= eights[k] = longer & set * 255 | left & ~(set * 255);
            }
            _isVisited[i] = any != 0;
        }
    }

    /// <summary>Nobody is there.</summary>
    public void Forget()
    {
        Array.Clear(_frames);
        Array.Clear(_isVisited);
    }
}
