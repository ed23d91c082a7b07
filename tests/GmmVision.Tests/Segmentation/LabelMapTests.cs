using GmmVision.Imaging;
using GmmVision.Segmentation;
using Xunit;

namespace GmmVision.Tests.Segmentation;

public class LabelMapTests
{
    // 0 0 1
    // 0 2 1
    private static LabelMap Map()
    {
        var map = new LabelMap(3, 2, 4);
        ((byte[])[0, 0, 1, 0, 2, 1]).CopyTo(map.Labels);
        return map;
    }

    [Fact]
    public void Areas_count_pixels_also_of_labels_without_any() => Assert.Equal([3, 2, 1, 0], Map().Areas());

    [Fact]
    public void Mean_colours_are_rounded_means_and_black_where_there_is_no_pixel()
    {
        Frame image = Pictures.Of(3, 2, (x, y) => (10 * x, 100 * y, x == 2 ? 255 - y : 0));
        // label 0: (0,0,0) (10,0,0) (0,100,0); label 1: (20,0,255) (20,100,254); label 2: (10,100,0)
        Assert.Equal([0x032100, 0x1432FF, 0x0A6400, 0], Map().MeanColors(image));
    }

    [Fact]
    public void Boundaries_are_where_the_right_or_lower_neighbour_differs()
    {
        var picture = new Frame(new FrameFormat(3, 2, PixelLayout.Rgb));
        Map().DrawBoundaries(picture, 0x010203);
        Assert.Equal([0, 1, 0, 1, 1, 0], picture.Data[..6].ToArray());
        Assert.Equal([0, 3, 0, 3, 3, 0], picture.Data[12..].ToArray());
    }

    [Fact]
    public void Painting_gives_every_pixel_its_labels_colour()
    {
        var picture = new Frame(new FrameFormat(3, 2, PixelLayout.Rgb));
        Map().Paint([0x111111, 0x223344, 0x556677, 0], picture);
        Assert.Equal([0x11, 0x11, 0x22, 0x11, 0x55, 0x22], picture.Data[..6].ToArray());
        Assert.Equal([0x11, 0x11, 0x44, 0x11, 0x77, 0x44], picture.Data[12..].ToArray());
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LabelMap(3, 2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LabelMap(3, 2, 257));
        Assert.Throws<ArgumentException>(() => Map().MeanColors(Pictures.Noise(2, 3, 0)));
        Assert.Throws<ArgumentException>(() => Map().Paint([1, 2, 3], Pictures.Noise(3, 2, 0)));
        Assert.Throws<ArgumentException>(() => Map().DrawBoundaries(new Frame(new FrameFormat(3, 2, PixelLayout.Gray8))));
    }
}
