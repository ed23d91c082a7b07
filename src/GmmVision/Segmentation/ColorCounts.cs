using GmmVision.Imaging;

namespace GmmVision.Segmentation;

/// <summary>
/// The distinct colours of a picture, each with the number of its pixels: what a mixture of colours needs to know of it.
/// </summary>
/// <remarks>A photo of 0.15 megapixels has 15,000 to 80,000 of them. Immutable; may be read from any number of threads.</remarks>
public sealed class ColorCounts
{
    private readonly int[] _colors;
    private readonly int[] _counts;

    private ColorCounts(int[] colors, int[] counts, long pixels) => (_colors, _counts, PixelCount) = (colors, counts, pixels);

    /// <summary>The colours as 0xRRGGBB, rising.</summary>
    public ReadOnlySpan<int> Colors => _colors;

    /// <summary>How many pixels have each colour.</summary>
    public ReadOnlySpan<int> Counts => _counts;

    /// <summary>How many pixels were counted.</summary>
    public long PixelCount { get; }

    /// <summary>Counts the pixels of a sampling grid.</summary>
    /// <param name="image">Rgb or Gray8.</param>
    /// <param name="grid">Which pixels.</param>
    /// <param name="transparent">Pixels that do not count; null: none.</param>
    public static ColorCounts Of(Frame image, SamplingGrid grid, Mask? transparent = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(grid);
        int g = image.Format.PlaneCount == 3 ? 1 : 0;
        int[] pixels = new int[grid.Count];
        int next = 0;
        for (int cellY = 0; cellY < grid.Rows; cellY++)
        {
            for (int cellX = 0; cellX < grid.Columns; cellX++)
            {
                (int x, int y) = grid.Pixel(cellX, cellY);
                if (transparent?[x, y] != true)
                    pixels[next++] = image.Row(0, y)[x] << 16 | image.Row(g, y)[x] << 8 | image.Row(2 * g, y)[x];
            }
        }
        return Of(pixels[..next]);
    }

    /// <summary>Joins the counts of several pictures.</summary>
    public static ColorCounts Join(IEnumerable<ColorCounts> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        // Colour above, count below: sorting brings equal colours together.
        long[] entries = [.. pictures.SelectMany(picture => picture._colors.Zip(picture._counts, (color, count) => (long)color << 32 | (uint)count))];
        Array.Sort(entries);
        int[] colors = new int[entries.Length], counts = new int[entries.Length];
        int distinct = 0;
        long pixels = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            (int color, int count) = ((int)(entries[i] >> 32), (int)entries[i]);
            if (distinct == 0 || color != colors[distinct - 1])
                colors[distinct++] = color;
            counts[distinct - 1] = checked(counts[distinct - 1] + count);
            pixels += count;
        }
        return new ColorCounts(colors[..distinct], counts[..distinct], pixels);
    }

    private static ColorCounts Of(int[] pixels)
    {
        Sort(pixels);
        int distinct = 0;
        int[] counts = new int[pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            if (i == 0 || pixels[i] != pixels[distinct - 1])
                pixels[distinct++] = pixels[i];
            counts[distinct - 1]++;
        }
        return new ColorCounts(pixels[..distinct], counts[..distinct], pixels.Length);
    }

    // By radix, a byte at a time from the lowest: three passes, where comparing would take seventeen for a small picture.
    private static void Sort(int[] pixels)
    {
        const int Few = 1000;
        if (pixels.Length < Few)
        {
            Array.Sort(pixels);
            return;
        }
        int[] from = pixels, to = new int[pixels.Length];
        Span<int> places = stackalloc int[256];
        for (int shift = 0; shift < 24; shift += 8)
        {
            places.Clear();
            foreach (int pixel in from)
                places[pixel >> shift & 0xFF]++;
            int next = 0;
            for (int value = 0; value < places.Length; value++)
                (places[value], next) = (next, next + places[value]);
            foreach (int pixel in from)
                to[places[pixel >> shift & 0xFF]++] = pixel;
            (from, to) = (to, from);
        }
        from.CopyTo(pixels, 0);
    }
}
