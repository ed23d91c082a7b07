using System.Runtime.CompilerServices;

namespace GmmVision.Background;

/// <summary>How far each pixel of a frame is from the background: its squared Mahalanobis distance from the nearest background component.</summary>
/// <remarks>A row ends with a tile that is nobody's, and there is a row of room at both ends, so that neighbours are read without asking.</remarks>
internal sealed unsafe class EvidenceMap
{
    /// <summary>The foreground's threshold; distances are told in this part of it.</summary>
    public const int Threshold = KernelPass.EvidenceScale;

    /// <summary>The farthest that is told: four thresholds.</summary>
    public const int Most = KernelPass.EvidenceLimit;

    private const int Room = 64;      // a vector more at the sides

    private readonly byte[] _bytes;
    private readonly byte* _first;
    private readonly int _width, _height;

    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    public EvidenceMap(int width, int height)
    {
        (_width, _height) = (width, height);
        Stride = (MixtureState.TilesFor(width) + 1) * MixtureState.TilePixels;
        _bytes = GC.AllocateArray<byte>(Stride * (height + 2) + 2 * Room, pinned: true);
        _first = (byte*)Unsafe.AsPointer(ref _bytes[Room]) + Stride;
    }

    /// <summary>Bytes from row to row.</summary>
    public int Stride { get; }

    /// <summary>A row, from -1 (once borders are repeated) to the height.</summary>
    public byte* Row(int y) => _first + (nint)y * Stride;

    /// <summary>Nothing is improbable anywhere.</summary>
    public void Clear() => _bytes.AsSpan().Clear();

    /// <summary>Writes the outermost pixels once more around the picture.</summary>
    public void RepeatBorders()
    {
        byte* first = Row(0), last = Row(_height - 1);
        for (byte* row = first; row <= last; row += Stride)
            (row[-1], row[_width]) = (row[0], row[_width - 1]);
        Buffer.MemoryCopy(first - 1, first - 1 - Stride, Stride, Stride);
        Buffer.MemoryCopy(last - 1, last - 1 + Stride, Stride, Stride);
    }
}
