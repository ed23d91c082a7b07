namespace GmmVision.Imaging;

/// <summary>How the 8-bit samples of a frame lie in its planes.</summary>
public enum PixelLayout
{
    /// <summary>One plane of luma.</summary>
    Gray8,

    /// <summary>Three planes Y, U, V; U and V have half the width and half the height, rounded up.</summary>
    Yuv420,

    /// <summary>Three planes R, G, B of full size.</summary>
    Rgb,
}

/// <summary>Which sample values stand for black and white.</summary>
public enum ColorRange
{
    /// <summary>Luma 16 to 235, chroma 16 to 240: what most video holds.</summary>
    Limited,

    /// <summary>0 to 255: JPEG, RGB, many webcams.</summary>
    Full,
}

/// <summary>Size and layout of a frame: everything that two frames must share to be worked on by one model.</summary>
/// <param name="Width">Pixels in a row, 1 to <see cref="MaxSide"/>.</param>
/// <param name="Height">Rows, 1 to <see cref="MaxSide"/>.</param>
/// <param name="Layout">The planes.</param>
/// <param name="Range">Meaning of the sample values.</param>
public readonly record struct FrameFormat(int Width, int Height, PixelLayout Layout, ColorRange Range = ColorRange.Limited)
{
    /// <summary>The largest width or height that a frame may have.</summary>
    public const int MaxSide = 32768;

    /// <summary>Planes, which is also colour channels: 1 or 3.</summary>
    public int PlaneCount => Layout == PixelLayout.Gray8 ? 1 : 3;

    /// <summary>Pixels of the picture.</summary>
    public int PixelCount => Width * Height;

    /// <summary>Bytes of all planes, without gaps.</summary>
    public int ByteCount
    {
        get
        {
            int bytes = 0;
            for (int plane = 0; plane < PlaneCount; plane++)
                bytes = checked(bytes + PlaneWidth(plane) * PlaneHeight(plane));
            return bytes;
        }
    }

    /// <summary>Samples in a row of a plane.</summary>
    public int PlaneWidth(int plane) => plane > 0 && Layout == PixelLayout.Yuv420 ? (Width + 1) / 2 : Width;

    /// <summary>Rows of a plane.</summary>
    public int PlaneHeight(int plane) => plane > 0 && Layout == PixelLayout.Yuv420 ? (Height + 1) / 2 : Height;

    /// <summary>Throws where the layout or the range is none of the known ones, a side is outside 1 to <see cref="MaxSide"/>, or the planes would not fit one array.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public FrameFormat Validate()
    {
        if (!Enum.IsDefined(Layout) || !Enum.IsDefined(Range))
            throw new ArgumentException($"The frame's layout is {Layout} and its range {Range}: take values of {nameof(PixelLayout)} and {nameof(ColorRange)}.");
        if (Width is < 1 or > MaxSide || Height is < 1 or > MaxSide || (long)Width * Height * PlaneCount > Array.MaxLength)
            throw new ArgumentException($"Frame size {Width}x{Height} is out of range: each side must be 1 to {MaxSide}, and all planes together under 2 GB.");
        return this;
    }

    /// <summary>For example "640x360 Yuv420 Limited".</summary>
    public override string ToString() => $"{Width}x{Height} {Layout} {Range}";
}
