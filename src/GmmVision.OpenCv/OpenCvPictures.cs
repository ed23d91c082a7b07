using GmmVision.Imaging;
using OpenCvSharp;

namespace GmmVision.OpenCv;

/// <summary>Single pictures by OpenCV's own codecs, in this process: PNG, JPEG, BMP, TIFF, WebP, GIF (its first picture), portable maps and what else its build has.</summary>
/// <remarks>Thread-safe.</remarks>
public static class OpenCvPictures
{
    private const int Opaque = 128;      // of 255, as StillImage takes it: what is less is seen through more than seen

    /// <summary>Loads a picture and what is transparent in it.</summary>
    /// <param name="path">A file. Its EXIF orientation is applied, except where there is transparency.</param>
    /// <param name="levels">Sample values, as the file has them, that become 0 and 255; null: of grey of more than 8 bits what the picture uses, else all of the range.</param>
    /// <returns>The picture (<see cref="PixelLayout.Rgb"/>), where it is seen through more than seen (null: nowhere), and the levels that it was read by (null: all of the range).</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It is no picture that OpenCV decodes.</exception>
    /// <exception cref="ArgumentException">The levels are out of the range of the picture's samples.</exception>
    /// <exception cref="DllNotFoundException">OpenCV's native library is missing; the message names the package.</exception>
    public static (Frame Image, Mask? Transparent, (int Low, int High)? Levels) Load(string path, (int Low, int High)? levels = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"cannot read image '{path}': no such file.", path);
        NativeLibraryCheck.Require();
        using Mat picture = Decode(File.ReadAllBytes(path));
        bool isDeep = picture.Depth() == MatType.CV_16U;
        if (picture.Empty() || picture.Channels() == 2 || (!isDeep && picture.Depth() != MatType.CV_8U))
            throw new IOException($"cannot read image '{path}': {(picture.Empty() ? "OpenCV cannot decode it; is it a picture?" : $"its samples are {picture.Type()}; 1, 3 or 4 of 8 or 16 bits are read.")}");
        if (!isDeep && levels?.High > byte.MaxValue)
            throw new ArgumentException($"Levels {levels.Value.Low}:{levels.Value.High} are out of range: samples of '{path}' have 8 bits, 0 to 255.");
        levels ??= isDeep && picture.Channels() == 1 ? MatConverter.ChooseLevels(picture) : null;
        (int low, int high) = levels ?? (0, isDeep ? ushort.MaxValue : byte.MaxValue);
        Mask? transparent = picture.Channels() == 4 ? Transparent(picture, isDeep ? Opaque << 8 : Opaque) : null;
        using Mat shallow = new();
        picture.ConvertTo(shallow, MatType.CV_8UC(picture.Channels()), 255.0 / (high - low), -low * 255.0 / (high - low));
        return (ToRgb(shallow), transparent, levels);
    }

    /// <summary>A picture as the bytes of a file.</summary>
    /// <param name="extension">Of the format: .png, .jpg (at quality 95), .bmp, .tif or .webp.</param>
    /// <param name="frame">Any layout.</param>
    /// <exception cref="ArgumentException">OpenCV knows no such format.</exception>
    /// <exception cref="DllNotFoundException">OpenCV's native library is missing; the message names the package.</exception>
    public static byte[] Encode(string extension, Frame frame)
    {
        ArgumentNullException.ThrowIfNull(extension);
        ArgumentNullException.ThrowIfNull(frame);
        NativeLibraryCheck.Require();
        using Mat mat = frame.ToMat();
        try
        {
            if (Cv2.ImEncode(extension, mat, out byte[] bytes))
                return bytes;
        }
        catch (OpenCVException)       // what it says of a format that it does not know
        {
        }
        throw new ArgumentException($"OpenCV cannot encode '{extension}': use .png, .jpg, .bmp, .tif or .webp.");
    }

    /// <summary>As it is stored, which is how transparency comes; turned upright where there is none, which only JPEG and what has EXIF data can need.</summary>
    private static Mat Decode(byte[] bytes)
    {
        const ImreadModes Upright = ImreadModes.AnyColor | ImreadModes.AnyDepth;
        if (bytes is [0xFF, 0xD8, ..])
            return Decode(bytes, Upright);
        Mat stored = Decode(bytes, ImreadModes.Unchanged);
        if (stored.Empty() || stored.Channels() == 4 || !MayBeTurned(bytes))
            return stored;
        using (stored)
            return Decode(bytes, Upright);
    }

    private static bool MayBeTurned(ReadOnlySpan<byte> bytes) => bytes is [(byte)'I', (byte)'I', ..] or [(byte)'M', (byte)'M', ..] || bytes.IndexOf("eXIf"u8) >= 0 || bytes.IndexOf("EXIF"u8) >= 0;

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
        using Mat rgb = new();
        Cv2.CvtColor(picture, rgb, picture.Channels() switch { 1 => ColorConversionCodes.GRAY2RGB, 3 => ColorConversionCodes.BGR2RGB, _ => ColorConversionCodes.BGRA2RGB });
        Mat[] planes = rgb.Split();
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

    private static Mask? Transparent(Mat picture, int opaque)
    {
        using Mat alpha = picture.ExtractChannel(3), nothing = new();
        Cv2.Compare(alpha, new Scalar(opaque), nothing, CmpTypes.LT);
        return nothing.CountNonZero() == 0 ? null : nothing.ToMask();
    }
}
