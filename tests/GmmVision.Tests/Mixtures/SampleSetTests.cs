using GmmVision.Mixtures;
using Xunit;

namespace GmmVision.Tests.Mixtures;

public class SampleSetTests
{
    [Fact]
    public void Equal_rows_are_held_once_and_found_again()
    {
        double[] rows = [1, 2, 3, 4, 1, 2, 0.0, 5, -0.0, 5, 3, 4, 1, 2];
        SampleSet samples = SampleSet.Create(rows, 2, [1, 2, 3, 4, 5, 6, 7], mergeEqualRows: true);

        Assert.Equal((7, 3, 28.0), (samples.Rows, samples.Count, samples.TotalWeight));
        Assert.Equal([0, 1, 0, 2, 2, 1, 0], samples.RowToSample.ToArray());
        Assert.Equal([11, 8, 9], samples.Weights);
        var perRow = new char[7];
        samples.Expand(['a', 'b', 'c'], perRow);
        Assert.Equal("abaccba", new string(perRow));
    }

    [Fact]
    public void Merging_many_rows_agrees_with_a_dictionary()
    {
        byte[] pixels = [.. Enumerable.Range(0, 80_000).SelectMany(i => new[] { (byte)(i * 7919 % 251), (byte)(i * 31 % 241), (byte)(i / 500) })];
        SampleSet samples = SampleSet.Create(pixels, 3, mergeEqualRows: true);
        var known = new Dictionary<(byte, byte, byte), int>();
        for (int row = 0; row < 80_000; row++)
        {
            var key = (pixels[row * 3], pixels[row * 3 + 1], pixels[row * 3 + 2]);
            if (!known.TryGetValue(key, out int sample)) known.Add(key, sample = known.Count);
            Assert.Equal(sample, samples.RowToSample[row]);
        }

        Assert.Equal(known.Count, samples.Count);
    }

    [Fact]
    public void Bytes_are_held_exactly()
    {
        byte[] pixels = MixtureData.Pixels(1000, 3);
        SampleSet samples = SampleSet.Create(pixels, 3);
        for (int n = 0; n < 1000; n++)
        {
            for (int f = 0; f < 3; f++)
            {
                Assert.Equal(Math.Round(samples.Planar(f, n)), samples.Planar(f, n));
                Assert.Equal(pixels[n * 3 + f] / 255.0, samples.Value(n, f), 1e-15);
            }
        }
    }
}
