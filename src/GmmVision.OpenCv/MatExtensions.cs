using GmmVision.Imaging;
using OpenCvSharp;

namespace GmmVision.OpenCv;

/// <summary>From GmmVision's masks, frames, boxes and labels to OpenCV's, and back. Nothing is shared: a Mat that is returned is the caller's.</summary>
public static class MatExtensions
{
    /// <summary>A mask as 8UC1, 255 where it is set and 0 elsewhere.</summary>
    public static Mat ToMat(this Mask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        var mat = new Mat(mask.Height, mask.Width, MatType.CV_8UC1);
        mask.CopyTo(Samples<byte>(mat), mask.Width);
        return mat;
    }

    /// <summary>The pixels of an 8UC1 that are not 0.</summary>
    /// <exception cref="ArgumentException">The Mat is empty or of another type.</exception>
    public static Mask ToMask(this Mat mat)
    {
        MatCheck.Require(mat, nameof(mat), MatType.CV_8UC1);
        var mask = new Mask(mat.Width, mat.Height);
        mat.CopyTo(mask);
        return mask;
    }

    internal static unsafe void CopyTo(this Mat mat, Mask mask) =>
        mask.CopyFrom(new ReadOnlySpan<byte>(mat.DataPointer, checked((int)(mat.Step() * (mat.Rows - 1) + mat.Cols))), checked((int)mat.Step()));

    /// <summary>A frame as a picture: 8UC1 of Gray8, else 8UC3 in the order B, G, R.</summary>
    public static Mat ToMat(this Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        (int width, int height) = (frame.Width, frame.Height);
        switch (frame.Format.Layout)
        {
            case PixelLayout.Gray8:
                {
                    var gray = new Mat(height, width, MatType.CV_8UC1);
                    for (int y = 0; y < height; y++)
                        frame.Row(0, y).CopyTo(Samples<byte>(gray).Slice(y * width, width));
                    return gray;
                }
            case PixelLayout.Rgb:
                {
                    var color = new Mat(height, width, MatType.CV_8UC3);
                    for (int y = 0; y < height; y++)
                    {
                        Span<byte> row = Samples<byte>(color).Slice(3 * y * width, 3 * width), red = frame.Row(0, y), green = frame.Row(1, y), blue = frame.Row(2, y);
                        for (int x = 0; x < width; x++)
                            (row[3 * x], row[3 * x + 1], row[3 * x + 2]) = (blue[x], green[x], red[x]);
                    }
                    return color;
                }
            default:
                return ToColor(frame);
        }
    }

    private static Mat ToColor(Frame frame)
    {
        (int evenWidth, int evenHeight) = (frame.Width + 1 & ~1, frame.Height + 1 & ~1);
        using var planes = new Mat(evenHeight * 3 / 2, evenWidth, MatType.CV_8UC1, Scalar.Black);
        int at = 0;
        for (int plane = 0; plane < 3; plane++)
        {
            (int stride, int rows) = plane == 0 ? (evenWidth, evenHeight) : (evenWidth / 2, evenHeight / 2);
            for (int y = 0; y < frame.Format.PlaneHeight(plane); y++)
                frame.Row(plane, y).CopyTo(Samples<byte>(planes)[(at + y * stride)..]);
            at += stride * rows;
        }
        var color = new Mat();
        Cv2.CvtColor(planes, color, ColorConversionCodes.YUV2BGR_I420);
        if (evenWidth == frame.Width && evenHeight == frame.Height)
            return color;
        using (color)
            return color[0, frame.Height, 0, frame.Width].Clone();
    }

    /// <summary>Labels as 16UC1.</summary>
    public static Mat ToMat(this LabelImage labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var mat = new Mat(labels.Height, labels.Width, MatType.CV_16UC1);
        labels.Values.CopyTo(Samples<ushort>(mat));
        return mat;
    }

    /// <summary>A label for each pixel, row by row, as 32SC1, as OpenCV's own labelling gives them.</summary>
    /// <exception cref="ArgumentException">There are not as many labels as pixels.</exception>
    public static Mat ToLabelMat(this ReadOnlySpan<int> labels, int width, int height)
    {
        if (width < 1 || height < 1 || labels.Length != (long)width * height)
            throw new ArgumentException($"{labels.Length} labels are not those of {width}x{height} pixels.", nameof(labels));
        var mat = new Mat(height, width, MatType.CV_32SC1);
        labels.CopyTo(Samples<int>(mat));
        return mat;
    }

    /// <summary>A box as OpenCV's rectangle.</summary>
    public static Rect ToRect(this Box box) => new(box.X, box.Y, box.Width, box.Height);

    /// <summary>The box of a region as OpenCV's rectangle.</summary>
    public static Rect ToRect(this Region region) => region.Box.ToRect();

    /// <summary>OpenCV's rectangle as a box.</summary>
    public static Box ToBox(this Rect rectangle) => new(rectangle.X, rectangle.Y, rectangle.Width, rectangle.Height);

    /// <summary>All samples of a continuous Mat.</summary>
    internal static unsafe Span<T> Samples<T>(Mat mat) where T : unmanaged => new(mat.DataPointer, checked((int)(mat.Total() * mat.ElemSize() / sizeof(T))));
}
