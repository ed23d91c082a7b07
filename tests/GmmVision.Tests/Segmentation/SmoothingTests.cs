using GmmVision.Imaging;
using GmmVision.Segmentation;
using Xunit;

namespace GmmVision.Tests.Segmentation;

public class SmoothingTests
{
    [Fact]
    public void A_lonely_pixel_that_is_not_sure_joins_its_neighbours()
    {
        Frame flat = Pictures.Of(9, 9, (_, _) => (100, 100, 100));
        float[] probabilities = Two(9, 9, (x, y) => x == 4 && y == 4 ? 0.7f : 0.3f);
        byte[] labels = Best(probabilities);
        Assert.Equal(1, labels[40]);
        PottsField.Relabel(probabilities, 2, flat, 0, 9, PottsField.ContrastScale(flat), new SmoothingOptions { Strength = 1 }, labels);
        Assert.All(labels, label => Assert.Equal(0, label));
    }

    [Fact]
    public void A_lonely_pixel_across_a_strong_edge_stays()
    {
        Frame spot = Pictures.Of(9, 9, (x, y) => x == 4 && y == 4 ? (255, 255, 255) : (0, 0, 0));
        float[] probabilities = Two(9, 9, (x, y) => x == 4 && y == 4 ? 0.7f : 0.3f);
        byte[] labels = Best(probabilities);
        PottsField.Relabel(probabilities, 2, spot, 0, 9, PottsField.ContrastScale(spot), new SmoothingOptions { Strength = 1 }, labels);
        Assert.Equal(1, labels[40]);
        Assert.Equal(1, labels.Sum(label => label));
    }

    [Fact]
    public void Without_strength_nothing_changes()
    {
        Frame image = Pictures.Noise(16, 16, 4);
        float[] probabilities = RandomProbabilities(16 * 16, 4, 5);
        byte[] labels = Best(probabilities, 4), before = [.. labels];
        PottsField.Relabel(probabilities, 4, image, 0, 16, PottsField.ContrastScale(image), new SmoothingOptions { Strength = 0 }, labels);
        Assert.Equal(before, labels);
    }

    [Fact]
    public void Every_further_sweep_lowers_the_energy_or_changes_nothing()
    {
        Frame image = Pictures.Disc(24, 20, 6, 20);
        float[] original = RandomProbabilities(24 * 20, 3, 7);
        double contrast = PottsField.ContrastScale(image), previous = Energy(image, original, Best(original, 3), 3, contrast, 1.5);
        double first = previous;
        for (int sweeps = 1; sweeps <= 8; sweeps++)
        {
            byte[] labels = Best(original, 3);
            PottsField.Relabel([.. original], 3, image, 0, 20, contrast, new SmoothingOptions { Strength = 1.5, Sweeps = sweeps }, labels);
            double energy = Energy(image, original, labels, 3, contrast, 1.5);
            Assert.True(energy <= previous + 1e-4, $"energy rose from {previous} to {energy} in sweep {sweeps}");
            previous = energy;
        }
        Assert.True(previous < first - 10);
    }

