using GmmVision.Imaging;

namespace GmmVision.Motion;

/// <summary>Keeps the frame with most motion of an event while it goes on, for its thumbnail.</summary>
/// <remarks>Keeps three frames; allocates nothing per frame.</remarks>
public sealed class PeakFrames
{
    private Frame _event, _candidate, _spare;

    /// <summary>For one input.</summary>
    public PeakFrames(FrameFormat format) => (_event, _candidate, _spare) = (Empty(format), Empty(format), Empty(format));

    private static Frame Empty(FrameFormat format) => new(format) { Number = -1 };

    /// <summary>Takes in a frame after the state machine has: copies it where it is the best so far.</summary>
    /// <param name="frame">The frame as it is to be shown.</param>
    /// <param name="events">After its <see cref="EventDetector.Step"/> for this frame.</param>
    /// <param name="ended">What that step reported as ended.</param>
    /// <returns>The best frame of the event that ended; null where none did. It holds until the next call.</returns>
    public Frame? Observe(Frame frame, EventDetector events, MotionEvent? ended)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(events);
        Frame? best = null;
        if (ended is not null)
            (best, _event, _spare) = (_event, _spare, _event);      // the next event's frame must not be written over it
        if (events.CandidatePeakFrame == frame.Number)
            _candidate.CopyFrom(frame);
        if (events.EventPeakFrame == frame.Number)
            _event.CopyFrom(frame);
        else if (events.EventPeakFrame >= 0 && events.EventPeakFrame == _candidate.Number)
            (_event, _candidate) = (_candidate, _event);
        return best;
    }

    /// <summary>The best frame of the event that <see cref="EventDetector.Finish"/> ended.</summary>
    public Frame Last => _event;
}
