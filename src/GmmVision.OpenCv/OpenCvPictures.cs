using GmmVision.Imaging;
using OpenCvSharp;

namespace GmmVision.OpenCv;

/// <summary>Single pictures by OpenCV's own codecs, in this process: PNG, JPEG, BMP, TIFF, WebP, GIF (its first picture), portable maps and what else its build has.</summary>
/// <remarks>Thread-safe.</remarks>
public static class OpenCvPictures
{
    private const int Opaque = 128;

    /// <summary>Loads a picture and what is transparent in it.</summary>
    /// <param name="path">A file. Its EXIF orientation is applied, except where there is transparency.</param>
    /// <param name="levels">Sample values that become 0 and 255 where it has more than 8 bits; null: grey by what the picture uses, colour by all of the range.</param>
    /// <returns>The picture (<see cref="PixelLayout.Rgb"/>), where it is more transparent than not (null: nowhere), and the levels that grey of more than 8 bits was read by (null: all of the range).</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It is no picture that OpenCV decodes.</exception>
    /// <exception cref="DllNotFoundException">OpenCV's native library is missing; the message names the package.</exception>
    public static (Frame Image, Mask? Transparent, (int Low, int High)? Levels) Load(string path, (int Low, int High)? levels = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"cannot read image '{path}': no such file.", path);
        NativeLibraryCheck.Require();
        byte[] bytes = File.ReadAllBytes(path);
        using Mat asStored = Decode(bytes, ImreadModes.Unchanged);
        if (asStored.Empty())
            throw new IOException($"cannot read image '{path}': OpenCV cannot decode it; is it a picture?");
        bool hasAlpha = asStored.Channels() == 4;
        using Mat upright = hasAlpha ? asStored.Clone() : Decode(bytes, ImreadModes.AnyColor | ImreadModes.AnyDepth);
        bool isDeep = upright.Depth() != MatType.CV_8U;
        if (isDeep && upright.Depth() != MatType.CV_16U)
            throw new IOException($"cannot read image '{path}': its samples are {upright.Type()}; 8 or 16 bits without sign are read.");
        using MatConverter converter = new() { Levels = levels };
        using Mat shallow = new();
        (int Low, int High)? used = null;
        if (isDeep && upright.Channels() == 1)
        {
            converter.Convert(upright);
            used = converter.Levels;
        }
        (int low, int high) = used ?? levels ?? (0, ushort.MaxValue);
        if (isDeep)
            upright.ConvertTo(shallow, MatType.CV_8UC(upright.Channels()), 255.0 / (high - low), -low * 255.0 / (high - low));
        Mat picture = isDeep ? shallow : upright;
        return (ToRgb(picture), hasAlpha ? Transparent(picture) : null, used);
    }

    /// <summary>Saves a picture as the format that the file's extension names.</summary>
    /// <param name="path">Final name; written beside it under a temporary name first.</param>
    /// <param name="frame">Any layout. JPEG at quality 95.</param>
    /// <exception cref="ArgumentException">OpenCV knows no such format.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="DllNotFoundException">OpenCV's native library is missing; the message names the package.</exception>
    public static void Save(string path, Frame frame)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(frame);
        NativeLibraryCheck.Require();
        using Mat mat = frame.ToMat();
        byte[] bytes;
        try
        {
            if (!Cv2.ImEncode(Path.GetExtension(path), mat, out bytes))
                throw new IOException($"cannot write image '{path}': OpenCV could not encode it.");
        }
        catch (OpenCVException exception)
        {
            throw new ArgumentException($"cannot write '{path}': OpenCV knows no image format '{Path.GetExtension(path)}': use .png, .jpg, .bmp, .tif or .webp.", exception);
        }
        string temporary = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $".{Guid.NewGuid():N}.part");
        try
        {
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static Mat Decode(byte[] bytes, ImreadModes modes)
    {
        try
        {
            return Cv2.ImDecode(bytes, modes);
        }
        catch (OpenCVException)       // a size that is out of its limits, and other damage
        {
            return new Mat();
        }
    }

    private static Frame ToRgb(Mat picture)
    {
        using Mat bgr = new();
        Cv2.CvtColor(picture, bgr, picture.Channels() switch { 1 => ColorConversionCodes.GRAY2RGB, 3 => ColorConversionCodes.BGR2RGB, _ => ColorConversionCodes.BGRA2RGB });
        Mat[] planes = bgr.Split();
        Frame frame = new(new FrameFormat(picture.Width, picture.Height, PixelLayout.Rgb, ColorRange.Full).Validate());
        for (int i = 0; i < planes.Length; i++)
        {
            using Mat plane = planes[i];
            ReadOnlySpan<byte> samples = MatExtensions.Samples<byte>(plane);
            for (int y = 0; y < frame.Height; y++)
                samples.Slice(y * frame.Width, frame.Width).CopyTo(frame.Row(i, y));
        }
        return frame;
    }

    private static Mask? Transparent(Mat picture)
    {
        using Mat alpha = picture.ExtractChannel(3), nothing = new();
        Cv2.Compare(alpha, new Scalar(Opaque), nothing, CmpTypes.LT);
        return nothing.CountNonZero() == 0 ? null : nothing.ToMask();
    }
}
