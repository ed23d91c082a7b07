using GmmVision.Imaging;
using OpenCvSharp;

namespace GmmVision.OpenCv;

/// <summary>Makes frames of Mats, with as few copies as can be: one channel of 8 bits is wrapped as it is, colour goes through OpenCV's own conversion to I420.</summary>
/// <remarks>
/// One caller at a time; buffers are reused from call to call. Frames are <see cref="PixelLayout.Gray8"/> or
/// <see cref="PixelLayout.Yuv420"/>, luma and chroma by BT.601 in the limited range, as OpenCV computes them.
/// </remarks>
public sealed class MatConverter : IDisposable
{
    private readonly Mat _planes = new(), _even = new(), _bytes = new();
    private Frame? _frame;
    private Mat? _wrapped;                  // what the last frame points into lives as long as we know of it
    private (int Low, int High)? _levels;
    private bool _isDisposed;

    /// <summary>Sample values of a 16-bit Mat that become 0 and 255, the first lower, both 0 to 65535; null (the default) chooses them by the first such Mat.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They are out of range.</exception>
    public (int Low, int High)? Levels
    {
        get => _levels;
        set => _levels = value is null or ( >= 0, <= 65535) && !(value?.Low >= value?.High) ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Levels are two values from 0 to 65535, the lower first.");
    }

    /// <summary>The format that a Mat's frame has.</summary>
    /// <param name="image">8UC1, 8UC3 (BGR), 8UC4 (BGRA) or 16UC1.</param>
    /// <exception cref="ArgumentException">The Mat is empty or of another type.</exception>
    /// <exception cref="ObjectDisposedException">The Mat was disposed.</exception>
    public static FrameFormat FormatOf(Mat image)
    {
        MatType type = MatCheck.Require(image, nameof(image)).Type();
        if (type == MatType.CV_8UC1 || type == MatType.CV_16UC1)
            return new FrameFormat(image.Width, image.Height, PixelLayout.Gray8, ColorRange.Full).Validate();
        return type == MatType.CV_8UC3 || type == MatType.CV_8UC4
            ? new FrameFormat(image.Width, image.Height, PixelLayout.Yuv420).Validate()
            : throw new ArgumentException($"A Mat of type {type} cannot be made a frame: it must be CV_8UC1, CV_8UC3 (BGR), CV_8UC4 (BGRA) or CV_16UC1; use ConvertTo or CvtColor first.", nameof(image));
    }

    /// <summary>The frame of a Mat.</summary>
    /// <param name="image">8UC1, 8UC3 (BGR), 8UC4 (BGRA) or 16UC1, of any stride. One of 8UC1 is wrapped: it must not be changed or disposed while the frame is used.</param>
    /// <returns>A frame that is good until the next call or the converter's end. Its time and number are the caller's to set.</returns>
    /// <exception cref="ArgumentException">The Mat is empty, of another type, or too large.</exception>
    /// <exception cref="ObjectDisposedException">The Mat or the converter was disposed.</exception>
    public Frame Convert(Mat image)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        FrameFormat format = FormatOf(image);
        if (image.Type() == MatType.CV_8UC1)
            return Wrap(format, image);
        if (image.Type() == MatType.CV_16UC1)
        {
            (int low, int high) = Levels ??= ChooseLevels(image);
            double scale = 255.0 / (high - low);
            image.ConvertTo(_bytes, MatType.CV_8UC1, scale, -low * scale);
            return Wrap(format, _bytes);
        }
        Mat even = image;
        if ((image.Width & 1) != 0 || (image.Height & 1) != 0)        // I420 is for even sides; the last column and row are said twice
            Cv2.CopyMakeBorder(image, even = _even, 0, image.Height & 1, 0, image.Width & 1, BorderTypes.Replicate);
        Cv2.CvtColor(even, _planes, image.Channels() == 3 ? ColorConversionCodes.BGR2YUV_I420 : ColorConversionCodes.BGRA2YUV_I420);
        return WrapPlanes(format, even.Width, even.Height);
    }

    private Frame Wrap(FrameFormat format, Mat gray)
    {
        _wrapped = gray;
        if (_frame is { } frame && frame.Format == format && frame.Stride(0) == gray.Step() && IsAt(frame, gray))
            return frame;
        return _frame = Frame.Wrap(format, gray.Data, checked((int)gray.Step()));
    }

    private Frame WrapPlanes(FrameFormat format, int width, int height)
    {
        _wrapped = _planes;
        nint y = _planes.Data, u = y + (nint)width * height, v = u + (nint)(width / 2) * (height / 2);
        if (_frame is { } frame && frame.Format == format && IsAt(frame, _planes))
            return frame;
        return _frame = Frame.Wrap(format, y, width, u, v, width / 2);
    }

    private static unsafe bool IsAt(Frame frame, Mat mat)
    {
        fixed (byte* first = frame.Row(0, 0))
            return (nint)first == mat.Data;
    }

    /// <summary>From the darkest to the brightest of all but a thousandth at either end, with half of that more on either side, for what will come; one step never becomes more than one.</summary>
    internal static (int Low, int High) ChooseLevels(Mat image)
    {
        long[] counts = new long[65536];
        (int rows, int columns) = (image.Rows, image.Cols);
        for (int y = 0; y < rows; y++)
            foreach (ushort sample in Row(image, y, columns))
                counts[sample]++;
        long tail = image.Total() / 1000;
        int low = 0, high = 65535;
        for (long sum = counts[0]; sum <= tail; sum += counts[low])
            low++;
        for (long sum = counts[65535]; sum <= tail; sum += counts[high])
            high--;
        int margin = Math.Max((high - low) / 2, (256 - (high - low)) / 2);
        return (Math.Max(0, low - margin), Math.Min(65535, high + margin));
    }

    private static unsafe ReadOnlySpan<ushort> Row(Mat image, int y, int columns) => new((void*)image.Ptr(y), columns);

    /// <summary>Frees the buffers; frames that were given are no longer good.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        (_frame, _wrapped) = (null, null);
        _planes.Dispose();
        _even.Dispose();
        _bytes.Dispose();
    }
}
