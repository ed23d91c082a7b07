using GmmVision.Background;
using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Simd;
using Xunit;

namespace GmmVision.Tests.Foreground;

public unsafe class EvidenceFilterTests
{
    // The distance in 1/63 of the threshold; the model says foreground where it is more than one threshold.
    private const int Threshold = 63, Most = 252;

    [Theory]
    [InlineData(1, 0.3)]
    [InlineData(2, 0.05)]
    [InlineData(5, 0.01)]
    [InlineData(6, 0.3)]
    public void Decides_by_the_mean_of_three_by_three_with_repeated_borders(int height, double density)
    {
        int set = 0, changed = 0;
        for (int width = 1; width <= 130; width++)
        {
            var random = new Random(1000 * height + width);
            var evidence = new EvidenceMap(width, height);
            var filter = new EvidenceFilter(width, height, evidence);
            var distances = new byte[width, height];
            Mask raw = new(width, height), smoothed = new(width, height);
            smoothed.Fill();
            for (int y = 0; y < height; y++)
                for (int x = 0; x < evidence.Stride; x++)
                {
                    // What is not over the threshold is often just under it, so that one pixel more tips the mean.
                    int distance = random.NextDouble() < density ? random.Next(Threshold + 1, Most + 1) : random.Next(4) > 0 ? random.Next(Threshold - 9, Threshold + 1) : random.Next(Threshold);
                    evidence.Row(y)[x] = x < width ? (byte)distance : (byte)Most;      // beyond the row is nobody's
                    if (x < width)
                        (distances[x, y], raw[x, y]) = ((byte)distance, distance > Threshold);
                }
            filter.Apply(raw, smoothed);
            RandomMasks.AssertEqual((x, y) => Mean(distances, x, y) > Threshold, smoothed, "evidence");
            Mask eight = new(width, height), sixteen = new(width, height), thirtyTwo = new(width, height);
            filter.Apply<Int16x8>(raw, eight);
            filter.Apply<Int16x16>(raw, sixteen);
            filter.Apply<Int16x32>(raw, thirtyTwo);
            Assert.True(eight.PixelsEqual(smoothed) && sixteen.PixelsEqual(smoothed) && thirtyTwo.PixelsEqual(smoothed), $"lane widths differ at width {width}");
            set += smoothed.Count();
            smoothed.AndNot(raw);
            changed += smoothed.Count();
        }
        Assert.True(set > 1000 && changed > 100, $"{set} pixels are foreground, {changed} of them by their neighbours: too few to show anything");
    }

    private static double Mean(byte[,] distances, int x, int y)
    {
        double sum = 0;
        for (int j = -1; j <= 1; j++)
            for (int i = -1; i <= 1; i++)
                sum += distances[Math.Clamp(x + i, 0, distances.GetLength(0) - 1), Math.Clamp(y + j, 0, distances.GetLength(1) - 1)];
        return sum / 9;
    }

    [Fact]
    public void A_lone_wild_pixel_goes_and_a_hole_in_an_object_is_closed()
    {
        var evidence = new EvidenceMap(70, 9);
        var filter = new EvidenceFilter(70, 9, evidence);
        Mask raw = new(70, 9), smoothed = new(70, 9);
        new Span<byte>(evidence.Row(0), evidence.Stride * 9).Fill(10);
        void Set(int x, int y, byte distance) => (evidence.Row(y)[x], raw[x, y]) = (distance, distance > Threshold);
        Set(20, 4, Most);
        for (int y = 3; y < 6; y++)
            for (int x = 62; x < 67; x++)
                Set(x, y, 120);
        Set(64, 4, 20);
        filter.Apply(raw, smoothed);
        Assert.False(smoothed[20, 4]);
        Assert.True(smoothed[64, 4]);
    }
}
