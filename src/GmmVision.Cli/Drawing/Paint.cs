using GmmVision.Imaging;

namespace GmmVision.Cli.Drawing;

/// <summary>A colour as the planes of a Yuv420 frame hold it.</summary>
internal readonly record struct Paint(byte Y, byte U, byte V)
{
    /// <summary>From R, G, B of 0 to 255, by ITU-R BT.601, which is what players assume of untagged video.</summary>
    public static Paint FromRgb(int r, int g, int b, ColorRange range)
    {
        double luma = 0.299 * r + 0.587 * g + 0.114 * b;
        double u = (b - luma) / 1.772, v = (r - luma) / 1.402;
        return range == ColorRange.Full
            ? new Paint(Clamp(luma), Clamp(u + 128), Clamp(v + 128))
            : new Paint(Clamp(luma * 219 / 255 + 16), Clamp(u * 224 / 255 + 128), Clamp(v * 224 / 255 + 128));
    }

    private static byte Clamp(double value) => (byte)Math.Clamp(Math.Round(value), 0, 255);
}
