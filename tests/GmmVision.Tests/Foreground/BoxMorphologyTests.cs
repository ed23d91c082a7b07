using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Simd;
using Xunit;

namespace GmmVision.Tests.Foreground;

public class BoxMorphologyTests
{
    // Whether any pixel of the picture within the box has the value.
    private static bool Any(Mask mask, int x, int y, int radiusX, int radiusY, bool value)
    {
        for (int v = Math.Max(0, y - radiusY); v <= Math.Min(mask.Height - 1, y + radiusY); v++)
            for (int u = Math.Max(0, x - radiusX); u <= Math.Min(mask.Width - 1, x + radiusX); u++)
                if (mask[u, v] == value)
                    return true;
        return false;
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(1, 7)]
    [InlineData(9, 1)]
    [InlineData(5, 11)]
    [InlineData(33, 3)]
    [InlineData(127, 15)]
    public void Dilates_and_erodes_as_the_definition_says(int boxWidth, int boxHeight)
    {
        foreach (Mask mask in RandomMasks.All(1, 14))
        {
            var morphology = new BoxMorphology(mask.Width, mask.Height, boxWidth, boxHeight);
            var result = new Mask(mask.Width, mask.Height);
            morphology.Dilate(mask, result);
            RandomMasks.AssertEqual((x, y) => Any(mask, x, y, boxWidth / 2, boxHeight / 2, true), result, $"dilation by {boxWidth}x{boxHeight}");
            morphology.Erode(mask, result);
            RandomMasks.AssertEqual((x, y) => !Any(mask, x, y, boxWidth / 2, boxHeight / 2, false), result, $"erosion by {boxWidth}x{boxHeight}");
        }
    }

    [Fact]
    public void Opening_and_closing_are_the_two_in_a_row_and_do_nothing_when_repeated()
    {
        Mask mask = RandomMasks.Blobs(190, 70, 5);
        var morphology = new BoxMorphology(190, 70, 5);
        Mask opened = new(190, 70), closed = new(190, 70), step = new(190, 70);

        morphology.Open(mask, opened);
        morphology.Erode(mask, step);
        morphology.Dilate(step, step);
        Assert.True(opened.PixelsEqual(step));
        morphology.Open(opened, step);
        Assert.True(opened.PixelsEqual(step));

        morphology.Close(mask, closed);
        morphology.Dilate(mask, step);
        morphology.Erode(step, step);
        Assert.True(closed.PixelsEqual(step));
        morphology.Close(closed, step);
        Assert.True(closed.PixelsEqual(step));
        Assert.True(opened.Count() < mask.Count() && mask.Count() < closed.Count());
    }

    [Fact]
    public void Every_vector_width_and_working_in_place_give_the_same_bits()
    {
        foreach (Mask mask in RandomMasks.All(9))
            foreach (bool background in new[] { false, true })
            {
                var morphology = new BoxMorphology(mask.Width, mask.Height, 7, 5);
                Mask by128 = RandomMasks.Copy(mask), by256 = new(mask.Width, mask.Height), by512 = new(mask.Width, mask.Height);
                morphology.Apply<Words512>(mask, by512, background);
                morphology.Apply<Words256>(mask, by256, background);
                morphology.Apply<Words128>(by128, by128, background);
                Assert.True(by128.PixelsEqual(by512) && by256.PixelsEqual(by512));
            }
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(3, 0)]
    [InlineData(129, 3)]
    public void A_box_out_of_range_is_refused_with_its_value_and_the_range(int boxWidth, int boxHeight)
    {
        var error = Assert.Throws<ArgumentException>(() => new BoxMorphology(10, 10, boxWidth, boxHeight));
        Assert.Contains($"{boxWidth}x{boxHeight}: each side must be odd, 1 to 127", error.Message, StringComparison.Ordinal);
    }
}
