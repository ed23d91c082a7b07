using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Simd;
using Xunit;

namespace GmmVision.Tests.Foreground;

public class MajorityFilterTests
{
    private static int Count(Mask mask, int x, int y, int radius)
    {
        int count = 0;
        for (int dy = -radius; dy <= radius; dy++)
            for (int dx = -radius; dx <= radius; dx++)
                count += mask[Math.Clamp(x + dx, 0, mask.Width - 1), Math.Clamp(y + dy, 0, mask.Height - 1)] ? 1 : 0;
        return count;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(11)]
    [InlineData(13)]
    [InlineData(15)]
    public void Gives_the_median_of_the_square_with_repeated_borders(int size)
    {
        int[] heights = size < 9 ? [1, 4, 19] : [3, 17];
        foreach (Mask mask in RandomMasks.All(heights))
        {
            if (mask.Width > 130 && mask.Width % 64 != 1)
                continue;      // the slow reference: some of the wide ones will do
            var filtered = new Mask(mask.Width, mask.Height);
            filtered.Fill();
            new MajorityFilter(mask.Width, mask.Height, size).Apply(mask, filtered);
            RandomMasks.AssertEqual((x, y) => 2 * Count(mask, x, y, size / 2) > size * size, filtered, $"median {size}");
        }
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(3, 2)]
    [InlineData(5, 16)]
    [InlineData(5, 25)]
    [InlineData(7, 49)]
    [InlineData(15, 128)]
    [InlineData(15, 225)]
    public void Any_number_of_pixels_can_be_asked_for(int size, int threshold)
    {
        foreach (double density in new[] { 0.1, 0.5, 0.7, 0.99, 1 })
        {
            Mask mask = RandomMasks.Noise(77, 23, density, seed: size * threshold);
            var filtered = new Mask(77, 23);
            new MajorityFilter(77, 23, size, threshold).Apply(mask, filtered);
            RandomMasks.AssertEqual((x, y) => Count(mask, x, y, size / 2) >= threshold, filtered, $"at least {threshold} of {size}x{size}");
        }
    }

    [Fact]
    public void Every_vector_width_and_working_in_place_give_the_same_bits()
    {
        foreach (Mask mask in RandomMasks.All(5, 31))
            foreach (int size in new[] { 3, 5, 9, 15 })
            {
                var filter = new MajorityFilter(mask.Width, mask.Height, size);
                Mask by128 = RandomMasks.Copy(mask), by256 = new(mask.Width, mask.Height), by512 = new(mask.Width, mask.Height);
                filter.Apply<Words512>(mask, by512);
                filter.Apply<Words256>(mask, by256);
                filter.Apply<Words128>(by128, by128);
                Assert.True(by128.PixelsEqual(by512) && by256.PixelsEqual(by512));
            }
    }

    [Fact]
    public void A_used_filter_remembers_nothing()
    {
        var filter = new MajorityFilter(100, 40, 7);
        Mask first = RandomMasks.Noise(100, 40, 0.6, 1), second = RandomMasks.Blobs(100, 40, 2);
        Mask fresh = new(100, 40), used = new(100, 40);
        new MajorityFilter(100, 40, 7).Apply(second, fresh);
        filter.Apply(first, used);
        filter.Apply(second, used);
        Assert.True(fresh.PixelsEqual(used));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(17)]
    [InlineData(-3)]
    public void A_size_out_of_range_is_refused_with_its_value_and_the_range(int size)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new MajorityFilter(10, 10, size));
        Assert.Contains($"is {size}; it must be odd, 1 to 15", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_of_another_size_is_refused()
    {
        var filter = new MajorityFilter(10, 10, 3);
        var error = Assert.Throws<ArgumentException>(() => filter.Apply(new Mask(10, 10), new Mask(11, 10)));
        Assert.Contains("11x10", error.Message, StringComparison.Ordinal);
    }
}
