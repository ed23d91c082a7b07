using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Imaging;

public class PackedFrameTests
{
    private static readonly (int Width, int Height)[] Sizes = [(1, 1), (2, 2), (3, 5), (17, 3), (31, 8), (64, 6), (67, 7), (130, 4)];

    private static IEnumerable<(PixelLayout Target, ColorRange Range, bool HasGap)> Ways =>
        from target in Enum.GetValues<PixelLayout>() from range in Enum.GetValues<ColorRange>() from hasGap in (bool[])[false, true] select (target, range, hasGap);

    [Theory]
    [InlineData(PackedLayout.Bgr)]
    [InlineData(PackedLayout.Bgra)]
    [InlineData(PackedLayout.Rgb)]
    [InlineData(PackedLayout.Rgba)]
    public void Colors_become_what_planes_of_red_green_and_blue_become(PackedLayout layout)
    {
        foreach ((PixelLayout target, ColorRange range, bool hasGap) in Ways)
            ColorsBecome(layout, target, range, hasGap);
    }

    private static void ColorsBecome(PackedLayout layout, PixelLayout target, ColorRange range, bool hasGap)
    {
        foreach ((int width, int height) in Sizes)
        {
            Random random = new(width * 100 + height);
            Frame planes = new(new FrameFormat(width, height, PixelLayout.Rgb, ColorRange.Full));
            random.NextBytes(planes.Data);
            int bytes = layout is PackedLayout.Bgr or PackedLayout.Rgb ? 3 : 4, stride = bytes * width + (hasGap ? 13 : 0);
            byte[] data = new byte[stride * (height - 1) + bytes * width];
            random.NextBytes(data);
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    for (int channel = 0; channel < 3; channel++)
                        data[y * stride + bytes * x + channel] = planes.Row(layout is PackedLayout.Rgb or PackedLayout.Rgba ? channel : 2 - channel, y)[x];
                }
            }
            Frame expected = new(new FrameFormat(width, height, target, range)), found = new(expected.Format);
            FrameConverter.Convert(planes, expected);
            new PackedFrame(layout, width, height, data, hasGap ? stride : 0) { Time = TimeSpan.FromSeconds(3), Number = 75 }.CopyTo(found);
            Assert.Equal(expected.Data.ToArray(), found.Data.ToArray());
            Assert.Equal((TimeSpan.FromSeconds(3), 75), (found.Time, found.Number));
        }
    }

    [Fact]
    public void Nv12_becomes_three_planes()
    {
        foreach ((PixelLayout target, ColorRange range, bool hasGap) in Ways)
            Nv12Becomes(target, range, hasGap);
    }

    private static void Nv12Becomes(PixelLayout target, ColorRange range, bool hasGap)
    {
        foreach ((int width, int height) in Sizes)
        {
            Random random = new(width * 100 + height);
            Frame planes = new(new FrameFormat(width, height, PixelLayout.Yuv420, ColorRange.Limited));
            random.NextBytes(planes.Data);
            int row = width + (width & 1), stride = row + (hasGap ? 9 : 0);
            byte[] data = new byte[stride * (height + (height + 1) / 2)];
            for (int y = 0; y < height; y++)
                planes.Row(0, y).CopyTo(data.AsSpan(y * stride));
            for (int y = 0; y < (height + 1) / 2; y++)
            {
                for (int x = 0; x < (width + 1) / 2; x++)
                    (data[(height + y) * stride + 2 * x], data[(height + y) * stride + 2 * x + 1]) = (planes.Row(1, y)[x], planes.Row(2, y)[x]);
            }
            Frame expected = new(new FrameFormat(width, height, target, range)), found = new(expected.Format);
            FrameConverter.Convert(planes, expected);
            new PackedFrame(PackedLayout.Nv12, width, height, data, hasGap ? stride : 0).CopyTo(found);
            Assert.Equal(expected.Data.ToArray(), found.Data.ToArray());
        }
    }

    [Fact]
    public void A_pipeline_takes_them_as_it_takes_planes()
    {
        const int Width = 64, Height = 48;
        FrameFormat format = new(Width, Height, PixelLayout.Yuv420, ColorRange.Full);
        using MotionPipeline first = new(format, frameRate: 25), second = new(format, frameRate: 25);
        FrameResult found = new(format), expected = new(format);
        byte[] picture = new byte[3 * Width * Height];
        Frame planes = new(new FrameFormat(Width, Height, PixelLayout.Rgb, ColorRange.Full)), frame = new(format);
        Random random = new(1);
        int foreground = 0;
        for (int number = 0; number < 60; number++)
        {
            for (int i = 0; i < Width * Height; i++)
            {
                bool isObject = number > 40 && i % Width is > 20 and < 40 && i / Width is > 10 and < 30;
                for (int channel = 0; channel < 3; channel++)
                {
                    byte value = (byte)((isObject ? 200 : 90) + random.Next(5));
                    picture[3 * i + channel] = value;
                    planes.Row(2 - channel, i / Width)[i % Width] = value;
                }
            }
            planes.Time = frame.Time = TimeSpan.FromSeconds(number / 25.0);
            (planes.Number, frame.Number) = (number, number);
            FrameConverter.Convert(planes, frame);
            first.Process(new PackedFrame(PackedLayout.Bgr, Width, Height, picture) { Time = frame.Time, Number = number }, found);
            second.Process(frame, expected);
            for (int y = 0; y < Height; y++)
                for (int x = 0; x < Width; x++)
                    Assert.Equal(expected.Foreground[x, y], found.Foreground[x, y]);
            foreground += found.Foreground.Count();
        }
        Assert.True(foreground > 300);
    }

    [Fact]
    public void What_does_not_fit_says_so()
    {
        Assert.Contains("has 12 bytes", Assert.Throws<ArgumentException>(() => new PackedFrame(PackedLayout.Bgr, 4, 2, new byte[24], 11).CopyTo(new Frame(new FrameFormat(4, 4, PixelLayout.Gray8)))).Message, StringComparison.Ordinal);
        Assert.Contains("has 24", Assert.Throws<ArgumentException>(() => new PackedFrame(PackedLayout.Bgr, 4, 2, new byte[23]).CopyTo(new Frame(new FrameFormat(4, 4, PixelLayout.Gray8)))).Message, StringComparison.Ordinal);
        Assert.Contains("has 24", Assert.Throws<ArgumentException>(() => new PackedFrame(PackedLayout.Nv12, 4, 4, new byte[23]).CopyTo(new Frame(new FrameFormat(4, 4, PixelLayout.Gray8)))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new PackedFrame((PackedLayout)9, 4, 4, new byte[99]).CopyTo(new Frame(new FrameFormat(4, 4, PixelLayout.Gray8))));
        Assert.Throws<ArgumentException>(() => new PackedFrame(PackedLayout.Bgr, 0, 4, new byte[99]).CopyTo(new Frame(new FrameFormat(4, 4, PixelLayout.Gray8))));
        Assert.Contains("4x2", Assert.Throws<ArgumentException>(() => new PackedFrame(PackedLayout.Bgr, 4, 2, new byte[24]).CopyTo(new Frame(new FrameFormat(4, 3, PixelLayout.Gray8)))).Message, StringComparison.Ordinal);
    }
}
