using GmmVision.Imaging;

namespace GmmVision.Segmentation;

/// <summary>A picture's colours in CIE L*a*b*, a plane for each.</summary>
internal sealed class LabPlanes
{
    private LabPlanes(int width, int height) =>
        (Width, Height, L, A, B) = (width, height, new float[width * height], new float[width * height], new float[width * height]);

    public int Width { get; }

    public int Height { get; }

    public float[] L { get; }

    public float[] A { get; }

    public float[] B { get; }

    public static LabPlanes Of(Frame image)
    {
        var lab = new LabPlanes(image.Width, image.Height);
        double[] row = new double[3 * image.Width];
        var extractor = new FeatureExtractor(image, new FeatureOptions { Color = ColorSpace.Lab });
        for (int y = 0, i = 0; y < image.Height; y++)
        {
            extractor.Extract(y, 1, row);
            for (int x = 0; x < image.Width; x++, i++)
                (lab.L[i], lab.A[i], lab.B[i]) = ((float)row[3 * x], (float)row[3 * x + 1], (float)row[3 * x + 2]);
        }
        return lab;
    }

    /// <summary>The same colours, each plane smoothed by a Gaussian, the picture continued beyond its edges by its edge pixels.</summary>
    public LabPlanes Smoothed(double sigma)
    {
        var smooth = new LabPlanes(Width, Height);
        int radius = (int)Math.Ceiling(3 * sigma);
        float[] kernel = [.. Enumerable.Range(-radius, 2 * radius + 1).Select(i => (float)Math.Exp(-i * i / (2 * sigma * sigma)))];
        float sum = kernel.Sum();
        for (int i = 0; i < kernel.Length; i++)
            kernel[i] /= sum;
        float[] between = new float[Width * Height];
        foreach ((float[] from, float[] to) in ((float[], float[])[])[(L, smooth.L), (A, smooth.A), (B, smooth.B)])
        {
            AlongRows(from, between, kernel);
            AlongColumns(between, to, kernel);
        }
        return smooth;
    }

    /// <summary>How fast the colour changes at each pixel, per pixel: the root of the summed squares of both derivatives of the three planes (Sobel's).</summary>
    public float[] Gradient()
    {
        float[] gradient = new float[Width * Height];
        for (int y = 0, i = 0; y < Height; y++)
        {
            int above = Math.Max(0, y - 1) * Width, row = y * Width, below = Math.Min(Height - 1, y + 1) * Width;
            for (int x = 0; x < Width; x++, i++)
            {
                int left = Math.Max(0, x - 1), right = Math.Min(Width - 1, x + 1);
                gradient[i] = MathF.Sqrt(Square(L) + Square(A) + Square(B));

                float Square(float[] p)
                {
                    float dx = (p[above + right] - p[above + left] + 2 * (p[row + right] - p[row + left]) + p[below + right] - p[below + left]) / 8;
                    float dy = (p[below + left] - p[above + left] + 2 * (p[below + x] - p[above + x]) + p[below + right] - p[above + right]) / 8;
                    return dx * dx + dy * dy;
                }
            }
        }
        return gradient;
    }

    private void AlongRows(float[] from, float[] to, float[] kernel)
    {
        int radius = kernel.Length / 2;
        float[] wide = new float[Width + 2 * radius];
        for (int y = 0; y < Height; y++)
        {
            ReadOnlySpan<float> row = from.AsSpan(y * Width, Width);
            wide.AsSpan(0, radius).Fill(row[0]);
            row.CopyTo(wide.AsSpan(radius));
            wide.AsSpan(radius + Width).Fill(row[^1]);
            for (int x = 0; x < Width; x++)
            {
                float sum = 0;
                for (int k = 0; k < kernel.Length; k++)
                    sum += kernel[k] * wide[x + k];
                to[y * Width + x] = sum;
            }
        }
    }

    private void AlongColumns(float[] from, float[] to, float[] kernel)
    {
        int radius = kernel.Length / 2;
        for (int y = 0; y < Height; y++)
        {
            Span<float> row = to.AsSpan(y * Width, Width);
            row.Clear();
            for (int k = 0; k < kernel.Length; k++)
            {
                ReadOnlySpan<float> other = from.AsSpan(Math.Clamp(y + k - radius, 0, Height - 1) * Width, Width);
                for (int x = 0; x < row.Length; x++)
                    row[x] += kernel[k] * other[x];
            }
        }
    }
}
