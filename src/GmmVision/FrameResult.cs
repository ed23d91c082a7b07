using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Motion;

namespace GmmVision;

/// <summary>What the pipeline found in a frame.</summary>
/// <remarks>Made once and filled again with every frame, so nothing is allocated in steady state; what is to be kept must be copied. One writer at a time.</remarks>
public sealed class FrameResult
{
    private Region[] _regions = new Region[64];
    private readonly Track[] _tracks = new Track[Tracker.MaxTracks];
    private int _regionCount, _trackCount;

    /// <summary>Room for the result of a frame.</summary>
    /// <param name="format">Of the frames.</param>
    public FrameResult(FrameFormat format)
    {
        Foreground = new Mask(format.Width, format.Height);
        Motion = new Mask(format.Width, format.Height);
    }

    /// <summary>The frame's number.</summary>
    public long Number => Summary.Frame;

    /// <summary>The frame's time.</summary>
    public TimeSpan Time => Summary.Time;

    /// <summary>All of the frame's foreground, clean.</summary>
    public Mask Foreground { get; }

    /// <summary>The foreground that counts as motion: inside the zones, in regions of the right size.</summary>
    public Mask Motion { get; }

    /// <summary>The regions of <see cref="Motion"/>, largest first.</summary>
    public ReadOnlySpan<Region> Regions => _regions.AsSpan(0, _regionCount);

    /// <summary>The same with an identity from frame to frame, by number; also those just out of sight.</summary>
    public ReadOnlySpan<Track> Tracks => _tracks.AsSpan(0, _trackCount);

    /// <summary>The fraction of the area of the zones (of the frame, where there are none) that is <see cref="Motion"/>, 0 to 1.</summary>
    public double Score => Summary.Score;

    /// <summary>What the events are made of: all of the frame's motion in a few numbers.</summary>
    public FrameMotion Summary { get; private set; }

    /// <summary>Whether an event is under way.</summary>
    public EventState State { get; private set; }

    /// <summary>Number of the event under way; 0 for none.</summary>
    public int EventNumber { get; private set; }

    /// <summary>Number of the frame with the highest score of the event under way; -1 for none.</summary>
    public long EventPeakFrame { get; private set; }

    /// <summary>Number of the frame with the highest score of motion that is not (yet) part of an event; -1 for none.</summary>
    public long CandidatePeakFrame { get; private set; }

    /// <summary>The event that is now known to have started; its first frame lies a little back. Null for none.</summary>
    public MotionEvent? Started { get; private set; }

    /// <summary>The event that is now known to have ended; its last frame lies back by the merge window or more. Null for none.</summary>
    public MotionEvent? Ended { get; private set; }

    /// <summary>What the picture as a whole is like: steady, or what happened to it a moment ago.</summary>
    public SceneState Scene { get; private set; }

    /// <summary>What is now known to have happened to the picture as a whole; its first frame may lie a little back. Null for nothing new.</summary>
    public SceneChange? SceneChange { get; private set; }

    /// <summary>Whether it rained or snowed, so that only what is thicker than drops was told (<see cref="ForegroundOptions.RainTest"/>).</summary>
    public bool Rains { get; private set; }

    /// <summary>Where nothing is told since something moves there all the time; null where <see cref="MotionOptions.SmartMask"/> is not set.</summary>
    public MaskedCells? Masked { get; private set; }

    internal void Set(in FrameMotion summary, SceneState scene, SceneChange? sceneChange, bool rains, MotionFinder finder, Tracker tracker, EventDetector events, MotionEvent? started, MotionEvent? ended)
    {
        (Scene, SceneChange, Rains) = (scene, sceneChange, rains);
        (Summary, Masked) = (summary, finder.SmartMask?.Masked);
        _regionCount = finder.Regions.Length;
        if (_regions.Length < _regionCount)
            _regions = new Region[2 * _regionCount];
        finder.Regions.CopyTo(_regions);
        _trackCount = tracker.Tracks.Length;
        tracker.Tracks.CopyTo(_tracks);
        (State, EventNumber) = (events.State, events.EventNumber);
        (EventPeakFrame, CandidatePeakFrame) = (events.EventPeakFrame, events.CandidatePeakFrame);
        (Started, Ended) = (started, ended);
    }
}
