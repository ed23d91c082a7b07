using System.Diagnostics;

namespace GmmVision.Recording.Cameras;

/// <summary>The one clock of a camera's frames: it counts from the camera's start and never goes back, whatever the system's does. Thread-safe.</summary>
internal sealed class SessionClock
{
    private readonly long _started = Stopwatch.GetTimestamp();

    /// <summary>When something arrived.</summary>
    /// <param name="arrival">A time stamp of <see cref="Stopwatch"/>.</param>
    public TimeSpan Of(long arrival) => Stopwatch.GetElapsedTime(_started, arrival);

    /// <summary>The time of day that a time of this clock is, by what the system's clock says now.</summary>
    public DateTimeOffset Wall(TimeSpan time) => DateTimeOffset.UtcNow - (Stopwatch.GetElapsedTime(_started) - time);
}
