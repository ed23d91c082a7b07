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

    /// <summary>What sways in two places of a tree is one leaf and another, not somebody who went there.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public void What_leaps_and_stays_is_none(bool leaps)
    {
        Assert.Equal(!leaps, Follow(i => new Box(100 + (leaps ? (i < 3 ? 0 : 8) + i / 8 : i), 100, 3, 5), frames: 24));
        Assert.Equal(!leaps, Follow(i => new Box(100 + (leaps ? (i < 63 ? 0 : 8) + i / 8 : i), 100, 3, 5), frames: 84));
    }

    /// <summary>Of a young background: the most of its way in one step.</summary>
    [Fact]
    public void What_goes_most_of_its_way_at_once_is_none_in_the_first_seconds()
    {
        Assert.False(Follow(i => new Box(100 + (i < 3 ? 0 : 3) + i / 12, 100, 2, 2), frames: 24));
        Assert.True(Follow(i => new Box(100 + (i < 63 ? 0 : 3) + i / 60, 100, 2, 2), frames: 84));      // later it knows its leaves
    }

    [Fact]
    public void What_the_border_cuts_is_none_in_the_first_seconds()
    {
        Assert.False(Follow(i => new Box(Width - 3, 100 + i, 3, 5), frames: 24));
        Assert.True(Follow(i => new Box(Width - 4, 100 + i, 3, 5), frames: 24));
        Assert.True(Follow(i => new Box(Width - 3, 100 + i, 3, 5)));
    }

    /// <summary>The tens of a clock stand when the ones change: what was in another place did not go there.</summary>
    [Fact]
    public void What_stands_is_not_what_vanished_beside_it()
    {
        var targets = new SmallTargets(Width, Height, 4, 60, 2, 50);
        var format = new FrameFormat(Width, Height, PixelLayout.Gray8);
        for (int i = 0; i < 90; i++)
        {
            Mask mask = TexturedScene.MaskOf(format, new Box(106, 100, 3, 5));
            if (i < 80)
                mask.Or(TexturedScene.MaskOf(format, new Box(100, 100, 3, 5)));
            Assert.False(targets.Keep(mask, TimeSpan.FromSeconds(i / 25.0)), $"frame {i}");
        }
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
            Assert.True(!kept || mask.PixelsEqual(TexturedScene.MaskOf(format, where(i))));
        }
        return kept;
    }
}
