namespace GmmVision.Tests.Mixtures;

/// <summary>Samples from mixtures that are known, drawn with a generator of the tests' own.</summary>
internal static class MixtureData
{
    /// <summary>n samples of d features from normals at the given means with the given lower triangular factors (x = μ + L z), in turn by weight.</summary>
    public static double[] Draw(int n, int d, double[] weights, double[][] means, double[][] factors, int seed)
    {
        var random = new Random(seed);
        var samples = new double[n * d];
        var z = new double[d];
        for (int s = 0; s < n; s++)
        {
            double u = random.NextDouble();
            int c = 0;
            while (c < weights.Length - 1 && (u -= weights[c]) >= 0) c++;
            for (int i = 0; i < d; i++) z[i] = Normal(random);
            for (int i = 0; i < d; i++)
            {
                double value = means[c][i];
                for (int j = 0; j <= i; j++) value += factors[c][i * d + j] * z[j];
                samples[s * d + i] = value;
            }
        }

        return samples;
    }

    /// <summary>Three well-parted components in three dimensions: weights 0.5, 0.3, 0.2.</summary>
    public static double[] ThreeInSpace(int n, int seed) => Draw(
        n, 3, [0.5, 0.3, 0.2], [[0, 0, 0], [6, 1, -2], [-3, 7, 4]],
        [[1, 0, 0, 0.5, 0.8, 0, -0.3, 0.2, 0.6], [0.5, 0, 0, 0, 1.5, 0, 0, 0, 0.7], [2, 0, 0, -1, 0.4, 0, 0.2, 0.1, 0.3]], seed);

    /// <summary>Pixels with few distinct values, as a dull photo has: n RGB bytes around four colours.</summary>
    public static byte[] Pixels(int n, int seed)
    {
        var random = new Random(seed);
        double[][] colors = [[40, 60, 90], [180, 170, 150], [90, 120, 40], [230, 235, 240]];
        var pixels = new byte[n * 3];
        for (int p = 0; p < n; p++)
        {
            double[] color = colors[random.Next(10) switch { < 4 => 0, < 7 => 1, < 9 => 2, _ => 3 }];
            double light = Normal(random) * 9;
            for (int f = 0; f < 3; f++) pixels[p * 3 + f] = (byte)Math.Clamp(color[f] + light + Normal(random) * 4, 0, 255);
        }

        return pixels;
    }

    public static double[] Scaled(byte[] pixels) => [.. pixels.Select(b => b / 255.0)];

    public static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
