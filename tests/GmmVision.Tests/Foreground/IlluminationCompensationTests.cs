using GmmVision.Background;
using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Simd;
using Xunit;

namespace GmmVision.Tests.Foreground;

public class IlluminationCompensationTests
{
    private const int Width = 192, Height = 128;
    private static readonly Box Whole = new(0, 0, Width, Height), LeftThird = new(0, 0, Width / 3, Height), Object = new(100, 40, 32, 32);

    /// <summary>The masks after a change of light: of the very frame of it, and of the frames after it.</summary>
    private static Mask[] AfterChange(PixelLayout layout, bool guard, Func<double, int, double> light, int count = 1, byte[]? objectColor = null)
    {
        var format = new FrameFormat(Width, Height, layout);
        var scene = new TexturedScene(format);
        ForegroundOptions options = ForegroundOptions.For(Preset.Fast);
        using var detector = new ForegroundDetector(format, 25, options with { IlluminationCompensation = guard, Background = options.Background with { Threads = 1 } });
        var mask = new Mask(Width, Height);
        for (int i = 0; i < 25; i++)
            detector.Apply(scene.Paint(i), mask);
        Assert.InRange(TexturedScene.Share(mask, Whole), 0, 0.01);
        var masks = new Mask[count];
        for (int i = 0; i < count; i++)
        {
            Frame frame = scene.Paint(25 + i, light);
            if (objectColor != null)
                TexturedScene.Draw(frame, Object, objectColor);
            detector.Apply(frame, mask);
            masks[i] = RandomMasks.Copy(mask);
        }
        return masks;
    }

    private static double Switch(double luma, int x) => 1.3 * luma + 14;

    private static double Cloud(double luma, int x)
    {
        double t = Math.Clamp((x - Width / 4.0) / (Width / 2.0), 0, 1);
        return luma * (0.7 + 0.3 * t * t * (3 - 2 * t));
    }

    [Theory]
    [InlineData(PixelLayout.Gray8)]
    [InlineData(PixelLayout.Yuv420)]
    [InlineData(PixelLayout.Rgb)]
    public void A_lamp_that_is_switched_on_is_no_foreground(PixelLayout layout)
    {
        double without = TexturedScene.Share(AfterChange(layout, false, Switch)[0], Whole), with = TexturedScene.Share(AfterChange(layout, true, Switch)[0], Whole);
        Assert.InRange(without, 0.7, 1);
        Assert.InRange(with, 0, 0.03);
    }

    /// <summary>The scene under a lamp of another colour: red and blue times their gains (full range of BT.601).</summary>
    private static Frame Colored(Frame frame, double red, double blue)
    {
        var lit = new Frame(frame.Format) { Number = frame.Number, Time = frame.Time };
        for (int y = 0; y < Height; y++)
            for (int x = 0; x < Width; x++)
            {
                double luma = frame.Row(0, y)[x], u = frame.Row(1, y / 2)[x / 2] - 128, v = frame.Row(2, y / 2)[x / 2] - 128;
                double r = red * (luma + 1.402 * v), g = luma - 0.344 * u - 0.714 * v, b = blue * (luma + 1.772 * u);
                luma = 0.299 * r + 0.587 * g + 0.114 * b;
                lit.Row(0, y)[x] = (byte)Math.Clamp(Math.Round(luma), 0, 255);
                lit.Row(1, y / 2)[x / 2] = (byte)Math.Clamp(Math.Round(128 + (b - luma) / 1.772), 0, 255);
                lit.Row(2, y / 2)[x / 2] = (byte)Math.Clamp(Math.Round(128 + (r - luma) / 1.402), 0, 255);
            }
        return lit;
    }

