using GmmVision.Background;
using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Threading;
using Xunit;

namespace GmmVision.Tests.Foreground;

public class ForegroundDetectorTests
{
    private static readonly FrameFormat Format = new(160, 120, PixelLayout.Yuv420);

    /// <summary>A bit of everything: something that crosses, a lamp, a camera that shakes, something that stays.</summary>
    private static Frame[] Footage()
    {
        var scene = new TexturedScene(Format);
        var frames = new Frame[70];
        for (int i = 0; i < frames.Length; i++)
        {
            bool shakes = i is >= 50 and < 56;
            frames[i] = scene.Paint(i, i >= 35 ? (luma, _) => 1.25 * luma + 5 : null, shakes ? 2.3 : 0, shakes ? -1.4 : 0);
            if (i >= 10)
                TexturedScene.Draw(frames[i], new Box(2 * i, 40, 20, 36), 230, 90, 160);
            if (i >= 20)
                TexturedScene.Draw(frames[i], new Box(20, 80, 16, 16), 20, 140, 128);
        }
        return frames;
    }

    private static Mask[] Run(Frame[] frames, Preset preset, int threads, int batch)
    {
        ForegroundOptions options = ForegroundOptions.For(preset);
        using var detector = new ForegroundDetector(frames[0].Format, 25, options with { Background = options.Background with { Threads = threads } });
        Mask[] masks = [.. frames.Select(frame => new Mask(frame.Width, frame.Height))];
        for (int i = 0; i < frames.Length; i += batch)
        {
            int count = Math.Min(batch, frames.Length - i);
            if (batch == 1)
                detector.Apply(frames[i], masks[i]);
            else
                detector.Apply(frames.AsSpan(i, count), masks.AsSpan(i, count));
        }
        return masks;
    }

    [Theory]
    [InlineData(Preset.Fast)]
    [InlineData(Preset.Balanced)]
    [InlineData(Preset.Accurate)]
    public void Every_batch_and_thread_count_gives_the_same_bits(Preset preset)
    {
        Frame[] frames = Footage();
        Mask[] expected = Run(frames, preset, 1, 1);
        Assert.InRange(TexturedScene.Share(expected[30], new Box(60, 40, 20, 36)), 0.8, 1);
        foreach ((int threads, int batch) in new[] { (1, 7), (1, 16), (2, 1), (2, 16), (3, 7), (3, 70) })
        {
            Mask[] actual = Run(frames, preset, threads, batch);
            for (int i = 0; i < frames.Length; i++)
                Assert.True(expected[i].PixelsEqual(actual[i]), $"{preset}, {threads} threads, batches of {batch}: masks of frame {i} differ");
        }
    }

    [Theory]
    [InlineData(Preset.Fast)]
    [InlineData(Preset.Balanced)]
    public void A_frame_or_a_mask_of_another_size_is_refused_before_anything_is_touched(Preset preset)
    {
        using var detector = new ForegroundDetector(Format, 25, ForegroundOptions.For(preset));
        var mask = new Mask(Format.Width, Format.Height);
        var scene = new TexturedScene(Format);
        for (int i = 0; i < 3; i++)
            detector.Apply(scene.Paint(i), mask);
        Mask small = new(Format.Width, Format.Height - 8);
        Assert.ThrowsAny<ArgumentException>(() => detector.Apply(scene.Paint(3), small));
        Assert.True(small.IsEmpty);
        Assert.ThrowsAny<ArgumentException>(() => detector.Apply(new Frame(Format with { Width = 320 }), mask));
        Assert.Equal(3, detector.Background.FrameCount);
    }

