using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Tests.Foreground;
using Xunit;

namespace GmmVision.Tests.Motion;

public class ZoneTests
{
    [Fact]
    public void The_zone_of_the_golden_clip_is_its_rectangle_with_both_edges()
    {
        Mask mask = Zone.Union([Zone.Parse("631,532 841,532 841,659 631,659")], 1280, 720);
        Assert.Equal(211 * 128, mask.Count());
        Assert.True(mask[631, 532] && mask[841, 659] && !mask[630, 600] && !mask[842, 600] && !mask[700, 531] && !mask[700, 660]);
    }

    // Winding by angles, and distance to the outline: nothing in common with the scan by rows.
    private static bool Inside(IReadOnlyList<(double X, double Y)> corners, double x, double y)
    {
        bool inside = false;
        for (int i = 0; i < corners.Count; i++)
        {
            (double ax, double ay) = corners[i];
            (double bx, double by) = corners[(i + 1) % corners.Count];
            double length = Math.Sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay));
            double along = length == 0 ? 0 : Math.Clamp(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / (length * length), 0, 1);
            double dx = ax + along * (bx - ax) - x, dy = ay + along * (by - ay) - y;
            if (dx * dx + dy * dy < 1e-16)
                return true;
            // A ray that goes up a little aslant, so that it meets no corner.
            double slope = Math.Sqrt(2) / 1000;
            double sideA = ax - x - slope * (ay - y), sideB = bx - x - slope * (by - y);
            if (sideA > 0 != sideB > 0)
            {
                double t = sideA / (sideA - sideB);
                if (ay + t * (by - ay) > y)
                    inside = !inside;
            }
        }
        return inside;
    }

    [Fact]
    public void A_polygon_holds_the_pixels_inside_it_and_on_its_edge()
    {
        var random = new Random(3);
        for (int round = 0; round < 60; round++)
        {
            bool whole = round % 2 == 0;      // corners on pixels make edges that run through pixels
            var corners = Enumerable.Range(0, random.Next(3, 8)).Select(_ => whole
                ? (random.Next(-10, 90), (double)random.Next(-10, 50))
                : (random.NextDouble() * 100 - 10, random.NextDouble() * 60 - 10)).Select(c => ((double)c.Item1, c.Item2)).ToList();
            var mask = new Mask(80, 40);
            new Zone(corners).FillInto(mask);
            RandomMasks.AssertEqual((x, y) => Inside(corners, x, y), mask, string.Join(' ', corners));
        }
    }

    [Fact]
    public void Text_is_read_with_and_without_a_name_and_written_back()
    {
        Zone door = Zone.Parse(" front door: 1,2  3.5,4\t-5,6 ");
        Assert.Equal("front door", door.Name);
        Assert.Equal([(1, 2), (3.5, 4), (-5, 6)], door.Corners);
        Assert.Equal("front door:1,2 3.5,4 -5,6", door.ToText());
        Assert.Null(Zone.Parse("1,2 3,4 5,6").Name);
        Assert.Equal("1,2 3,4 5,6", Zone.Parse("1,2 3,4 5,6").ToText());
    }

    [Theory]
    [InlineData("1,2 3,4", "has 2 corners")]
    [InlineData("", "has 0 corners")]
    [InlineData("door:", "zone \"door\" has 0 corners")]
    [InlineData("1,2 3;4 5,6", "at \"3;4\"")]
    [InlineData("1,2 3,x 5,6", "at \"3,x\"")]
    [InlineData("1,2,3 4,5 6,7", "at \"1,2,3\"")]
    [InlineData("1,2 3,4 5,2e9", "at \"5,2e9\"")]
    [InlineData("1,2 3,4 5,20000000", "5,20000000: coordinates are pixels")]
    public void Text_that_is_no_polygon_is_refused_with_the_place(string text, string place)
    {
        var error = Assert.Throws<FormatException>(() => Zone.Parse(text));
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_zone_outside_the_picture_is_refused_with_both_sizes()
    {
        var error = Assert.Throws<ArgumentException>(() => Zone.Union([Zone.Parse("far:200,0 300,0 300,50")], 100, 50));
        Assert.Contains("\"far\" has no pixel in the picture, which is 100x50", error.Message, StringComparison.Ordinal);
    }
}
