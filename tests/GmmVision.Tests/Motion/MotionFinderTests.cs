using GmmVision.Imaging;
using GmmVision.Motion;
using Xunit;

namespace GmmVision.Tests.Motion;

public class MotionFinderTests
{
    private static Mask WithBoxes(params Box[] boxes)
    {
        var mask = new Mask(200, 100);
        foreach (Box box in boxes)
            for (int y = box.Y; y < box.Bottom; y++)
                for (int x = box.X; x < box.Right; x++)
                    mask[x, y] = true;
        return mask;
    }

    [Fact]
    public void Regions_of_the_right_size_make_the_score()
    {
        var finder = new MotionFinder(200, 100, new MotionOptions { MinArea = 0.001, MaxArea = 0.1 });      // 20 to 2000 pixels
        Mask mask = WithBoxes(new Box(0, 0, 4, 4), new Box(10, 10, 5, 4), new Box(30, 10, 10, 10), new Box(100, 0, 60, 60)), motion = new(200, 100);
        finder.Find(mask, motion);
        Assert.Equal([new Box(30, 10, 10, 10), new Box(10, 10, 5, 4)], finder.Regions.ToArray().Select(region => region.Box));
        Assert.Equal(120.0 / 20000, finder.Score, 1e-12);
        Assert.Equal(new Box(10, 10, 30, 10), finder.Box);
        Assert.True(motion.PixelsEqual(WithBoxes(new Box(10, 10, 5, 4), new Box(30, 10, 10, 10))));
    }

    [Fact]
    public void Zones_cut_regions_and_the_score_is_a_fraction_of_the_zones()
    {
        var options = new MotionOptions
        {
            MinArea = 0.001,
            Include = [Zone.Parse("left:0,0 99,0 99,99 0,99"), Zone.Parse("150,0 199,0 199,99 150,99"), Zone.Parse("0,90 10,90 10,99")],
            Exclude = [Zone.Parse("0,0 99,0 99,49 0,49")],
        };
        var finder = new MotionFinder(200, 100, options);
        Mask motion = new(200, 100);
        // Excluded; cut to half; between the zones; cut to a sliver that is too small.
        finder.Find(WithBoxes(new Box(10, 10, 20, 20), new Box(50, 40, 10, 20), new Box(110, 10, 20, 20), new Box(140, 80, 11, 10)), motion);
        Region half = Assert.Single(finder.Regions.ToArray());
        Assert.Equal((new Box(50, 40, 10, 20), 100), (half.Box, half.Area));      // shown whole; the score is the zone's
        Assert.Equal(100.0 / (5000 + 5000), finder.Score, 1e-12);
        Assert.Equal(new Box(50, 40, 10, 20), finder.Box);
        Assert.True(motion.PixelsEqual(WithBoxes(new Box(50, 50, 10, 10))));
        Assert.Equal(1UL, finder.Zones);

        finder.Find(WithBoxes(new Box(150, 10, 20, 20), new Box(0, 90, 11, 10)), motion);
        Assert.Equal(0b111UL, finder.Zones);
    }

    [Fact]
    public void What_a_zone_cuts_in_pieces_is_one_object_with_the_box_of_the_whole()
    {
        var options = new MotionOptions { MinArea = 0.001, Exclude = [Zone.Parse("pole:50,0 59,0 59,99 50,99")] };
        var finder = new MotionFinder(200, 100, options);
        Mask motion = new(200, 100);
        // Behind a pole; one wholly free; a piece of another that is too small beside a large one.
        finder.Find(WithBoxes(new Box(40, 10, 30, 20), new Box(100, 10, 20, 20), new Box(49, 60, 31, 10)), motion);
        Region[] regions = finder.Regions.ToArray();
        Assert.Equal([new Box(40, 10, 30, 20), new Box(100, 10, 20, 20), new Box(49, 60, 31, 10)], regions.Select(region => region.Box));
        Assert.Equal([400, 400, 200], regions.Select(region => region.Area));
        Assert.Equal(54.5, regions[0].CentroidX);
        Assert.Equal((400 + 400 + 200) / 19000.0, finder.Score, 1e-12);
    }

    [Fact]
    public void A_light_switched_on_is_too_large_in_a_small_zone_too()
    {
        var finder = new MotionFinder(200, 100, new MotionOptions { Include = [Zone.Parse("10,10 30,10 30,30 10,30")], MaxArea = 0.5 });
        Mask motion = new(200, 100);
        finder.Find(WithBoxes(new Box(0, 0, 200, 80)), motion);
        Assert.Equal((0.0, 0, true), (finder.Score, finder.Regions.Length, motion.IsEmpty));
        finder.Find(WithBoxes(new Box(0, 0, 100, 80)), motion);
        Assert.Equal(1, finder.Score);
    }

    [Fact]
    public void Zones_that_leave_nothing_are_refused()
    {
        var options = new MotionOptions { Include = [Zone.Parse("10,10 20,10 20,20")], Exclude = [Zone.Parse("0,0 50,0 50,50 0,50")] };
        Assert.Contains("leave nothing", Assert.Throws<ArgumentException>(() => new MotionFinder(200, 100, options)).Message, StringComparison.Ordinal);
    }
}
