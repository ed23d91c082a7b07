using GmmVision.Imaging;
using GmmVision.Motion;
using Xunit;

namespace GmmVision.Tests.Motion;

public class SmartMaskTests
{
    private const int Width = 128, Height = 64;
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(10);
    private static readonly Box Screen = new(40, 20, 16, 10);

    private static Mask WithBoxes(params Box[] boxes)
    {
        Mask mask = new(Width, Height);
        foreach (Box box in boxes)
            for (int y = box.Y; y < box.Bottom; y++)
                for (int x = box.X; x < box.Right; x++)
                    mask[x, y] = true;
        return mask;
    }

    private static MotionFinder Finder(double joined = 0) => new(Width, Height, new MotionOptions { SmartMask = Span, MergeWindow = TimeSpan.FromSeconds(joined) });

    // Shows a mask for a while; returns from when on it was told as it is, and from when on it was not.
    private static (double Told, double Untold) Show(MotionFinder finder, Func<int, Mask> at, double from, double seconds, double frameRate)
    {
        double told = double.NaN, untold = double.NaN;
        Mask motion = new(Width, Height);
        for (int i = 0; i < seconds * frameRate; i++)
        {
            double time = from + i / frameRate;
            finder.Find(at(i), motion, TimeSpan.FromSeconds(time));
            if (finder.Score > 0 && double.IsNaN(told))
                told = time;
            if (finder.Score == 0 && double.IsNaN(untold))
                untold = time;
        }
        return (told, untold);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(25)]
    [InlineData(60)]
    public void What_moves_without_a_pause_is_told_for_the_span_at_any_frame_rate(double frameRate)
    {
        MotionFinder finder = Finder();
        Mask screen = WithBoxes(Screen);
        Assert.Equal(Span.TotalSeconds, Show(finder, _ => screen, 0, 12, frameRate).Untold, 0.25);
        Assert.Equal(8 * 5, finder.SmartMask!.Masked.Count);
        Assert.True(finder.SmartMask.Pixels.PixelsEqual(screen));
        Assert.Equal(new Box(40, 20, 2, 2), finder.SmartMask.Masked.BoxOf(20, 10));
        Assert.True(finder.SmartMask.Masked[20, 10]);
        Assert.False(finder.SmartMask.Masked[19, 10]);

        // Who goes past it is told, whole, but counts where he is not before it.
        Mask motion = new(Width, Height);
        finder.Find(WithBoxes(new Box(50, 16, 10, 30)), motion, TimeSpan.FromSeconds(12));
        Region walker = Assert.Single(finder.Regions.ToArray());
        Assert.Equal((new Box(50, 16, 10, 30), 10 * 30 - 6 * 10), (walker.Box, walker.Area));
    }

    [Fact]
    public void What_has_come_to_rest_is_told_when_it_moves_again()
    {
        MotionFinder finder = Finder();
        Mask screen = WithBoxes(Screen), nothing = new(Width, Height);
        Show(finder, _ => screen, 0, 60, 10);
        Show(finder, _ => nothing, 60, 4.5 * Span.TotalSeconds, 10);
        Assert.False(finder.SmartMask!.Masked.Count == 0);
        Show(finder, _ => nothing, 60 + 4.5 * Span.TotalSeconds, 0.5 * Span.TotalSeconds, 10);       // ln 4 / 0.288: 4.8 spans in all
        Assert.Equal(0, finder.SmartMask.Masked.Count);
        Assert.Equal(111.0, Show(finder, _ => screen, 111, 1, 10).Told);
    }

