using GmmVision.Background;
using GmmVision.Foreground;
using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Foreground;

public unsafe class FaintTestTests
{
    private const int Width = 320, Height = 240, Side = 8;
    private const int Noise = 10;                       // evidence of plain background, of 63
    private static readonly Box Person = new(96, 80, 5 * Side, 11 * Side);

    [Fact]
    public void Neighbours_that_are_all_a_little_improbable_are_foreground_and_nothing_else_is()
    {
        Mask found = Last(frames: 60, (frame, x, y) => frame >= 50 && Contains(Person, x, y) ? 25 : 0);
        Assert.InRange(Share(found, Person), 0.95, 1);
        Assert.InRange(found.Count(), 0, 1.3 * Person.Width * Person.Height);       // a rim of half a block may be over half of the limit
    }

    [Fact]
    public void What_has_always_been_so_is_background()
    {
        Assert.True(Last(frames: 60, (_, x, y) => Contains(Person, x, y) ? 25 : 0).IsEmpty);
    }

    [Theory]
    [InlineData(2 * Side, 3 * Side)]                    // six blocks: noise
    [InlineData(Width, Height / 3)]                     // a third of the picture: a light
    public void What_is_too_small_or_too_large_is_none(int width, int height)
    {
        var region = new Box(0, 80, width, height);
        Assert.True(Last(frames: 60, (frame, x, y) => frame >= 50 && Contains(region, x, y) ? 25 : 0).IsEmpty);
    }

    [Fact]
    public void What_hangs_on_plain_foreground_is_its_shadow()
    {
        Mask plain = TexturedScene.MaskOf(new FrameFormat(Width, Height, PixelLayout.Gray8), new Box(Person.X, Person.Y, Person.Width, 2 * Side));
        Mask found = Last(frames: 60, (frame, x, y) => frame >= 50 && Contains(Person, x, y) ? 25 : 0, plain);
        Assert.Equal(plain.Count(), found.Count());
    }

    /// <summary>What comes slowly is told from the noise however many frames a second show it: the noise is remembered for seconds, not for frames.</summary>
    [Theory, InlineData(5), InlineData(25), InlineData(120)]
    public void What_comes_slowly_and_stands_is_found_at_any_rate(int rate)
    {
        int begin = 12 * rate;
        Mask found = Last(frames: begin + 6 * rate, (frame, x, y) => frame >= begin && Contains(Person, x, y) ? Math.Min(25, 50 * (frame - begin) / rate) : 0, rate: rate);
        Assert.InRange(Share(found, Person), 0.9, 1);
    }

    /// <summary>On flat ground each neighbour explains a faint pixel, as the pixel explains itself; between leaves the vote is heard.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public void What_the_vote_took_away_comes_back_where_the_background_is_flat(bool flat)
    {
        Mask found = Last(frames: 60, (frame, x, y) => frame >= 50 && Contains(Person, x, y) ? 25 : 0, flat: flat, vote: true);
        Assert.Equal(flat, Share(found, Person) > 0.9);
        Assert.Equal(!flat, found.IsEmpty);
    }

    [Fact]
    public void Another_background_is_learnt_first()
    {
        Mask found = Last(frames: 60, (frame, x, y) => frame >= 50 && Contains(Person, x, y) ? 25 : 0, forgetAt: 49);
        Assert.True(found.IsEmpty);
    }

    /// <summary>
    /// A deep shadow is as improbable as anybody: what the shadow test has taken out beside an object does not come back as faint. Who was
    /// taken out whole, as dark as a shadow, does.
    /// </summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void What_was_taken_out_as_the_shadow_of_somebody_does_not_come_back(bool ofSomebody, bool isTold)
    {
        Mask? somebody = ofSomebody ? TexturedScene.MaskOf(new FrameFormat(Width, Height, PixelLayout.Gray8), Person with { X = Person.Right, Width = 2 * Side }) : null;
        Mask found = Last(frames: 60, (frame, x, y) => frame >= 50 && Contains(Person, x, y) ? 25 : 0, somebody, shadow: Person, isTold: isTold);
        Assert.Equal(!(ofSomebody && isTold), Share(found, Person) > 0.9);
        Assert.Equal(ofSomebody && isTold, Share(found, Person) < 0.05);
    }

    private static Mask Last(int frames, Func<int, int, int, int> more, Mask? plain = null, int rate = 25, int forgetAt = -1, bool flat = true, bool vote = false, Box? shadow = null, bool isTold = false)
    {
        var frame = new Frame(new FrameFormat(Width, Height, PixelLayout.Gray8));
        using var background = new BackgroundModel(frame.Format);
        for (int y = 0; y < Height; y++)
            for (int x = 0; x < Width; x++)
                frame.Row(0, y)[x] = (byte)(flat ? 100 + x / 8 % 2 : 80 + 40 * (x / 4 % 2));
        background.Apply(frame, new Mask(Width, Height));
        var evidence = new EvidenceMap(Width, Height);
        var shadows = new ShadowTest(frame.Format);
        var test = new FaintTest(Width, Height, evidence, light: null, isTold ? shadows : null);
        var random = new Random(5);
        var mask = new Mask(Width, Height);
        for (int i = 0; i < frames; i++)
        {
            for (int y = 0; y < Height; y++)
                for (int x = 0; x < Width; x++)
                    evidence.Row(y)[x] = (byte)(random.Next(2 * Noise) + more(i, x, y));
            evidence.RepeatBorders();
            frame.Time = TimeSpan.FromSeconds((double)i / rate);
            if (i == forgetAt)
                test.Forget();
            mask.Clear();
            if (shadow is { } box && i >= 50)
            {
                for (int y = box.Y; i == 50 && y < box.Bottom; y++)
                    foreach (ref byte sample in frame.Row(0, y).Slice(box.X, box.Width))
                        sample = (byte)(0.6 * sample);
                mask.Or(TexturedScene.MaskOf(frame.Format, box));
                shadows.Apply(frame, background.View, mask);
                Assert.True(mask.Count() < 0.1 * box.Width * box.Height, $"{mask.Count()} pixels were no shadow, so nothing is shown");
                mask.Clear();
            }
            if (plain != null && i >= 50)
                mask.Or(plain);
            var seen = new StageContext(background, frame, frame, IsOtherLight: false, Learns: true);
            test.Apply(seen, mask);
            if (!vote)
                continue;
            mask.Clear();
            test.Return.Apply(seen, mask);
        }
        return mask;
    }

    private static bool Contains(Box box, int x, int y) => x >= box.X && x < box.Right && y >= box.Y && y < box.Bottom;

    private static double Share(Mask mask, Box box)
    {
        int count = 0;
        for (int y = box.Y; y < box.Bottom; y++)
            for (int x = box.X; x < box.Right; x++)
                count += mask[x, y] ? 1 : 0;
        return (double)count / (box.Width * box.Height);
    }
}
