using GmmVision.Imaging;
using GmmVision.Scenes;
using GmmVision.Scenes.Actors;
using Xunit;

namespace GmmVision.Tests.Scenes;

public class SceneTests
{
    private static readonly ActorScript[] Nobody = [];

    private static readonly ActorScript[] CarAndWalker =
    [
        new(ActorKind.Car, Lane.NearLane, 0, 6),
        new(ActorKind.Walker, Lane.NearPavement, -2, 1.5) { Look = 1, FromLeft = false },
    ];

    private static SceneOptions Small => new() { Width = 160, Height = 90, FrameCount = 100, Layout = PixelLayout.Rgb, Actors = Nobody };

    private static SceneOptions Everything => Small with
    {
        Actors = null,
        Noise = 3,
        FoliageSway = 3,
        Shadows = 0.4,
        LightDrift = 0.1,
        LightSwitchAt = 2,
        CameraJitter = 1.5,
        StoppedObject = true,
        BusyStart = 1,
    };

    private static (byte[] Samples, byte[] Truth) Render(Scene scene, int number)
    {
        var frame = new Frame(scene.Format);
        byte[] truth = new byte[scene.Format.PixelCount];
        scene.Render(number, frame, truth);
        return (frame.Data.ToArray(), truth);
    }

    private static double Mean(byte[] samples)
    {
        double sum = 0;
        foreach (byte sample in samples)
            sum += sample;
        return sum / samples.Length;
    }

    private static int CountForeground(byte[] truth) => truth.Count(value => value == Scene.Foreground);

    [Fact]
    public void The_same_options_give_the_same_bits_in_any_order()
    {
        Scene forwards = new(Everything), backwards = new(Everything);
        var seen = new List<(byte[] Samples, byte[] Truth)>();
        for (int number = 0; number < 90; number += 10)
            seen.Add(Render(forwards, number));
        for (int number = 80; number >= 0; number -= 10)
        {
            (byte[] samples, byte[] truth) = Render(backwards, number);
            Assert.Equal(seen[number / 10].Samples, samples);
            Assert.Equal(seen[number / 10].Truth, truth);
        }
    }

    [Fact]
    public void Another_seed_gives_another_scene()
    {
        Assert.NotEqual(Render(new Scene(Everything), 30).Samples, Render(new Scene(Everything with { Seed = 2 }), 30).Samples);
        Assert.NotEqual(new Scene(Everything with { FrameCount = 400 }).Events, new Scene(Everything with { FrameCount = 400, Seed = 2 }).Events);
    }

    [Fact]
    public void The_truth_is_where_the_picture_differs_from_the_empty_street()
    {
        SceneOptions options = Small with { Shadows = 0.45, FoliageSway = 3, Actors = CarAndWalker };
        Scene scene = new(options), empty = new(options with { Actors = Nobody });
        int pixels = scene.Format.PixelCount, inside = 0, different = 0;
        for (int number = 10; number < 60; number += 10)
        {
            (byte[] samples, byte[] truth) = Render(scene, number);
            (byte[] without, byte[] nothing) = Render(empty, number);
            Assert.All(nothing, value => Assert.Equal(Scene.Background, value));
            for (int i = 0; i < pixels; i++)
            {
                int difference = 0, darkening = 0;
                for (int plane = 0; plane < 3; plane++)
                {
                    int change = samples[plane * pixels + i] - without[plane * pixels + i];
                    difference = Math.Max(difference, Math.Abs(change));
                    darkening = Math.Max(darkening, change);
                }
                (byte least, byte most) = Around(truth, i % 160, i / 160, 160, 90);
                // Shadows that keep less than 6 % of the light are not marked.
                if (most == Scene.Background)
                    Assert.True(difference <= 16, $"A background pixel far from any object changed by {difference} in frame {number}.");
                if (truth[i] == Scene.Shadow && most == Scene.Shadow)
                    Assert.True(darkening <= 0 && difference > 0, $"A shadow pixel did not get darker in frame {number}.");
                if (least == Scene.Foreground)
                {
                    inside++;
                    different += difference > 5 ? 1 : 0;
                }
            }
        }
        Assert.True(inside > 3000, $"Only {inside} pixels lie inside objects.");
        // Here and there an object has the colour of what it hides.
        Assert.True(different > 0.97 * inside, $"Only {different} of {inside} object pixels differ from the empty street.");
    }

