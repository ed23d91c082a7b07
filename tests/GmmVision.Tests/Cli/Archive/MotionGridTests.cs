using GmmVision.Cli.Archive;
using GmmVision.Imaging;
using GmmVision.Motion;
using Xunit;

namespace GmmVision.Tests.Cli.Archive;

public sealed class MotionGridTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    private byte[] Bytes(MotionGrid grid, int width, int height)
    {
        grid.Write(_file, width, height);
        return File.ReadAllBytes(_file);
    }

    private static Dictionary<long, Dictionary<int, int>> Read(byte[] file)
    {
        Dictionary<long, Dictionary<int, int>> seconds = [];
        MotionGrid.Read(file, (_, _) => { }, (second, cells, levels) =>
        {
            Dictionary<int, int> found = [];
            for (int i = 0; i < cells.Length; i++)
                found.Add(cells[i], levels[i]);
            seconds.Add(second, found);
        });
        return seconds;
    }

    [Theory, InlineData(640, 360), InlineData(65, 19), InlineData(1, 1), InlineData(20, 7), InlineData(130, 600)]
    public void Cells_hold_the_largest_part_that_moved_in_a_second(int width, int height)
    {
        Random random = new(width);
        MotionGrid grid = new(new FrameFormat(width, height, PixelLayout.Gray8));
        Dictionary<long, double[]> expected = [];
        for (int frame = 0; frame < 40; frame++)
        {
            TimeSpan time = TimeSpan.FromSeconds(frame * 0.3 + (frame > 20 ? 5000 : 0));
            Mask mask = new(width, height);
            int[] moved = new int[MotionGrid.Cells], all = new int[MotionGrid.Cells];
            int left = random.Next(width), top = random.Next(height), right = left + random.Next(width), bottom = top + random.Next(height);
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    int cell = y * MotionGrid.Rows / height * MotionGrid.Columns + x * MotionGrid.Columns / width;
                    all[cell]++;
                    if (frame % 3 == 0 || x < left || x > right || y < top || y > bottom || random.Next(3) == 0)
                        continue;
                    mask[x, y] = true;
                    moved[cell]++;
                }
            }
            grid.Add(time, mask);
            double[] parts = expected.TryGetValue((long)time.TotalSeconds, out double[]? known) ? known : expected[(long)time.TotalSeconds] = new double[MotionGrid.Cells];
            for (int i = 0; i < MotionGrid.Cells; i++)
                parts[i] = Math.Max(parts[i], all[i] == 0 ? 0 : (double)moved[i] / all[i]);
        }
        Dictionary<long, Dictionary<int, int>> seconds = Read(Bytes(grid, width, height));
        foreach ((long second, double[] parts) in expected)
        {
            Dictionary<int, int> found = seconds.GetValueOrDefault(second, []);
            for (int i = 0; i < MotionGrid.Cells; i++)
                Assert.Equal(parts[i] == 0 ? 0 : Math.Max(1, (int)Math.Round(255 * parts[i])), found.GetValueOrDefault(i));
        }
        Assert.All(seconds.Keys, second => Assert.Contains(second, expected.Keys));
    }

    [Fact]
    public void Grids_of_parts_join()
    {
        FrameFormat format = new(64, 36, PixelLayout.Gray8);
        MotionGrid a = new(format), b = new(format);
        Mask left = new(64, 36), right = new(64, 36);
        (left[0, 0], right[63, 35], right[0, 0]) = (true, true, true);
        right[1, 0] = true;
        a.Add(TimeSpan.FromSeconds(1), left);
        b.Add(TimeSpan.FromSeconds(1.9), right);
        b.Add(TimeSpan.FromSeconds(7), right);
        a.Add(b);
        Dictionary<long, Dictionary<int, int>> seconds = Read(Bytes(a, 64, 36));
        Assert.Equal([1, 7], seconds.Keys.Order());
        Assert.Equal((128, 64), (seconds[1][0], seconds[1][MotionGrid.Cells - 1]));
    }

    [Fact]
    public void Damage_is_told_and_ends()
    {
        MotionGrid grid = new(new FrameFormat(64, 36, PixelLayout.Gray8));
        Mask mask = new(64, 36);
        mask.Fill();
        for (int second = 0; second < 20; second++)
            grid.Add(TimeSpan.FromSeconds(second * 300), mask);
        byte[] whole = Bytes(grid, 64, 36);
        Random random = new(1);
        for (int i = 0; i < 2000; i++)
        {
            byte[] bytes = whole[..random.Next(whole.Length + 1)];
            for (int flips = random.Next(4); flips > 0 && bytes.Length > 0; flips--)
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                Read(bytes);
            }
            catch (Exception exception) when (exception is InvalidDataException or ArgumentException)
            {
                // ArgumentException: the dictionary here refuses a second that comes twice.
            }
        }
        Assert.Throws<InvalidDataException>(() => Read([]));
        Assert.Throws<InvalidDataException>(() => Read([.. "GMMG"u8, 2, .. whole[5..]]));
        Assert.Throws<InvalidDataException>(() => Read(whole[..^1]));
    }

    [Fact]
    public void A_search_finds_what_moved_in_a_zone_and_nothing_else()
    {
        MotionGrid grid = new(new FrameFormat(320, 180, PixelLayout.Gray8));
        Mask left = new(320, 180), right = new(320, 180);
        new Zone([(0, 0), (79, 0), (79, 89), (0, 89)]).FillInto(left);
        new Zone([(240, 90), (319, 90), (319, 179), (240, 179)]).FillInto(right);
        foreach (int second in (int[])[3, 4, 6, 60])
            grid.Add(TimeSpan.FromSeconds(second), left);
        foreach (int second in (int[])[5, 100])
            grid.Add(TimeSpan.FromSeconds(second), right);
        byte[] file = Bytes(grid, 640, 360);      // told in the pixels of a video twice as large
        Assert.Equal([new(3, 6, 1), new(60, 60, 1)], Finds([new Zone([(0, 0), (159, 0), (159, 179), (0, 179)])]));
        Assert.Equal([new(5, 5, 1), new(100, 100, 1)], Finds([new Zone([(500, 200), (630, 200), (630, 350), (500, 350)])]));
        Assert.Empty(Finds([new Zone([(300, 0), (400, 0), (400, 350)])]));
        Assert.Empty(Finds([new Zone([(900, 900), (990, 900), (990, 990)])]));
        Assert.Equal([3, 60, 100], Finds([]).Select(find => (int)find.First));
        Assert.Equal([60], new MotionSearch([], 0.01, 2).In(file, second => second > 6 && second < 100).Select(find => (int)find.First));
        Assert.Empty(new MotionSearch([], 0.2, 2).In(file));

        IReadOnlyList<MotionSearch.Find> Finds(Zone[] zones) => [.. new MotionSearch(zones, 0, 2).In(file).Select(find => find with { Score = Math.Round(find.Score, 2) })];
    }
}
