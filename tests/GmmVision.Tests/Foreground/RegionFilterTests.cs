using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Tests.Imaging;
using Xunit;

namespace GmmVision.Tests.Foreground;

public class RegionFilterTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void Holes_up_to_an_area_are_filled_and_nothing_else(int? maxArea)
    {
        foreach (Mask mask in RandomMasks.All(3, 25))
        {
            Mask filled = RandomMasks.Copy(mask);
            new HoleFiller(mask.Width, mask.Height, maxArea).Apply(filled);
            (List<List<(int X, int Y)>> holes, int[,] numbers) = ConnectedComponentLabelerTests.Flood(mask, Connectivity.Four, false);
            bool[] isHole = [.. holes.Select(hole => hole.Count <= (maxArea ?? int.MaxValue)
                && hole.TrueForAll(p => p.X > 0 && p.Y > 0 && p.X < mask.Width - 1 && p.Y < mask.Height - 1))];
            RandomMasks.AssertEqual((x, y) => mask[x, y] || isHole[numbers[x, y] - 1], filled, $"holes to {maxArea}");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(9)]
    [InlineData(1000000)]
    public void Regions_under_an_area_are_removed_and_nothing_else(int minArea)
    {
        foreach (Mask mask in RandomMasks.All(3, 25))
        {
            Mask kept = RandomMasks.Copy(mask);
            new SmallRegionFilter(mask.Width, mask.Height, minArea).Apply(kept);
            (List<List<(int X, int Y)>> regions, int[,] numbers) = ConnectedComponentLabelerTests.Flood(mask, Connectivity.Eight, true);
            RandomMasks.AssertEqual((x, y) => mask[x, y] && regions[numbers[x, y] - 1].Count >= minArea, kept, $"regions from {minArea}");
        }
    }

    [Fact]
    public void Nothing_is_allocated_once_warm()
    {
        Mask mask = RandomMasks.Noise(257, 90, 0.3, 4), work = new(257, 90);
        var median = new MajorityFilter(257, 90, 5);
        var morphology = new BoxMorphology(257, 90, 3);
        var holes = new HoleFiller(257, 90);
        var small = new SmallRegionFilter(257, 90, 5);
        Round();
        Assert.Equal(0, Allocation.LeastOf(Round));

        void Round()
        {
            work.CopyFrom(mask);
            holes.Apply(work);
            small.Apply(work);
            median.Apply(work, work);
            morphology.Open(work, work);
            morphology.Close(work, work);
        }
    }

    [Fact]
    public void Negative_areas_are_refused_with_their_value()
    {
        Assert.Contains("maxArea is -1", Assert.Throws<ArgumentOutOfRangeException>(() => new HoleFiller(5, 5, -1)).Message, StringComparison.Ordinal);
        Assert.Contains("minArea is -2", Assert.Throws<ArgumentOutOfRangeException>(() => new SmallRegionFilter(5, 5, -2)).Message, StringComparison.Ordinal);
    }
}
