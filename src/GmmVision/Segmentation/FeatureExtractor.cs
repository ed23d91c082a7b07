using GmmVision.Imaging;
using GmmVision.Threading;

namespace GmmVision.Segmentation;

/// <summary>
/// Describes the pixels of one picture by numbers: colour, and if asked for place and texture.
/// </summary>
/// <remarks>
/// Works on any run of rows, with the same result for every way in which a picture is cut into runs, so that a picture
/// of any size can be described in bounded memory. May be called from any number of threads.
/// Place: columns and rows from the picture's middle, divided by the longer side and by 1/√12, the standard deviation
/// of the uniform distribution on a unit interval. Texture at a scale with window w: the root of the mean square, over
/// the window, of luma minus the mean of luma over a window around each pixel (luma 0 to 1), the picture continued beyond its edges by
/// its edge pixels.
/// </remarks>
public sealed class FeatureExtractor
{
    private static readonly double UniformDeviation = 1 / Math.Sqrt(12);
    private readonly double[]? _kept;       // features of all pixels that cost most, colour and texture; null where they are computed anew

    /// <summary>Describes the pixels of a picture, which must not change while this is in use.</summary>
    /// <param name="image">Rgb or Gray8.</param>
    /// <param name="options">Which features.</param>
    /// <exception cref="ArgumentException">The layout is Yuv420, or an option is out of range.</exception>
    public FeatureExtractor(Frame image, FeatureOptions options)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(options);
        if (image.Format.Layout == PixelLayout.Yuv420)
            throw new ArgumentException("Segmentation works on Rgb or Gray8 pictures; a Yuv420 frame must be converted first.");
        Image = image;
        Options = options.Validate();
    }

    private FeatureExtractor(Frame image, FeatureOptions options, double[] kept)
        : this(image, options) => _kept = kept;

    /// <summary>Describes all pixels of a picture at once and keeps that, for who asks for them again and again: 8 bytes a pixel and feature.</summary>
    /// <param name="image">Rgb or Gray8.</param>
    /// <param name="options">Which features.</param>
    /// <exception cref="ArgumentException">The layout is Yuv420, or an option is out of range.</exception>
    public static FeatureExtractor Keep(Frame image, FeatureOptions options)
    {
        FeatureExtractor extractor = new(image, (options ?? throw new ArgumentNullException(nameof(options))) with { PositionWeight = 0 });
        double[] kept = new double[checked(image.Width * image.Height * extractor.Options.Dimensions)];
        int rows = Math.Max(1, (1 << 16) / image.Width);
        Parallelism.For((image.Height + rows - 1) / rows, Environment.ProcessorCount, run =>
        {
            int first = run * rows, count = Math.Min(rows, image.Height - first), row = image.Width * extractor.Options.Dimensions;
            extractor.Extract(first, count, kept.AsSpan(first * row, count * row));
        });
        return new FeatureExtractor(image, options, kept);
    }

    /// <summary>The same picture with other weights; what was kept stays kept.</summary>
    /// <param name="options">Of the same colour space, with or without texture as before.</param>
    /// <exception cref="ArgumentException">The features are others, or an option is out of range.</exception>
    public FeatureExtractor With(FeatureOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (Kind(options) != Kind(Options))
            throw new ArgumentException($"Features of {string.Join(", ", options.Names)} are not those that were kept: {string.Join(", ", Options.Names)}.");
        return _kept is null ? new FeatureExtractor(Image, options) : new FeatureExtractor(Image, options, _kept);

        static (ColorSpace, int) Kind(FeatureOptions features) => (features.Color, features.TextureWeight > 0 ? features.TextureScales : 0);
    }

    /// <summary>The picture.</summary>
    public Frame Image { get; }

    /// <summary>Which features.</summary>
    public FeatureOptions Options { get; }

    /// <summary>Describes whole rows.</summary>
    /// <param name="firstRow">The first row, from 0.</param>
    /// <param name="rows">How many rows, at least 1.</param>
    /// <param name="features">Receives rows × width samples of <see cref="FeatureOptions.Dimensions"/> numbers, sample by sample.</param>
    /// <exception cref="ArgumentException">There are no such rows, or the buffer is too short.</exception>
    public void Extract(int firstRow, int rows, Span<double> features)
    {
        int d = Options.Dimensions, width = Image.Width;
        if (firstRow < 0 || rows < 1 || firstRow > Image.Height - rows)
            throw new ArgumentException($"Rows {firstRow} to {firstRow + rows - 1} do not lie in a picture of {Image.Height} rows.");
        if (features.Length < (long)rows * width * d)
            throw new ArgumentException($"A buffer of {features.Length} numbers is too short for {rows}x{width} pixels of {d} features.");
        if (_kept is not null)
        {
            Copy(firstRow * width, rows * width, features, d);
            if (Options.PositionWeight > 0)
                AddPosition(firstRow, rows, features, d, 3);
            return;
        }
        for (int y = 0; y < rows; y++)
            ExtractColor(firstRow + y, features.Slice(y * width * d, width * d), d);
        int next = 3;
        if (Options.PositionWeight > 0)
        {
            AddPosition(firstRow, rows, features, d, next);
            next += 2;
        }
        if (Options.TextureWeight > 0)
        {
            for (int scale = 0; scale < Options.TextureScales; scale++)
                AddTexture(firstRow, rows, 1 << scale, features, d, next + scale);
        }
    }

    // Place lies between colour and texture, and is not kept: it costs nothing.
    private void Copy(int first, int pixels, Span<double> features, int d)
    {
        int texture = Options.TextureWeight > 0 ? Options.TextureScales : 0, kept = 3 + texture;
        ReadOnlySpan<double> from = _kept.AsSpan(first * kept, pixels * kept);
        for (int pixel = 0; pixel < pixels; pixel++, from = from[kept..], features = features[d..])
        {
            (features[0], features[1], features[2]) = (from[0], from[1], from[2]);
            for (int scale = 0; scale < texture; scale++)
                features[d - texture + scale] = from[3 + scale];
        }
    }

    private void ExtractColor(int y, Span<double> features, int d)
    {
        int g = Image.Format.PlaneCount == 3 ? 1 : 0;
        ReadOnlySpan<byte> red = Image.Row(0, y), green = Image.Row(g, y), blue = Image.Row(2 * g, y);
        int previous = -1;
        for (int x = 0; x < red.Length; x++)
        {
            Span<double> pixel = features.Slice(x * d, 3);
            int packed = red[x] << 16 | green[x] << 8 | blue[x];
            if (packed == previous)
            {
                features.Slice((x - 1) * d, 3).CopyTo(pixel);
                continue;
            }
            previous = packed;
            (pixel[0], pixel[1], pixel[2]) = ColorConversion.Convert(Options.Color, red[x], green[x], blue[x]);
        }
    }

    private void AddPosition(int firstRow, int rows, Span<double> features, int d, int column)
    {
        int width = Image.Width, height = Image.Height;
        double unit = 1 / (Math.Max(width, height) * UniformDeviation);
        int at = column;
        for (int y = firstRow; y < firstRow + rows; y++)
        {
            for (int x = 0; x < width; x++, at += d)
            {
                features[at] = (x - (width - 1) / 2.0) * unit;
                features[at + 1] = (y - (height - 1) / 2.0) * unit;
            }
        }
    }

    // Luma is taken beyond the edges far enough for both windows. All sums are of whole numbers (the mean in 1/16 grey
    // levels), so that they are the same wherever a run of rows begins.
    private void AddTexture(int firstRow, int rows, int radius, Span<double> features, int d, int column)
    {
        const int Fine = 16;
        int width = Image.Width, border = 2 * radius, window = 2 * radius + 1, area = window * window;
        int wide = width + 2 * border, middle = width + 2 * radius;
        long[] luma = new long[(rows + 2 * border) * wide];
        for (int y = 0; y < rows + 2 * border; y++)
            Luma(firstRow - border + y, border, luma.AsSpan(y * wide, wide));
        long[] deviation = new long[(rows + 2 * radius) * middle];
        BoxSums(luma, wide, radius, deviation);
        for (int y = 0, i = 0; y < rows + 2 * radius; y++)
        {
            for (int x = 0; x < middle; x++, i++)
            {
                long difference = Fine * luma[(y + radius) * wide + x + radius] - (Fine * deviation[i] + area / 2) / area;
                deviation[i] = difference * difference;
            }
        }
        long[] energy = new long[rows * width];
        BoxSums(deviation, middle, radius, energy);
        double unit = 1 / (area * (255.0 * Fine) * (255.0 * Fine));
        for (int i = 0, at = column; i < energy.Length; i++, at += d)
            features[at] = Math.Sqrt(energy[i] * unit);
    }

    private void Luma(int y, int border, Span<long> luma)
    {
        y = Math.Clamp(y, 0, Image.Height - 1);
        int g = Image.Format.PlaneCount == 3 ? 1 : 0, last = Image.Width - 1;
        ReadOnlySpan<byte> red = Image.Row(0, y), green = Image.Row(g, y), blue = Image.Row(2 * g, y);
        for (int i = 0; i < luma.Length; i++)
        {
            int x = Math.Clamp(i - border, 0, last);
            luma[i] = (19595 * red[x] + 38470 * green[x] + 7471 * blue[x] + 32768) >> 16;     // BT.601
        }
    }

    // sums[y, x] = the sum of the window of 2·radius + 1 rows and columns that begins at values[y, x].
    private static void BoxSums(ReadOnlySpan<long> values, int width, int radius, Span<long> sums)
    {
        int window = 2 * radius + 1, columns = width - 2 * radius, rows = sums.Length / columns;
        long[] column = new long[width];
        for (int y = 0; y < rows + 2 * radius; y++)
        {
            for (int x = 0; x < width; x++)
                column[x] += values[y * width + x];
            int top = y - 2 * radius;
            if (top < 0)
                continue;
            long sum = 0;
            for (int x = 0; x < window - 1; x++)
                sum += column[x];
            for (int x = 0; x < columns; x++)
            {
                sum += column[x + window - 1];
                sums[top * columns + x] = sum;
                sum -= column[x];
            }
            for (int x = 0; x < width; x++)
                column[x] -= values[top * width + x];
        }
    }
}
