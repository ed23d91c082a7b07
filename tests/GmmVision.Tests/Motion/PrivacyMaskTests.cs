using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Tests.Foreground;
using Xunit;

namespace GmmVision.Tests.Motion;

public class PrivacyMaskTests
{
    [Theory]
    [InlineData(PixelLayout.Gray8, ColorRange.Full)]
    [InlineData(PixelLayout.Yuv420, ColorRange.Limited)]
    [InlineData(PixelLayout.Yuv420, ColorRange.Full)]
    [InlineData(PixelLayout.Rgb, ColorRange.Limited)]
    public void What_is_hidden_is_black_in_every_plane_and_the_rest_is_untouched(PixelLayout layout, ColorRange range)
    {
        foreach (int width in new[] { 1, 63, 64, 65, 131 })
        {
            var frame = new Frame(new FrameFormat(width, 21, layout, range));
            var before = new Frame(frame.Format);
            new Random(width).NextBytes(before.Data);
            frame.CopyFrom(before);
            Mask hidden = RandomMasks.Blobs(width, 21, width);
            new PrivacyMask(hidden).Apply(frame);

            byte black = layout != PixelLayout.Rgb && range == ColorRange.Limited ? (byte)16 : (byte)0;
            for (int plane = 0; plane < frame.Format.PlaneCount; plane++)
            {
                int step = plane > 0 && layout == PixelLayout.Yuv420 ? 2 : 1;
                for (int y = 0; y < frame.Format.PlaneHeight(plane); y++)
                    for (int x = 0; x < frame.Format.PlaneWidth(plane); x++)
                    {
                        bool hide = false;
                        for (int v = y * step; v < Math.Min(21, (y + 1) * step); v++)
                            for (int u = x * step; u < Math.Min(width, (x + 1) * step); u++)
                                hide |= hidden[u, v];
                        byte expected = !hide ? before.Row(plane, y)[x] : step == 2 ? (byte)128 : black;
                        Assert.Equal(expected, frame.Row(plane, y)[x]);
                    }
            }
        }
    }

    [Fact]
    public void No_zones_hide_nothing()
    {
        var mask = new PrivacyMask([], 20, 10);
        Assert.True(mask.IsEmpty);
        Assert.False(new PrivacyMask([Zone.Parse("1,1 4,1 4,4")], 20, 10).IsEmpty);
        var frame = new Frame(new FrameFormat(20, 10, PixelLayout.Gray8));
        frame.Data.Fill(77);
        mask.Apply(frame);
        Assert.False(frame.Data.ContainsAnyExcept((byte)77));
    }

    [Fact]
    public void A_frame_of_another_size_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => new PrivacyMask([], 20, 10).Apply(new Frame(new FrameFormat(21, 10, PixelLayout.Gray8))));
        Assert.Contains("21x10", error.Message, StringComparison.Ordinal);
    }
}
