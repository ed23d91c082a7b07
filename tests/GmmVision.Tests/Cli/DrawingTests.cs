using GmmVision.Cli.Drawing;
using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Cli;

public class DrawingTests
{
    private static readonly FrameFormat Odd = new(41, 27, PixelLayout.Yuv420);

    [Fact]
    public void Limited_white_black_and_red_are_what_the_standard_says()
    {
        Assert.Equal(new Paint(235, 128, 128), Paint.FromRgb(255, 255, 255, ColorRange.Limited));
        Assert.Equal(new Paint(16, 128, 128), Paint.FromRgb(0, 0, 0, ColorRange.Limited));
        Assert.Equal(new Paint(81, 90, 240), Paint.FromRgb(255, 0, 0, ColorRange.Limited));
        Assert.Equal(new Paint(76, 85, 255), Paint.FromRgb(255, 0, 0, ColorRange.Full));
    }

    [Fact]
    public void A_filled_box_is_filled_to_its_edges_and_no_further()
    {
        Canvas canvas = new(Odd);
        canvas.Fill(new Box(3, 5, 10, 4), new Paint(200, 10, 20));
        for (int y = 0; y < Odd.Height; y++)
        {
            for (int x = 0; x < Odd.Width; x++)
                Assert.Equal(x is >= 3 and < 13 && y is >= 5 and < 9 ? 200 : 0, canvas.Frame.Row(0, y)[x]);
        }
        Assert.Equal(10, canvas.Frame.Row(1, 2)[1]);
        Assert.Equal(20, canvas.Frame.Row(2, 4)[6]);
        Assert.Equal(0, canvas.Frame.Row(1, 5)[6]);
    }

    [Fact]
    public void What_lies_outside_is_cut_off()
    {
        Canvas canvas = new(Odd);
        Paint paint = new(200, 10, 20);
        canvas.Label(30, 20, "CUT OFF", paint);
        canvas.Outline(new Box(-5, -5, 100, 100), 2, paint);
        canvas.Fill(new Box(39, 25, 50, 50), paint);
        canvas.Fill(new Box(100, 100, 5, 5), paint);
        Assert.Equal(200, canvas.Frame.Row(0, 26)[40]);
        Assert.Equal(0, canvas.Frame.Row(0, 10)[10]);
    }

    [Fact]
    public void A_grey_picture_becomes_a_colourless_one()
    {
        Frame gray = new(new FrameFormat(8, 6, PixelLayout.Gray8));
        gray.Data.Fill(99);
        Canvas canvas = new(gray.Format);
        canvas.Load(gray);
        Assert.Equal(99, canvas.Frame.Row(0, 5)[7]);
        Assert.Equal(128, canvas.Frame.Row(1, 2)[3]);
        Assert.Equal(128, canvas.Frame.Row(2, 2)[3]);
    }

    [Fact]
    public void Letters_differ_from_each_other()
    {
        const string Letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ:.,-/%#_? ";
        Assert.Equal(Letters.Length, Letters.Select(letter => Convert.ToHexString(BitmapFont.Glyph(letter))).Distinct().Count());
        Assert.True(BitmapFont.Glyph('e').SequenceEqual(BitmapFont.Glyph('E')));
        Assert.True(BitmapFont.Glyph('ß').SequenceEqual(BitmapFont.Glyph('?')));
    }
}
