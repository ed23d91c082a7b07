using GmmVision.Background;
using GmmVision.Foreground;
using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Foreground;

public class FaintContourTests
{
    private const int Width = 320, Height = 240, Across = Width / FaintTest.Side;

    /// <summary>An ellipse of 60 by 100 pixels whose difference from the background goes from half to none over so many pixels on either side.</summary>
    [Theory]
    [InlineData(0, 0, 11, true)]
    [InlineData(0, 0, -11, true)]
    [InlineData(0, 4, 11, true)]          // out of focus
    [InlineData(0, 16, 11, false)]        // the shadow of somebody beside the picture
    [InlineData(0, 16, -11, false)]
    [InlineData(0, 24, 25, false)]        // the light of a lamp
    [InlineData(1, 0, 8, true)]
    [InlineData(2, 16, 8, false)]         // what a camera's white balance leaves on a wall
    public void An_object_ends_and_a_glow_fades(int channel, int fade, int contrast, bool ends) =>
        Assert.Equal(ends, Has(channel, (x, y) => contrast * Ellipse(x, y, Width / 2, fade)));

    [Theory, InlineData(0, true), InlineData(16, false)]
    public void What_the_picture_cuts_is_judged_by_the_rest(int fade, bool ends) =>
        Assert.Equal(ends, Has(0, (x, y) => 11 * Ellipse(x, y, 0, fade)));

    [Fact]
    public void What_is_as_faint_as_noise_is_not_judged() => Assert.True(Has(0, (_, _) => 0, (x, y) => Ellipse(x, y, Width / 2, 0) > 0));

    // 1 inside, 0 outside.
    private static double Ellipse(int x, int y, int middle, int fade)
    {
        double dx = x - middle, dy = y - Height / 2, far = Math.Sqrt(dx * dx / (30.0 * 30) + dy * dy / (50.0 * 50));
        double outside = 38 * (far - 1);        // pixels, about
        return fade == 0 ? outside <= 0 ? 1 : 0 : Math.Clamp(0.5 - outside / (2 * fade), 0, 1);
    }

    private static bool Has(int channel, Func<int, int, double> difference, Func<int, int, bool>? isMember = null)
    {
        FrameFormat format = new(Width, Height, PixelLayout.Yuv420);
        Frame before = new(format), now = new(format);
        var random = new Random(3);
        for (int plane = 0; plane < 3; plane++)
        {
            int scale = plane > 0 ? 2 : 1;
            for (int y = 0; y < Height / scale; y++)
                for (int x = 0; x < Width / scale; x++)
                {
                    before.Row(plane, y)[x] = 128;
                    double noise = 2 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * (plane > 0 ? 1 : 2);
                    now.Row(plane, y)[x] = (byte)Math.Round(128 + noise + (plane == channel ? difference(scale * x, scale * y) : 0));
                }
        }
        using var background = new BackgroundModel(format);
        background.Apply(before, new Mask(Width, Height));
        byte[] state = new byte[Across * Height / FaintTest.Side];
        for (int block = 0; block < state.Length; block++)
        {
            int x = block % Across * FaintTest.Side + FaintTest.Side / 2, y = block / Across * FaintTest.Side + FaintTest.Side / 2;
            state[block] = (isMember?.Invoke(x, y) ?? Math.Abs(difference(x, y)) > 4) ? (byte)3 : (byte)0;
        }
        int[] group = [.. Enumerable.Range(0, state.Length).Where(block => state[block] != 0)];
        return new FaintContour().Has(now, background.View, group, state, Across);
    }
}