    private static (byte Least, byte Most) Around(byte[] truth, int x, int y, int width, int height)
    {
        (byte least, byte most) = (255, 0);
        for (int row = Math.Max(0, y - 1); row <= Math.Min(height - 1, y + 1); row++)
        {
            for (int column = Math.Max(0, x - 1); column <= Math.Min(width - 1, x + 1); column++)
            {
                byte value = truth[row * width + column];
                (least, most) = (Math.Min(least, value), Math.Max(most, value));
            }
        }
        return (least, most);
    }

    [Fact]
    public void Shadows_are_50_and_only_where_they_are_asked_for()
    {
        byte[] without = Render(new Scene(Small with { Actors = CarAndWalker }), 25).Truth;
        byte[] with = Render(new Scene(Small with { Actors = CarAndWalker, Shadows = 0.4 }), 25).Truth;
        Assert.DoesNotContain(Scene.Shadow, without);
        Assert.True(with.Count(value => value == Scene.Shadow) > 50);
        Assert.Equal(without.Select(value => value == Scene.Foreground), with.Select(value => value == Scene.Foreground));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Events_follow_from_the_truth_of_the_frames(int seed)
    {
        var scene = new Scene(Small with { Actors = null, FrameRate = 10, FrameCount = 300, Seed = seed });
        // Seen frame by frame, with the rules stated once more: gaps of up to 2 s are closed, and what is shorter than 0.2 s is dropped.
        var expected = new List<MotionInterval>();
        foreach (double time in Enumerable.Range(0, 300).Where(number => CountForeground(Render(scene, number).Truth) >= 1).Select(number => number / 10.0))
        {
            if (expected.Count > 0 && time - expected[^1].End <= 2)
                expected[^1] = expected[^1] with { End = time };
            else
                expected.Add(new MotionInterval(time, time));
        }
        expected.RemoveAll(motion => motion.End - motion.Start < 0.15);
        Assert.NotEmpty(expected);
        Assert.Equal(expected, scene.Events);
    }

    [Fact]
    public void A_pause_does_not_end_an_event()
    {
        var scene = new Scene(Small with
        {
            FrameCount = 500,
            Actors = [new(ActorKind.Walker, Lane.NearPavement, 1, 1.8) { StopAt = 0.4, StopFor = 6 }],
        });
        MotionInterval motion = Assert.Single(scene.Events);
        Assert.InRange(motion.Start, 1, 1.4);
        Assert.InRange(motion.End, 12, 14);
        byte[] first = Render(scene, 120).Truth, later = Render(scene, 150).Truth;
        Assert.InRange(CountForeground(first), 100, 2000);
        // It stands: nearly the same pixels a second later.
        Assert.True(first.Zip(later).Count(pair => pair.First != pair.Second) < 0.15 * CountForeground(first));
    }

    [Fact]
    public void Without_any_option_nothing_changes_in_an_empty_street()
    {
        var scene = new Scene(Small);
        Assert.Equal(Render(scene, 0).Samples, Render(scene, 77).Samples);
        Assert.Empty(scene.Events);
    }

    [Fact]
    public void Noise_grows_with_the_light()
    {
        Scene noisy = new(Small with { Noise = 4 }), clean = new(Small);
        byte[] expected = Render(clean, 0).Samples;
        (double Sum, double Squares, int Count)[] groups = new (double, double, int)[3];
        for (int number = 0; number < 10; number++)
        {
            byte[] samples = Render(noisy, number).Samples;
            for (int i = 0; i < samples.Length; i++)
            {
                int group = expected[i] is > 20 and < 50 ? 0 : expected[i] is > 118 and < 138 ? 1 : expected[i] is > 200 and < 235 ? 2 : -1;
                if (group < 0)
                    continue;
                double error = samples[i] - expected[i];
                groups[group] = (groups[group].Sum + error, groups[group].Squares + error * error, groups[group].Count + 1);
            }
        }
        double Deviation(int group) => Math.Sqrt(groups[group].Squares / groups[group].Count);
        Assert.All(groups, group => Assert.True(group.Count > 1000 && Math.Abs(group.Sum / group.Count) < 0.2));
        Assert.InRange(Deviation(1), 3.8, 4.2);
        Assert.True(Deviation(0) < 0.9 * Deviation(1) && Deviation(2) > 1.1 * Deviation(1));
    }

    [Fact]
    public void Foliage_sways_and_is_background()
    {
        var scene = new Scene(Small with { FoliageSway = 4 });
        (byte[] first, byte[] truth) = Render(scene, 0);
        byte[] second = Render(scene, 9).Samples;
        int moved = first.Zip(second).Count(pair => Math.Abs(pair.First - pair.Second) > 8);
        Assert.InRange(moved, first.Length / 100, first.Length / 5);
        Assert.All(truth, value => Assert.Equal(Scene.Background, value));
        // Nothing grows on the road.
        int road = 160 * 62;
        Assert.Equal(first.AsSpan(road, 160 * 28), second.AsSpan(road, 160 * 28));
    }

    [Fact]
    public void Light_drifts_slowly()
    {
        var scene = new Scene(Small with { LightDrift = 0.15 });
        double[] means = [.. Enumerable.Range(0, 30).Select(i => Mean(Render(scene, 25 * i).Samples))];
        Assert.InRange((means.Max() - means.Min()) / means.Average(), 0.1, 0.35);
        for (int number = 0; number < 5; number++)
            Assert.InRange(Mean(Render(scene, number + 1).Samples) / Mean(Render(scene, number).Samples), 0.995, 1.005);
    }

    [Fact]
    public void Light_switches_from_one_frame_to_the_next()
    {
        var scene = new Scene(Small with { LightSwitchAt = 2, LightSwitchGain = 0.5 });
        double before = Mean(Render(scene, 49).Samples), after = Mean(Render(scene, 50).Samples);
        Assert.Equal(before, Mean(Render(scene, 0).Samples), 6);
        Assert.Equal(after, Mean(Render(scene, 99).Samples), 6);
        Assert.InRange(after / before, 0.49, 0.51);
    }

    [Fact]
    public void Camera_jitter_shifts_picture_and_truth_together()
    {
        SceneOptions options = Small with { Width = 640, Height = 360, Layout = PixelLayout.Gray8, Actors = [new(ActorKind.Car, Lane.NearLane, 0, 4)] };
        Scene still = new(options), shaken = new(options with { CameraJitter = 2.5 });
        double squares = 0;
        const int Frames = 16;
        for (int i = 0; i < Frames; i++)
        {
            int number = 30 + 3 * i;
            (byte[] samples, byte[] truth) = Render(still, number);
            (byte[] shakenSamples, byte[] shakenTruth) = Render(shaken, number);
            (int x, int y, double error) = BestShift(samples, shakenSamples, 640, 360);
            (int truthX, int truthY, _) = BestShift(truth, shakenTruth, 640, 360);
            Assert.True(error < 6, $"Frame {number} is not a shifted one: error {error:0.0}.");
            Assert.True(Math.Abs(x - truthX) <= 1 && Math.Abs(y - truthY) <= 1, $"Frame {number} shifted by {x},{y}, its truth by {truthX},{truthY}.");
            squares += (x * x + y * y) / 2.0;
        }
        Assert.InRange(Math.Sqrt(squares / Frames), 1.2, 4.5);
    }

    private static (int X, int Y, double Error) BestShift(byte[] still, byte[] shaken, int width, int height)
    {
        const int Reach = 9;
        (int X, int Y, double Error) best = (0, 0, double.MaxValue);
        for (int dy = -Reach; dy <= Reach; dy++)
        {
            for (int dx = -Reach; dx <= Reach; dx++)
            {
                long sum = 0;
                int count = 0;
                for (int y = Reach; y < height - Reach; y += 5)
                {
                    for (int x = Reach; x < width - Reach; x += 3, count++)
                        sum += Math.Abs(still[(y - dy) * width + x - dx] - shaken[y * width + x]);
                }
                if ((double)sum / count < best.Error)
                    best = (dx, dy, (double)sum / count);
            }
        }
        return best;
    }

    [Fact]
    public void A_stopped_object_stays_foreground_and_ends_its_event()
    {
        var scene = new Scene(Small with { FrameCount = 250, StoppedObject = true });
        byte[] standing = Render(scene, 170).Truth;
        Assert.True(CountForeground(standing) > 500);
        Assert.Equal(standing, Render(scene, 249).Truth);
        MotionInterval motion = Assert.Single(scene.Events);
        Assert.InRange(motion.Start, 1.5, 3.2);
        Assert.InRange(motion.End, motion.Start + 0.5, 7);
    }

    [Fact]
    public void A_busy_start_has_no_empty_frame()
    {
        var scene = new Scene(Small with { BusyStart = 6, FrameCount = 160 });
        for (int number = 0; number <= 150; number++)
            Assert.True(CountForeground(Render(scene, number).Truth) > 20, $"Frame {number} is empty.");
        Assert.Equal(0, Assert.Single(scene.Events).Start);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(17, 33)]
    [InlineData(161, 91)]
    [InlineData(40, 200)]
    [InlineData(300, 40)]
    public void Any_size_and_layout_can_be_rendered(int width, int height)
    {
        foreach (PixelLayout layout in Enum.GetValues<PixelLayout>())
        {
            var scene = new Scene(Everything with { Width = width, Height = height, Layout = layout });
            (byte[] samples, byte[] truth) = Render(scene, 20);
            Assert.Equal(width * height, truth.Length);
            Assert.All(truth, value => Assert.True(value is Scene.Background or Scene.Shadow or Scene.Foreground));
            Assert.True(samples.Length < 1000 || Mean(samples) is > 60 and < 200);
        }
    }

    [Fact]
    public void Layouts_and_ranges_show_the_same_picture()
    {
        SceneOptions options = Small with { Actors = CarAndWalker };
        byte[] rgb = Render(new Scene(options), 30).Samples;
        byte[] full = Render(new Scene(options with { Layout = PixelLayout.Yuv420, Range = ColorRange.Full }), 30).Samples;
        byte[] limited = Render(new Scene(options with { Layout = PixelLayout.Yuv420 }), 30).Samples;
        byte[] gray = Render(new Scene(options with { Layout = PixelLayout.Gray8 }), 30).Samples;
        const int Pixels = 160 * 90;
        for (int i = 0; i < Pixels; i++)
        {
            double luma = 0.299 * rgb[i] + 0.587 * rgb[Pixels + i] + 0.114 * rgb[2 * Pixels + i];
            Assert.InRange(full[i], luma - 1.1, luma + 1.1);
            Assert.InRange(limited[i], 16 + luma * 219 / 255 - 1.1, 16 + luma * 219 / 255 + 1.1);
        }
        Assert.Equal(limited.AsSpan(0, Pixels), gray.AsSpan());
        // Of a square of four pixels, chroma is the mean.
        for (int y = 0; y < 45; y++)
        {
            for (int x = 0; x < 80; x++)
            {
                double red = 0, luma = 0;
                foreach (int i in (ReadOnlySpan<int>)[2 * y * 160 + 2 * x, 2 * y * 160 + 2 * x + 1, (2 * y + 1) * 160 + 2 * x, (2 * y + 1) * 160 + 2 * x + 1])
                {
                    red += rgb[i] / 4.0;
                    luma += (0.299 * rgb[i] + 0.587 * rgb[Pixels + i] + 0.114 * rgb[2 * Pixels + i]) / 4;
                }
                double v = 128 + 0.713 * (red - luma);
                Assert.InRange(full[Pixels + 3600 + y * 80 + x], v - 1.2, v + 1.2);
            }
        }
    }

    [Fact]
    public void A_frame_or_truth_of_the_wrong_size_is_refused()
    {
        var scene = new Scene(Small);
        Assert.Throws<ArgumentException>(() => scene.Render(0, new Frame(scene.Format with { Width = 161 })));
        Assert.Throws<ArgumentException>(() => scene.Render(0, new Frame(scene.Format), new byte[7]));
        Assert.Throws<ArgumentOutOfRangeException>(() => scene.Render(-1, new Frame(scene.Format)));
    }
}
