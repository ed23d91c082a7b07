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
    public static ColorCounts Of(Frame image, SamplingGrid grid)
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
                pixels[next++] = image.Row(0, y)[x] << 16 | image.Row(g, y)[x] << 8 | image.Row(2 * g, y)[x];
            }
        }
        return Of(pixels);
    }

    /// <summary>Joins the counts of several pictures.</summary>
    public static ColorCounts Join(IEnumerable<ColorCounts> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var joined = new SortedDictionary<int, int>();
        foreach (ColorCounts picture in pictures)
        {
            for (int i = 0; i < picture._colors.Length; i++)
                joined[picture._colors[i]] = joined.GetValueOrDefault(picture._colors[i]) + picture._counts[i];
        }
        return new ColorCounts([.. joined.Keys], [.. joined.Values], joined.Values.Sum(count => (long)count));
    }

    private static ColorCounts Of(int[] pixels)
    {
        Array.Sort(pixels);
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
}