    [Theory]
    [InlineData(1.3, 0.75)]
    [InlineData(0.8, 1.3)]
    public void A_lamp_of_another_color_is_no_foreground_and_who_stands_in_it_is(double red, double blue)
    {
        var format = new FrameFormat(Width, Height, PixelLayout.Yuv420);
        var scene = new TexturedScene(format);
        ForegroundOptions options = ForegroundOptions.For(Preset.Fast);
        foreach (bool guard in new[] { false, true })
        {
            using var detector = new ForegroundDetector(format, 25, options with { IlluminationCompensation = guard, Background = options.Background with { Threads = 1 } });
            var mask = new Mask(Width, Height);
            for (int i = 0; i < 50; i++)
                detector.Apply(scene.Paint(i), mask);
            Frame frame = scene.Paint(50);
            TexturedScene.Draw(frame, Object, 190, 110, 160);
            detector.Apply(Colored(frame, red, blue), mask);
            Assert.InRange(TexturedScene.Share(mask, Object), 0.9, 1);
            mask.AndNot(TexturedScene.MaskOf(format, Object));
            if (guard)
                Assert.InRange(TexturedScene.Share(mask, Whole), 0, 0.02);
            else
                Assert.InRange(TexturedScene.Share(mask, Whole), 0.2, 1);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Color_is_undone_as_the_light_has_changed_it(bool withBrightness)
    {
        // The right half is brighter by up to a half: by a lamp, whose light makes colours stronger too, or by a haze that leaves them as they are.
        var format = new FrameFormat(Width, Height, PixelLayout.Yuv420);
        var scene = new TexturedScene(format);
        using var model = new BackgroundModel(format, new BackgroundOptions { Threads = 1 });
        double Gain(int x) => 1 + 0.5 / (1 + Math.Exp((Width / 2 - x) / 12.0));
        Frame Paint(int i, bool lit)
        {
            Frame frame = scene.Paint(i, (value, x) => lit ? Gain(x) * value : value);
            for (int plane = 1; plane <= 2; plane++)
                for (int y = 0; y < Height / 2; y++)
                    for (int x = 0; x < Width / 2; x++)
                        frame.Row(plane, y)[x] = (byte)(128 + 0.6 * (scene.Luma(2 * x, 2 * y) - 100) * (plane == 1 ? 1 : -1) * (lit && withBrightness ? Gain(2 * x) : 1));
            return frame;
        }
        var mask = new Mask(Width, Height);
        for (int i = 0; i < 20; i++)
            model.Apply(Paint(i, lit: false), mask);
        Frame seen = Paint(20, lit: true), plain = Paint(21, lit: false), undone = new(format);
        var guard = new IlluminationCompensation(format);
        for (int i = 0; i < 20; i++)
            guard.Measure(seen, model.View);
        guard.Undo(seen, undone, 0, Height);
        Assert.InRange(Difference(undone, plain, 1), 0, 1);
        Assert.InRange(Difference(undone, plain, 2), 0, 1);
    }

    [Fact]
    public void A_background_is_brought_into_the_color_of_a_light()
    {
        var format = new FrameFormat(Width, Height, PixelLayout.Yuv420);
        var scene = new TexturedScene(format);
        using BackgroundModel model = scene.Learn();
        var guard = new IlluminationCompensation(format);
        Frame lit = Colored(scene.Paint(20, noise: 0), 1.3, 0.75), background = new(format);
        for (int i = 0; i < 20; i++)
            guard.Measure(lit, model.View);
        model.CopyBackgroundTo(background);
        double[] before = [Difference(background, lit, 1), Difference(background, lit, 2)];
        guard.Relight(model, lit, new Mask(Width, Height));
        model.CopyBackgroundTo(background);
        for (int plane = 1; plane <= 2; plane++)
            Assert.InRange(Difference(background, lit, plane), 0, 0.2 * before[plane - 1]);
    }

    [Theory]
    [InlineData(PixelLayout.Gray8)]
    [InlineData(PixelLayout.Yuv420)]
    [InlineData(PixelLayout.Rgb)]
    public void A_background_is_brought_into_the_light_that_was_measured(PixelLayout layout)
    {
        var format = new FrameFormat(Width, Height, layout);
        var scene = new TexturedScene(format);
        using BackgroundModel model = scene.Learn();
        var guard = new IlluminationCompensation(format);
        Frame lit = scene.Paint(20, Cloud, noise: 0), background = new(format);
        // The field of local gains settles over some frames.
        for (int i = 0; i < 20; i++)
            guard.Measure(lit, model.View);
        Assert.InRange(guard.Departure, 0.1, 0.3);
        model.CopyBackgroundTo(background);
        double before = Difference(background, lit, 0);
        guard.Relight(model, lit, new Mask(Width, Height));
        model.CopyBackgroundTo(background);
        Assert.InRange(Difference(background, lit, 0), 0, 0.3 * before);
        Assert.Equal(0, guard.Departure);
    }

    [Fact]
    public void What_was_too_bright_to_be_told_is_taken_from_the_frame_in_another_light_but_not_where_somebody_stands()
    {
        var format = new FrameFormat(Width, Height, PixelLayout.Gray8);
        var scene = new TexturedScene(format);
        Box sky = new(0, 0, Width, 32), somebody = new(64, 0, 32, 32);
        using var model = new BackgroundModel(format, new BackgroundOptions { Threads = 1 });
        Frame bright = scene.Paint(0), dim = scene.Paint(1, (luma, _) => 0.6 * luma), background = new(format);
        TexturedScene.Draw(bright, sky, 255);
        TexturedScene.Draw(dim, sky, 250);
        model.Initialize(bright, 50);
        var guard = new IlluminationCompensation(format);
        for (int i = 0; i < 10; i++)
            guard.Measure(dim, model.View);
        guard.Relight(model, dim, TexturedScene.MaskOf(format, somebody));
        model.CopyBackgroundTo(background);
        Assert.Equal(250, background.Row(0, 10)[20]);
        Assert.InRange(background.Row(0, 10)[80], 0, 249);
    }

    [Fact]
    public void Only_a_light_that_stays_is_steady()
    {
        var steady = new SteadyLight();
        Assert.DoesNotContain(true, Enumerable.Range(0, 100).Select(i => steady.Lasts(TimeSpan.FromSeconds(i / 25.0), i % 40 == 39 ? 0 : 0.5)));
        steady = new SteadyLight();
        Assert.Equal(TimeSpan.FromSeconds(12), Enumerable.Range(250, 100).Select(i => TimeSpan.FromSeconds(i / 25.0)).First(time => steady.Lasts(time, 0.5)));
    }

    [Theory]
    [InlineData(PixelLayout.Gray8)]
    [InlineData(PixelLayout.Yuv420)]
    [InlineData(PixelLayout.Rgb)]
    public void A_cloud_over_half_of_the_picture_is_no_foreground(PixelLayout layout)
    {
        Mask[] without = AfterChange(layout, false, Cloud, 4), with = AfterChange(layout, true, Cloud, 4);
        Assert.InRange(TexturedScene.Share(without[^1], LeftThird), 0.7, 1);
        Assert.InRange(TexturedScene.Share(with[^1], Whole), 0, 0.02);
    }

    [Theory]
    [InlineData(PixelLayout.Gray8)]
    [InlineData(PixelLayout.Yuv420)]
    [InlineData(PixelLayout.Rgb)]
    public void An_object_that_comes_with_the_change_is_found(PixelLayout layout)
    {
        Mask found = AfterChange(layout, true, Switch, 1, [245, 170, 90])[0];
        Assert.InRange(TexturedScene.Share(found, Object), 0.9, 1);
        found.AndNot(TexturedScene.MaskOf(new FrameFormat(Width, Height, layout), new Box(Object.X - 3, Object.Y - 3, Object.Width + 6, Object.Height + 6)));
        Assert.InRange(TexturedScene.Share(found, Whole), 0, 0.03);
    }

    [Theory]
    [InlineData(PixelLayout.Gray8)]
    [InlineData(PixelLayout.Yuv420)]
    [InlineData(PixelLayout.Rgb)]
    public void Undo_gives_the_scene_back_and_a_steady_light_is_left_alone(PixelLayout layout)
    {
        var format = new FrameFormat(Width, Height, layout);
        var scene = new TexturedScene(format);
        using BackgroundModel model = scene.Learn();
        var guard = new IlluminationCompensation(format);
        guard.Measure(scene.Paint(20), model.View);
        Assert.False(guard.IsActive, "a steady light is undone");
        Frame changed = scene.Paint(21, Switch, noise: 0), corrected = new(format), still = scene.Paint(21, noise: 0);
        guard.Measure(changed, model.View);
        Assert.True(guard.IsActive);
        Assert.InRange(guard.Departure, 0.2, 0.7);
        guard.Undo(changed, corrected, 0, corrected.Height);
        Assert.InRange(Difference(changed, still, 0), 30, 60);
        Assert.InRange(Difference(corrected, still, 0), 0, 5);
        if (layout == PixelLayout.Rgb)
            Assert.InRange(Difference(corrected, still, 2), 0, 5);
        if (layout == PixelLayout.Yuv420)
            Assert.InRange(Difference(corrected, still, 1), 0, 1);
    }

    private static double Difference(Frame a, Frame b, int plane)
    {
        double sum = 0;
        for (int y = 0; y < a.Format.PlaneHeight(plane); y++)
            for (int x = 0; x < a.Format.PlaneWidth(plane); x++)
                sum += Math.Abs(a.Row(plane, y)[x] - b.Row(plane, y)[x]);
        return sum / (a.Format.PlaneHeight(plane) * a.Format.PlaneWidth(plane));
    }

    [Theory]
    [InlineData(PixelLayout.Gray8)]
    [InlineData(PixelLayout.Yuv420)]
    [InlineData(PixelLayout.Rgb)]
    public void Every_lane_width_undoes_light_to_the_same_bits(PixelLayout layout)
    {
        foreach (int width in new[] { 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 48, 49, 62, 63, 64, 65, 66, 95, 97, 127, 129 })
        {
            var format = new FrameFormat(width, 49, layout);
            var scene = new TexturedScene(format, width);
            using BackgroundModel model = scene.Learn(3);
            foreach (Func<double, int, double> light in new Func<double, int, double>[] { (luma, x) => 0.45 * luma + 10 + 0.3 * x, (luma, x) => 1.7 * luma - 40 })
            {
                var guard = new IlluminationCompensation(format);
                Frame frame = scene.Paint(3, light);
                guard.Measure(frame, model.View);
                Assert.True(guard.IsActive || width < 16, $"nothing to undo at width {width}");
                // Black and white, so that both ends of the range are met.
                frame.Row(0, 20).Fill(255);
                frame.Row(0, 21).Clear();
                Frame eight = new(format), sixteen = new(format), thirtyTwo = new(format), best = new(format);
                guard.Undo<Int16x8>(frame, eight, 0, eight.Height);
                guard.Undo<Int16x16>(frame, sixteen, 0, sixteen.Height);
                guard.Undo<Int16x32>(frame, thirtyTwo, 0, thirtyTwo.Height);
                guard.Undo(frame, best, 0, best.Height);
                Assert.True(eight.Data.SequenceEqual(sixteen.Data), $"8 and 16 lanes differ at width {width}");
                Assert.True(eight.Data.SequenceEqual(thirtyTwo.Data), $"8 and 32 lanes differ at width {width}");
                Assert.True(eight.Data.SequenceEqual(best.Data), $"8 lanes and this machine's differ at width {width}");
            }
        }
    }
}
