namespace GmmVision.Segmentation;

/// <summary>Colours that tell labels apart.</summary>
public static class LabelColors
{
    // Chosen to stay apart for most people with colour-blindness, light and dark in turn.
    private static readonly int[] First = [0x1F5FA8, 0xF2A33A, 0x2F8F5B, 0xD9534F, 0x8FC9E8, 0x7B4EA3, 0xE8D44D, 0x4A4A4A, 0xE79AC0, 0x7A5230];

    /// <summary>A colour for every label, 0xRRGGBB, all different.</summary>
    /// <param name="count">How many, 1 to <see cref="LabelMap.MaxLabels"/>.</param>
    public static int[] Distinct(int count)
    {
        Range.Check(count, 1, LabelMap.MaxLabels);
        var colors = new List<int>(First.Take(count));
        // Hues a golden angle apart never come close for long; value and saturation go round at other paces.
        for (int i = 0; colors.Count < count; i++)
        {
            int color = FromHsv(i * 137.50776 % 360, 0.85 - 0.17 * (i % 4), 0.95 - 0.13 * (i % 5));
            if (!colors.Contains(color))
                colors.Add(color);
        }
        return [.. colors];
    }

    private static int FromHsv(double hue, double saturation, double value)
    {
        return Channel(5) << 16 | Channel(3) << 8 | Channel(1);

        int Channel(double n)
        {
            double k = (n + hue / 60) % 6;
            return (int)Math.Round(255 * (value - value * saturation * Math.Clamp(Math.Min(k, 4 - k), 0, 1)));
        }
    }
}
