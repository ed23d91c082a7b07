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
    private readonly FrameFormat _format = new(width, height, PixelLayout.Gray8);
    private long _number;

    /// <summary>The next frame's.</summary>
    public FrameResult Next(TimeSpan time, Mask? foreground = null, SceneState scene = SceneState.Steady, SceneChange? change = null, bool rains = false)
    {
        FrameResult result = new(_format);
        if (foreground is not null)
            result.Foreground.CopyFrom(foreground);
        _finder.Find(result.Foreground, result.Motion);
        _tracker.Update(_finder.Regions, time);
        result.Set(new FrameMotion(_number++, time, _finder.Score, _finder.Box, _finder.Zones), scene, change, rains, _finder, _tracker, _events, null, null);
        return result;
    }
}
