using GmmVision.Foreground;
using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Foreground;

public class StillReleaseTests
{
    private const int Learning = 75;
    private static readonly FrameFormat Format = new(320, 240, PixelLayout.Yuv420);
    private static readonly Box Lamp = new(200, 60, 24, 24);

    /// <summary>Which part of a box is foreground in every frame after the scene alone has been learnt for three seconds.</summary>
    private static double[] Shares(int count, int rate, Func<double, Box?> thing, Func<double, Box> where, double appearanceRelease = 0.3, double gap = 0)
    {
        var scene = new TexturedScene(Format);
        ForegroundOptions options = ForegroundOptions.For(Preset.Balanced);
        using var detector = new ForegroundDetector(Format, rate, options with { AppearanceRelease = appearanceRelease, Background = options.Background with { Threads = 1 } });
        var mask = new Mask(Format.Width, Format.Height);
        var shares = new double[count];
        for (int i = -Learning; i < count; i++)
        {
            double time = (double)i / rate;
            Frame frame = scene.Paint(i + Learning);
            frame.Time = TimeSpan.FromSeconds((i + Learning) / (double)rate + (i >= 0 ? gap : 0));
            if (i >= 0 && thing(time) is { } box)
                TexturedScene.Draw(frame, box, 230, 90, 160);
            detector.Apply(frame, mask);
            if (i >= 0)
                shares[i] = TexturedScene.Share(mask, where(time));
        }
        return shares;
    }

    [Theory]
    [InlineData(5)]
    [InlineData(25)]
    public void What_is_there_at_once_and_whole_is_background_after_a_moment_and_at_once_when_it_comes_again(int rate)
    {
        // On for two seconds, off for two: the second time it is known.
        double[] shares = Shares(12 * rate, rate, time => time % 4 < 2 ? Lamp : null, _ => Lamp);
        Assert.InRange(shares[..2].Min(), 0.9, 1);
        Assert.InRange(shares[rate..].Max(), 0, 0.02);
    }

    [Fact]
    public void A_lamp_that_blinks_once_a_second_is_background_from_the_second_time_on()
    {
        double[] shares = Shares(250, 25, time => time % 1 < 0.5 ? Lamp : null, _ => Lamp);
        Assert.InRange(shares[0], 0.9, 1);
        Assert.InRange(shares[26..].Max(), 0, 0.02);
    }

    [Fact]
    public void Without_the_rule_it_stays_foreground() =>
        Assert.InRange(Shares(100, 25, _ => Lamp, _ => Lamp, appearanceRelease: 1000).Min(), 0.9, 1);

    [Theory]
    [InlineData(5)]
    [InlineData(25)]
    public void What_has_come_from_somewhere_stays_foreground_while_it_stands(int rate)
    {
        // Walks in from the left for two seconds and stands there for eight.
        static Box Where(double time) => new((int)Math.Min(200, 100 * time) & ~1, 60, 24, 60);
        double[] shares = Shares(10 * rate, rate, time => Where(time), Where);
        Assert.InRange(shares[rate..].Min(), 0.85, 1);
    }

    [Fact]
    public void What_walks_on_after_a_moment_is_found_again_and_leaves_nothing_behind()
    {
        // There at once (a gap in the stream), still for a second, then it goes.
        static Box Where(double time) => new(60 + (int)Math.Max(0, 60 * (time - 1)) & ~1, 60, 24, 60);
        double[] there = Shares(75, 25, time => Where(time), Where);
        double[] behind = Shares(125, 25, time => Where(time), _ => new Box(60, 60, 24, 60));
        Assert.InRange(there[40..].Min(), 0.8, 1);
        Assert.InRange(behind[65..].Max(), 0, 0.05);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(25)]
    public void A_large_patch_of_light_is_background_after_two_seconds_and_nothing_of_it_is_left(int rate)
    {
        // Five hundredths of the picture; it goes on growing by its rim for a fifth of a second, as a lamp does while the exposure settles.
        static Box Light(double time) => time < 0.2 ? new(152, 64, 72, 52) : new(150, 62, 76, 56);
        double[] shares = Shares(6 * rate, rate, time => Light(time), Light);
        Assert.InRange(shares[..(int)(1.8 * rate)].Min(), 0.85, 1);
        Assert.InRange(shares[(int)(2.6 * rate)..].Max(), 0, 0);
    }

    [Fact]
    public void A_large_thing_stays_where_a_frame_is_long_enough_to_come_in() =>
        Assert.InRange(Shares(20, 2, _ => new Box(150, 62, 76, 56), _ => new Box(150, 62, 76, 56)).Min(), 0.85, 1);

    [Fact]
    public void Whom_a_gap_in_the_stream_has_hidden_stays_while_he_stands() =>
        Assert.InRange(Shares(150, 25, _ => new Box(150, 62, 76, 56), _ => new Box(150, 62, 76, 56), gap: 1).Min(), 0.85, 1);
}
