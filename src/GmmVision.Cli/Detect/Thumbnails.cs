using GmmVision.Imaging;

namespace GmmVision.Cli.Detect;

/// <summary>Keeps the frame at the peak of every event, and where it moved, until the event has ended.</summary>
/// <remarks>
/// Only a frame with a higher score than those before is copied. Motion that is not yet long enough for an event keeps
/// one too, since its peak becomes the event's.
/// </remarks>
internal sealed class Thumbnails(FrameFormat working) : IFrameOutput
{
    private readonly Dictionary<int, EventPicture> _events = [];      // by number: the one under way, and at most a few whose clip still runs
    private readonly Stack<EventPicture> _spare = [];
    private EventPicture _candidate = new(working);
    private long _candidatePeak = -1, _eventPeak = -1;

    public void Add(Frame frame, FrameResult result)
    {
        if (result.CandidatePeakFrame == frame.Number)
        {
            _candidate.Take(frame, result);
            _candidatePeak = frame.Number;
        }
        if (result.EventNumber > 0)
            Follow(frame, result);
    }

    /// <summary>The picture of an event that has ended; valid until the next <see cref="Add"/>.</summary>
    public EventPicture Take(int eventNumber)
    {
        if (!_events.Remove(eventNumber, out EventPicture? picture))
            throw new ArgumentException($"Event {eventNumber} has no picture.");
        _spare.Push(picture);
        return picture;
    }

    public void Complete()
    {
    }

    public void Dispose()
    {
    }

    private void Follow(Frame frame, FrameResult result)
    {
        if (!_events.TryGetValue(result.EventNumber, out EventPicture? picture))
        {
            picture = _spare.TryPop(out EventPicture? spare) ? spare : new EventPicture(working);
            _eventPeak = -1;
        }
        if (result.EventPeakFrame == _eventPeak)
            return;
        if (result.EventPeakFrame == _candidatePeak && _candidatePeak != frame.Number)
            (picture, _candidate) = (_candidate, picture);
        else
            picture.Take(frame, result);
        _eventPeak = result.EventPeakFrame;
        _events[result.EventNumber] = picture;
    }
}
