namespace GmmVision.Segmentation;

/// <summary>
/// Divides a picture into small connected pieces that follow its edges: k-means of colour and place, every centre seeing only
/// its surroundings.
/// </summary>
/// <remarks>
/// Source: Achanta, Shaji, Smith, Lucchi, Fua and Süsstrunk 2012, "SLIC superpixels compared to state-of-the-art superpixel
/// methods". Distance: |difference of colour|² / m² + |difference of place|² / S², with S the grid's step and m = 15 in units of Lab.
/// </remarks>
internal static class Superpixels
{
    /// <summary>What <see cref="Of"/> gives a pixel that has no part in it.</summary>
    public const int None = RegionHierarchy.NoRegion;

    private const int Rounds = 10, LeastPixels = 16;
    private const float Compactness = 15;

    /// <summary>Divides a picture.</summary>
    /// <param name="lab">The picture's colours, smoothed.</param>
    /// <param name="wanted">Superpixels, about.</param>
    /// <param name="leftOut">Pixels that have no part in it; null: none.</param>
    /// <returns>A number for each pixel, from 0 without gaps, and how many there are.</returns>
    public static (int[] Labels, int Count) Of(LabPlanes lab, int wanted, bool[]? leftOut)
    {
        int step = Math.Max((int)Math.Sqrt(LeastPixels), (int)Math.Round(Math.Sqrt((double)lab.Width * lab.Height / wanted)));
        int[] nearest = Cluster(lab, step, leftOut);
        return Connect(nearest, lab.Width, lab.Height, step * step / 4);
    }

    private static int[] Cluster(LabPlanes lab, int step, bool[]? leftOut)
    {
        int width = lab.Width, height = lab.Height;
        Span<(float L, float A, float B, float X, float Y)> centers = Grid(lab, step);
        int[] labels = new int[width * height];
        float[] distances = new float[width * height];
        double[] sums = new double[6 * centers.Length];
        float ofColor = 1 / (Compactness * Compactness), ofPlace = 1f / (step * step);
        for (int round = 0; round < Rounds; round++)
        {
            Array.Fill(distances, float.PositiveInfinity);
            for (int c = 0; c < centers.Length; c++)
            {
                (float l, float a, float b, float cx, float cy) = centers[c];
                int left = Math.Max(0, (int)cx - step), right = Math.Min(width - 1, (int)cx + step), top = Math.Max(0, (int)cy - step), bottom = Math.Min(height - 1, (int)cy + step);
                for (int y = top; y <= bottom; y++)
                {
                    for (int x = left, i = y * width + left; x <= right; x++, i++)
                    {
                        float dl = lab.L[i] - l, da = lab.A[i] - a, db = lab.B[i] - b, dx = x - cx, dy = y - cy;
                        float distance = (dl * dl + da * da + db * db) * ofColor + (dx * dx + dy * dy) * ofPlace;
                        if (distance < distances[i])
                            (distances[i], labels[i]) = (distance, c);
                    }
                }
            }
            Array.Clear(sums);
            for (int y = 0, i = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++, i++)
                {
                    if (leftOut?[i] == true)
                        continue;
                    Span<double> sum = sums.AsSpan(6 * labels[i], 6);
                    sum[0] += lab.L[i];
                    sum[1] += lab.A[i];
                    sum[2] += lab.B[i];
                    sum[3] += x;
                    sum[4] += y;
                    sum[5]++;
                }
            }
            for (int c = 0; c < centers.Length; c++)
            {
                Span<double> sum = sums.AsSpan(6 * c, 6);
                if (sum[5] > 0)
                    centers[c] = ((float)(sum[0] / sum[5]), (float)(sum[1] / sum[5]), (float)(sum[2] / sum[5]), (float)(sum[3] / sum[5]), (float)(sum[4] / sum[5]));
            }
        }
        for (int i = 0; i < labels.Length; i++)
        {
            if (leftOut?[i] == true)
                labels[i] = None;
        }
        return labels;
    }

    private static (float L, float A, float B, float X, float Y)[] Grid(LabPlanes lab, int step)
    {
        int columns = Math.Max(1, lab.Width / step), rows = Math.Max(1, lab.Height / step);
        var centers = new (float, float, float, float, float)[columns * rows];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                int x = (2 * column + 1) * lab.Width / (2 * columns), y = (2 * row + 1) * lab.Height / (2 * rows), i = y * lab.Width + x;
                centers[row * columns + column] = (lab.L[i], lab.A[i], lab.B[i], x, y);
            }
        }
        return centers;
    }

    // A centre's pixels may lie in several pieces: each becomes a superpixel, or joins one beside it where it is too small for that.
    private static (int[] Labels, int Count) Connect(int[] nearest, int width, int height, int least)
    {
        int[] labels = new int[nearest.Length];
        Array.Fill(labels, None);
        var piece = new List<int>();
        int count = 0;
        for (int start = 0; start < labels.Length; start++)
        {
            if (labels[start] != None || nearest[start] == None)
                continue;
            int beside = None;
            piece.Clear();
            piece.Add(start);
            labels[start] = count;
            for (int next = 0; next < piece.Count; next++)
            {
                int i = piece[next], x = i % width;
                if (x > 0)
                    Look(i - 1);
                if (x + 1 < width)
                    Look(i + 1);
                if (i >= width)
                    Look(i - width);
                if (i + width < labels.Length)
                    Look(i + width);
            }
            if (piece.Count >= least || beside == None)
                count++;
            else
                foreach (int i in piece)
                    labels[i] = beside;

            void Look(int neighbor)
            {
                if (labels[neighbor] == None && nearest[neighbor] == nearest[start])
                {
                    labels[neighbor] = count;
                    piece.Add(neighbor);
                }
                else if (labels[neighbor] != None && labels[neighbor] != count)
                {
                    beside = labels[neighbor];
                }
            }
        }
        return (labels, count);
    }
}
