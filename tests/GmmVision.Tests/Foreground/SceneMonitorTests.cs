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
