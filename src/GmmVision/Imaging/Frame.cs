using System.Runtime.CompilerServices;

namespace GmmVision.Imaging;

/// <summary>
/// One picture of a video: planes of 8-bit samples as the decoder made them, with the time at which to show it.
/// </summary>
/// <remarks>
/// A frame either owns one pinned buffer with its planes one behind the other and no gap between rows, or wraps
/// memory of somebody else (see <see cref="Wrap(FrameFormat, nint)"/>), which must outlive it. Frames are meant to be
/// reused: a source fills the same ones over and over. Not thread-safe for writing; any number of threads may read.
/// </remarks>
public sealed unsafe class Frame
{
    private readonly byte[]? _owned;      // pinned for its whole life, so the pointers below stay true
    private readonly byte* _plane0, _plane1, _plane2;
    private readonly int _stride0, _stride12;

    /// <summary>A frame with a buffer of its own, all samples 0.</summary>
    /// <exception cref="ArgumentException">The size is out of range.</exception>
    public Frame(FrameFormat format)
        : this(format.Validate(), GC.AllocateArray<byte>(format.ByteCount, pinned: true))
    {
    }

    private Frame(FrameFormat format, byte[] pinned)
        : this(format, (byte*)Unsafe.AsPointer(ref pinned[0]))
    {
        _owned = pinned;
    }

    private Frame(FrameFormat format, byte* data)
        : this(format, data, format.Width, data + format.PixelCount,
            data + format.PixelCount + format.PlaneWidth(1) * format.PlaneHeight(1), format.PlaneWidth(1))
    {
        IsContiguous = true;
    }

    private Frame(FrameFormat format, byte* plane0, int stride0, byte* plane1, byte* plane2, int stride12)
    {
        Format = format;
        _plane0 = plane0;
        _plane1 = plane1;
        _plane2 = plane2;
        _stride0 = stride0;
        _stride12 = stride12;
    }

    /// <summary>Size and layout.</summary>
    public FrameFormat Format { get; }

    /// <summary>Pixels in a row.</summary>
    public int Width => Format.Width;

    /// <summary>Rows.</summary>
    public int Height => Format.Height;

    /// <summary>Presentation time, from the stream's own time stamps, the first frame at 0.</summary>
    public TimeSpan Time { get; set; }

    /// <summary>Position in its source, from 0, counting every decoded frame.</summary>
    public long Number { get; set; }

    /// <summary>Whether all planes lie in one run of memory without gaps, as <see cref="Data"/> needs.</summary>
    public bool IsContiguous { get; }

    /// <summary>All planes, one behind the other without gaps.</summary>
    /// <exception cref="InvalidOperationException">The frame wraps planes with gaps.</exception>
    public Span<byte> Data => IsContiguous
        ? new Span<byte>(_plane0, Format.ByteCount)
        : throw new InvalidOperationException("The frame's planes do not lie in one piece; read them row by row.");

    /// <summary>Bytes from one row of a plane to the next.</summary>
    public int Stride(int plane) => plane == 0 ? _stride0 : _stride12;

