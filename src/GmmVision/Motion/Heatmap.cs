using System.Numerics;
using GmmVision.Imaging;

namespace GmmVision.Motion;

/// <summary>Where motion was: for every pixel, in how many frames it moved.</summary>
/// <remarks>Four bytes a pixel. Not thread-safe. Allocates nothing per frame.</remarks>
public sealed class Heatmap
{
    private readonly int[] _counts;

    /// <summary>All cold.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    public Heatmap(int width, int height)
    {
        _ = new FrameFormat(width, height, PixelLayout.Gray8).Validate();
        (Width, Height) = (width, height);
        _counts = new int[width * height];
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>How many frames were added.</summary>
    public long Frames { get; private set; }

    /// <summary>In how many frames each pixel moved, row by row.</summary>
    public ReadOnlySpan<int> Counts => _counts;

    /// <summary>In how many frames the pixel moved that moved most often.</summary>
    public int Highest
    {
        get
        {
            int highest = 0;
            foreach (int count in _counts)
                highest = Math.Max(highest, count);
            return highest;
        }
    }

    /// <summary>Adds the motion of a frame.</summary>
    /// <exception cref="ArgumentException">The mask has another size.</exception>
    public void Add(Mask motion)
    {
        ArgumentNullException.ThrowIfNull(motion);
        if (motion.Width != Width || motion.Height != Height)
            throw new ArgumentException($"A mask of {motion.Width}x{motion.Height} cannot be added to a heatmap of {Width}x{Height}.");
        Frames++;
        for (int y = 0; y < Height; y++)
        {
            ReadOnlySpan<ulong> row = motion.Row(y);
            Span<int> counts = _counts.AsSpan(y * Width, Width);
            for (int i = 0; i < row.Length; i++)
                for (ulong bits = row[i]; bits != 0; bits &= bits - 1)
                    counts[(i << 6) + BitOperations.TrailingZeroCount(bits)]++;
        }
    }

    /// <summary>Adds all that another one has counted, for example of a later part of the same video.</summary>
    /// <exception cref="ArgumentException">It has another size.</exception>
    public void Add(Heatmap other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Width != Width || other.Height != Height)
            throw new ArgumentException($"A heatmap of {other.Width}x{other.Height} cannot be added to one of {Width}x{Height}.");
        Frames += other.Frames;
        for (int i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _counts.AsSpan().Clear();
        Frames = 0;
    }

    /// <summary>Sums over cells, for a report: row by row, the fraction of the cell's pixels times frames that moved, 0 to 1.</summary>
    /// <param name="columns">Cells in a row, 1 to the width.</param>
    /// <param name="rows">Rows of cells, 1 to the height.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no cells, or more cells than pixels.</exception>
    public double[] ToGrid(int columns, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, Width);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, Height);
        var grid = new double[columns * rows];
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
            {
                int left = Edge(column, columns, Width), right = Edge(column + 1, columns, Width);
                int top = Edge(row, rows, Height), bottom = Edge(row + 1, rows, Height);
                long sum = 0;
                for (int y = top; y < bottom; y++)
                    foreach (int count in _counts.AsSpan(y * Width + left, right - left))
                        sum += count;
                grid[row * columns + column] = Frames == 0 ? 0 : (double)sum / ((double)(right - left) * (bottom - top) * Frames);
            }
        return grid;
    }

    private static int Edge(int cell, int cells, int pixels) => (int)((long)cell * pixels / cells);

    /// <summary>Paints the heat over a picture: from transparent over blue, red and yellow to white where most motion was.</summary>
    /// <param name="picture">What to paint on, for example the background, in any layout; grey gets brighter only.</param>
    /// <remarks>The square root of the counts is shown, relative to the highest, so that a path walked once shows beside a road.</remarks>
    /// <exception cref="ArgumentException">The picture has another size.</exception>
    public void PaintOn(Frame picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        if (picture.Width != Width || picture.Height != Height)
            throw new ArgumentException($"A heatmap of {Width}x{Height} cannot be painted on a picture of {picture.Width}x{picture.Height}.");
        int highest = Highest;
        if (highest == 0)
            return;
        double scale = 1 / Math.Sqrt(highest);
        for (int plane = 0; plane < picture.Format.PlaneCount; plane++)
        {
            int step = plane > 0 && picture.Format.Layout == PixelLayout.Yuv420 ? 2 : 1;
            for (int y = 0; y < picture.Format.PlaneHeight(plane); y++)
            {
                Span<byte> row = picture.Row(plane, y);
                for (int x = 0; x < row.Length; x++)
                {
                    double heat = scale * Math.Sqrt(Hottest(x * step, y * step, step));
                    if (heat > 0)
                        row[x] = Blend(row[x], Sample(heat, picture.Format, plane), Opacity(heat));
                }
            }
        }
    }

    private int Hottest(int x, int y, int step)
    {
        int hottest = 0;
        for (int v = y; v < Math.Min(y + step, Height); v++)
            for (int u = x; u < Math.Min(x + step, Width); u++)
                hottest = Math.Max(hottest, _counts[v * Width + u]);
        return hottest;
    }

    private static double Opacity(double heat) => Math.Min(0.85, 0.25 + heat);

    /// <summary>A grey pixel with heat painted over it.</summary>
    /// <param name="gray">What is below.</param>
    /// <param name="heat">As for <see cref="ColorOf"/>, over 0.</param>
    public static (byte Red, byte Green, byte Blue) Blend(byte gray, double heat)
    {
        ((double red, double green, double blue), double opacity) = (Color(heat), Opacity(heat));
        return (Blend(gray, red, opacity), Blend(gray, green, opacity), Blend(gray, blue, opacity));
    }

    /// <summary>The color that <see cref="PaintOn"/> shows heat in: blue, red, yellow, white.</summary>
    /// <param name="heat">The square root of a pixel's count over that of the highest, 0 to 1.</param>
    public static (byte Red, byte Green, byte Blue) ColorOf(double heat)
    {
        (double red, double green, double blue) = Color(heat);
        return ((byte)red, (byte)green, (byte)blue);
    }

    private static byte Blend(byte below, double above, double opacity) => (byte)Math.Clamp(Math.Round(below + opacity * (above - below)), 0, 255);

    private static (double Red, double Green, double Blue) Color(double heat) =>
        (255 * Math.Clamp(3 * heat - 0.6, 0, 1), 255 * Math.Clamp(3 * heat - 1.4, 0, 1),
         255 * Math.Max(Math.Clamp(1.2 - 2.5 * heat, 0, 1), Math.Clamp(5 * heat - 4, 0, 1)));

    private static double Sample(double heat, FrameFormat format, int plane)
    {
        (double red, double green, double blue) = Color(heat);
        if (format.Layout == PixelLayout.Rgb)
            return plane switch { 0 => red, 1 => green, _ => blue };

        double luma = 0.299 * red + 0.587 * green + 0.114 * blue;       // BT.601
        bool limited = format.Range == ColorRange.Limited;
        return plane switch
        {
            0 => limited ? 16 + luma * 219 / 255 : luma,
            1 => 128 + (blue - luma) / 1.772 * (limited ? 224.0 / 255 : 1),
            _ => 128 + (red - luma) / 1.402 * (limited ? 224.0 / 255 : 1),
        };
    }
}
