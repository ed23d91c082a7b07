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

    [Fact]
    public void A_line_runs_from_corner_to_corner_and_is_cut_at_the_edges_of_the_picture()
    {
        Canvas canvas = new(Odd);
        canvas.Line((2, 3), (22, 13), 1, new Paint(200, 10, 20));
        for (int x = 2; x <= 22; x++)
            Assert.Equal(200, canvas.Frame.Row(0, (int)Math.Round(3 + (x - 2) / 2.0))[x]);
        Assert.Equal(0, canvas.Frame.Row(0, 13)[23]);

        canvas = new(Odd);
        canvas.Line((-900000, 10), (900000, 10), 1, new Paint(200, 10, 20));
        Assert.All(canvas.Frame.Row(0, 10).ToArray(), luma => Assert.Equal(200, luma));
        Assert.All(canvas.Frame.Row(0, 11).ToArray(), luma => Assert.Equal(0, luma));
        canvas.Line((-50, -5), (50, -60), 1, new Paint(200, 10, 20));      // wholly outside
        Assert.All(canvas.Frame.Row(0, 0).ToArray(), luma => Assert.Equal(0, luma));
    }

    [Fact]
    public void Labels_of_neighbours_do_not_cover_each_other()
    {
        LabelPlaces places = new();
        places.Begin(new Box(0, 0, 60, 11));
        List<Box> labels = [new Box(0, 0, 60, 11)];
        // Six people side by side, the first below the line that tells the state.
        for (int i = 0; i < 6; i++)
        {
            (int x, int y) = Assert.NotNull(places.Find(new Box(12 * i, 12, 8, 30), 20, 11, (160, 120)));
            labels.Add(new Box(x, y, 20, 11));
        }
        for (int i = 0; i < labels.Count; i++)
            Assert.All(labels.Skip(i + 1), other => Assert.True(other.Intersect(labels[i]).IsEmpty));
        Assert.All(labels, label => Assert.Equal(label, label.Intersect(new Box(0, 0, 160, 120))));
    }

    [Fact]
    public void Letters_with_accents_look_like_those_without() => Assert.True(BitmapFont.Glyph('ü').SequenceEqual(BitmapFont.Glyph('U')));

    [Fact]
    public void Zones_are_drawn_with_their_outline_and_name()
    {
        Canvas canvas = new(new FrameFormat(160, 120, PixelLayout.Yuv420));
        new ZoneOutlines(new GmmVision.Motion.MotionOptions
        {
            Include = [GmmVision.Motion.Zone.Parse("door:20,30 100,30 100,90 20,90")],
            Exclude = [GmmVision.Motion.Zone.Parse("110,40 150,40 150,100")],
        }).DrawOn(canvas);
        byte include = canvas.Color(76, 194, 160).Y, exclude = canvas.Color(232, 163, 61).Y;
        Assert.Equal((include, include, exclude), (canvas.Frame.Row(0, 90)[60], canvas.Frame.Row(0, 60)[100], canvas.Frame.Row(0, 40)[130]));
        Assert.Contains(include, canvas.Frame.Row(0, 36).Slice(22, 24).ToArray());      // its name
        Assert.Equal(0, canvas.Frame.Row(0, 70)[60]);
    }
}
