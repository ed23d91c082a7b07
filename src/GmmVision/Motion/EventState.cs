namespace GmmVision.Motion;

/// <summary>Where the event state machine stands after a frame.</summary>
public enum EventState
{
    /// <summary>Nothing moves, and nothing has for longer than the merge window.</summary>
    Quiet,

    /// <summary>Something moves, but not yet for long enough to be an event.</summary>
    Candidate,

    /// <summary>An event is under way: something moves, or did within the merge window.</summary>
    Event,
}
