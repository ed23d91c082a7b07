using GmmVision.Background;
using GmmVision.Foreground;
using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Foreground;

public class NeighborVoteTests
{
    private const int Width = 120, Height = 80, Largest = 500;
    private static readonly Box Where = new(40, 20, 22, 20);

    /// <summary>Noise of no smoothness at all, moved to the right: one pixel is nothing like the next. Chroma is of half the size, so its neighbour is two away.</summary>
    private static Frame Leaves(FrameFormat format, int move)
    {
        var random = new Random(4);
        var frame = new Frame(format);
        for (int plane = 0; plane < format.PlaneCount; plane++)
            for (int y = 0; y < format.PlaneHeight(plane); y++)
            {
                int moved = format.PlaneWidth(plane) == Width ? move : move / 2;
                Span<byte> row = frame.Row(plane, y);
                for (int x = -4; x < row.Length; x++)
                {
                    byte value = (byte)random.Next(40, 160);
                    if ((uint)(x + moved) < (uint)row.Length)
                        row[x + moved] = value;
                }
            }
        return frame;
    }

    private static double Left(PixelLayout layout, Box where, int move, int radius, Action<Frame>? change = null)
    {
        var format = new FrameFormat(Width, Height, layout);
        using var model = new BackgroundModel(format, new BackgroundOptions { Threads = 1 });
        model.Initialize(Leaves(format, 0), 100);
        Frame frame = Leaves(format, move);
        change?.Invoke(frame);
        Mask mask = TexturedScene.MaskOf(format, where);
        new NeighborVote(format, radius, 0, Largest, 0.7).Apply(frame, null, model.View, 0, mask);
        return TexturedScene.Share(mask, where);
    }

    [Theory]
    [InlineData(PixelLayout.Gray8, 1)]
    [InlineData(PixelLayout.Yuv420, 2)]
    [InlineData(PixelLayout.Rgb, 1)]
    public void Background_that_moved_as_far_as_the_reach_goes_and_farther_stays(PixelLayout layout, int move)
    {
        Assert.Equal(0, Left(layout, Where, move, radius: move));
        Assert.Equal(1, Left(layout, Where, move, radius: 0));
    }

    [Theory]
    [InlineData(PixelLayout.Gray8)]
    [InlineData(PixelLayout.Yuv420)]
    [InlineData(PixelLayout.Rgb)]
    public void An_object_of_a_colour_that_is_nowhere_near_stays(PixelLayout layout) =>
        Assert.Equal(1, Left(layout, Where, 0, radius: 2, frame => TexturedScene.Draw(frame, Where, 240)));

    [Fact]
    public void An_object_of_which_a_third_looks_like_background_stays() =>
        Assert.Equal(1, Left(PixelLayout.Gray8, Where, 0, radius: 1, frame => TexturedScene.Draw(frame, Where with { Width = 14 }, 240)));

    [Fact]
    public void A_region_larger_than_a_leaf_stays()
    {
        Assert.Equal(0, Left(PixelLayout.Gray8, new Box(40, 20, 25, 20), 1, radius: 1));
        Assert.Equal(1, Left(PixelLayout.Gray8, new Box(40, 20, 26, 20), 1, radius: 1));
    }

    [Fact]
    public void Each_of_two_regions_is_judged_by_itself()
    {
        var format = new FrameFormat(Width, Height, PixelLayout.Gray8);
        using var model = new BackgroundModel(format, new BackgroundOptions { Threads = 1 });
        model.Initialize(Leaves(format, 0), 100);
        Frame frame = Leaves(format, 1);
        Box leaf = new(10, 10, 12, 12), thing = new(80, 12, 12, 12);
        TexturedScene.Draw(frame, thing, 240);
        Mask mask = TexturedScene.MaskOf(format, leaf);
        mask.Or(TexturedScene.MaskOf(format, thing));
        new NeighborVote(format, 1, 0, Largest, 0.7).Apply(frame, null, model.View, 0, mask);
        Assert.Equal(0, TexturedScene.Share(mask, leaf));
        Assert.Equal(1, TexturedScene.Share(mask, thing));
    }

    [Fact]
    public void A_region_that_fits_as_the_camera_gives_it_goes_however_large()
    {
        var format = new FrameFormat(Width, Height, PixelLayout.Yuv420);
        using var model = new BackgroundModel(format, new BackgroundOptions { Threads = 1 });
        Frame plain = Leaves(format, 0), lit = new(format);
        model.Initialize(plain, 100);
        TexturedScene.Draw(lit, new Box(0, 0, Width, Height), 235);
        var sky = new Box(0, 0, Width, 40);
        Mask with = TexturedScene.MaskOf(format, sky), without = TexturedScene.MaskOf(format, sky);
        var vote = new NeighborVote(format, 1, 0, Largest, 0.7);
        vote.Apply(lit, plain, model.View, 0, with);
        vote.Apply(lit, null, model.View, 0, without);
        Assert.Equal((0, 1), (TexturedScene.Share(with, sky), TexturedScene.Share(without, sky)));
    }

    /// <summary>The first two were there for a quarter of two seconds: one in the last half second, the other again and again. The third stays longer than who goes does.</summary>
    [Theory]
    [InlineData(50, 50, 13, 1)]
    [InlineData(50, 4, 1, 0)]
    [InlineData(100, 100, 45, 0)]
    public void Who_is_there_for_the_first_time_does_not_explain_himself_and_what_comes_again_or_stays_does(int frames, int period, int there, double expected)
    {
        var format = new FrameFormat(Width, Height, PixelLayout.Gray8);
        using var model = new BackgroundModel(format, new BackgroundOptions { Threads = 1 });
        IMaskStage vote = new NeighborVote(format, 1, 0, Largest, 0.7);
        Mask learnt = new(Width, Height), mask = new(Width, Height);
        Box moved = Where with { X = Where.X + 1 };
        for (int i = 0; i <= frames; i++)
        {
            bool isThere = i % period >= period - there || i == frames;
            Box where = i == frames ? moved : Where;
            Frame frame = Leaves(format, 0);
            frame.Time = TimeSpan.FromSeconds(i / 25.0);
            if (isThere)
                TexturedScene.Draw(frame, where, 240);
            model.Apply(frame, learnt);
            mask.CopyFrom(isThere ? TexturedScene.MaskOf(format, where) : new Mask(Width, Height));
            vote.Apply(new StageContext(model, frame, frame, false, true), mask);
        }
        Assert.Equal(expected, TexturedScene.Share(mask, moved), 0.1);
    }
}
