using GmmVision.Foreground;
using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Foreground;

public class VisitMapTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(64, 3)]
    [InlineData(77, 40)]
    public void Each_pixel_counts_by_itself_as_a_loop_over_pixels_does(int width, int height)
    {
        var random = new Random(3);
        var map = new VisitMap(width, height);
        int[] expected = new int[width * height];
        for (int frame = 0; frame < 300; frame++)
        {
            // Mostly as before, so that some visits are long.
            var mask = new Mask(width, height);
            for (int i = 0; i < expected.Length; i++)
            {
                bool isThere = i % 3 == 0 || random.Next(4) != 0;
                mask[i % width, i / width] = isThere;
                expected[i] = isThere ? Math.Min(VisitMap.Longest, expected[i] + 1) : expected[i] / 4;
            }
            map.Follow(mask);
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], map.At(i % width, i / width));
        }
        Assert.Equal(VisitMap.Longest, map.At(0, 0));
        map.Forget();
        Assert.Equal(0, map.LongestIn(new Box(0, 0, width, height)));
    }

    [Fact]
    public void The_longest_of_a_box_is_of_that_box_alone()
    {
        var map = new VisitMap(70, 20);
        for (int frame = 0; frame < 5; frame++)
        {
            var mask = new Mask(70, 20);
            mask[10, 10] = true;
            mask[65, 10] = frame > 1;
            map.Follow(mask);
        }
        Assert.Equal((5, 3, 0), (map.LongestIn(new Box(8, 8, 3, 3)), map.LongestIn(new Box(64, 9, 3, 3)), map.LongestIn(new Box(11, 8, 54, 12))));
    }
}
