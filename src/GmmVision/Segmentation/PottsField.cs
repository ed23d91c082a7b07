using GmmVision.Imaging;

namespace GmmVision.Segmentation;

/// <summary>
/// Labels that are probable for their pixels and agree with their neighbours: iterated conditional modes on a Potts
/// field with contrast-sensitive bonds.
/// </summary>
/// <remarks>
/// Energy: Σ -log p(label | pixel) + Σ over pairs of neighbours (8-connected) of different label of
/// strength / distance · exp(-|difference of colour|² / 2σ²), σ² the mean of that square over all pairs of the picture.
/// A sweep updates four interleaved sets of pixels (even and odd rows and columns of the picture), none of which holds
/// two neighbours, so the result depends neither on an order within a set nor on threads.
/// Sources: Besag 1986, "On the statistical analysis of dirty pictures"; Boykov and Jolly 2001, "Interactive graph cuts".
/// </remarks>
internal static class PottsField
{
    private const float Diagonal = 0.70710678f;

    /// <summary>Half the inverse of the mean squared difference of colour between neighbours, right and down; 0 for a constant picture.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="leftOut">Pixels without neighbours; null: none.</param>
    public static double ContrastScale(Frame image, Mask? leftOut = null)
    {
        long sum = 0, pairs = 0;
        for (int plane = 0; plane < image.Format.PlaneCount; plane++)
        {
            for (int y = 0; y < image.Height; y++)
            {
                ReadOnlySpan<byte> row = image.Row(plane, y), below = image.Row(plane, Math.Min(y + 1, image.Height - 1));
                for (int x = 0; x < row.Length; x++)
                {
                    int right = x + 1 < row.Length ? row[x + 1] - row[x] : 0, down = below[x] - row[x];
                    sum += right * right + down * down;
                }
            }
        }
        if (leftOut is not null)
            return ContrastScaleAround(image, leftOut);
        pairs = (image.Width - 1L) * image.Height + (image.Height - 1L) * image.Width;
        return sum == 0 ? 0 : pairs / (2.0 * sum);
    }

    private static double ContrastScaleAround(Frame image, Mask leftOut)
    {
        long sum = 0, pairs = 0;
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                if (leftOut[x, y])
                    continue;
                if (x + 1 < image.Width && !leftOut[x + 1, y])
                    (sum, pairs) = (sum + Difference(image, x, y, 1, 0), pairs + 1);
                if (y + 1 < image.Height && !leftOut[x, y + 1])
                    (sum, pairs) = (sum + Difference(image, x, y, 0, 1), pairs + 1);
            }
        }
        return sum == 0 ? 0 : pairs / (2.0 * sum);
    }

    /// <summary>Relabels a run of rows.</summary>
    /// <param name="probabilities">k planes of the run, one probability a pixel; overwritten.</param>
    /// <param name="k">Labels.</param>
    /// <param name="image">The whole picture.</param>
    /// <param name="firstRow">Where the run begins in the picture.</param>
    /// <param name="rows">Rows of the run.</param>
    /// <param name="contrast">From <see cref="ContrastScale"/>.</param>
    /// <param name="options">Strength and sweeps.</param>
    /// <param name="labels">The labels of the run, to begin with the most probable ones; receives the result.</param>
    /// <param name="leftOut">Pixels of the run that have no part in it: they pull no neighbour; null: none.</param>
    public static void Relabel(Span<float> probabilities, int k, Frame image, int firstRow, int rows, double contrast, SmoothingOptions options, Span<byte> labels, bool[]? leftOut = null)
    {
        int width = image.Width, pixels = rows * width;
        // A label that is impossible for a pixel must not become infinitely costly: then no neighbourhood could ever change it.
        for (int i = 0; i < k * pixels; i++)
            probabilities[i] = -MathF.Log(MathF.Max(probabilities[i], 1e-12f));
        float[] right = new float[pixels], down = new float[pixels], fall = new float[pixels], rise = new float[pixels];
        for (int y = 0; y < rows; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int i = y * width + x;
                if (x + 1 < width)
                    right[i] = Bond(image, x, firstRow + y, 1, 0, contrast, options.Strength);
                if (y + 1 == rows)
                    continue;
                down[i] = Bond(image, x, firstRow + y, 0, 1, contrast, options.Strength);
                if (x + 1 < width)
                    fall[i] = Diagonal * Bond(image, x, firstRow + y, 1, 1, contrast, options.Strength);
                if (x > 0)
                    rise[i] = Diagonal * Bond(image, x, firstRow + y, -1, 1, contrast, options.Strength);
            }
        }
        for (int i = 0; i < leftOut?.Length; i++)
        {
            if (leftOut[i])
                Cut(i);
        }
        Span<float> cost = stackalloc float[k];
        for (int sweep = 0; sweep < options.Sweeps; sweep++)
        {
            int changes = 0;
            for (int set = 0; set < 4; set++)
            {
                for (int y = (set >> 1) + firstRow & 1; y < rows; y += 2)
                {
                    for (int x = set & 1; x < width; x += 2)
                    {
                        int i = y * width + x;
                        byte label = labels[i];
                        bool left = x > 0, rightOf = x + 1 < width, above = y > 0, below = y + 1 < rows;
                        for (int l = 0; l < k; l++)
                            cost[l] = probabilities[l * pixels + i];
                        if (left)
                            cost[labels[i - 1]] -= right[i - 1];
                        if (rightOf)
                            cost[labels[i + 1]] -= right[i];
                        if (above)
                        {
                            int up = i - width;
                            cost[labels[up]] -= down[up];
                            if (left)
                                cost[labels[up - 1]] -= fall[up - 1];
                            if (rightOf)
                                cost[labels[up + 1]] -= rise[up + 1];
                        }
                        if (below)
                        {
                            int under = i + width;
                            cost[labels[under]] -= down[i];
                            if (left)
                                cost[labels[under - 1]] -= rise[i];
                            if (rightOf)
                                cost[labels[under + 1]] -= fall[i];
                        }
                        byte best = label;      // stays where nothing is better, so that ties cannot swing for ever
                        for (int l = 0; l < k; l++)
                        {
                            if (cost[l] < cost[best])
                                best = (byte)l;
                        }
                        if (best == label)
                            continue;
                        labels[i] = best;
                        changes++;
                    }
                }
            }
            if (changes == 0)
                return;
        }

        // All eight bonds of a pixel.
        void Cut(int i)
        {
            int x = i % width, y = i / width;
            right[i] = down[i] = fall[i] = rise[i] = 0;
            if (x > 0)
                right[i - 1] = 0;
            if (y > 0)
                down[i - width] = 0;
            if (y > 0 && x > 0)
                fall[i - width - 1] = 0;
            if (y > 0 && x + 1 < width)
                rise[i - width + 1] = 0;
        }
    }

    private static float Bond(Frame image, int x, int y, int dx, int dy, double contrast, double strength)
    {
        return (float)(strength * Math.Exp(-contrast * Difference(image, x, y, dx, dy)));
    }

    private static int Difference(Frame image, int x, int y, int dx, int dy)
    {
        int sum = 0;
        for (int plane = 0; plane < image.Format.PlaneCount; plane++)
        {
            int difference = image.Row(plane, y)[x] - image.Row(plane, y + dy)[x + dx];
            sum += difference * difference;
        }
        return sum;
    }
}
