using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Tests.Foreground;
using Xunit;

namespace GmmVision.Tests.Motion;

public class HeatmapTests
{
    [Fact]
    public void Counts_the_frames_in_which_a_pixel_moved()
    {
        var heatmap = new Heatmap(130, 40);
        var expected = new int[130 * 40];
        for (int frame = 0; frame < 6; frame++)
        {
            Mask mask = RandomMasks.Blobs(130, 40, frame);
            heatmap.Add(mask);
            for (int i = 0; i < expected.Length; i++)
                expected[i] += mask[i % 130, i / 130] ? 1 : 0;
        }
        Assert.True(heatmap.Counts.SequenceEqual(expected));
        Assert.Equal(6, heatmap.Frames);

        double[] grid = heatmap.ToGrid(7, 3);
        Assert.Equal(expected.Where((_, i) => i % 130 < 130 / 7 && i / 130 < 40 / 3).Sum() / (18.0 * 13 * 6), grid[0], 1e-12);
        Assert.Equal(expected.Sum() / (130.0 * 40 * 6), heatmap.ToGrid(1, 1)[0], 1e-12);

        heatmap.Clear();
        Assert.Equal((0L, 0.0), (heatmap.Frames, heatmap.ToGrid(1, 1)[0]));
    }

    [Theory]
    [InlineData(PixelLayout.Gray8)]
    [InlineData(PixelLayout.Yuv420)]
    [InlineData(PixelLayout.Rgb)]
    public void Cold_pixels_stay_as_they_are_and_hot_ones_change(PixelLayout layout)
    {
        var picture = new Frame(new FrameFormat(33, 21, layout, ColorRange.Full));
        picture.Data.Fill(100);
        var heatmap = new Heatmap(33, 21);
        heatmap.PaintOn(picture);
        Assert.False(picture.Data.ContainsAnyExcept((byte)100));

        var mask = new Mask(33, 21);
        mask[32, 20] = mask[4, 5] = true;
        heatmap.Add(mask);
        mask[4, 5] = false;
        heatmap.Add(mask);
        heatmap.PaintOn(picture);
        Assert.True(picture.Row(0, 20)[32] > 200);
        Assert.NotEqual(100, picture.Row(0, 5)[4]);
        Assert.Equal(2, picture.Row(0, 20).Length - picture.Row(0, 20)[..32].Count((byte)100) + picture.Row(0, 5).Length - picture.Row(0, 5).Count((byte)100));
    }

    [Fact]
    public void In_colour_little_motion_is_blue_and_much_is_white()
    {
        var picture = new Frame(new FrameFormat(40, 10, PixelLayout.Rgb));
        var heatmap = new Heatmap(40, 10);
        var mask = new Mask(40, 10);
        for (int frame = 0; frame < 100; frame++)
        {
            mask[5, 5] = true;
            mask[20, 5] = frame == 0;
            heatmap.Add(mask);
        }
        heatmap.PaintOn(picture);
        byte Sample(int plane, int x) => picture.Row(plane, 5)[x];
        Assert.True(Sample(2, 20) > Sample(0, 20) && Sample(2, 20) > Sample(1, 20));
        Assert.True(Sample(0, 5) > 200 && Sample(1, 5) > 200 && Sample(2, 5) > 200);
    }

    [Fact]
    public void Two_add_up_to_one_that_has_seen_all()
    {
        Mask first = new(70, 3), second = new(70, 3);
        first[69, 1] = second[69, 1] = second[0, 0] = true;
        Heatmap one = new(70, 3), other = new(70, 3), all = new(70, 3);
        one.Add(first);
        other.Add(second);
        all.Add(first);
        all.Add(second);
        one.Add(other);
        Assert.Equal(all.Counts.ToArray(), one.Counts.ToArray());
        Assert.Equal(all.Frames, one.Frames);
        Assert.Throws<ArgumentException>(() => one.Add(new Heatmap(70, 4)));
    }
}