    [Theory]
    [InlineData(Smoothing.Icm)]
    [InlineData(Smoothing.Guided)]
    public void A_run_of_rows_with_its_halo_comes_out_as_in_the_whole_picture(Smoothing method)
    {
        const int Width = 21, Height = 60, K = 3;
        Frame image = Pictures.Disc(Width, Height, 8, 30);
        float[] all = RandomProbabilities(Width * Height, K, 9);
        var options = new SmoothingOptions { Method = method, Sweeps = 3, Radius = 4, Strength = 1 };
        (float[] whole, byte[] wholeLabels) = Smooth(0, Height);
        foreach ((int first, int rows) in ((int, int)[])[(20, 12), (27, 7), (0, 10), (45, 15)])
        {
            int from = Math.Max(0, first - options.Halo(Width, Height)), to = Math.Min(Height, first + rows + options.Halo(Width, Height));
            (float[] part, byte[] partLabels) = Smooth(from, to - from);
            for (int i = 0; i < rows * Width; i++)
            {
                Assert.Equal(wholeLabels[first * Width + i], partLabels[(first - from) * Width + i]);
                for (int l = 0; method == Smoothing.Guided && l < K; l++)
                    Assert.Equal(whole[l * Height * Width + first * Width + i], part[l * (to - from) * Width + (first - from) * Width + i], 1e-5f);
            }
        }

        (float[], byte[]) Smooth(int first, int rows)
        {
            float[] planes = new float[K * rows * Width];
            for (int l = 0; l < K; l++)
                all.AsSpan(l * Width * Height + first * Width, rows * Width).CopyTo(planes.AsSpan(l * rows * Width));
            byte[] labels = Best(planes, K);
            if (method == Smoothing.Icm)
            {
                PottsField.Relabel(planes, K, image, first, rows, PottsField.ContrastScale(image), options, labels);
                return (planes, labels);
            }
            var filter = new GuidedFilter(image, first, rows, options.RadiusFor(Width, Height), options.Epsilon);
            for (int l = 0; l < K; l++)
                filter.Apply(planes.AsSpan(l * rows * Width, rows * Width));
            return (planes, Best(planes, K));
        }
    }

