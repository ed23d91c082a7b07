using GmmVision.Background;
using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Tests.Foreground;
using Xunit;

namespace GmmVision.Tests.Background;

public class DarknessTests
{
    private const int Width = 160, Height = 120, Learning = 60;
    private static readonly Box Thing = new(60, 40, 24, 48);

    private static BackgroundOptions Options(double factor) => ForegroundOptions.For(Preset.Balanced).Background with { Threads = 1, DarkDeviationFactor = factor };

    /// <summary>A scene in a tenth of its light, with noise of a level either way; from a frame on somebody in it, six levels brighter.</summary>
    private static Frame[] Night(int count, double light, int from, ColorRange range = ColorRange.Limited)
    {
        var scene = new TexturedScene(new FrameFormat(Width, Height, PixelLayout.Yuv420, range));
        var frames = new Frame[count];
        for (int i = 0; i < count; i++)
        {
            frames[i] = scene.Paint(i, (luma, _) => light * luma + 16, noise: 1);
            if (i < from)
                continue;
            for (int y = Thing.Y; y < Thing.Bottom; y++)
                foreach (ref byte sample in frames[i].Row(0, y)[Thing.X..Thing.Right])
                    sample += 6;
        }
        return frames;
    }

    private static void Same(Mask expected, Mask actual)
    {
        for (int y = 0; y < Height; y++)
            Assert.True(expected.Row(y).SequenceEqual(actual.Row(y)));
    }

    private static Mask[] Run(Frame[] frames, BackgroundOptions options, int batch = 1)
    {
        using var model = new BackgroundModel(frames[0].Format, options);
        return Run(model, frames, batch);
    }

    private static Mask[] Run(BackgroundModel model, Frame[] frames, int batch = 1)
    {
        Mask[] masks = [.. frames.Select(static _ => new Mask(Width, Height))];
        for (int i = 0; i < frames.Length; i += batch)
        {
            int end = Math.Min(frames.Length, i + batch);
            model.Apply(frames.AsSpan(i..end), masks.AsSpan(i..end));
        }
        return masks;
    }

    [Fact]
    public void Who_differs_by_a_few_levels_in_the_dark_is_found_and_the_rest_stays_quiet()
    {
        Frame[] frames = Night(Learning + 5, 0.1, Learning);
        Mask[] with = Run(frames, Options(1.0 / 3)), without = Run(frames, Options(1));
        Assert.InRange(TexturedScene.Share(without[^1], Thing), 0, 0.1);
        Assert.InRange(TexturedScene.Share(with[^1], Thing), 0.7, 1);
        Assert.InRange(with[Learning - 1].Count(), 0, Width * Height / 500);
        with[^1].AndNot(TexturedScene.MaskOf(frames[0].Format, Thing));
        Assert.InRange(with[^1].Count(), 0, Width * Height / 500);
    }

    [Fact]
    public void By_day_nothing_is_other()
    {
        Frame[] frames = Night(Learning, 1, Learning - 5);
        Mask[] with = Run(frames, Options(1.0 / 3)), without = Run(frames, Options(1));
        for (int i = 0; i < frames.Length; i++)
            Same(without[i], with[i]);
    }

    [Fact]
    public void Batches_and_a_model_that_was_saved_and_loaded_give_the_same_bits()
    {
        // It gets dark while it is learnt: brightness is followed from frame to frame.
        Frame[] frames = [.. Night(40, 0.5, 40).Concat(Night(80, 0.1, 70).Skip(40))];
        Mask[] one = Run(frames, Options(1.0 / 3)), many = Run(frames, Options(1.0 / 3), batch: 16);
        using var first = new BackgroundModel(frames[0].Format, Options(1.0 / 3));
        List<Mask> parts = [.. Run(first, frames[..45])];
        using var file = new MemoryStream();
        first.Save(file);
        file.Position = 0;
        using (BackgroundModel second = BackgroundModel.Load(file, threads: 1))
            parts.AddRange(Run(second, frames[45..]));
        using BackgroundModel clone = first.Clone();
        Mask[] cloned = Run(clone, frames[45..]);
        for (int i = 0; i < frames.Length; i++)
        {
            Same(one[i], many[i]);
            Same(one[i], parts[i]);
            if (i >= 45)
                Same(one[i], cloned[i - 45]);
        }
    }

    [Fact]
    public void Times_as_far_apart_as_they_can_be_are_taken()
    {
        using var model = new BackgroundModel(new FrameFormat(Width, Height, PixelLayout.Yuv420), Options(1.0 / 3) with { TimeConstant = 10 });
        Frame[] frames = Night(4, 0.1, 4);
        (frames[0].Time, frames[1].Time, frames[2].Time) = (TimeSpan.MaxValue, TimeSpan.MinValue, TimeSpan.MaxValue);
        Assert.InRange(Run(model, frames)[^1].Count(), 0, Width * Height / 100);
    }

    [Theory]
    [InlineData(0.09)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void A_factor_out_of_range_is_refused(double factor) =>
        Assert.Contains(nameof(BackgroundOptions.DarkDeviationFactor), Assert.Throws<ArgumentOutOfRangeException>(() => Options(factor).Validate()).Message);

    [Theory]
    [InlineData(PixelLayout.Gray8, ColorRange.Full, 40, 40)]
    [InlineData(PixelLayout.Yuv420, ColorRange.Limited, 56, 40)]
    [InlineData(PixelLayout.Rgb, ColorRange.Limited, 40, 40)]
    public void Brightness_is_the_mean_luma_above_black_and_follows_in_seconds(PixelLayout layout, ColorRange range, byte luma, double expected)
    {
        var frame = new Frame(new FrameFormat(Width, 7, layout, range));
        TexturedScene.Draw(frame, new Box(0, 0, Width, 7), luma);
        Assert.Equal(expected, Brightness.Of(frame).Level, 6);
        Assert.Equal(expected, Brightness.Unknown.After(frame, 0).Level, 6);
        Assert.Equal(100, new Brightness(100).After(frame, -1).Level, 6);
        Assert.InRange(new Brightness(100).After(frame, 0.1).Level, 96, 98);
        Assert.InRange(new Brightness(100).After(frame, 10).Level, 40, 41);
        Assert.Equal(0.25, new Brightness(20).PartOf(0.25), 6);
        Assert.Equal(0.625, new Brightness(40).PartOf(0.25), 6);
        Assert.Equal(1, new Brightness(60).PartOf(0.25), 6);
        Assert.Equal(1, Brightness.Unknown.PartOf(0.25), 6);
    }
}