    /// <summary>One row of a plane.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such plane or row.</exception>
    public Span<byte> Row(int plane, int y)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)plane, (uint)Format.PlaneCount, nameof(plane));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Format.PlaneHeight(plane), nameof(y));
        return new Span<byte>(Pointer(plane) + (nint)y * Stride(plane), Format.PlaneWidth(plane));
    }

    /// <summary>First sample of a plane; rows are <see cref="Stride"/> bytes apart. Valid while the frame (or the wrapped memory) lives.</summary>
    internal byte* Pointer(int plane) => plane switch { 0 => _plane0, 1 => _plane1, _ => _plane2 };

    /// <summary>Wraps planes that lie one behind the other without gaps, for example the data of a one-channel Mat (Gray8, or I420 as Yuv420).</summary>
    /// <param name="format">Size and layout of what is there. Addresses do not tell whether samples lie in planes: for those that lie side by side (BGR, BGRA, NV12) take a <see cref="PackedFrame"/>.</param>
    /// <param name="data">Address of the first sample; the memory must outlive the frame and not move.</param>
    public static Frame Wrap(FrameFormat format, nint data)
    {
        ArgumentOutOfRangeException.ThrowIfZero(data);
        return new Frame(format.Validate(), (byte*)data);
    }

    /// <summary>Wraps one or three planes with rows a given number of bytes apart.</summary>
    /// <param name="format">Size and layout of what is there. Addresses do not tell whether samples lie in planes: for those that lie side by side (BGR, BGRA, NV12) take a <see cref="PackedFrame"/>.</param>
    /// <param name="plane0">Address of Y, grey or R.</param>
    /// <param name="stride0">Bytes from row to row of the first plane, at least its width.</param>
    /// <param name="plane1">Address of U or G; 0 for Gray8.</param>
    /// <param name="plane2">Address of V or B; 0 for Gray8.</param>
    /// <param name="stride12">Bytes from row to row of the other planes.</param>
    /// <exception cref="ArgumentException">An address is missing or a stride is shorter than a row.</exception>
    public static Frame Wrap(FrameFormat format, nint plane0, int stride0, nint plane1 = 0, nint plane2 = 0, int stride12 = 0)
    {
        format.Validate();
        bool color = format.PlaneCount == 3;
        if (plane0 == 0 || (color && (plane1 == 0 || plane2 == 0)))
            throw new ArgumentException($"A {format.Layout} frame needs the address of {format.PlaneCount} planes.");
        if (stride0 < format.Width || (color && stride12 < format.PlaneWidth(1)))
            throw new ArgumentException($"Strides {stride0} and {stride12} are shorter than the rows of a {format} frame.");
        return new Frame(format, (byte*)plane0, stride0, (byte*)plane1, (byte*)plane2, stride12);
    }

    /// <summary>Copies samples, time and number from a frame of the same format.</summary>
    /// <exception cref="ArgumentException">The formats differ.</exception>
    public void CopyFrom(Frame other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Format != Format)
            throw new ArgumentException($"A {other.Format} frame cannot be copied into a {Format} frame.");
        (Time, Number) = (other.Time, other.Number);
        if (IsContiguous && other.IsContiguous)
        {
            other.Data.CopyTo(Data);
            return;
        }
        for (int plane = 0; plane < Format.PlaneCount; plane++)
            for (int y = 0; y < Format.PlaneHeight(plane); y++)
                other.Row(plane, y).CopyTo(Row(plane, y));
    }

    /// <summary>Fills an Rgb frame from pixels of three interleaved bytes, as a colour Mat or a bitmap holds them.</summary>
    /// <param name="pixels">Rows of <paramref name="stride"/> bytes.</param>
    /// <param name="stride">Bytes from row to row, at least three times the width.</param>
    /// <param name="blueFirst">True for B, G, R (OpenCV); false for R, G, B.</param>
    /// <exception cref="ArgumentException">The frame is not Rgb, or the buffer is too short.</exception>
    public void CopyFromInterleaved(ReadOnlySpan<byte> pixels, int stride, bool blueFirst)
    {
        if (Format.Layout != PixelLayout.Rgb)
            throw new ArgumentException($"Interleaved pixels go into an Rgb frame, not into {Format.Layout}.");
        if (stride < 3 * Width || pixels.Length < (long)stride * (Height - 1) + 3L * Width)
            throw new ArgumentException($"A buffer of {pixels.Length} bytes with rows of {stride} is too short for {Width}x{Height} pixels of 3 bytes.");
        for (int y = 0; y < Height; y++)
        {
            ReadOnlySpan<byte> from = pixels.Slice(y * stride, 3 * Width);
            Span<byte> first = Row(blueFirst ? 2 : 0, y), green = Row(1, y), last = Row(blueFirst ? 0 : 2, y);
            for (int x = 0; x < first.Length; x++)
                (first[x], green[x], last[x]) = (from[3 * x], from[3 * x + 1], from[3 * x + 2]);
        }
    }

    /// <summary>For example "frame 12 at 00:00:00.4800000, 640x360 Yuv420 Limited".</summary>
    public override string ToString() => $"frame {Number} at {Time}, {Format}";
}
