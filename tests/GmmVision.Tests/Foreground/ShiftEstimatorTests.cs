using GmmVision.Background;
using GmmVision.Foreground;
using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Foreground;

public class ShiftEstimatorTests
{
    private const int Width = 160, Height = 120;

    private static FrameFormat Format(PixelLayout layout = PixelLayout.Gray8) => new(Width, Height, layout);

    [Theory]
    [InlineData(0.5, -0.25)]
    [InlineData(2, 1)]
    [InlineData(-3.5, 2.25)]
    [InlineData(1.3, 0)]
    [InlineData(0, -5)]
    public void A_moved_picture_is_measured_to_a_fraction_of_a_pixel(double dx, double dy)
    {
        foreach (PixelLayout layout in Enum.GetValues<PixelLayout>())
        {
            var scene = new TexturedScene(Format(layout));
            using BackgroundModel model = scene.Learn();
            (float x, float y) = new ShiftEstimator(Format(layout)).Estimate(scene.Paint(20, dx: dx, dy: dy), model.View);
            Near(dx, dy, x, y);
        }
    }

    [Fact]
    public void A_picture_that_moves_in_another_light_is_measured_too()
    {
        var scene = new TexturedScene(Format());
        using BackgroundModel model = scene.Learn();
        (float x, float y) = new ShiftEstimator(Format()).Estimate(scene.Paint(20, (luma, _) => 1.2 * luma + 10, 2, -1.5), model.View);
        Near(2, -1.5, x, y);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(80)]
    public void A_large_object_at_the_top_or_at_the_bottom_does_not_hide_how_the_rest_moved(int top)
    {
        // Texture everywhere, so that there are many times the points that there is room for.
        var scene = new TexturedScene(Format(), longest: 16);
        using BackgroundModel model = scene.Learn();
        Frame frame = scene.Paint(20, dx: 2, dy: 1);
        Stripes(frame, new Box(0, top, Width, 40), 0);
        (float x, float y) = new ShiftEstimator(Format()).Estimate(frame, model.View);
        Near(2, 1, x, y);
    }

    [Theory]
    [InlineData(50, 30, 60, 60, 0.15)]
    [InlineData(0, 0, Width, 2 * Height / 3, 1)]
    public void A_screen_whose_picture_moves_is_no_shift(int left, int top, int width, int height, double contrast)
    {
        // Strong texture that moves by two pixels: on a third of the picture with hardly any around it, and on most of it, while the rest, which can be told, does not move.
        TexturedScene room = new(Format()), screen = new(Format(), 5, longest: 20);
        var where = new Box(left, top, width, height);
        Frame Paint(int i, double dy)
        {
            Frame frame = room.Paint(i, (luma, _) => 100 + contrast * (luma - 100)), shown = screen.Paint(i, dy: dy);
            for (int y = where.Y; y < where.Bottom; y++)
                shown.Row(0, y)[where.X..where.Right].CopyTo(frame.Row(0, y)[where.X..]);
            return frame;
        }
        using var model = new BackgroundModel(Format(), new BackgroundOptions { Threads = 1 });
        model.Initialize(Paint(0, 0), 50);
        Assert.Equal((0, 0), new ShiftEstimator(Format()).Estimate(Paint(1, 2), model.View));
    }

    [Fact]
    public void An_object_that_crosses_a_still_scene_is_no_shift()
    {
        var scene = new TexturedScene(Format());
        using BackgroundModel model = scene.Learn();
        foreach (int top in new[] { 5, 40, 75 })
        {
            var estimator = new ShiftEstimator(Format());
            for (int i = 0; i < 40; i++)
            {
                Frame frame = scene.Paint(20 + i);
                Stripes(frame, new Box(3 * i, top, 40, 40), 3 * i);
                Assert.Equal((0, 0), estimator.Estimate(frame, model.View));
            }
        }
    }

    [Theory]
    [InlineData(1.4, 0)]
    [InlineData(0.6, 5)]
    [InlineData(1.1, -30)]
    public void A_change_of_light_is_no_shift(double gain, double offset)
    {
        var scene = new TexturedScene(Format());
        using BackgroundModel model = scene.Learn();
        var estimator = new ShiftEstimator(Format());
        for (int i = 0; i < 10; i++)
            Assert.Equal((0, 0), estimator.Estimate(scene.Paint(20 + i, (luma, _) => gain * luma + offset), model.View));
    }

    [Fact]
    public void A_camera_that_shakes_is_followed_and_found_at_rest_again()
    {
        var scene = new TexturedScene(Format());
        using BackgroundModel model = scene.Learn();
        var estimator = new ShiftEstimator(Format());
        for (int i = 0; i < 40; i++)
        {
            (double dx, double dy) = i < 30 ? (3 * Math.Sin(i), 2 * Math.Cos(1.7 * i)) : (0, 0);
            (float x, float y) = estimator.Estimate(scene.Paint(20 + i, dx: dx, dy: dy), model.View);
            Near(dx, dy, x, y);
        }
    }

    [Fact]
    public void A_scene_without_texture_gives_no_shift()
    {
        using var model = new BackgroundModel(Format(), new BackgroundOptions { Threads = 1 });
        var frame = new Frame(Format());
        frame.Data.Fill(90);
        model.Initialize(frame);
        Stripes(frame, new Box(0, 0, Width, Height), 0);
        Assert.Equal((0, 0), new ShiftEstimator(Format()).Estimate(frame, model.View));
    }

    private static void Stripes(Frame frame, Box where, int phase)
    {
        for (int y = where.Y; y < where.Bottom; y++)
            for (int x = where.X; x < Math.Min(Width, where.Right); x++)
                frame.Row(0, y)[x] = (byte)(((x - phase) / 5 + y / 7) % 2 == 0 ? 30 : 190);
    }

    private static void Near(double dx, double dy, float x, float y) =>
        Assert.True(Math.Abs(x - dx) < 0.15 && Math.Abs(y - dy) < 0.15, $"moved by {dx:F2},{dy:F2}, measured {x:F2},{y:F2}");
}