    [Theory]
    [InlineData(PixelLayout.Yuv420, 641, 321)]
    [InlineData(PixelLayout.Gray8, 700, 300)]
    [InlineData(PixelLayout.Rgb, 650, 310)]
    public void Stages_shared_in_bands_give_the_same_bits(PixelLayout layout, int width, int height)
    {
        var format = new FrameFormat(width, height, layout);
        Assert.Equal(1, WorkerTeam.Alone.Share(format).Count);
        using (var team = new WorkerTeam(3))
            Assert.InRange(team.Share(format).Count, 3, 24);
        var scene = new TexturedScene(format);
        var frames = new Frame[14];
        for (int i = 0; i < frames.Length; i++)
        {
            // A lamp, something that crosses all bands with its shadow beside it, a camera that shakes.
            Frame frame = frames[i] = scene.Paint(i, i >= 9 ? (luma, x) => 1.2 * luma * (i >= 5 && x / 50 == 4 ? 0.6 : 1) : null, i == 12 ? 3.3 : 0, i == 12 ? -1.6 : 0);
            if (i >= 4)
                TexturedScene.Draw(frame, new Box(20 + 20 * i, 10, 40, height - 40), 235, 90, 160);
            if (i is >= 4 and < 9)
                for (int y = 10; y < height - 30; y++)
                    foreach (ref byte luma in frame.Row(0, y).Slice(60 + 20 * i, 30))
                        luma = (byte)(0.6 * luma);
        }
        Mask[] expected = Run(frames, Preset.Balanced, 1, 1);
        Assert.InRange(TexturedScene.Share(expected[8], new Box(184, 20, 32, height - 60)), 0.9, 1);
        foreach (int threads in new[] { 2, 3 })
        {
            Mask[] actual = Run(frames, Preset.Balanced, threads, 1);
            for (int i = 0; i < frames.Length; i++)
                Assert.True(expected[i].PixelsEqual(actual[i]), $"{layout} {width}x{height}, {threads} threads: masks of frame {i} differ");
        }
    }

    [Theory]
    [InlineData(Preset.Balanced, 0.9, 1)]
    [InlineData(Preset.Fast, 0, 0.05)]
    public void Who_stands_still_for_twenty_seconds_stays_in_balanced_and_is_absorbed_in_fast(Preset preset, double least, double most)
    {
        var scene = new TexturedScene(Format);
        ForegroundOptions options = ForegroundOptions.For(preset);
        using var detector = new ForegroundDetector(Format, 25, options with { Background = options.Background with { Threads = 1 } });
        var mask = new Mask(Format.Width, Format.Height);
        Box legs = new(70, 60, 14, 30), head = new(72, 46, 10, 14), whole = new(70, 46, 14, 44);
        double first = 0;
        for (int i = 0; i < 75 + 500; i++)
        {
            Frame frame = scene.Paint(i);
            if (TexturedScene.Coming(legs, 75 - i) is { } walks && TexturedScene.Coming(head, 75 - i) is { } looks)
            {
                TexturedScene.Draw(frame, walks, (byte)(24 + i % 3), 140, 120);
                TexturedScene.Draw(frame, looks, (byte)(210 + i % 5), 110, 150);
            }
            detector.Apply(frame, mask);
            if (i == 75 + 5)
                first = TexturedScene.Share(mask, legs);
        }
        Assert.InRange(first, 0.9, 1);
        Assert.InRange(TexturedScene.Share(mask, legs), least, most);
        Assert.InRange(TexturedScene.Share(mask, head), least, most);
        mask.AndNot(TexturedScene.MaskOf(Format, new Box(whole.X - 3, whole.Y - 3, whole.Width + 6, whole.Height + 6)));
        Assert.InRange(TexturedScene.Share(mask, new Box(0, 0, Format.Width, Format.Height)), 0, 0.005);
    }

    /// <summary>What is faint is found in whole blocks, and given back behind the neighbour vote: the region of interest is heard after that, too.</summary>
    [Fact]
    public void A_faint_object_at_the_edge_of_the_region_does_not_reach_beyond_it()
    {
        var format = new FrameFormat(320, 240, PixelLayout.Gray8);
        using var detector = new ForegroundDetector(format, 25);
        Mask region = TexturedScene.MaskOf(format, new Box(108, 0, 212, 240));
        detector.Background.RegionOfInterest = region;
        var mask = new Mask(320, 240);
        var random = new Random(7);
        int found = 0;
        for (int i = 0; i < 110; i++)
        {
            var frame = new Frame(format) { Number = i, Time = TimeSpan.FromSeconds(i / 25.0) };
            for (int y = 0; y < 240; y++)
                for (int x = 0; x < 320; x++)
                    frame.Row(0, y)[x] = (byte)(118 + random.Next(5) + (i >= 60 && x >= 80 && x < 160 && y >= 100 && y < 125 ? 11 : 0));
            detector.Apply(frame, mask);
            found += mask.IsEmpty ? 0 : 1;
            mask.AndNot(region);
            Assert.True(mask.IsEmpty, $"frame {i}: {mask.Count()} pixels beyond the region");
        }
        Assert.InRange(found, 20, 50);
    }

