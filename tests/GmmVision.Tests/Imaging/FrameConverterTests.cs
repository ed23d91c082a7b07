using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Imaging;

public sealed class FrameConverterTests
{
    private static Frame Random(FrameFormat format, int seed, int block = 1)
    {
        Random random = new(seed);
        Frame frame = new(format) { Time = TimeSpan.FromSeconds(3), Number = 7 };
        for (int plane = 0; plane < format.PlaneCount; plane++)
            for (int y = 0; y < format.PlaneHeight(plane); y++)
                for (int x = 0; x < format.PlaneWidth(plane); x++)
                    frame.Row(plane, y)[x] = y % block > 0 ? frame.Row(plane, y - 1)[x] : x % block > 0 ? frame.Row(plane, y)[x - 1] : (byte)random.Next(256);
        return frame;
    }

    // BT.601 in double precision, by its definition: Y' of the weights, Cb and Cr as scaled differences.
    private static (double R, double G, double B) Rgb(double y, double u, double v, ColorRange range)
    {
        (double luma, double cb, double cr) = range == ColorRange.Limited ? ((y - 16) / 219, (u - 128) / 224, (v - 128) / 224) : (y / 255, (u - 128) / 255, (v - 128) / 255);
        double r = luma + 1.402 * cr, b = luma + 1.772 * cb;
        return (255 * r, 255 * (luma - 0.299 * r - 0.114 * b) / 0.587, 255 * b);
    }

    [Theory]
    [InlineData(ColorRange.Limited, 16, 10)]
    [InlineData(ColorRange.Full, 17, 11)]
    [InlineData(ColorRange.Limited, 1, 1)]
    public void Colours_are_those_of_the_standard(ColorRange range, int width, int height)
    {
        Frame yuv = Random(new FrameFormat(width, height, PixelLayout.Yuv420, range), 1);
        Frame rgb = FrameConverter.Convert(yuv, PixelLayout.Rgb);
        Assert.Equal((PixelLayout.Rgb, ColorRange.Full, yuv.Time, yuv.Number), (rgb.Format.Layout, rgb.Format.Range, rgb.Time, rgb.Number));
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                (double r, double g, double b) = Rgb(yuv.Row(0, y)[x], yuv.Row(1, y / 2)[x / 2], yuv.Row(2, y / 2)[x / 2], range);
                Assert.InRange(rgb.Row(0, y)[x] - Math.Clamp(r, 0, 255), -0.51, 0.51);
                Assert.InRange(rgb.Row(1, y)[x] - Math.Clamp(g, 0, 255), -0.51, 0.51);
                Assert.InRange(rgb.Row(2, y)[x] - Math.Clamp(b, 0, 255), -0.51, 0.51);
            }
        }
    }

    [Theory]
    [InlineData(ColorRange.Limited)]
    [InlineData(ColorRange.Full)]
    public void There_and_back_is_the_same_but_for_rounding(ColorRange range)
    {
        Frame rgb = Random(new FrameFormat(32, 24, PixelLayout.Rgb, ColorRange.Full), 2, block: 2);
        Frame yuv = new(new FrameFormat(32, 24, PixelLayout.Yuv420, range)), back = new(rgb.Format);
        FrameConverter.Convert(rgb, yuv);
        FrameConverter.Convert(yuv, back);
        for (int plane = 0; plane < 3; plane++)
            for (int y = 0; y < rgb.Height; y++)
                for (int x = 0; x < rgb.Width; x++)
                    Assert.InRange(back.Row(plane, y)[x] - rgb.Row(plane, y)[x], -3, 3);
    }

    [Fact]
    public void Grey_has_no_colour_and_ranges_are_brought_to_each_other()
    {
        Frame gray = new(new FrameFormat(3, 1, PixelLayout.Gray8, ColorRange.Limited));
        ((byte[])[16, 126, 235]).CopyTo(gray.Row(0, 0));
        Frame rgb = FrameConverter.Convert(gray, PixelLayout.Rgb);
        for (int plane = 0; plane < 3; plane++)
            Assert.Equal([0, 128, 255], rgb.Row(plane, 0)[..3].ToArray());
        Frame full = new(new FrameFormat(3, 1, PixelLayout.Yuv420, ColorRange.Full)), back = new(gray.Format);
        FrameConverter.Convert(gray, full);
        Assert.Equal([0, 128, 255], full.Row(0, 0)[..3].ToArray());
        Assert.Equal(128, full.Row(1, 0)[0]);
        FrameConverter.Convert(full, back);
        Assert.Equal([16, 126, 235], back.Row(0, 0)[..3].ToArray());
    }

    [Fact]
    public void Another_size_is_refused() =>
        Assert.Contains("3x1", Assert.Throws<ArgumentException>(() => FrameConverter.Convert(new Frame(new FrameFormat(3, 1, PixelLayout.Gray8)), new Frame(new FrameFormat(3, 2, PixelLayout.Rgb)))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_frame_as_video_has_it_can_be_written_as_PNG()
    {
        Frame yuv = Random(new FrameFormat(9, 5, PixelLayout.Yuv420), 4);
        using MemoryStream direct = new(), converted = new();
        PngWriter.Write(direct, yuv);
        PngWriter.Write(converted, FrameConverter.Convert(yuv, PixelLayout.Rgb));
        Assert.Equal(converted.ToArray(), direct.ToArray());
    }
}
