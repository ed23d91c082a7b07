using System.Numerics;
using GmmVision.Imaging;

namespace GmmVision.Scenes.Still;

/// <summary>A picture as the planes of a 4:2:0 frame of limited range, to be exposed again and again.</summary>
/// <param name="width">An even number of pixels.</param>
/// <param name="height">An even number of rows.</param>
public sealed class Planes(int width, int height)
{
    private const int Black = 16, White = 235, Neutral = 128;

    /// <summary>Pixels in a row.</summary>
    public int Width { get; } = width;

    /// <summary>Rows.</summary>
    public int Height { get; } = height;

    /// <summary>Luma.</summary>
    public byte[] Y { get; } = new byte[width * height];

    /// <summary>Blue chroma, a quarter of the samples.</summary>
    public byte[] U { get; } = new byte[width * height / 4];

    /// <summary>Red chroma, a quarter of the samples.</summary>
    public byte[] V { get; } = new byte[width * height / 4];

    /// <summary>BT.601 of limited range, as players assume for video of this size.</summary>
    /// <param name="color">Red, green and blue of 0 to 255.</param>
    public static (byte Y, byte U, byte V) ToYuv(Vector3 color)
    {
        float luma = Vector3.Dot(color, new Vector3(0.299f, 0.587f, 0.114f));
        return (Round(Black + luma * 219 / 255), Round(Neutral + 0.564f * (color.Z - luma) * 224 / 255), Round(Neutral + 0.713f * (color.X - luma) * 224 / 255));
    }

    /// <summary>Luma as it comes out at some other light.</summary>
    /// <param name="luma">At full light.</param>
    /// <param name="gain">1 is full light.</param>
    public static byte Luma(int luma, double gain) => (byte)Math.Clamp((int)(Black + (luma - Black) * gain + 0.5), 0, White);

    /// <summary>Chroma as it comes out at some other light.</summary>
    /// <param name="chroma">At full light.</param>
    /// <param name="gain">1 is full light, 0 takes all color out.</param>
    public static byte Chroma(int chroma, double gain) => (byte)Math.Clamp((int)Math.Floor(Neutral + (chroma - Neutral) * gain + 0.5), Black, 240);

    /// <summary>Writes the picture into a frame, without noise.</summary>
    /// <param name="frame">4:2:0 or grey, of the same size.</param>
    /// <param name="gain">How bright; 1 is as it is.</param>
    public void Expose(Frame frame, double gain = 1)
    {
        ArgumentNullException.ThrowIfNull(frame);
        Span<byte> luma = stackalloc byte[256], chroma = stackalloc byte[256];
        for (int i = 0; i < 256; i++)
            (luma[i], chroma[i]) = (Luma(i, gain), Chroma(i, gain));
        Copy(Y, frame.Data[..Y.Length], luma, gain);
        if (frame.Format.Layout == PixelLayout.Gray8)
            return;
        Copy(U, frame.Data.Slice(Y.Length, U.Length), chroma, gain);
        Copy(V, frame.Data.Slice(Y.Length + U.Length, V.Length), chroma, gain);
    }

    private static void Copy(ReadOnlySpan<byte> from, Span<byte> to, ReadOnlySpan<byte> table, double gain)
    {
        if (gain == 1)
        {
            from.CopyTo(to);
            return;
        }
        for (int i = 0; i < to.Length; i++)
            to[i] = table[from[i]];
    }

    private static byte Round(float value) => (byte)Math.Clamp((int)(value + 0.5f), 0, 255);
}
