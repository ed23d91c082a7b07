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

    /// <summary>Of a young background: what sways in two places of a tree is one leaf and another, not somebody who went there.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public void What_leaps_and_stays_is_none_in_the_first_seconds(bool leaps)
    {
        Assert.Equal(!leaps, Follow(i => new Box(100 + (leaps ? (i < 3 ? 0 : 8) + i / 8 : i), 100, 3, 5), frames: 24));
        Assert.True(Follow(i => new Box(100 + (i < 63 ? 0 : 8) + i / 8, 100, 3, 5), frames: 84));      // later it knows its leaves
    }

    [Fact]
    public void What_the_border_cuts_is_none_in_the_first_seconds()
    {
        Assert.False(Follow(i => new Box(Width - 3, 100 + i, 3, 5), frames: 24));
        Assert.True(Follow(i => new Box(Width - 4, 100 + i, 3, 5), frames: 24));
        Assert.True(Follow(i => new Box(Width - 3, 100 + i, 3, 5)));
    }

    private static bool Follow(Func<int, Box> where, int frames = 80)
    {
        var targets = new SmallTargets(Width, Height, 4, 60, 2, 50);
        var format = new FrameFormat(Width, Height, PixelLayout.Gray8);
        bool kept = false;
        for (int i = 0; i < frames; i++)
        {
            Mask mask = TexturedScene.MaskOf(format, where(i));
            kept = targets.Keep(mask, TimeSpan.FromSeconds(i / 25.0));
            Assert.True(!kept || mask.Count() == 15);
        }
        return kept;
    }
}
