using GmmVision.Foreground;
using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Foreground;

public class RainTestTests
{
    private const int Learning = 3;         // seconds
    private static readonly FrameFormat Format = new(320, 240, PixelLayout.Yuv420);

    /// <summary>What is foreground of a box and of all else, and whether it rains, in every frame after three seconds of the same weather.</summary>
    private static (double There, double Elsewhere, bool Rains)[] See(int rate, double seconds, int drops, Func<double, Box[]> things, bool rainTest = true)
    {
        var scene = new TexturedScene(Format);
        ForegroundOptions options = ForegroundOptions.For(Preset.Balanced);
        using var detector = new ForegroundDetector(Format, rate, options with { RainTest = rainTest, Background = options.Background with { Threads = 1 } });
        var random = new Random(5);
        Mask mask = new(Format.Width, Format.Height), elsewhere = new(Format.Width, Format.Height);
        var found = new (double, double, bool)[(int)(seconds * rate)];
        for (int i = -Learning * rate; i < found.Length; i++)
        {
            Frame frame = scene.Paint(i + Learning * rate);
            frame.Time = TimeSpan.FromSeconds((i + Learning * rate) / (double)rate);
            Box[] boxes = i < 0 ? [] : things(i / (double)rate);
            foreach (Box box in boxes)
                TexturedScene.Draw(frame, box, 30, 150, 90);
            for (int drop = 0; drop < drops; drop++)
                TexturedScene.Draw(frame, new Box(random.Next(318), random.Next(228), 2, 12), 210);
            detector.Apply(frame, mask);
            if (i < 0)
                continue;
            elsewhere.CopyFrom(mask);
            foreach (Box box in boxes)
                elsewhere.AndNot(TexturedScene.MaskOf(Format, new Box(Math.Max(0, box.X - 8), box.Y - 8, box.Width + 16, box.Height + 16)));
            found[i] = (boxes.Length > 0 ? boxes.Average(box => TexturedScene.Share(mask, box)) : 0, (double)elsewhere.Count() / Format.PixelCount, detector.Rains);
        }
        return found;
    }

    private static Box Walker(double time) => new((int)(110 * time) & ~1, 100, 24, 60);

    [Theory]
    [InlineData(5, 60)]
    [InlineData(10, 20)]
    [InlineData(25, 20)]
    [InlineData(25, 120)]
    public void Of_rain_nothing_is_left_and_of_who_walks_in_it_all(int rate, int drops)
    {
        var found = See(rate, 2.4, drops, time => [Walker(time)]);
        Assert.True(found[0].Rains);
        Assert.InRange(found.Skip(3).Min(frame => frame.There), 0.8, 1);        // followed over three frames
        // Drops that touch who walks.
        Assert.InRange(found.Average(frame => frame.Elsewhere), 0, 0.003);
        var alone = See(rate, 2.4, drops, _ => []);
        Assert.True(alone.All(frame => frame.Rains));
        Assert.True(alone.Average(frame => frame.Elsewhere) <= 0.0005, string.Join(" ", alone.Select(frame => $"{frame.Elsewhere:0.0000}")));
        Assert.True(See(rate, 2.4, drops, _ => [], rainTest: false).Count(frame => frame.Elsewhere > 0) > rate);
    }

    /// <summary>The third picture is the first of which anybody can say what was there before.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(25)]
    public void Rain_from_the_beginning_is_known_in_the_third_picture(int rate)
    {
        var scene = new TexturedScene(Format);
        ForegroundOptions options = ForegroundOptions.For(Preset.Balanced);
        using var detector = new ForegroundDetector(Format, rate, options with { Background = options.Background with { Threads = 1 } });
        var random = new Random(5);
        var mask = new Mask(Format.Width, Format.Height);
        for (int i = 0; i < rate; i++)
        {
            Frame frame = scene.Paint(i);
            frame.Time = TimeSpan.FromSeconds(i / (double)rate);
            for (int drop = 0; drop < 60; drop++)
                TexturedScene.Draw(frame, new Box(random.Next(318), random.Next(228), 2, 12), 210);
            detector.Apply(frame, mask);
            Assert.True(i < 2 || detector.Rains && mask.Count() < 0.001 * Format.PixelCount, $"frame {i}: {detector.Rains}, {mask.Count()}");
        }
    }

    [Fact]
    public void Where_a_frame_is_long_everything_is_elsewhere_in_the_next_and_is_no_rain()
    {
        // A street at a frame a second: cars all over the picture, none where one was.
        var found = See(1, 40, 0, time => [.. Enumerable.Range(0, 6).Select(i => new Box(30 + 40 * i + 20 * ((int)time % 3 - 1 + (i % 2)) & ~1, 20 + 36 * ((i + (int)time) % 5), 36, 20))]);
        Assert.All(found, frame => Assert.False(frame.Rains));
        Assert.InRange(found.Skip(1).Average(frame => frame.There), 0.5, 1);
    }

    [Fact]
    public void Who_passes_in_two_frames_of_a_slow_camera_is_found_in_the_rain()
    {
        var found = See(1, 24, 60, time => time % 8 is >= 6 and < 8 ? [new Box((int)(140 * (time % 8 - 6)) + 40, 100, 24, 60)] : []);
        Assert.All(found.Skip(6), frame => Assert.True(frame.Rains));
        Assert.All([.. Enumerable.Range(0, 24).Where(i => i % 8 is 6 or 7)], (int i) => Assert.InRange(found[i].There, 0.8, 1));
    }

    [Fact]
    public void While_nothing_is_learnt_it_rains_as_it_did_and_drops_stay_out()
    {
        var scene = new TexturedScene(Format);
        ForegroundOptions options = ForegroundOptions.For(Preset.Balanced);
        using var detector = new ForegroundDetector(Format, 25, options with { Background = options.Background with { Threads = 1 } });
        var random = new Random(5);
        var mask = new Mask(Format.Width, Format.Height);
        for (int i = 0; i < 130; i++)
        {
            Frame frame = scene.Paint(i);
            for (int drop = 0; drop < 60; drop++)
                TexturedScene.Draw(frame, new Box(random.Next(318), random.Next(228), 2, 12), 210);
            detector.Apply(frame, mask, i < 100 ? null : 0);
            Assert.True(i < 10 || detector.Rains && mask.Count() < 0.005 * Format.PixelCount, $"frame {i}: {mask.Count()}");
        }
    }

    [Fact]
    public void When_it_is_over_what_is_thin_is_told_again()
    {
        var scene = new TexturedScene(Format);
        ForegroundOptions options = ForegroundOptions.For(Preset.Balanced);
        using var detector = new ForegroundDetector(Format, 25, options with { Background = options.Background with { Threads = 1 } });
        var random = new Random(5);
        var mask = new Mask(Format.Width, Format.Height);
        for (int i = 0; i < 150; i++)
        {
            Frame frame = scene.Paint(i);
            for (int drop = 0; drop < (i < 100 ? 60 : 0); drop++)
                TexturedScene.Draw(frame, new Box(random.Next(318), random.Next(228), 2, 12), 210);
            if (i >= 120)
                TexturedScene.Draw(frame, new Box(40 + 2 * (i - 120), 100, 6, 40), 30, 150, 90);
            detector.Apply(frame, mask);
            Assert.True(i is < 10 or >= 100 || detector.Rains, $"frame {i}");
        }
        Assert.False(detector.Rains);
        Assert.InRange(TexturedScene.Share(mask, new Box(98, 100, 6, 40)), 0.7, 1);
    }
}
