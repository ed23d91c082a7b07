using GmmVision.Imaging;

namespace GmmVision.Tests.Foreground;

/// <summary>Masks of chance: salt noise of any density, and noise with blobs, at sizes around every word boundary.</summary>
internal static class RandomMasks
{
    public static readonly int[] Widths = [1, 2, 31, 32, 33, 62, 63, 64, 65, 66, 127, 128, 129, 200, 449, 511, 512, 513, 575, 577];

    public static Mask Noise(int width, int height, double density, int seed)
    {
        var random = new Random(seed);
        var mask = new Mask(width, height);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                mask[x, y] = random.NextDouble() < density;
        return mask;
    }

    /// <summary>Rectangles over a little noise, some rows left empty.</summary>
    public static Mask Blobs(int width, int height, int seed)
    {
        var random = new Random(seed);
        Mask mask = Noise(width, height, 0.02, seed + 1);
        for (int blob = 0; blob < 6; blob++)
        {
            int left = random.Next(width), top = random.Next(height), right = Math.Min(width, left + random.Next(1, 40)), bottom = Math.Min(height, top + random.Next(1, 20));
            bool value = blob % 3 != 2;
            for (int y = top; y < bottom; y++)
                for (int x = left; x < right; x++)
                    mask[x, y] = value;
        }
        for (int y = height / 3; y < height / 2; y++)
            mask.Row(y).Clear();
        return mask;
    }

    /// <summary>One of every kind for every width, at small heights.</summary>
    public static IEnumerable<Mask> All(params int[] heights)
    {
        int seed = 1;
        foreach (int width in Widths)
            foreach (int height in heights)
            {
                foreach (double density in new[] { 0, 0.03, 0.5, 0.9, 1 })
                    yield return Noise(width, height, density, seed++);
                yield return Blobs(width, height, seed++);
            }
    }

    public static Mask Copy(Mask mask)
    {
        var copy = new Mask(mask.Width, mask.Height);
        copy.CopyFrom(mask);
        return copy;
    }

    public static string Draw(Mask mask) => string.Join('\n', Enumerable.Range(0, mask.Height)
        .Select(y => string.Concat(Enumerable.Range(0, mask.Width).Select(x => mask[x, y] ? '#' : '.'))));

    /// <summary>Pixel by pixel, and the bits beyond the width.</summary>
    public static void AssertEqual(Func<int, int, bool> expected, Mask actual, string what)
    {
        for (int y = 0; y < actual.Height; y++)
        {
            for (int x = 0; x < actual.Width; x++)
                if (actual[x, y] != expected(x, y))
                    Xunit.Assert.Fail($"{what}, {actual.Width}x{actual.Height}: pixel {x},{y} is {actual[x, y]}");
            Xunit.Assert.Equal(0UL, actual.Row(y)[^1] & ~actual.LastWordMask);
        }
    }
}
