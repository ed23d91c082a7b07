using GmmVision.Imaging;

namespace GmmVision.Cli.Segment;

/// <summary>Reads the pictures that are to be segmented.</summary>
internal static class Picture
{
    /// <summary>Loads one, with white where it is transparent: what colour is kept there nobody has seen.</summary>
    /// <returns>The picture, where it is transparent (null: nowhere), and which sample values became 0 and 255 (null: all of the range).</returns>
    public static (Frame Image, Mask? Transparent, (int Low, int High)? Levels) Load(ImageInput input, SegmentSettings settings, CancellationToken cancellation)
    {
        (Frame image, Mask? transparent, (int Low, int High)? levels) = Readers.LoadPicture(settings.Reader, input.Path, settings.Levels, cancellation);
        for (int y = 0; transparent is not null && y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                if (transparent[x, y])
                    image.Row(0, y)[x] = image.Row(1, y)[x] = image.Row(2, y)[x] = 255;
            }
        }
        return (image, transparent, levels);
    }
}