    [Fact]
    public void The_guided_filter_computes_its_definition()
    {
        const int Width = 11, Height = 8, Radius = 2;
        const double Epsilon = 0.01;
        Frame image = Pictures.Noise(Width, Height, 10);
        float[] plane = RandomProbabilities(Width * Height, 1, 11), result = [.. plane];
        new GuidedFilter(image, 0, Height, Radius, Epsilon).Apply(result);
        double[] guide = [.. Enumerable.Range(0, Width * Height).Select(i =>
            (0.299 * image.Row(0, i / Width)[i % Width] + 0.587 * image.Row(1, i / Width)[i % Width] + 0.114 * image.Row(2, i / Width)[i % Width]) / 255)];
        double[] a = new double[plane.Length], b = new double[plane.Length];
        for (int i = 0; i < plane.Length; i++)
        {
            int[] window = Window(i);
            double meanI = window.Average(j => guide[j]), meanP = window.Average(j => plane[j]);
            double covariance = window.Average(j => (guide[j] - meanI) * (plane[j] - meanP)), variance = window.Average(j => (guide[j] - meanI) * (guide[j] - meanI));
            a[i] = covariance / (variance + Epsilon);
            b[i] = meanP - a[i] * meanI;
        }
        for (int i = 0; i < plane.Length; i++)
            Assert.Equal(Window(i).Average(j => a[j]) * guide[i] + Window(i).Average(j => b[j]), result[i], 2e-4);

        int[] Window(int i) => [.. Enumerable.Range(0, Width * Height).Where(j => Math.Abs(j / Width - i / Width) <= Radius && Math.Abs(j % Width - i % Width) <= Radius)];
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 40)]
    [InlineData(40, 3)]
    public void A_guided_filter_leaves_a_constant_plane_alone_in_pictures_smaller_than_its_window(int width, int height)
    {
        float[] plane = new float[width * height];
        plane.AsSpan().Fill(0.25f);
        new GuidedFilter(Pictures.Noise(width, height, 12), 0, height, 8, 1e-3).Apply(plane);
        Assert.All(plane, value => Assert.Equal(0.25f, value, 1e-5f));
    }

    [Theory]
    [InlineData(481, 321, 16)]
    [InlineData(20, 29, 1)]
    [InlineData(6000, 4000, 64)]
    public void Without_a_radius_the_guided_filter_goes_by_the_size_of_the_picture(int width, int height, int expected)
    {
        Assert.Equal(expected, new SmoothingOptions().RadiusFor(width, height));
        Assert.Equal(5, new SmoothingOptions { Radius = 5 }.RadiusFor(width, height));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        foreach (SmoothingOptions wrong in (SmoothingOptions[])[
            new() { Method = (Smoothing)5 }, new() { Strength = -1 }, new() { Strength = double.NaN }, new() { Sweeps = 0 }, new() { Radius = 65 }, new() { Epsilon = 0 }])
            Assert.Throws<ArgumentOutOfRangeException>(() => wrong.Validate());
    }

    private static double Energy(Frame image, float[] probabilities, byte[] labels, int k, double contrast, double strength)
    {
        double energy = 0;
        int width = image.Width, pixels = labels.Length;
        Assert.Equal(k * pixels, probabilities.Length);
        for (int i = 0; i < pixels; i++)
        {
            energy -= Math.Log(probabilities[labels[i] * pixels + i]);
            foreach ((int dx, int dy) in ((int, int)[])[(1, 0), (0, 1), (1, 1), (-1, 1)])
            {
                int x = i % width + dx, y = i / width + dy;
                if (x < 0 || x >= width || y >= image.Height || labels[i] == labels[y * width + x])
                    continue;
                double square = 0;
                for (int plane = 0; plane < 3; plane++)
                    square += Math.Pow(image.Row(plane, i / width)[i % width] - image.Row(plane, y)[x], 2);
                energy += strength / Math.Sqrt(dx * dx + dy * dy) * Math.Exp(-contrast * square);
            }
        }
        return energy;
    }

    private static float[] Two(int width, int height, Func<int, int, float> second)
    {
        float[] planes = new float[2 * width * height];
        for (int i = 0; i < width * height; i++)
        {
            planes[width * height + i] = second(i % width, i / width);
            planes[i] = 1 - planes[width * height + i];
        }
        return planes;
    }

    private static float[] RandomProbabilities(int pixels, int k, int seed)
    {
        var random = new Random(seed);
        float[] planes = new float[k * pixels];
        for (int i = 0; i < pixels; i++)
        {
            float sum = 0;
            for (int l = 0; l < k; l++)
                sum += planes[l * pixels + i] = 0.05f + random.NextSingle();
            for (int l = 0; k > 1 && l < k; l++)
                planes[l * pixels + i] /= sum;
        }
        return planes;
    }

    private static byte[] Best(float[] planes, int k = 2)
    {
        int pixels = planes.Length / k;
        byte[] labels = new byte[pixels];
        for (int i = 0; i < pixels; i++)
        {
            for (int l = 1; l < k; l++)
            {
                if (planes[l * pixels + i] > planes[labels[i] * pixels + i])
                    labels[i] = (byte)l;
            }
        }
        return labels;
    }

    [Fact]
    public void Pixels_that_are_left_out_pull_no_neighbour()
    {
        // Three columns that are hardly for one label stand beside a wall of the other.
        Frame flat = Pictures.Of(6, 8, (_, _) => (100, 100, 100));
        float[] probabilities = new float[2 * 48];
        byte[] labels = new byte[48];
        bool[] leftOut = new bool[48];
        for (int i = 0; i < 48; i++)
        {
            leftOut[i] = i % 6 < 3;
            probabilities[i] = leftOut[i] ? 1 : 0.45f;
            probabilities[48 + i] = 1 - probabilities[i];
            labels[i] = (byte)(leftOut[i] ? 0 : 1);
        }
        SmoothingOptions options = new() { Method = Smoothing.Icm, Strength = 4 };
        PottsField.Relabel([.. probabilities], 2, flat, 0, 8, 1, options, labels, leftOut);
        for (int i = 0; i < 48; i++)
            Assert.Equal(leftOut[i] ? 0 : 1, labels[i]);

        float[] plane = [.. Enumerable.Range(0, 48).Select(i => i % 6 < 3 ? 1000f : 0.5f)];
        new GuidedFilter(flat, 0, 8, 2, 1e-3, leftOut).Apply(plane);
        for (int i = 0; i < 48; i++)
        {
            if (!leftOut[i])
                Assert.Equal(0.5f, plane[i], 1e-4f);
        }
    }
}