    [Fact]
    public void As_many_masks_as_frames_are_asked_for()
    {
        using var detector = new ForegroundDetector(Format, 25);
        Assert.Contains("2 frames", Assert.Throws<ArgumentException>(() => detector.Apply([new Frame(Format), new Frame(Format)], [new Mask(160, 120)])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void Every_option_out_of_range_is_refused_by_name_value_and_range(ForegroundOptions options, string name, string message)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(options.Validate);
        Assert.Equal(name, error.ParamName);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ForegroundDetector(Format, 25, options));
    }

    public static TheoryData<ForegroundOptions, string, string> OutOfRange => new()
    {
        { new() { MedianSize = 15.5 }, "MedianSize", "MedianSize is 15.5; it must be 0 to 15." },
        { new() { MedianSize = -1 }, "MedianSize", "MedianSize is -1; it must be 0 to 15." },
        { new() { NeighborReach = 9 }, "NeighborReach", "NeighborReach is 9; it must be 0 to 8." },
        { new() { NeighborReach = double.NaN }, "NeighborReach", "NeighborReach is NaN; it must be 0 to 8." },
        { new() { NeighborMajority = 0.05 }, "NeighborMajority", "NeighborMajority is 0.05; it must be 0.1 to 1." },
        { new() { NeighborMajority = 1.1 }, "NeighborMajority", "NeighborMajority is 1.1; it must be 0.1 to 1." },
        { new() { SelectiveRim = -0.5 }, "SelectiveRim", "SelectiveRim is -0.5; it must be 0 to 20." },
        { new() { SelectiveRim = 21 }, "SelectiveRim", "SelectiveRim is 21; it must be 0 to 20." },
        { new() { HoleArea = -0.1 }, "HoleArea", "HoleArea is -0.1; it must be 0 to 1." },
        { new() { HoleArea = 1.5 }, "HoleArea", "HoleArea is 1.5; it must be 0 to 1." },
        { new() { RegionArea = -0.1 }, "RegionArea", "RegionArea is -0.1; it must be 0 to 1." },
        { new() { RegionArea = 2 }, "RegionArea", "RegionArea is 2; it must be 0 to 1." },
        { new() { Background = new BackgroundOptions { Components = 9 } }, "Components", "Components is 9; it must be 1 to 8." },
    };

    [Fact]
    public void Every_preset_and_every_end_of_a_range_is_allowed()
    {
        foreach (Preset preset in Enum.GetValues<Preset>())
            Assert.NotNull(ForegroundOptions.For(preset).Validate());
        Assert.NotNull(new ForegroundOptions { MedianSize = 0, NeighborReach = 0, NeighborMajority = 0.1, SelectiveRim = 0, HoleArea = 0, RegionArea = 0 }.Validate());
        Assert.NotNull(new ForegroundOptions { MedianSize = 15, NeighborReach = 8, NeighborMajority = 1, SelectiveRim = 20, HoleArea = 1, RegionArea = 1 }.Validate());
        Assert.Throws<ArgumentOutOfRangeException>(() => ForegroundOptions.For((Preset)9));
    }

    [Theory]
    [InlineData(Preset.Fast)]
    [InlineData(Preset.Balanced)]
    public void What_must_not_be_learnt_is_not_from_the_very_frame_on_whoever_says_so(Preset preset)
    {
        FrameFormat format = new(64, 32, PixelLayout.Gray8);
        ForegroundOptions options = ForegroundOptions.For(preset);
        options = options with { Background = options.Background with { Threads = 1, HeldRateFactor = 0 } };
        using ForegroundDetector detector = new(format, 25, options);
        Mask foreground = new(64, 32), left = new(64, 32);
        for (int y = 0; y < 32; y++)
            for (int x = 0; x < 32; x++)
                left[x, y] = true;
        Frame frame = new(format);
        for (int i = 0; i < 30; i++)
        {
            frame.Data.Fill((byte)(100 + i % 2));
            detector.Apply(frame, foreground);
        }
        detector.Background.DoNotLearn = left;
        Assert.Same(left, detector.DoNotLearn);
        double held = detector.Background.GetComponent(8, 8, 0).Mean[0], free = detector.Background.GetComponent(56, 8, 0).Mean[0];
        frame.Data.Fill(103);
        detector.Apply(frame, foreground);
        Assert.Same(left, detector.Background.DoNotLearn);
        Assert.Equal(held, detector.Background.GetComponent(8, 8, 0).Mean[0]);
        Assert.NotEqual(free, detector.Background.GetComponent(56, 8, 0).Mean[0]);

        detector.DoNotLearn = null;
        detector.Apply(frame, foreground);
        Assert.NotEqual(held, detector.Background.GetComponent(8, 8, 0).Mean[0]);
        Assert.Throws<ArgumentException>(() => detector.DoNotLearn = new Mask(63, 32));
    }
}
