using GmmVision.Imaging;

namespace GmmVision.Motion;

/// <summary>A stretch of time in which something moved.</summary>
/// <remarks>Immutable. What is handed out when an event starts is a picture of that moment: its end, peak and box grow until it has ended.</remarks>
public sealed record MotionEvent
{
    /// <summary>From 1, in order of time.</summary>
    public required int Number { get; init; }

    /// <summary>Number of the first frame with motion.</summary>
    public required long StartFrame { get; init; }

    /// <summary>Time of the first frame with motion.</summary>
    public required TimeSpan Start { get; init; }

    /// <summary>Number of the last frame with motion.</summary>
    public required long EndFrame { get; init; }

    /// <summary>Time of the last frame with motion.</summary>
    public required TimeSpan End { get; init; }

    /// <summary>From the first to the last frame with motion.</summary>
    public TimeSpan Duration => End - Start;

    /// <summary>The highest score of its frames, 0 to 1.</summary>
    public required double PeakScore { get; init; }

    /// <summary>Number of the first frame with that score.</summary>
    public required long PeakFrame { get; init; }

    /// <summary>Time of the first frame with that score.</summary>
    public required TimeSpan PeakTime { get; init; }

    /// <summary>Around all its motion.</summary>
    public required Box Box { get; init; }

    /// <summary>Start less the pre-roll, but not before the first frame nor before the end of the clip before.</summary>
    public required TimeSpan ClipStart { get; init; }

    /// <summary>End plus the post-roll, but not beyond the end of the input nor the start of the next event.</summary>
    public required TimeSpan ClipEnd { get; init; }

    /// <summary>Names of the include zones that it touched, those without a name by their number from 1; empty where there are no zones.</summary>
    public required IReadOnlyList<string> Zones { get; init; }
}
