namespace GmmVision.Imaging;

/// <summary>How samples lie side by side where they are not in planes of their own.</summary>
public enum PackedLayout
{
    /// <summary>Blue, green, red: a Mat of OpenCV, a bitmap of 24 bits.</summary>
    Bgr,

    /// <summary>Blue, green, red and a fourth that is not looked at: a bitmap of 32 bits, a screen.</summary>
    Bgra,

    /// <summary>Red, green, blue.</summary>
    Rgb,

    /// <summary>Red, green, blue and a fourth that is not looked at.</summary>
    Rgba,

    /// <summary>A plane of luma, and behind it one of half the rows with U and V by turns: what cameras and hardware decoders give.</summary>
    Nv12,
}

/// <summary>A picture as others hold it, with its samples side by side. It is looked at where it lies; <see cref="MotionPipeline.Process(PackedFrame, FrameResult)"/> and <see cref="CopyTo"/> lay it out in planes.</summary>
/// <remarks>
/// The memory is the caller's, in an array or behind a pointer (<c>new ReadOnlySpan&lt;byte&gt;(pointer, length)</c>), and may be
/// used for the next picture as soon as a call returns. Colours are those of ITU-R BT.601, as everywhere here.
/// </remarks>
public readonly ref struct PackedFrame
{
    /// <summary>A picture in one piece.</summary>
    /// <param name="layout">How its samples lie.</param>
    /// <param name="width">Pixels in a row, 1 to <see cref="FrameFormat.MaxSide"/>.</param>
    /// <param name="height">Rows, 1 to <see cref="FrameFormat.MaxSide"/>.</param>
    /// <param name="data">From the first sample of the upper row on; of Nv12 luma and chroma.</param>
    /// <param name="stride">Bytes from row to row; 0: rows follow each other without a gap.</param>
    /// <exception cref="ArgumentException">A size is out of range, the stride is shorter than a row, or there are fewer bytes than the picture needs; the message says how many.</exception>
    public PackedFrame(PackedLayout layout, int width, int height, ReadOnlySpan<byte> data, int stride = 0)
    {
        if (!Enum.IsDefined(layout))
            throw new ArgumentException($"The picture's layout is {layout}: take a value of {nameof(PackedLayout)}.", nameof(layout));
        new FrameFormat(width, height, PixelLayout.Rgb).Validate();
        int row = layout switch { PackedLayout.Nv12 => width + (width & 1), PackedLayout.Bgr or PackedLayout.Rgb => 3 * width, _ => 4 * width };
        int lines = layout == PackedLayout.Nv12 ? height + (height + 1) / 2 : height;
        stride = stride == 0 ? row : stride;
        if (stride < row)
            throw new ArgumentException($"The stride is {stride}; a row of {width} pixels of {layout} has {row} bytes.", nameof(stride));
        long needed = (long)stride * (lines - 1) + row;
        if (data.Length < needed)
            throw new ArgumentException($"There are {data.Length} bytes; a picture of {width}x{height} in {layout} with {stride} bytes a row has {needed}.", nameof(data));
        (Layout, Width, Height, Stride) = (layout, width, height, stride);
        Data = data;
        Range = layout == PackedLayout.Nv12 ? ColorRange.Limited : ColorRange.Full;
    }

    /// <summary>How samples lie.</summary>
    public PackedLayout Layout { get; }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>All samples.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <summary>Bytes from row to row.</summary>
    public int Stride { get; }

    /// <summary>When it is shown; where it is not above the last picture's, the pipeline takes what follows at its frame rate.</summary>
    public TimeSpan Time { get; init; }

    /// <summary>Its number, from 0; likewise.</summary>
    public long Number { get; init; }

    /// <summary>What the samples of Nv12 mean; limited unless said otherwise. Red, green and blue are always full.</summary>
    public ColorRange Range { get; init; }

    /// <summary>Lays the picture out in the planes of a frame of any layout, with its time and number.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public void CopyTo(Frame target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if ((target.Width, target.Height) != (Width, Height))
            throw new ArgumentException($"A picture of {Width}x{Height} cannot fill a frame of {target.Width}x{target.Height}.", nameof(target));
        if (Layout != PackedLayout.Nv12)
        {
            (target.Time, target.Number) = (Time, Number);
            Unpacking.Colors(this, target);
            return;
        }
        FrameFormat own = new(Width, Height, PixelLayout.Yuv420, Range);
        bool isOwn = target.Format.Range == Range && target.Format.Layout != PixelLayout.Rgb;
        Frame planes = isOwn ? target : new Frame(own);
        (planes.Time, planes.Number) = (Time, Number);
        Unpacking.Nv12(this, planes);
        if (!isOwn)
            FrameConverter.Convert(planes, target);
    }
}
