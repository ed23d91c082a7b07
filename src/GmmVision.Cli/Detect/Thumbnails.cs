using GmmVision.Cli.Drawing;
using GmmVision.Imaging;

namespace GmmVision.Cli.Detect;

/// <summary>Keeps the frame at the peak of every event, with boxes around what moves in it, until the event has ended.</summary>
/// <remarks>
/// Only a frame with a higher score than those before is copied. Motion that is not yet long enough for an event keeps
/// one too, since its peak becomes the event's.
/// </remarks>
internal sealed class Thumbnails(FrameFormat format) : IFrameOutput
{
    private readonly Dictionary<int, Canvas> _events = [];      // by number: the one under way, and at most a few whose clip still runs
    private readonly Stack<Canvas> _spare = [];
    private Canvas _candidate = new(format);
    private long _candidatePeak = -1, _eventPeak = -1;

    public void Add(Frame frame, FrameResult result)
    {
        if (result.CandidatePeakFrame == frame.Number)
        {
            Paint(_candidate, frame, result);
            _candidatePeak = frame.Number;
        }
        if (result.EventNumber > 0)
            Follow(frame, result);
    }

    /// <summary>The picture of an event that has ended; valid until the next <see cref="Add"/>.</summary>
    public Frame Take(int eventNumber)
    {
        if (!_events.Remove(eventNumber, out Canvas? canvas))
            throw new ArgumentException($"Event {eventNumber} has no picture.");
        _spare.Push(canvas);
        return canvas.Frame;
    }

    public void Complete()
    {
    }

    public void Dispose()
    {
    }

    private void Follow(Frame frame, FrameResult result)
    {
        if (!_events.TryGetValue(result.EventNumber, out Canvas? picture))
        {
            picture = _spare.TryPop(out Canvas? spare) ? spare : new Canvas(format);
            _eventPeak = -1;
        }
        if (result.EventPeakFrame == _eventPeak)
            return;
        if (result.EventPeakFrame == _candidatePeak && _candidatePeak != frame.Number)
            (picture, _candidate) = (_candidate, picture);
        else
            Paint(picture, frame, result);
        _eventPeak = result.EventPeakFrame;
        _events[result.EventNumber] = picture;
    }

    private static void Paint(Canvas canvas, Frame frame, FrameResult result)
    {
        canvas.Load(frame);
        foreach (Region region in result.Regions)
            canvas.Outline(region.Box, canvas.Scale, canvas.Color(255, 60, 40));
    }
}
