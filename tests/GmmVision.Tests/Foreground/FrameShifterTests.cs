using GmmVision.Foreground;
using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Foreground;

public class FrameShifterTests
{
    private static readonly int[] Widths = [1, 2, 15, 16, 17, 18, 31, 33, 62, 63, 64, 65, 66, 127, 129, 200];

    private static Frame Noise(FrameFormat format)
    {
        var frame = new Frame(format) { Number = 7, Time = TimeSpan.FromSeconds(3) };
        new Random(format.Width).NextBytes(frame.Data);
        return frame;
    }

    [Theory]
    [InlineData(PixelLayout.Gray8)]
    [InlineData(PixelLayout.Yuv420)]
    [InlineData(PixelLayout.Rgb)]
    public void A_whole_shift_copies_and_repeats_the_border(PixelLayout layout)
    {
        foreach (int width in Widths)
            foreach ((int dx, int dy) in new[] { (0, 0), (2, -4), (-2, 2), (18, 0), (-64, 6), (300, -300) })
            {
                Frame frame = Noise(new FrameFormat(width, 11, layout)), moved = new(frame.Format);
                FrameShifter.Shift(frame, dx, dy, moved);
                Compare(frame, moved, dx, dy, 0);
                Assert.Equal((7, TimeSpan.FromSeconds(3)), (moved.Number, moved.Time));
            }
    }

    [Theory]
    [InlineData(PixelLayout.Gray8)]
    [InlineData(PixelLayout.Yuv420)]
    [InlineData(PixelLayout.Rgb)]
    public void A_fraction_is_within_a_grey_level_of_bilinear_interpolation(PixelLayout layout)
    {
        // Eighths, whose halves for chroma are sixteenths: finer ones are rounded.
        foreach (int width in Widths)
            foreach ((float dx, float dy) in new[] { (0.5f, 0), (0.125f, -0.25f), (-0.875f, 1.5f), (2.25f, -3.625f), (-3.5f, 0.75f) })
            {
                Frame frame = Noise(new FrameFormat(width, 11, layout)), moved = new(frame.Format);
                FrameShifter.Shift(frame, dx, dy, moved);
                Compare(frame, moved, dx, dy, 1);
            }
    }

    [Fact]
    public void Fractions_finer_than_a_sixteenth_are_within_a_grey_level_in_a_smooth_picture()
    {
        var format = new FrameFormat(100, 60, PixelLayout.Gray8);
        var frame = new Frame(format);
        for (int y = 0; y < 60; y++)
            for (int x = 0; x < 100; x++)
                frame.Row(0, y)[x] = (byte)(120 + 60 * Math.Sin(x / 9.0) + 50 * Math.Cos(y / 7.0));
        var moved = new Frame(format);
        foreach ((float dx, float dy) in new[] { (0.03f, 0.97f), (-1.28f, 0.41f), (0.99f, -0.99f) })
        {
            FrameShifter.Shift(frame, dx, dy, moved);
            Compare(frame, moved, dx, dy, 1.2);
        }
    }

    private static void Compare(Frame frame, Frame moved, double dx, double dy, double tolerance)
    {
        for (int plane = 0; plane < frame.Format.PlaneCount; plane++)
        {
            double scale = plane > 0 && frame.Format.Layout == PixelLayout.Yuv420 ? 0.5 : 1;
            int width = frame.Format.PlaneWidth(plane), height = frame.Format.PlaneHeight(plane);
            for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++)
                {
                    double atX = x + dx * scale, atY = y + dy * scale, fx = atX - Math.Floor(atX), fy = atY - Math.Floor(atY);
                    double At(int i, int j) => frame.Row(plane, Math.Clamp((int)Math.Floor(atY) + j, 0, height - 1))[Math.Clamp((int)Math.Floor(atX) + i, 0, width - 1)];
                    double expected = (At(0, 0) * (1 - fx) + At(1, 0) * fx) * (1 - fy) + (At(0, 1) * (1 - fx) + At(1, 1) * fx) * fy;
                    if (Math.Abs(expected - moved.Row(plane, y)[x]) > tolerance)
                        Assert.Fail($"{frame.Format} shifted by {dx},{dy}: sample {x},{y} of plane {plane} is {moved.Row(plane, y)[x]}, not {expected}");
                }
        }
    }

    [Fact]
    public void A_mask_moves_as_its_pixels_do()
    {
        foreach (int width in Widths)
            foreach (double density in new[] { 0.03, 0.5, 0.97 })
                foreach (int dx in new[] { 0, 1, -1, 7, -7, 63, -63, 64, -64, 65, -65, 128, -130, 250 })
                {
                    Mask mask = RandomMasks.Noise(width, 6, density, 31 * width + dx), moved = new(width, 6);
                    int dy = dx % 5 - 1;
                    moved.Fill();
                    FrameShifter.Shift(mask, dx, dy, moved);
                    RandomMasks.AssertEqual((x, y) => mask[Math.Clamp(x - dx, 0, width - 1), Math.Clamp(y - dy, 0, 5)], moved, $"shift by {dx},{dy}");
                }
    }
}
