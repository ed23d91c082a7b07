using GmmVision.Foreground;
using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Foreground;

public class SmallTargetsTests
{
    private const int Width = 320, Height = 240;

    [Fact]
    public void What_goes_along_a_path_is_kept_from_its_fifth_frame_on()
    {
        Assert.True(Follow(i => new Box(20 + 2 * i, 100, 3, 5)));
    }

    [Fact]
    public void What_flickers_in_its_place_is_not()
    {
        Assert.False(Follow(i => new Box(100 + i % 2, 100, 3, 5)));
    }

    private static bool Follow(Func<int, Box> where)
    {
        var targets = new SmallTargets(Width, Height, 4, 60, 2, 50);
        var format = new FrameFormat(Width, Height, PixelLayout.Gray8);
        bool kept = false;
        for (int i = 0; i < 80; i++)
        {
            Mask mask = TexturedScene.MaskOf(format, where(i));
            kept = targets.Keep(mask, TimeSpan.FromSeconds(i / 25.0));
            Assert.True(!kept || mask.Count() == 15);
        }
        return kept;
    }
}
