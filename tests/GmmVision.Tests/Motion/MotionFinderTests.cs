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
    public void A_zone_asks_for_its_own_smallest_region_and_its_own_part_that_moves()
    {
        // The door (left) counts 5 pixels, the road (right) 100 and only where a tenth of it moves; between them what counts everywhere.
        var options = new MotionOptions
        {
            MinArea = 0.001,
            Include = [Zone.Parse("door[min-area=0.00025]:0,0 49,0 49,99 0,99"), Zone.Parse("yard:50,0 99,0 99,99 50,99"), Zone.Parse("road[min-area=0.5%,threshold=10%]:100,0 199,0 199,99 100,99")],
        };
        var finder = new MotionFinder(200, 100, options);
        Mask motion = new(200, 100);
        // 6 pixels in the door count, 6 and 19 in the yard do not; on the road 99 do not, and 900 are too little of it.
        finder.Find(WithBoxes(new Box(10, 10, 3, 2), new Box(60, 10, 3, 2), new Box(70, 10, 19, 1), new Box(110, 10, 33, 3), new Box(150, 10, 30, 30)), motion);
        Assert.True(motion.PixelsEqual(WithBoxes(new Box(10, 10, 3, 2))));
        Assert.Equal((0b001UL, 0UL), (finder.Zones, finder.Reached));
        Assert.Equal(6.0 / 20000, finder.Score, 1e-12);

        // 1000 of 10,000 are enough; and who stands half in the door is judged by the door.
        finder.Find(WithBoxes(new Box(47, 10, 6, 1), new Box(120, 10, 40, 25)), motion);
        Assert.True(motion.PixelsEqual(WithBoxes(new Box(47, 10, 6, 1), new Box(120, 10, 40, 25))));
        Assert.Equal((0b111UL, 0b100UL), (finder.Zones, finder.Reached));

        // What lies in the road only in name goes; what lies in another zone as well stays.
        finder.Find(WithBoxes(new Box(90, 10, 20, 10)), motion);
        Assert.True(motion.PixelsEqual(WithBoxes(new Box(90, 10, 10, 10))));
        Assert.Equal(0b010UL, finder.Zones);
    }

    [Theory]
    [InlineData("door[threshold=5%,min-duration=2]:1,2 3,4 5,6", "door[threshold=0.05,min-duration=2]:1,2 3,4 5,6")]
    [InlineData("[min-area=0.1%]:1,2 3,4 5,6", "[min-area=0.001]:1,2 3,4 5,6")]
    [InlineData("gate [2]:1,2 3,4 5,6", "gate [2]:1,2 3,4 5,6")]
    [InlineData("far[min-area=0.00001]:1,2 3,4 5,6", "far[min-area=1E-05]:1,2 3,4 5,6")]
    public void Limits_of_a_zone_are_read_and_written(string text, string written)
    {
        Assert.Equal(written, Zone.Parse(text).ToText());
        Assert.Equal(written, Zone.Parse(written).ToText());
    }

    [Theory]
    [InlineData("door[threshold=2]:1,2 3,4 5,6", "[threshold=2] cannot be used: threshold is 2; it must be 0 to 1 (a fraction of the zone).")]
    [InlineData("door[min-duration=-1]:1,2 3,4 5,6", "min-duration is -1 s")]
    [InlineData("door[min-duration=5%]:1,2 3,4 5,6", "not \"min-duration=5%\"")]
    [InlineData("door[size=2]:1,2 3,4 5,6", "there is no \"size\"")]
    [InlineData("door[threshold=x]:1,2 3,4 5,6", "not \"threshold=x\"")]
    [InlineData("door[min-duration=NaN]:1,2 3,4 5,6", "not \"min-duration=NaN\"")]
    [InlineData("door[min-duration=1e999]:1,2 3,4 5,6", "min-duration is 1000000 s")]
    [InlineData("door[=]:1,2 3,4 5,6", "not \"=\"")]
    public void Limits_that_are_none_are_refused(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => Zone.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Only_zones_where_motion_counts_have_limits() =>
        Assert.Contains("threshold=0.1", Assert.Throws<ArgumentException>(() => new MotionOptions { Exclude = [Zone.Parse("tree[threshold=0.1]:1,2 3,4 5,6")] }.Validate()).Message);

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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_grows_out_of_motion_may_be_larger_than_what_appears_at_once(bool hasZone)
    {
        MotionOptions options = new() { MaxArea = 0.5, Include = hasZone ? [Zone.Parse("10,10 30,10 30,30 10,30")] : [] };
        var finder = new MotionFinder(200, 100, options);
        Mask motion = new(200, 100);
        double Look(int columns)
        {
            Mask foreground = new(200, 100);
            for (int y = 0; y < 100; y++)
                for (int x = 0; x < columns; x++)
                    foreground[x, y] = true;
            finder.Find(foreground, motion);
            return finder.Score;
        }
        Assert.Equal(0, Look(180));     // a light
        Assert.Equal(0, Look(180));     // which stays
        Assert.True(Look(95) > 0);      // somebody
        Assert.True(Look(180) > 0);     // who has come up to the lens
        Assert.True(Look(180) > 0);
        MotionFinder changed = new(200, 100, options);
        changed.TakeOver(finder);       // and goes on to be there with other settings
        finder = changed;
        Assert.True(Look(185) > 0);
        Assert.Equal(0, Look(0));
        Assert.True(Look(80) > 0);
        Assert.Equal(0, Look(180));     // grew too fast: a light while somebody was there
    }
}
