using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GmmVision.Simd;

namespace GmmVision.Background;

/// <summary>
/// The numbers of every pixel's mixture, in one piece of memory.
/// </summary>
/// <remarks>
/// <para>Pixels are kept in tiles of 32 of one row, rows padded to whole tiles, so that no kernel has a tail. A component of a
/// tile is one block: for each channel 32 means and 32 precision roots, each a signed 16-bit number.</para>
/// <para>The strongest components of all tiles lie one behind the other: in a steady scene nothing else is touched, and memory is
/// read and written as one stream. The weaker components of a tile lie together, with their weights, in a second region. The
/// strongest component's weight is not stored: it is what the others leave of 1.</para>
/// <para>Weights of a tile fade in every frame, but are written only when a pixel of the tile did not match its strongest
/// component. The tile keeps the clock reading of the last time (<see cref="Stamp"/>); what it missed is made up for then.</para>
/// </remarks>
internal sealed unsafe class MixtureState : IDisposable
{
    /// <summary>Pixels in a tile; a whole number of the widest lanes.</summary>
    public const int TilePixels = 32;

    private const int Alignment = 64;

    private readonly nuint _bytes;
    private byte* _allocated, _memory;

    public MixtureState(int width, int height, int channels, int components)
    {
        (Channels, Components, Rows) = (channels, components, height);
        TilesPerRow = TilesFor(width);
        ComponentLength = channels * 2 * TilePixels;
        WeakLength = (components - 1) * (ComponentLength + TilePixels);
        nuint tiles = (nuint)TilesPerRow * (nuint)height;
        nuint strongest = tiles * (nuint)ComponentLength * sizeof(short), weak = tiles * (nuint)WeakLength * sizeof(short);
        _bytes = strongest + weak + tiles * sizeof(uint);
        // Not AlignedAlloc: glibc before 2.38 does not take freed aligned blocks again, and a watch that copies its model to save it grows.
        _allocated = (byte*)NativeMemory.AllocZeroed(_bytes + Alignment);
        _memory = (byte*)((nuint)(_allocated + Alignment - 1) & ~(nuint)(Alignment - 1));
        Strongest = (short*)_memory;
        Weak = (short*)(_memory + strongest);
        Stamps = (uint*)(_memory + strongest + weak);
    }

    ~MixtureState() => Free();

    /// <summary>Tiles of a row of so many pixels.</summary>
    public static int TilesFor(int width) => (width + TilePixels - 1) / TilePixels;

    public int Channels { get; }
    public int Components { get; }
    public int Rows { get; }
    public int TilesPerRow { get; }

    /// <summary>16-bit numbers of one component of one tile.</summary>
    public int ComponentLength { get; }

    /// <summary>16-bit numbers of the weaker components of one tile and their weights.</summary>
    public int WeakLength { get; }

    public short* Strongest { get; }
    public short* Weak { get; }

    /// <summary>Per tile, the clock when its weights were last brought up to date.</summary>
    public uint* Stamps { get; }

    /// <summary>What lies from a byte on, for saving and loading: all the rest, or as much as a span can hold. Empty at the end.</summary>
    public Span<byte> BytesFrom(long start) => new(_memory + start, (int)Math.Min(ByteCount - start, 1 << 30));

    /// <summary>Sets all of it to 0.</summary>
    public void Clear() => NativeMemory.Clear(_memory, _bytes);

    /// <summary>Copies all of it into a state of the same size.</summary>
    public void CopyTo(MixtureState other) => NativeMemory.Copy(_memory, other._memory, _bytes);

    public long ByteCount => (long)_bytes;

    /// <summary>One component of one tile; component 0 is the strongest.</summary>
    public short* Component(int tile, int component) => component == 0
        ? Strongest + (nint)tile * ComponentLength
        : Weak + (nint)tile * WeakLength + (component - 1) * ComponentLength;

    /// <summary>The stored weights of one tile: 32 of component 1, 32 of component 2 ...</summary>
    public short* Weights(int tile) => Weak + (nint)tile * WeakLength + (Components - 1) * ComponentLength;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref uint Stamp(int tile) => ref Stamps[tile];

    /// <summary>Asks for a tile's weights, and for its weaker components if they are wanted too, ahead of their use.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchWeak(int tile, bool componentsToo)
    {
        short* weak = Weak + (nint)tile * WeakLength;
        for (int at = componentsToo ? 0 : (Components - 1) * ComponentLength; at < WeakLength; at += CacheLine.Size / sizeof(short))
            CacheLine.Prefetch(weak + at);
        CacheLine.Prefetch(Stamps + tile);
    }

    /// <summary>Nobody may use it any more: <see cref="Lifetime"/> sees to that.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.Free(_allocated);
        _allocated = _memory = null;
    }
}
