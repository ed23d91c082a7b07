using System.Globalization;
using GmmVision.Imaging;

namespace GmmVision.Cli.Detect;

/// <summary>One number for all masks of a run: runs with the same masks in the same order have the same, whatever the batch size, the threads or the lane width.</summary>
/// <remarks>FNV-1a in its 64-bit form, fed with the masks' sizes and rows of 64-bit words.</remarks>
internal sealed class MaskHash
{
    private const ulong Offset = 14695981039346656037, Prime = 1099511628211;
    private ulong _hash = Offset;

    /// <summary>Adds the next mask.</summary>
    public void Add(Mask mask)
    {
        ulong hash = (_hash ^ ((ulong)mask.Width << 32 | (uint)mask.Height)) * Prime;
        foreach (ulong word in mask.Words)
            hash = (hash ^ word) * Prime;
        _hash = hash;
    }

    /// <summary>Sixteen hexadecimal digits.</summary>
    public override string ToString() => _hash.ToString("x16", CultureInfo.InvariantCulture);
}
