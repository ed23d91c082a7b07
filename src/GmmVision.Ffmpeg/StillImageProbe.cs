using GmmVision.Imaging;

namespace GmmVision.Ffmpeg;

/// <summary>What an image's samples need: more than 8 bits, or a part that is transparent.</summary>
internal static class StillImageProbe
{
    private const int Opaque = 128;      // of 255; what is less is seen through more than seen

    private static readonly string[] Plain = [".jpg", ".jpeg", ".bmp"];

    /// <summary>ffmpeg's name of the pixel format; empty for kinds that are 8 bits and opaque, or where ffprobe cannot tell.</summary>
    public static string PixelFormat(string path, CancellationToken cancellation)
    {
        if (InputName.IsUrl(path) || Array.IndexOf(Plain, Path.GetExtension(path).ToLowerInvariant()) >= 0)
            return "";
        try
        {
            return MediaInfo.Read(path, cancellation).PixelFormat;
        }
        catch (FfmpegException)
        {
            return "";      // decoding says what is wrong with it
        }
    }

    /// <summary>Whether a pixel format has an alpha channel; palettes may.</summary>
    public static bool HasAlpha(string pixelFormat) => pixelFormat is "pal8" or "rgba" or "bgra" or "argb" or "abgr" || pixelFormat.StartsWith("ya", StringComparison.Ordinal)
        || pixelFormat.StartsWith("yuva", StringComparison.Ordinal) || pixelFormat.StartsWith("gbrap", StringComparison.Ordinal)
        || pixelFormat.StartsWith("rgba64", StringComparison.Ordinal) || pixelFormat.StartsWith("bgra64", StringComparison.Ordinal);

    /// <summary>Where the picture is seen through; null where nowhere.</summary>
    public static Mask? Transparent(string[] input, string turn, string name, int width, int height, CancellationToken cancellation)
    {
        byte[] alpha = FfmpegTools.Run(FfmpegTools.Ffmpeg,
            ["-hide_banner", "-nostats", "-nostdin", "-loglevel", "level+error", .. input, "-frames:v", "1", "-vf", $"{turn}format=rgba,alphaextract,format=gray", "-f", "rawvideo", "pipe:1"],
            $"cannot read image '{name}'", cancellation);
        if (alpha.Length != width * height || Array.TrueForAll(alpha, value => value >= Opaque))
            return null;
        Mask transparent = new(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                transparent[x, y] = alpha[y * width + x] < Opaque;
        }
        return transparent;
    }
}
