using System.Runtime.CompilerServices;
using GmmVision.Imaging;
using GmmVision.Simd;

namespace GmmVision.Foreground;

/// <summary>Dilation, erosion, opening and closing of masks with a box.</summary>
/// <remarks>
/// What lies beyond the border never counts: it neither grows into the picture nor eats away from it, as in OpenCV.
/// A box of any size costs a few passes of 64 pixels at a time (the union of 2ⁿ neighbours from that of 2ⁿ⁻¹). Holds
/// scratch memory: one instance per thread. Allocates nothing after construction.
/// </remarks>
public sealed unsafe class BoxMorphology
{
    /// <summary>The largest side of the box.</summary>
    public const int MaxSize = 127;

    private readonly int _radiusX, _radiusY, _stride, _rows;
    private readonly ulong[] _buffer;      // pinned: the pointer below stays true
    private readonly ulong* _words;
    private readonly Action<Mask, Mask, bool> _applyWidest;

    /// <summary>For masks of one size, with one box.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="boxWidth">Columns of the box: odd, 1 to 127.</param>
    /// <param name="boxHeight">Rows of the box: odd, 1 to 127; null: as many as columns.</param>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public BoxMorphology(int width, int height, int boxWidth, int? boxHeight = null)
    {
        _ = new FrameFormat(width, height, PixelLayout.Gray8).Validate();
        int boxRows = boxHeight ?? boxWidth;
        if (boxWidth is < 1 or > MaxSize || boxWidth % 2 == 0 || boxRows is < 1 or > MaxSize || boxRows % 2 == 0)
            throw new ArgumentException($"The box of a dilation or erosion is {boxWidth}x{boxRows}: each side must be odd, 1 to {MaxSize}.");

        (Width, Height, BoxWidth, BoxHeight) = (width, height, boxWidth, boxRows);
        (_radiusX, _radiusY) = (boxWidth / 2, boxRows / 2);
        // The picture lies radius pixels in from the left and the top, so that every box starts where its result goes.
        int wordsPerRow = (width + 63) / 64;
        _stride = (wordsPerRow + 2 + 7) / 8 * 8;
        _rows = height + 2 * _radiusY;
        _buffer = GC.AllocateArray<ulong>(_rows * _stride + 8, pinned: true);
        _words = (ulong*)Unsafe.AsPointer(ref _buffer[0]);
        _applyWidest = LaneWidth.Choose<Action<Mask, Mask, bool>>(Apply<Words512>, Apply<Words256>, Apply<Words128>);
    }

    /// <summary>Pixels in a row of the masks that it takes.</summary>
    public int Width { get; }

    /// <summary>Rows of the masks that it takes.</summary>
    public int Height { get; }

    /// <summary>Columns of the box.</summary>
    public int BoxWidth { get; }

    /// <summary>Rows of the box.</summary>
    public int BoxHeight { get; }

    /// <summary>Sets every pixel that has a set pixel in the box around it.</summary>
    /// <param name="source">What to grow.</param>
    /// <param name="destination">Where the result goes; may be the source.</param>
    /// <exception cref="ArgumentException">A mask has another size.</exception>
    public void Dilate(Mask source, Mask destination) => Apply(source, destination, ofBackground: false);

    /// <summary>Clears every pixel that has a clear pixel in the box around it.</summary>
    /// <param name="source">What to shrink.</param>
    /// <param name="destination">Where the result goes; may be the source.</param>
    /// <exception cref="ArgumentException">A mask has another size.</exception>
    public void Erode(Mask source, Mask destination) => Apply(source, destination, ofBackground: true);

    /// <summary>Erosion, then dilation: removes what the box does not fit into.</summary>
    /// <param name="source">What to open.</param>
    /// <param name="destination">Where the result goes; may be the source.</param>
    /// <exception cref="ArgumentException">A mask has another size.</exception>
    public void Open(Mask source, Mask destination)
    {
        Erode(source, destination);
        Dilate(destination, destination);
    }

    /// <summary>Dilation, then erosion: closes the gaps that the box does not fit into.</summary>
    /// <param name="source">What to close.</param>
    /// <param name="destination">Where the result goes; may be the source.</param>
    /// <exception cref="ArgumentException">A mask has another size.</exception>
    public void Close(Mask source, Mask destination)
    {
        Dilate(source, destination);
        Erode(destination, destination);
    }

    private void Apply(Mask source, Mask destination, bool ofBackground) => _applyWidest(source, destination, ofBackground);

    // Erosion is the dilation of the background.
    internal void Apply<T>(Mask source, Mask destination, bool ofBackground)
        where T : struct, IWords<T>
    {
        MaskSize.Require(source, Width, Height);
        MaskSize.Require(destination, Width, Height);
        Load(source, ofBackground);
        for (int covered = 1; covered < BoxWidth;)
        {
            int step = Math.Min(covered, BoxWidth - covered);
            MergeColumns<T>(_words + (nint)_radiusY * _stride, Height * _stride, step);
            covered += step;
        }
        int rows = _rows;
        for (int covered = 1; covered < BoxHeight;)
        {
            int step = Math.Min(covered, BoxHeight - covered);
            rows -= step;
            MergeRows<T>(_words, rows * _stride, step * _stride);
            covered += step;
        }
        Store(destination, ofBackground);
    }

    private void Load(Mask source, bool invert)
    {
        int top = _radiusY * _stride;
        _buffer.AsSpan(0, top).Clear();
        _buffer.AsSpan(top + Height * _stride).Clear();
        ulong flip = invert ? ulong.MaxValue : 0;
        for (int y = 0; y < Height; y++)
        {
            ReadOnlySpan<ulong> from = source.Row(y);
            Span<ulong> to = _buffer.AsSpan(top + y * _stride, _stride);
            if (!invert && !from.ContainsAnyExcept(0UL))
            {
                to.Clear();
                continue;
            }
            to[from.Length..].Clear();
            ulong before = 0;
            for (int i = 0; i < from.Length; i++)
            {
                ulong word = from[i] ^ flip;
                if (i == from.Length - 1)
                    word &= source.LastWordMask;
                to[i] = word << _radiusX | before >> 1 >> (63 - _radiusX);      // in two steps, for a shift of 64
                before = word;
            }
            to[from.Length] = before >> 1 >> (63 - _radiusX);
        }
    }

    private void Store(Mask destination, bool invert)
    {
        ulong flip = invert ? ulong.MaxValue : 0;
        for (int y = 0; y < Height; y++)
        {
            Span<ulong> to = destination.Row(y);
            ReadOnlySpan<ulong> from = _buffer.AsSpan(y * _stride, to.Length);
            for (int i = 0; i < to.Length; i++)
                to[i] = from[i] ^ flip;
            to[^1] &= destination.LastWordMask;
        }
    }

    // In place and in ascending order: what lies ahead is still as it was. A row's first word spills into the empty
    // words behind the row above, of which none that counts is reached: they are a whole word longer than a box.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MergeColumns<T>(ulong* words, int count, int step)
        where T : struct, IWords<T>
    {
        for (int i = 0; i < count; i += T.Count)
        {
            T here = T.Load(words + i);
            T.Store(here | here >> step | T.Load(words + i + 1) << (64 - step), words + i);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MergeRows<T>(ulong* words, int count, int distance)
        where T : struct, IWords<T>
    {
        for (int i = 0; i < count; i += T.Count)
            T.Store(T.Load(words + i) | T.Load(words + i + distance), words + i);
    }
}
