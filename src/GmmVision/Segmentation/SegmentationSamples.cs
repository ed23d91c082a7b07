using GmmVision.Imaging;

namespace GmmVision.Segmentation;

/// <summary>
/// What a mixture is fitted to: the features of a picture's pixels, or of those of several pictures.
/// </summary>
/// <remarks>Where features depend on colour alone every distinct colour is held once with its count, which changes no fit. Immutable.</remarks>
public sealed class SegmentationSamples
{
    private readonly ColorCounts? _colors;
    private readonly double[] _rows;
    private readonly double[] _weights;

    private SegmentationSamples(FeatureOptions features, ColorCounts? colors, double[] rows, double[] weights, long pixels) =>
        (Features, _colors, _rows, _weights, PixelCount) = (features, colors, rows, weights, pixels);

    /// <summary>Which features.</summary>
    public FeatureOptions Features { get; }

    /// <summary>Pixels that the samples stand for.</summary>
    public long PixelCount { get; }

    /// <summary>Samples: distinct colours, or pixels where place or texture counts.</summary>
    public int Count => _weights.Length;

    /// <summary>Count × dimensions numbers, sample by sample, not standardised.</summary>
    public ReadOnlySpan<double> Rows => _rows;

    /// <summary>How many pixels each sample stands for.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>Distinct colours among the samples; null where features depend on more than colour.</summary>
    public ColorCounts? Colors => _colors;

    /// <summary>Takes the samples of a picture.</summary>
    /// <param name="image">Rgb or Gray8.</param>
    /// <param name="features">Which features.</param>
    /// <param name="maxSize">The most grid cells on the longer side, of each of which one pixel is taken; 0 takes all.</param>
    /// <param name="seed">Draws the pixels.</param>
    /// <param name="transparent">Pixels that have no part in the fit, a mask of the picture's size; null: none.</param>
    /// <exception cref="ArgumentException">Every pixel is transparent, or the mask has another size.</exception>
    public static SegmentationSamples Of(Frame image, FeatureOptions features, int maxSize, int seed, Mask? transparent = null) => Of(new FeatureExtractor(image, features), maxSize, seed, transparent);

    /// <summary>Takes the samples of a picture that is described.</summary>
    /// <param name="pixels">What describes it.</param>
    /// <param name="maxSize">As in the other overload.</param>
    /// <param name="seed">As in the other overload.</param>
    /// <param name="transparent">As in the other overload.</param>
    /// <exception cref="ArgumentException">Every pixel is transparent, or the mask has another size.</exception>
    public static SegmentationSamples Of(FeatureExtractor pixels, int maxSize, int seed, Mask? transparent = null)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        (Frame image, FeatureOptions features) = (pixels.Image, pixels.Options);
        if (transparent is not null && (transparent.Width, transparent.Height) != (image.Width, image.Height))
            throw new ArgumentException($"A mask of {transparent.Width}x{transparent.Height} does not fit a picture of {image.Width}x{image.Height}.");
        SegmentationSamples samples = Take(maxSize);
        // What little is opaque may lie between the pixels of a grid.
        if (samples.Count == 0)
            samples = Take(0);
        return samples.Count > 0 ? samples : throw new ArgumentException("Every pixel is transparent: there is no colour to fit to.");

        SegmentationSamples Take(int size)
        {
            SamplingGrid grid = new(image.Width, image.Height, size, seed);
            return features.ColorOnly ? Of(ColorCounts.Of(image, grid, transparent), features) : Gather(pixels, grid, image.Width, image.Height, transparent);
        }
    }

    /// <summary>Joins the samples of several pictures, for one mixture that is shared by all of them.</summary>
    /// <exception cref="ArgumentException">There are none, or their features differ.</exception>
    public static SegmentationSamples Join(IReadOnlyList<SegmentationSamples> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        if (pictures.Count == 0)
            throw new ArgumentException("A shared model needs the samples of at least one picture.");
        FeatureOptions features = pictures[0].Features;
        if (pictures.Any(picture => picture.Features != features))
            throw new ArgumentException("Samples of different features cannot be joined.");
        if (pictures.Count == 1)
            return pictures[0];
        return features.ColorOnly
            ? Of(ColorCounts.Join(pictures.Select(picture => picture._colors!)), features)
            : new SegmentationSamples(features, null, [.. pictures.SelectMany(p => p._rows)], [.. pictures.SelectMany(p => p._weights)], pictures.Sum(p => p.PixelCount));
    }

    private static SegmentationSamples Of(ColorCounts colors, FeatureOptions features)
    {
        double[] rows = new double[3 * colors.Colors.Length], weights = new double[colors.Colors.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            int color = colors.Colors[i];
            (rows[3 * i], rows[3 * i + 1], rows[3 * i + 2]) = ColorConversion.Convert(features.Color, (byte)(color >> 16), (byte)(color >> 8), (byte)color);
            weights[i] = colors.Counts[i];
        }
        return new SegmentationSamples(features, colors, rows, weights, colors.PixelCount);
    }

    // A run of rows at a time, so that the features of a large picture are never held at once.
    private static SegmentationSamples Gather(FeatureExtractor extractor, SamplingGrid grid, int width, int height, Mask? transparent)
    {
        int d = extractor.Options.Dimensions, cell = grid.CellSize, cellRows = Math.Max(1, (1 << 18) / (width * cell));
        double[] rows = new double[grid.Count * d], run = [];
        int count = 0;
        for (int row = 0; row < grid.Rows; row += cellRows)
        {
            int top = row * cell, bottom = Math.Min(height, (row + cellRows) * cell);
            if (run.Length < (bottom - top) * width * d)
                run = new double[(bottom - top) * width * d];
            extractor.Extract(top, bottom - top, run);
            for (int y = row; y < Math.Min(grid.Rows, row + cellRows); y++)
            {
                for (int x = 0; x < grid.Columns; x++)
                {
                    (int pixelX, int pixelY) = grid.Pixel(x, y);
                    if (transparent?[pixelX, pixelY] != true)
                        run.AsSpan(((pixelY - top) * width + pixelX) * d, d).CopyTo(rows.AsSpan(count++ * d));
                }
            }
        }
        double[] weights = new double[count];
        weights.AsSpan().Fill(1);
        return new SegmentationSamples(extractor.Options, null, count == grid.Count ? rows : rows[..(count * d)], weights, count);
    }
}
