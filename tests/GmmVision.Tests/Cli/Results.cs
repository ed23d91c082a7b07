using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Motion;

namespace GmmVision.Tests.Cli;

/// <summary>Results of frames as a pipeline would fill them, from values.</summary>
internal sealed class Results(int width, int height)
{
    private readonly MotionFinder _finder = new(width, height);
    private readonly Tracker _tracker = new();
    private readonly EventDetector _events = new(25, new MotionOptions());
    private readonly Frame _frame = new(new FrameFormat(width, height, PixelLayout.Gray8));

    /// <summary>The next frame's.</summary>
    public FrameResult Next(TimeSpan time, Mask? foreground = null, SceneState scene = SceneState.Steady, SceneChange? change = null)
    {
        FrameResult result = new(_frame.Format);
        if (foreground is not null)
            result.Foreground.CopyFrom(foreground);
        _finder.Find(result.Foreground, result.Motion);
        _tracker.Update(_finder.Regions, time);
        _frame.Time = time;
        result.Set(_frame, scene, change, _finder, _tracker, _events, null, null);
        _frame.Number++;
        return result;
    }
}
