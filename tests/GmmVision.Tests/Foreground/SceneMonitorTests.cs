using GmmVision.Background;
using GmmVision.Foreground;
using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Foreground;

public class SceneMonitorTests
{
    private static readonly FrameFormat Format = new(160, 120, PixelLayout.Yuv420);

    [Fact]
    public void Another_view_is_told_once_and_learnt_within_two_seconds()
    {
        TexturedScene before = new(Format, 1), after = new(Format, 2);
        List<SceneChange> changes = Run(200, i => i < 100 ? before.Paint(i) : after.Paint(i), out List<double> foreground);
        SceneChange change = Assert.Single(changes);
        Assert.Equal(100, change.Frame);
        Assert.Contains(change.State, (SceneState[])[SceneState.Moved, SceneState.LightChanged]);
        Assert.All(foreground.Skip(150), part => Assert.True(part < 0.02, $"{part}"));
    }

    [Fact]
    public void A_bump_that_stays_is_told_once_with_how_far_the_picture_moved()
    {
        TexturedScene scene = new(Format with { Width = 168, Height = 128 }, 1);
        List<SceneChange> changes = Run(200, i => Crop(scene.Paint(i), i < 100 ? 0 : 6, i < 100 ? 0 : 4), out List<double> foreground);
        SceneChange change = Assert.Single(changes);
        Assert.Equal((SceneState.Moved, -6, -4), (change.State, change.ShiftX, change.ShiftY));
        Assert.InRange(change.Frame, 100, 150);
        Assert.All(foreground.Skip(105), part => Assert.True(part < 0.02, $"{part}"));
    }

    [Fact]
    public void Who_walks_in_close_and_stands_at_the_door_is_no_other_view()
    {
        // In one colour, and so large that he covers over a third of the picture; he stands for two and a half seconds.
        TexturedScene scene = new(Format, 1);
        List<SceneChange> changes = Run(400, i =>
        {
            Frame frame = scene.Paint(i);
            double at = i < 150 ? -1 : i < 200 ? (i - 150) / 50.0 : i < 262 ? 1 : 1 + (i - 262) / 50.0;
            Box body = new Box((int)(at * 90) - 60, 20, 70, 100).Intersect(new Box(0, 0, Format.Width, Format.Height));
            if (!body.IsEmpty)
                TexturedScene.Draw(frame, body, 210, 90, 160);
            return frame;
        }, out List<double> foreground);
        Assert.Empty(changes);
        Assert.All(foreground.Skip(205).Take(57), part => Assert.InRange(part, 0.3, 0.5));
        Assert.All(foreground.Skip(340), part => Assert.True(part < 0.02, $"{part}"));
    }

    /// <summary>Nothing of it comes at once, so it looks like somebody who comes to stand before the camera, or like what that leaves.</summary>
    [Fact]
    public void A_camera_that_turns_slowly_is_told_and_its_view_learnt_within_three_seconds()
    {
        Random random = new(4), noise = new(5);
        (Box Where, byte[] Color)[] things = [.. Enumerable.Range(0, 40).Select(_ => (new Box(random.Next(-20, 260), random.Next(120), 10 + random.Next(30), 8 + random.Next(25)), new[] { (byte)random.Next(40, 200), (byte)random.Next(90, 160), (byte)random.Next(90, 160) }))];
        List<SceneChange> changes = Run(200, i =>
        {
            var frame = new Frame(Format) { Number = i, Time = TimeSpan.FromSeconds(i / 10.0) };
            TexturedScene.Draw(frame, new Box(0, 0, Format.Width, Format.Height), 120, 128, 128);
            foreach ((Box where, byte[] color) in things)
                if ((where with { X = where.X - (int)(50 * Math.Clamp((i - 100) / 28.0, 0, 1)) }).Intersect(new Box(0, 0, Format.Width, Format.Height)) is { IsEmpty: false } seen)
                    TexturedScene.Draw(frame, seen, color);
            for (int y = 0; y < Format.Height; y++)
                foreach (ref byte sample in frame.Row(0, y))
                    sample = (byte)(sample + noise.Next(-2, 3));
            return frame;
        }, out List<double> foreground);
        Assert.True(changes.Count > 0 && changes.TrueForAll(change => change.State == SceneState.Moved), string.Join("; ", changes));
        Assert.All(foreground.Skip(128 + 31), part => Assert.True(part < 0.02, $"{part}"));
    }

