using GmmVision.Foreground;
using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Foreground;

public class GhostTestTests
{
    private static readonly FrameFormat Format = new(160, 120, PixelLayout.Yuv420);
    private static readonly Box Block = new(60, 40, 30, 30);

    /// <summary>Which part of the block is foreground in every frame after it was taken away or has come to stand there.</summary>
    private static double[] Shares(bool leaves, bool ghostTest, int count)
    {
        var scene = new TexturedScene(Format);
        ForegroundOptions options = ForegroundOptions.For(Preset.Balanced);
        using var detector = new ForegroundDetector(Format, 25, options with { GhostTest = ghostTest, Background = options.Background with { Threads = 1 } });
        var mask = new Mask(Format.Width, Format.Height);
        var shares = new double[count];
        for (int i = -50; i < count; i++)
        {
            Frame frame = scene.Paint(i + 50);
            if ((leaves ? i < 0 ? Block : null : TexturedScene.Coming(Block, -i)) is { } box)
                TexturedScene.Draw(frame, box, 220, 100, 150);
            detector.Apply(frame, mask);
            if (i >= 0)
                shares[i] = TexturedScene.Share(mask, Block);
        }
        return shares;
    }

    [Fact]
    public void What_a_thing_leaves_that_was_there_from_the_start_is_background_after_a_second_and_a_half()
    {
        double[] with = Shares(leaves: true, ghostTest: true, 48), without = Shares(leaves: true, ghostTest: false, 48);      // after two seconds it would be one that came from nowhere
        Assert.InRange(with[..15].Min(), 0.9, 1);           // not at once: it must stay so for a second
        Assert.InRange(with[38..].Max(), 0, 0.02);
        Assert.InRange(without.Min(), 0.9, 1);
    }

    [Fact]
    public void What_arrives_and_stands_still_is_foreground_for_ten_seconds() =>
        Assert.InRange(Shares(leaves: false, ghostTest: true, 250).Min(), 0.9, 1);
}
