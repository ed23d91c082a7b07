using GmmVision.Imaging;

namespace GmmVision.Recording.Loop;

/// <summary>Keeps the frame at the peak of every event, and where it moved, until the event has ended.</summary>
/// <remarks>
/// Only a frame with a higher score than those before is copied. Motion that is not yet long enough for an event keeps
/// one too, since its peak becomes the event's.
/// </remarks>
/// <param name="format">Of the frames.</param>
public sealed class PeakPictures(FrameFormat format) : IFrameObserver
{
    private readonly Dictionary<int, PeakPicture> _events = [];      // by number: the one under way, and at most a few whose clip still runs
    private readonly Stack<PeakPicture> _spare = [];
    private PeakPicture _candidate = new(format);
    private long _candidatePeak = -1, _eventPeak = -1;

    /// <inheritdoc/>
    public void See(Frame frame, FrameResult result)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(result);
        if (result.CandidatePeakFrame == frame.Number)
        {
            _candidate.Take(frame, result);
            _candidatePeak = frame.Number;
        }
        if (result.EventNumber > 0)
            Follow(frame, result);
    }

    /// <summary>The picture so far of an event under way; valid until the next frame.</summary>
    /// <param name="eventNumber">The pipeline's.</param>
    /// <exception cref="ArgumentException">There is no such event.</exception>
    public PeakPicture Of(int eventNumber) =>
        _events.TryGetValue(eventNumber, out PeakPicture? picture) ? picture : throw new ArgumentException($"Event {eventNumber} has no picture.");

    /// <summary>The picture of an event that has ended; valid until the next frame.</summary>
    /// <param name="eventNumber">The pipeline's.</param>
    /// <exception cref="ArgumentException">There is no such event.</exception>
    public PeakPicture Take(int eventNumber)
    {
        PeakPicture picture = Of(eventNumber);
        _events.Remove(eventNumber);
        _spare.Push(picture);
        return picture;
    }

    private void Follow(Frame frame, FrameResult result)
    {
        if (!_events.TryGetValue(result.EventNumber, out PeakPicture? picture))
        {
            picture = _spare.TryPop(out PeakPicture? spare) ? spare : new PeakPicture(format);
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
