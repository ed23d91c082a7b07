using GmmVision.Imaging;
using GmmVision.Segmentation;

namespace GmmVision.Cli.Segment;

/// <summary>Small versions of pictures and label maps, for the report.</summary>
internal static class Thumbnail
{
    /// <summary>A picture brought to at most so many pixels on the longer side, each the mean of the pixels it stands for.</summary>
    public static Frame Of(Frame image, int maxSide)
    {
        (int width, int height) = Size(image.Width, image.Height, maxSide);
        var small = new Frame(image.Format with { Width = width, Height = height });
        for (int plane = 0; plane < image.Format.PlaneCount; plane++)
        {
            for (int y = 0; y < height; y++)
            {
                int top = (int)((long)y * image.Height / height), bottom = (int)((y + 1L) * image.Height / height);
                Span<byte> row = small.Row(plane, y);
                for (int x = 0; x < width; x++)
                {
                    int left = (int)((long)x * image.Width / width), right = (int)((x + 1L) * image.Width / width);
                    int sum = 0;
                    for (int fromY = top; fromY < bottom; fromY++)
                    {
                        foreach (byte value in image.Row(plane, fromY)[left..right])
                            sum += value;
                    }
                    int count = (bottom - top) * (right - left);
                    row[x] = (byte)((sum + count / 2) / count);
                }
            }
        }
        return small;
    }

    /// <summary>A label map brought to the same size, each pixel with the label in the middle of those it stands for.</summary>
    public static LabelMap Of(LabelMap labels, int maxSide)
    {
        (int width, int height) = Size(labels.Width, labels.Height, maxSide);
        var small = new LabelMap(width, height, labels.LabelCount);
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> from = labels.Row((int)((2L * y + 1) * labels.Height / (2 * height)));
            Span<byte> row = small.Row(y);
            for (int x = 0; x < width; x++)
                row[x] = from[(int)((2L * x + 1) * labels.Width / (2 * width))];
        }
        return small;
    }

    private static (int Width, int Height) Size(int width, int height, int maxSide)
    {
        double scale = Math.Min(1, (double)maxSide / Math.Max(width, height));
        return (Math.Max(1, (int)Math.Round(width * scale)), Math.Max(1, (int)Math.Round(height * scale)));
    }
}
