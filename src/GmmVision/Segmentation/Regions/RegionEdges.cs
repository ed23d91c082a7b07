namespace GmmVision.Segmentation;

/// <summary>How much of an edge lies at each pixel of a picture.</summary>
/// <remarks>
/// The sum of two measures. One is fine: how fast the colour changes, in tenths of Lab's units per pixel. One is wide: how unlike
/// the mixture's components are on both sides of the pixel, as half the χ² distance of their mean posteriors in two windows side
/// by side, the larger of left against right and above against below. The first sees lines, the second where one
/// texture ends and another begins (after Martin, Fowlkes and Malik 2004, "Learning to detect natural image boundaries", which takes halves
/// of discs and histograms of filters' responses).
/// </remarks>
internal static class RegionEdges
{
    private const float OfColor = 0.1f, Tiny = 1e-6f;

    /// <summary>Measures all pixels.</summary>
    /// <param name="gradient">From <see cref="LabPlanes.Gradient"/>.</param>
    /// <param name="posterior">k planes of probabilities.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="radius">Half the windows' side.</param>
    public static float[] Of(float[] gradient, float[] posterior, int width, int radius)
    {
        int pixels = gradient.Length, height = pixels / width, apart = radius + 1;
        float[] across = new float[pixels], along = new float[pixels], mean = new float[pixels], work = new float[pixels];
        for (int plane = 0; plane < posterior.Length; plane += pixels)
        {
            BoxMean(posterior.AsSpan(plane, pixels), mean, work, width, height, radius);
            for (int y = 0, i = 0; y < height; y++)
            {
                ReadOnlySpan<float> row = mean.AsSpan(y * width, width);
                ReadOnlySpan<float> above = mean.AsSpan(Math.Max(0, y - apart) * width, width), below = mean.AsSpan(Math.Min(height - 1, y + apart) * width, width);
                for (int x = 0; x < width; x++, i++)
                {
                    across[i] += ChiSquared(row[Math.Max(0, x - apart)], row[Math.Min(width - 1, x + apart)]);
                    along[i] += ChiSquared(above[x], below[x]);
                }
            }
        }
        for (int i = 0; i < pixels; i++)
            across[i] = OfColor * gradient[i] + MathF.Max(across[i], along[i]);
        return across;
    }

    private static float ChiSquared(float a, float b) => 0.5f * (a - b) * (a - b) / (a + b + Tiny);

    private static void BoxMean(ReadOnlySpan<float> values, float[] mean, float[] work, int width, int height, int radius)
    {
        double unit = 1.0 / (2 * radius + 1);
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<float> row = values.Slice(y * width, width);
            double sum = (radius + 1) * (double)row[0];
            for (int x = 1; x <= radius; x++)
                sum += row[Math.Min(x, width - 1)];
            for (int x = 0; x < width; x++)
            {
                work[y * width + x] = (float)(sum * unit);
                sum += (double)row[Math.Min(x + radius + 1, width - 1)] - row[Math.Max(x - radius, 0)];
            }
        }
        double[] sums = new double[width];
        for (int y = -radius; y <= radius; y++)
        {
            for (int x = 0; x < width; x++)
                sums[x] += work[Math.Clamp(y, 0, height - 1) * width + x];
        }
        for (int y = 0; y < height; y++)
        {
            int enters = Math.Min(y + radius + 1, height - 1) * width, leaves = Math.Max(y - radius, 0) * width;
            for (int x = 0; x < width; x++)
            {
                mean[y * width + x] = MathF.Max(0, (float)(sums[x] * unit));
                sums[x] += (double)work[enters + x] - work[leaves + x];
            }
        }
    }
}
