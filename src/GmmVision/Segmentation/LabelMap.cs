using GmmVision.Imaging;

namespace GmmVision.Segmentation;

/// <summary>
/// A label for every pixel of a picture.
/// </summary>
/// <remarks>Not thread-safe for writing; any number of threads may read.</remarks>
public sealed class LabelMap
{
    /// <summary>The most labels that a map can hold.</summary>
    public const int MaxLabels = 256;

    private readonly byte[] _labels;

    /// <summary>A map in which every pixel has label 0.</summary>
    /// <param name="width">Pixels in a row, 1 to <see cref="FrameFormat.MaxSide"/>.</param>
    /// <param name="height">Rows, 1 to <see cref="FrameFormat.MaxSide"/>.</param>
    /// <param name="labelCount">How many labels there may be, 1 to <see cref="MaxLabels"/>; pixels hold 0 to this less one.</param>
    public LabelMap(int width, int height, int labelCount)
    {
        _ = new FrameFormat(width, height, PixelLayout.Gray8).Validate();
        Range.Check(labelCount, 1, MaxLabels);
        (Width, Height, LabelCount) = (width, height, labelCount);
        _labels = new byte[width * height];
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>How many labels there may be; some may have no pixel.</summary>
    public int LabelCount { get; }

    /// <summary>All labels, row by row.</summary>
    public Span<byte> Labels => _labels;

    /// <summary>All labels, row by row, for reading.</summary>
    public ReadOnlyMemory<byte> Memory => _labels;

    /// <summary>The labels of one row.</summary>
    public Span<byte> Row(int y) => _labels.AsSpan(y * Width, Width);

    /// <summary>Pixels of each label.</summary>
    public long[] Areas()
    {
        long[] areas = new long[LabelCount];
        foreach (byte label in _labels)
            areas[label]++;
        return areas;
    }

    /// <summary>The smallest upright rectangle around each label's pixels: right and bottom lie behind the last column and row; all 0 for a label without pixels.</summary>
    public (int Left, int Top, int Right, int Bottom)[] Boxes()
    {
        var boxes = new (int Left, int Top, int Right, int Bottom)[LabelCount];
        Array.Fill(boxes, (Width, Height, 0, 0));
        for (int y = 0; y < Height; y++)
        {
            ReadOnlySpan<byte> labels = Row(y);
            for (int x = 0; x < labels.Length; x++)
            {
                ref (int Left, int Top, int Right, int Bottom) box = ref boxes[labels[x]];
                box = (Math.Min(box.Left, x), Math.Min(box.Top, y), Math.Max(box.Right, x + 1), y + 1);
            }
        }
        for (int label = 0; label < LabelCount; label++)
        {
            if (boxes[label].Right == 0)
                boxes[label] = default;
        }
        return boxes;
    }

    /// <summary>The mean colour of each label's pixels, rounded; black for a label without pixels.</summary>
    /// <param name="image">The picture, Rgb or Gray8, of the map's size.</param>
    /// <returns>0xRRGGBB by label.</returns>
    public int[] MeanColors(Frame image)
    {
        RequireSameSize(image);
        int g = image.Format.PlaneCount == 3 ? 1 : 0;
        long[] sums = new long[3 * LabelCount];
        for (int y = 0; y < Height; y++)
        {
            ReadOnlySpan<byte> labels = Row(y), red = image.Row(0, y), green = image.Row(g, y), blue = image.Row(2 * g, y);
            for (int x = 0; x < labels.Length; x++)
            {
                int at = 3 * labels[x];
                sums[at] += red[x];
                sums[at + 1] += green[x];
                sums[at + 2] += blue[x];
            }
        }
        long[] areas = Areas();
        int[] colors = new int[LabelCount];
        for (int label = 0; label < colors.Length; label++)
        {
            long area = Math.Max(1, areas[label]);
            colors[label] = Mean(0) << 16 | Mean(1) << 8 | Mean(2);
            int Mean(int channel) => (int)((sums[3 * label + channel] + area / 2) / area);
        }
        return colors;
    }

    /// <summary>Whether a pixel's right or lower neighbour has another label.</summary>
    /// <param name="y">A row.</param>
    /// <param name="boundary">Receives one value for each pixel of the row.</param>
    public void BoundaryRow(int y, Span<bool> boundary)
    {
        ReadOnlySpan<byte> labels = Row(y), below = Row(Math.Min(y + 1, Height - 1));
        for (int x = 0; x < labels.Length; x++)
            boundary[x] = labels[x] != below[x] || (x + 1 < labels.Length && labels[x] != labels[x + 1]);
    }

    /// <summary>Paints every pixel in its label's colour.</summary>
    /// <param name="colors">0xRRGGBB by label.</param>
    /// <param name="destination">An Rgb frame of the map's size.</param>
    public void Paint(ReadOnlySpan<int> colors, Frame destination)
    {
        RequireSameSize(destination);
        RequireRgb(destination);
        if (colors.Length < LabelCount)
            throw new ArgumentException($"{colors.Length} colours are too few for {LabelCount} labels.");
        for (int y = 0; y < Height; y++)
        {
            ReadOnlySpan<byte> labels = Row(y);
            Span<byte> red = destination.Row(0, y), green = destination.Row(1, y), blue = destination.Row(2, y);
            for (int x = 0; x < labels.Length; x++)
            {
                int color = colors[labels[x]];
                (red[x], green[x], blue[x]) = ((byte)(color >> 16), (byte)(color >> 8), (byte)color);
            }
        }
    }

    /// <summary>Draws the boundaries between labels into a picture, one pixel wide.</summary>
    /// <param name="picture">An Rgb frame of the map's size; changed.</param>
    /// <param name="color">0xRRGGBB; yellow by default.</param>
    public void DrawBoundaries(Frame picture, int color = 0xFFE600)
    {
        RequireSameSize(picture);
        RequireRgb(picture);
        bool[] boundary = new bool[Width];
        for (int y = 0; y < Height; y++)
        {
            BoundaryRow(y, boundary);
            Span<byte> red = picture.Row(0, y), green = picture.Row(1, y), blue = picture.Row(2, y);
            for (int x = 0; x < boundary.Length; x++)
            {
                if (boundary[x])
                    (red[x], green[x], blue[x]) = ((byte)(color >> 16), (byte)(color >> 8), (byte)color);
            }
        }
    }

    private void RequireSameSize(Frame image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Width != Width || image.Height != Height)
            throw new ArgumentException($"A label map of {Width}x{Height} does not fit a picture of {image.Width}x{image.Height}.");
    }

    private static void RequireRgb(Frame frame)
    {
        if (frame.Format.Layout != PixelLayout.Rgb)
            throw new ArgumentException($"Colours are painted into an Rgb frame, not into {frame.Format.Layout}.");
    }
}
