using GmmVision.Imaging;

namespace GmmVision.Segmentation;

/// <summary>A picture of fewer pixels, each the mean of a square cell, and the way back for labels.</summary>
internal static class SmallerPicture
{
    /// <summary>Makes the picture smaller.</summary>
    /// <param name="image">Rgb or Gray8.</param>
    /// <param name="transparent">Pixels that do not count; null: none.</param>
    /// <param name="factor">A cell's side in pixels; 1 gives the picture itself.</param>
    /// <returns>The picture, and the cells in which no pixel counts; null where there is no mask.</returns>
    public static (Frame Picture, bool[]? LeftOut) Of(Frame image, Mask? transparent, int factor)
    {
        int width = (image.Width + factor - 1) / factor, height = (image.Height + factor - 1) / factor;
        Frame picture = factor == 1 ? image : new Frame(image.Format with { Width = width, Height = height });
        bool[]? leftOut = transparent is null ? null : new bool[width * height];
        if (factor == 1 && leftOut is null)
            return (picture, null);
        for (int y = 0; y < height; y++)
        {
            int top = y * factor, bottom = Math.Min(image.Height, top + factor);
            for (int x = 0; x < width; x++)
            {
                int left = x * factor, right = Math.Min(image.Width, left + factor), area = (right - left) * (bottom - top), seen = area;
                for (int v = top; transparent is not null && v < bottom; v++)
                {
                    for (int u = left; u < right; u++)
                        seen -= transparent[u, v] ? 1 : 0;
                }
                if (leftOut is not null)
                    leftOut[y * width + x] = seen == 0;
                for (int plane = 0; factor > 1 && plane < image.Format.PlaneCount; plane++)
                {
                    int sum = 0;
                    for (int v = top; v < bottom; v++)
                    {
                        ReadOnlySpan<byte> row = image.Row(plane, v);
                        for (int u = left; u < right; u++)
                            sum += seen == 0 || transparent?[u, v] != true ? row[u] : 0;
                    }
                    int counted = seen == 0 ? area : seen;
                    picture.Row(plane, y)[x] = (byte)((sum + counted / 2) / counted);
                }
            }
        }
        return (picture, leftOut);
    }

    public static Mask MaskOf(bool[] leftOut, int width, int height)
    {
        var mask = new Mask(width, height);
        for (int i = 0; i < leftOut.Length; i++)
            mask[i % width, i / width] = leftOut[i];
        return mask;
    }

    /// <summary>Superpixels of the smaller picture at the pixels of the whole one: within a superpixel its own, at borders that of a neighbouring cell whose superpixel's mean colour is nearest.</summary>
    public static int[] Enlarge(int[] labels, int count, LabPlanes small, Frame image, int factor, Mask? transparent)
    {
        int[] whole = new int[image.Width * image.Height];
        (float L, float A, float B)[] means = Means(labels, count, small);
        int[] beside = new int[9];
        for (int y = 0, i = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++, i++)
            {
                if (transparent?[x, y] == true)
                {
                    whole[i] = RegionHierarchy.NoRegion;
                    continue;
                }
                int cell = y / factor * small.Width + x / factor;
                whole[i] = factor == 1 ? labels[cell] : Nearest(x, y, cell);
            }
        }
        return whole;

        int Nearest(int x, int y, int cell)
        {
            int found = Around(labels, small.Width, cell, beside);
            if (found == 1)
                return beside[0];
            int g = image.Format.PlaneCount == 3 ? 1 : 0;
            (double l, double a, double b) = ColorConversion.Convert(ColorSpace.Lab, image.Row(0, y)[x], image.Row(g, y)[x], image.Row(2 * g, y)[x]);
            return beside[..found].MinBy(label =>
            {
                (double dl, double da, double db) = (means[label].L - l, means[label].A - a, means[label].B - b);
                return dl * dl + da * da + db * db;
            });
        }
    }

    /// <summary>Pixels that went by colour may lie apart from the rest of their region: of each its largest piece stays, and those around grow over what is left.</summary>
    /// <param name="whole">Regions by pixel; changed.</param>
    /// <param name="count">Their numbers are below this.</param>
    /// <param name="width">Pixels in a row.</param>
    public static void Mend(int[] whole, int count, int width)
    {
        int[] largest = new int[count], start = new int[count], stack = new int[whole.Length];
        bool[] seen = new bool[whole.Length], stays = new bool[whole.Length];
        for (int i = 0; i < whole.Length; i++)
        {
            if (whole[i] == RegionHierarchy.NoRegion || seen[i])
                continue;
            int size = Spread(i, seen);
            if (size > largest[whole[i]])
                (largest[whole[i]], start[whole[i]]) = (size, i);
        }
        for (int label = 0; label < count; label++)
        {
            if (largest[label] > 0)
                Spread(start[label], stays);
        }
        // From all borders at once, a ring at a time.
        int head = 0, tail = 0;
        for (int i = 0; i < whole.Length; i++)
        {
            if (stays[i])
                stack[tail++] = i;
        }
        while (head < tail)
        {
            int i = stack[head++], x = i % width;
            for (int side = 0; side < 4; side++)
            {
                int j = Beside(i, x, side);
                if (j < 0 || stays[j] || whole[j] == RegionHierarchy.NoRegion)
                    continue;
                (whole[j], stays[j]) = (whole[i], true);
                stack[tail++] = j;
            }
        }

        // Marks a piece, and tells its size.
        int Spread(int from, bool[] marks)
        {
            int depth = 0, size = 0;
            marks[from] = true;
            stack[depth++] = from;
            while (depth > 0)
            {
                int i = stack[--depth], x = i % width;
                size++;
                for (int side = 0; side < 4; side++)
                {
                    int j = Beside(i, x, side);
                    if (j < 0 || marks[j] || whole[j] != whole[i])
                        continue;
                    marks[j] = true;
                    stack[depth++] = j;
                }
            }
            return size;
        }

        int Beside(int i, int x, int side) => side switch
        {
            0 => x > 0 ? i - 1 : -1,
            1 => x + 1 < width ? i + 1 : -1,
            2 => i - width,
            _ => i + width < whole.Length ? i + width : -1,
        };
    }

    // The different superpixels of a cell and the eight around it, the cell's own first.
    private static int Around(int[] labels, int width, int cell, int[] found)
    {
        int count = 0, x = cell % width, height = labels.Length / width, y = cell / width;
        found[count++] = labels[cell];      // which is one: a pixel that counts lies in it
        for (int v = Math.Max(0, y - 1); v <= Math.Min(height - 1, y + 1); v++)
        {
            for (int u = Math.Max(0, x - 1); u <= Math.Min(width - 1, x + 1); u++)
            {
                int label = labels[v * width + u];
                if (label != Superpixels.None && Array.IndexOf(found, label, 0, count) < 0)
                    found[count++] = label;
            }
        }
        return count;
    }

    private static (float L, float A, float B)[] Means(int[] labels, int count, LabPlanes lab)
    {
        double[] sums = new double[4 * count];
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] == Superpixels.None)
                continue;
            Span<double> sum = sums.AsSpan(4 * labels[i], 4);
            sum[0] += lab.L[i];
            sum[1] += lab.A[i];
            sum[2] += lab.B[i];
            sum[3]++;
        }
        return [.. Enumerable.Range(0, count).Select(i => ((float)(sums[4 * i] / sums[4 * i + 3]), (float)(sums[4 * i + 1] / sums[4 * i + 3]), (float)(sums[4 * i + 2] / sums[4 * i + 3])))];
    }
}
