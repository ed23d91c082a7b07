using GmmVision.Imaging;
using GmmVision.Tests.Foreground;
using Xunit;

namespace GmmVision.Tests.Imaging;

public class ConnectedComponentLabelerTests
{
    /// <summary>Flood fill, one pixel after the other in reading order.</summary>
    internal static (List<List<(int X, int Y)>> Regions, int[,] Numbers) Flood(Mask mask, Connectivity connectivity, bool value)
    {
        var numbers = new int[mask.Width, mask.Height];
        var regions = new List<List<(int X, int Y)>>();
        for (int y = 0; y < mask.Height; y++)
            for (int x = 0; x < mask.Width; x++)
            {
                if (mask[x, y] != value || numbers[x, y] != 0)
                    continue;
                var region = new List<(int X, int Y)>();
                regions.Add(region);
                var open = new Stack<(int X, int Y)>();
                open.Push((x, y));
                numbers[x, y] = regions.Count;
                while (open.TryPop(out (int X, int Y) p))
                {
                    region.Add(p);
                    for (int dy = -1; dy <= 1; dy++)
                        for (int dx = -1; dx <= 1; dx++)
                        {
                            int u = p.X + dx, v = p.Y + dy;
                            if ((connectivity == Connectivity.Four && dx != 0 && dy != 0) || u < 0 || v < 0 || u >= mask.Width || v >= mask.Height
                                || mask[u, v] != value || numbers[u, v] != 0)
                                continue;
                            numbers[u, v] = regions.Count;
                            open.Push((u, v));
                        }
                }
            }
        return (regions, numbers);
    }

    [Theory]
    [InlineData(Connectivity.Eight, false)]
    [InlineData(Connectivity.Four, false)]
    [InlineData(Connectivity.Eight, true)]
    [InlineData(Connectivity.Four, true)]
    public void Finds_what_a_flood_fill_finds(Connectivity connectivity, bool ofBackground)
    {
        foreach (Mask mask in RandomMasks.All(1, 2, 21))
        {
            ReadOnlySpan<Region> found = new ConnectedComponentLabeler(mask.Width, mask.Height).Label(mask, connectivity, ofBackground);
            List<List<(int X, int Y)>> expected = Flood(mask, connectivity, !ofBackground).Regions;
            Assert.Equal(expected.Count, found.Length);
            for (int i = 0; i < found.Length; i++)
            {
                List<(int X, int Y)> pixels = expected[i];
                Assert.Equal(pixels.Count, found[i].Area);
                int x = pixels.Min(p => p.X), y = pixels.Min(p => p.Y);
                Assert.Equal(new Box(x, y, pixels.Max(p => p.X) - x + 1, pixels.Max(p => p.Y) - y + 1), found[i].Box);
                Assert.Equal(pixels.Average(p => p.X), found[i].CentroidX, 1e-9);
                Assert.Equal(pixels.Average(p => p.Y), found[i].CentroidY, 1e-9);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Flips_exactly_the_regions_that_are_named(bool ofBackground)
    {
        foreach (Mask mask in RandomMasks.All(1, 15))
        {
            var labeler = new ConnectedComponentLabeler(mask.Width, mask.Height);
            int count = labeler.Label(mask, Connectivity.Eight, ofBackground).Length;
            int[,] numbers = Flood(mask, Connectivity.Eight, !ofBackground).Numbers;
            bool[] unwanted = [.. Enumerable.Range(0, count).Select(i => i % 3 != 1)];
            Mask flipped = RandomMasks.Copy(mask);
            labeler.Flip(flipped, unwanted);
            RandomMasks.AssertEqual((x, y) => mask[x, y] != (numbers[x, y] > 0 && unwanted[numbers[x, y] - 1]), flipped, "flipped");
        }
    }

    [Fact]
    public void A_spiral_is_one_region_and_so_is_its_background()
    {
        // Long chains of unions: every turn meets the one before it only at the end.
        var mask = new Mask(131, 131);
        int x = 0, y = 0, dx = 1, dy = 0;
        for (int length = 130, leg = 0; length > 0; leg++)
        {
            for (int i = 0; i < length; i++)
            {
                mask[x, y] = true;
                (x, y) = (x + dx, y + dy);
            }
            (dx, dy) = (-dy, dx);
            if (leg >= 1 && leg % 2 == 0)
                length -= 2;
        }
        var labeler = new ConnectedComponentLabeler(131, 131);
        Assert.Equal(1, labeler.Label(mask).Length);
        Assert.Equal(mask.Count(), labeler.Regions[0].Area);
        Assert.Equal(Flood(mask, Connectivity.Four, false).Regions.Count, labeler.Label(mask, Connectivity.Four, ofBackground: true).Length);
    }

    [Fact]
    public void A_used_labeller_allocates_nothing_and_remembers_nothing()
    {
        Mask busy = RandomMasks.Noise(300, 100, 0.4, 1), quiet = RandomMasks.Blobs(300, 100, 2);
        var labeler = new ConnectedComponentLabeler(300, 100);
        labeler.Label(busy);
        labeler.Label(busy, Connectivity.Four, ofBackground: true);
        long before = GC.GetAllocatedBytesForCurrentThread();
        labeler.Label(busy);
        labeler.Label(quiet);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.True(labeler.Regions.SequenceEqual(new ConnectedComponentLabeler(300, 100).Label(quiet)));
    }

    [Fact]
    public void A_mask_of_another_size_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => new ConnectedComponentLabeler(64, 48).Label(new Mask(48, 64)));
        Assert.Contains("48x64", error.Message, StringComparison.Ordinal);
    }
}
