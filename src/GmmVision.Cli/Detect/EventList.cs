using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Recording.Loop;

namespace GmmVision.Cli.Detect;

/// <summary>Gathers the events as they end and tells whoever waits for them.</summary>
/// <param name="ended">Called for each event, in order.</param>
/// <param name="pixels">The box of an event is told in the video's own.</param>
/// <param name="before">Events of the input that a pipeline before this one found: numbers go on behind them.</param>
internal sealed class EventList(Action<MotionEvent> ended, OwnPixels pixels, int before = 0) : IFrameObserver
{
    private readonly List<MotionEvent> _events = [];

    /// <summary>Those that have ended so far.</summary>
    public IReadOnlyList<MotionEvent> Events => _events;

    public void See(Frame frame, FrameResult result)
    {
        if (result.Ended is MotionEvent motion)
            Add(motion);
    }

    /// <summary>Adds the one that was under way when the input ended.</summary>
    public void Add(MotionEvent motion)
    {
        motion = pixels.Of(motion) with { Number = motion.Number + before };
        _events.Add(motion);
        ended(motion);
    }
}