    private static Frame Crop(Frame large, int x, int y)
    {
        Frame frame = new(Format) { Number = large.Number, Time = large.Time };
        for (int plane = 0; plane < 3; plane++)
        {
            int shift = plane > 0 ? 1 : 0;
            for (int row = 0; row < Format.PlaneHeight(plane); row++)
                large.Row(plane, row + (y >> shift)).Slice(x >> shift, Format.PlaneWidth(plane)).CopyTo(frame.Row(plane, row));
        }
        return frame;
    }

    [Fact]
    public void A_walker_is_found_after_darkness_and_the_view_before_is_taken_up_again()
    {
        TexturedScene scene = new(Format, 1);
        var walker = new Box(40, 40, 20, 50);
        List<SceneChange> changes = Run(260, i =>
        {
            Frame frame = scene.Paint(i, i is >= 100 and < 150 ? static (_, _) => 3 : null);
            if (i >= 200)
                TexturedScene.Draw(frame, new Box(20 + 2 * ((i - 200) / 2), 40, 20, 50), 230, 90, 160);
            return frame;
        }, out List<double> foreground);
        Assert.Equal(SceneState.Dark, changes[0].State);
        Assert.All(foreground.Skip(175).Take(20), part => Assert.True(part < 0.02, $"{part}"));
        Assert.All(foreground.Skip(215), part => Assert.True(part > 0.5 * walker.Width * walker.Height / Format.PixelCount, $"{part}"));
    }

    [Fact]
    public void A_flash_of_three_frames_is_neither_told_nor_foreground()
    {
        TexturedScene scene = new(Format, 1);
        List<SceneChange> changes = Run(160, i => scene.Paint(i, i is >= 100 and < 103 ? static (value, column) => value + (column / 20 % 2 == 0 ? 90 : 40) : null), out List<double> foreground);
        Assert.Empty(changes);
        Assert.All(foreground.Skip(50), part => Assert.True(part < 0.05, $"{part}"));
    }

    [Fact]
    public void Scenes_are_told_frame_by_frame_in_batches_too()
    {
        TexturedScene before = new(Format, 1), after = new(Format, 2);
        Frame[] frames = [.. Enumerable.Range(0, 150).Select(i => i < 100 ? before.Paint(i) : after.Paint(i))];
        FrameResult[] results = [.. frames.Select(_ => new FrameResult(Format))];
        using var pipeline = new MotionPipeline(Format, 25, new PipelineOptions());
        for (int i = 0; i < frames.Length; i += 50)
            pipeline.Process(frames.AsSpan(i, 50), results.AsSpan(i, 50));
        Assert.Single(results, result => result.SceneChange is not null);
        Assert.Equal(SceneState.Steady, results[50].Scene);
    }