    [Theory]
    [InlineData(0.4, true)]
    [InlineData(0.2, false)]
    public void It_is_the_share_of_the_time_that_counts(double share, bool isMasked)
    {
        MotionFinder finder = Finder();
        Mask screen = WithBoxes(Screen), nothing = new(Width, Height);
        Show(finder, i => i % 10 < 10 * share ? screen : nothing, 0, 200, 10);
        Assert.Equal(isMasked, finder.SmartMask!.Masked.Count > 0);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0.5, true)]
    public void Pauses_that_events_outlast_are_no_rest(double joined, bool isMasked)
    {
        // A tenth of a second of motion, nine tenths of none: the events of a screen that plays.
        MotionFinder finder = Finder(joined);
        Mask screen = WithBoxes(Screen), nothing = new(Width, Height);
        Show(finder, i => i % 10 == 0 ? screen : nothing, 0, 100, 10);
        Assert.Equal(isMasked, finder.SmartMask!.Masked.Count > 0);
    }

    [Fact]
    public void Beside_what_is_masked_less_is_enough()
    {
        MotionFinder finder = Finder();
        Mask trunk = WithBoxes(new Box(40, 20, 4, 10)), twigs = WithBoxes(new Box(40, 20, 12, 10)), far = WithBoxes(new Box(40, 20, 4, 10), new Box(100, 20, 4, 10));
        Show(finder, i => (i % 20) switch { < 3 => twigs, < 6 => far, _ => trunk }, 0, 200, 10);
        Assert.True(finder.SmartMask!.Masked[22, 12]);         // twigs: 15 % of the time, and beside the trunk
        Assert.True(finder.SmartMask.Masked[24, 12]);
        Assert.False(finder.SmartMask.Masked[25, 12]);         // as often, but further from it than three cells
        Assert.False(finder.SmartMask.Masked[50, 12]);
    }

    [Fact]
    public void Rain_everywhere_is_no_place_that_could_be_masked()
    {
        MotionFinder finder = Finder();
        Mask rain = WithBoxes(new Box(0, 0, 128, 36));
        Assert.Equal(double.NaN, Show(finder, _ => rain, 0, 60, 10).Untold);
        Assert.Equal(0, finder.SmartMask!.Masked.Count);
    }

    [Fact]
    public void Specks_a_pause_and_zones_do_not_mislead_it()
    {
        MotionFinder finder = new(Width, Height, new MotionOptions { SmartMask = Span, MergeWindow = TimeSpan.Zero, MinArea = 5.0 / (Width * Height), Exclude = [Zone.Parse("100,0 127,0 127,20 100,20")] });
        Mask speck = WithBoxes(new Box(10, 10, 2, 2)), screen = WithBoxes(Screen, new Box(105, 5, 6, 6)), motion = new(Width, Height);
        Show(finder, _ => speck, 0, 60, 10);
        Assert.Equal(0, finder.SmartMask!.Masked.Count);
        // A camera that was away for an hour has not seen an hour of motion.
        finder.Find(screen, motion, TimeSpan.FromSeconds(61));
        finder.Find(screen, motion, TimeSpan.FromSeconds(3661));
        Assert.Equal(0, finder.SmartMask.Masked.Count);
        Assert.Single(finder.Regions.ToArray());
        // A clock that falls back teaches nothing, and breaks nothing.
        finder.Find(screen, motion, TimeSpan.FromSeconds(5));
        Assert.Equal(0, finder.SmartMask.Masked.Count);
        // Nor do times as far apart as they can be.
        foreach (TimeSpan far in (TimeSpan[])[TimeSpan.MaxValue, TimeSpan.MinValue, TimeSpan.MaxValue])
            finder.Find(screen, motion, far);
        Assert.Equal(0, finder.SmartMask.Masked.Count);
        // Where no time is given, nothing is learnt.
        for (int i = 0; i < 1000; i++)
            finder.Find(screen, motion);
        Assert.Equal(0, finder.SmartMask.Masked.Count);
    }

    [Fact]
    public void It_can_be_saved_as_a_picture_and_goes_on()
    {
        MotionFinder finder = Finder(), other = Finder();
        Mask screen = WithBoxes(Screen);
        Show(finder, _ => screen, 0, 20, 10);
        using MemoryStream file = new();
        finder.SmartMask!.Save(file);
        file.Position = 0;
        other.SmartMask!.Load(file);
        Assert.True(other.SmartMask.Pixels.PixelsEqual(finder.SmartMask.Pixels));
        for (int cell = 0; cell < 64 * 32; cell++)
            Assert.Equal(finder.SmartMask.Shares[cell], other.SmartMask.Shares[cell], 0.002);

        file.Position = 0;
        SmartMask tall = new(64, 128, Span, TimeSpan.Zero);
        Assert.Contains("64x32 cells does not fit", Assert.Throws<InvalidDataException>(() => tall.Load(file)).Message);
        Assert.Throws<InvalidDataException>(() => tall.Load(new MemoryStream([1, 2, 3])));
        other.SmartMask.Clear();
        Assert.Equal(0, other.SmartMask.Masked.Count);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(90_000)]
    public void A_span_has_a_range(double seconds)
    {
        Assert.Contains("SmartMask is", Assert.Throws<ArgumentOutOfRangeException>(() => new MotionOptions { SmartMask = TimeSpan.FromSeconds(seconds) }.Validate()).Message);
        Assert.Contains("1 to 86400 seconds", Assert.Throws<ArgumentOutOfRangeException>(() => new SmartMask(10, 10, TimeSpan.FromSeconds(seconds), TimeSpan.Zero)).Message);
    }

    // A picture of texture, in which a screen plays; from 30 s on the camera looks elsewhere.
    private static Frame Picture(int i, FrameFormat format)
    {
        Frame frame = new(format) { Number = i, Time = TimeSpan.FromSeconds(i / 10.0) };
        int shift = i >= 300 ? 61 : 0;
        for (int y = 0; y < format.Height; y++)
            for (int x = 0; x < format.Width; x++)
                frame.Row(0, y)[x] = (byte)(80 + 50 * Math.Sin((x + shift) * 0.23) * Math.Cos((y + shift) * 0.31) + ((x + shift) * 7 + y * 13) % 5);
        if (i > 30)
            for (int y = 60; y < 90; y++)
                for (int x = 200; x < 250; x++)
                    frame.Row(0, y)[x] = (byte)(120 + 110 * Math.Sin((x - 200) / 8 * 1.7 + y / 6 * 2.3 + i * 2.1));
        return frame;
    }

    [Fact]
    public void In_a_pipeline_it_outlasts_other_settings_and_is_forgotten_when_the_camera_looks_elsewhere()
    {
        FrameFormat format = new(320, 180, PixelLayout.Gray8);
        PipelineOptions options = new() { Motion = new MotionOptions { SmartMask = TimeSpan.FromSeconds(10) } };
        using MotionPipeline pipeline = new(format, 10, options);
        FrameResult result = new(format);
        MaskedCells? before = null;
        for (int i = 0; i < 340; i++)
        {
            if (i == 250)
                pipeline.Change(options with { Motion = options.Motion with { MinArea = 0.0002, SmartMask = TimeSpan.FromSeconds(12) } });
            pipeline.Process(Picture(i, format), result);
            if (i is 200 or 251 or 299)
            {
                before = result.Masked;
                Assert.True(before!.Count is > 40 and < 150, $"{before.Count} cells at frame {i}");
                Assert.False(result.Foreground.IsEmpty);
                Assert.Equal(0, result.Score, 0.002);
            }
        }
        Assert.NotSame(before, result.Masked);
        Assert.Equal(0, result.Masked!.Count);
        pipeline.Change(new PipelineOptions());
        Assert.Null(pipeline.SmartMask);
    }
}
