using GmmVision.Imaging;

namespace GmmVision.Tests.Segmentation;

/// <summary>Small pictures for the tests of this room.</summary>
internal static class Pictures
{
    public static Frame Of(int width, int height, Func<int, int, (int R, int G, int B)> color)
    {
        var frame = new Frame(new FrameFormat(width, height, PixelLayout.Rgb, ColorRange.Full));
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                (int r, int g, int b) = color(x, y);
                (frame.Row(0, y)[x], frame.Row(1, y)[x], frame.Row(2, y)[x]) = ((byte)r, (byte)g, (byte)b);
            }
        }
        return frame;
    }

    public static Frame Noise(int width, int height, int seed)
    {
        var random = new Random(seed);
        return Of(width, height, (_, _) => (random.Next(256), random.Next(256), random.Next(256)));
    }

    /// <summary>A red disc on a blue ground with a green band, with Gaussian noise: three colours that a mixture should find.</summary>
    public static Frame Disc(int width, int height, int seed, double noise = 8)
    {
        var random = new Random(seed);
        return Of(width, height, (x, y) =>
        {
            (int r, int g, int b) = DiscLabel(width, height, x, y) switch { 0 => (40, 60, 180), 1 => (200, 50, 40), _ => (50, 150, 60) };
            return (Noisy(r), Noisy(g), Noisy(b));
        });

        int Noisy(int value)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            return Math.Clamp((int)Math.Round(value + noise * normal), 0, 255);
        }
    }

    public static int DiscLabel(int width, int height, int x, int y)
    {
        double dx = x - width / 2.0, dy = y - height * 0.4, r = Math.Min(width, height) * 0.25;
        return dx * dx + dy * dy < r * r ? 1 : y > height * 0.8 ? 2 : 0;
    }
}
