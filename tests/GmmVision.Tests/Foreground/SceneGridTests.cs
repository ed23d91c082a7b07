using GmmVision.Foreground;
using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Foreground;

public class SceneGridTests
{
    private static readonly FrameFormat Format = new(320, 240, PixelLayout.Yuv420);

    /// <summary>Cells that are foreground where these pixels are; cells are 4 pixels wide and high.</summary>
    private static int Cells(params Box[] boxes)
    {
        var grid = new SceneGrid(Format);
        var frame = new Frame(Format);
        grid.Look(frame, frame);
        var mask = new Mask(Format.Width, Format.Height);
        foreach (Box box in boxes)
            for (int y = box.Y; y < box.Y + box.Height; y++)
                for (int x = box.X; x < box.X + box.Width; x++)
                    mask[x, y] = true;
        grid.CountForeground(mask);
        return grid.ForegroundSince.Count(since => since != TimeSpan.MaxValue);
    }

    [Fact]
    public void A_region_smaller_than_a_cell_is_seen() => Assert.Equal(1, Cells(new Box(100, 100, 3, 1)));

    [Fact]
    public void The_rim_of_a_larger_one_is_no_cell_of_it() => Assert.Equal(2, Cells(new Box(100, 100, 9, 3)));
}