    [Fact]
    public void A_view_that_comes_back_is_known_again_though_another_was_between()
    {
        TexturedScene[] views = [new(Format, 1), new(Format, 2), new(Format, 3), new(Format, 1)];
        List<SceneChange> changes = Run(600, i => views[i / 150].Paint(i), out List<double> foreground);
        Assert.Equal(3, changes.Count);
        Assert.Equal((SceneState.Restarted, 450L), (changes[2].State, changes[2].Frame));
        // Taken up again, not learnt again: from the second frame on nothing is foreground.
        Assert.All(foreground.Skip(452), part => Assert.True(part < 0.01, $"{part}"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Things_that_another_light_shows_otherwise_are_learnt_within_two_seconds_and_a_thing_that_is_put_down_is_not(bool everywhere)
    {
        // As a camera that switches to infrared: all is darker, four things are brighter.
        TexturedScene scene = new(Format, 1);
        Box[] things = everywhere ? [new(10, 10, 30, 20), new(110, 20, 30, 20), new(20, 80, 30, 20), new(100, 85, 30, 20)] : [new(10, 10, 30, 20)];
        List<SceneChange> changes = Run(300, i =>
        {
            Frame frame = scene.Paint(i, i >= 150 ? static (value, _) => 0.75 * value : null);
            foreach (Box thing in things)
                if ((everywhere ? i >= 150 ? thing : null : TexturedScene.Coming(thing, 150 - i)) is { } box)
                    TexturedScene.Draw(frame, box, 190, 128, 128);
            return frame;
        }, out List<double> foreground);
        if (everywhere)
            Assert.Equal((SceneState.LightChanged, 150L), (Assert.Single(changes).State, changes[0].Frame));
        else
            Assert.Empty(changes);
        Assert.Equal(everywhere, foreground.Skip(200).Take(20).All(part => part < 0.01));
    }

    [Fact]
    public void What_was_put_down_during_a_gap_is_background_within_two_seconds()
    {
        TexturedScene scene = new(Format, 1);
        List<SceneChange> changes = Run(250, i =>
        {
            Frame frame = scene.Paint(i);
            if (i >= 150)
            {
                frame.Time += TimeSpan.FromMinutes(10);
                TexturedScene.Draw(frame, new Box(30, 20, 40, 40), 220, 100, 150);
            }
            return frame;
        }, out List<double> foreground);
        Assert.Empty(changes);
        Assert.InRange(foreground[151], 0.05, 0.15);
        Assert.All(foreground.Skip(200), part => Assert.True(part < 0.01, $"{part}"));
    }

    [Fact]
    public void What_is_put_down_before_a_running_camera_stays_foreground_for_longer()
    {
        TexturedScene scene = new(Format, 1);
        Run(250, i =>
        {
            Frame frame = scene.Paint(i);
            if (TexturedScene.Coming(new Box(30, 20, 40, 40), 150 - i) is { } box)
                TexturedScene.Draw(frame, box, 220, 100, 150);
            return frame;
        }, out List<double> foreground);
        Assert.All(foreground.Skip(155), part => Assert.InRange(part, 0.05, 0.15));
    }

    [Fact]
    public void A_cell_stands_still_when_the_camera_or_the_undone_light_says_so()
    {
        var grid = new SceneGrid(Format);
        Frame[] frames = [.. Enumerable.Range(0, 30).Select(i => new Frame(Format) { Number = i, Time = TimeSpan.FromSeconds(i / 25.0) })];
        Frame lit = new(Format);
        foreach (Frame frame in frames)
        {
            bool late = frame.Number >= 15;
            // On the left the camera gives the same and the light is undone otherwise; on the right the other way round; in the middle both change.
            for (int y = 0; y < Format.Height; y++)
            {
                frame.Row(0, y)[..40].Fill(100);
                frame.Row(0, y)[40..].Fill((byte)(late ? 140 : 100));
                lit.Row(0, y)[..120].Fill((byte)(late ? 60 : 100));
                lit.Row(0, y)[120..].Fill(100);
            }
            lit.Time = frame.Time;
            grid.Look(frame, lit);
        }
        int row = grid.Down / 2 * grid.Across;
        Assert.Equal(TimeSpan.Zero, grid.StillSince[row + 10 / grid.Side]);
        Assert.Equal(TimeSpan.FromSeconds(0.6), grid.StillSince[row + 80 / grid.Side]);
        Assert.Equal(TimeSpan.Zero, grid.StillSince[row + 140 / grid.Side]);
    }

    [Fact]
    public void A_cell_stands_still_beside_a_picture_that_dawns()
    {
        // All becomes twice as bright within two seconds, and the light is not known; a tenth of the picture becomes so in one step.
        var grid = new SceneGrid(Format);
        for (int i = 0; i < 50; i++)
        {
            Frame frame = new(Format) { Number = i, Time = TimeSpan.FromSeconds(i / 25.0) };
            for (int y = 0; y < Format.Height; y++)
            {
                frame.Row(0, y).Fill((byte)(60 + 60 * i / 49));
                frame.Row(0, y)[..80].Fill((byte)(30 + 30 * i / 49));
                frame.Row(0, y)[144..].Fill((byte)(i < 25 ? 40 : 80));
            }
            grid.Look(frame, frame);
        }
        int row = grid.Down / 2 * grid.Across;
        Assert.Equal(TimeSpan.Zero, grid.StillSince[row + 40 / grid.Side]);
        Assert.Equal(TimeSpan.Zero, grid.StillSince[row + 120 / grid.Side]);
        Assert.InRange(grid.StillSince[row + 150 / grid.Side], TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void A_model_that_is_moved_knows_the_moved_picture()
    {
        TexturedScene scene = new(Format, 1);
        using BackgroundModel model = scene.Learn(40);
        Frame moved = scene.Paint(40, dx: 7, dy: -4);
        model.Move(moved, 7, -4);
        var mask = new Mask(Format.Width, Format.Height);
        model.Apply(scene.Paint(41, dx: 7, dy: -4), mask);
        Assert.True(mask.Count() < 0.02 * Format.PixelCount, $"{mask.Count()}");
    }

    [Theory]
    [InlineData(7, 4)]
    [InlineData(-3, 5)]
    [InlineData(2, -6)]
    public void A_model_that_is_moved_knows_colours_whose_samples_join_other_pixels(int dx, int dy)
    {
        // Stripes of two colours as bright, whose edges fall within samples of chroma.
        using BackgroundModel model = new(Format);
        var mask = new Mask(Format.Width, Format.Height);
        for (int i = 0; i < 40; i++)
            model.Apply(Stripes(i, 0, 0), mask);
        model.Move(Stripes(40, dx, dy), dx, dy);
        model.Apply(Stripes(41, dx, dy), mask);
        // A fifth of the picture where samples stay as they were; corners of both stripes in one sample cannot be told.
        Assert.True(mask.Count() < 0.03 * Format.PixelCount, $"{mask.Count()}");

        static Frame Stripes(int number, int dx, int dy)
        {
            Frame frame = new(Format) { Number = number, Time = TimeSpan.FromSeconds(number / 25.0) };
            for (int y = 0; y < Format.Height; y++)
                frame.Row(0, y).Fill(120);
            for (int y = 0; y < Format.Height; y += 2)
                for (int x = 0; x < Format.Width; x += 2)
                {
                    int red = 0;
                    for (int i = 0; i < 4; i++)
                        red += Math.Max(0, x + i % 2 - dx) / 11 % 2 ^ Math.Max(0, y + i / 2 - dy) / 13 % 2;
                    frame.Row(1, y / 2)[x / 2] = (byte)(128 - 10 * red);
                    frame.Row(2, y / 2)[x / 2] = (byte)(128 + 12 * red);
                }
            return frame;
        }
    }

    private static List<SceneChange> Run(int count, Func<int, Frame> paint, out List<double> foreground)
    {
        using var detector = new ForegroundDetector(Format, 25);
        var mask = new Mask(Format.Width, Format.Height);
        List<SceneChange> changes = [];
        foreground = [];
        for (int i = 0; i < count; i++)
        {
            detector.Apply(paint(i), mask);
            if (detector.SceneChange is { } change)
                changes.Add(change);
            foreground.Add((double)mask.Count() / Format.PixelCount);
        }
        return changes;
    }
}
