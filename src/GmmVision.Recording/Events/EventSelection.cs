namespace GmmVision.Recording.Events;

/// <summary>Which events of a log are wanted; the newest come first.</summary>
/// <param name="Count">At most so many.</param>
/// <param name="Before">They began before this; null: now.</param>
/// <param name="Since">They ended at this or later; null: whenever.</param>
/// <param name="IsWanted">Which of these; null: all. How long that takes grows with the log: 5 s for a million events.</param>
public sealed record EventSelection(int Count, DateTimeOffset? Before = null, DateTimeOffset? Since = null, Predicate<CameraEvent>? IsWanted = null)
{
    // No event is longer; so one that began earlier ended too early, and its line need not be read.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    internal bool Takes(CameraEvent happened) =>
        (Before is null || happened.Start < Before) && (Since is null || (happened.End ?? happened.Start) >= Since) && IsWanted?.Invoke(happened) != false;

    /// <summary>Whether what began at a time, and all before it, is too old.</summary>
    internal bool IsTooOld(DateTimeOffset start) => start < Since - Longest;

    /// <summary>Whether the start alone says that an event is not wanted.</summary>
    internal bool IsOutside(DateTimeOffset start) => start >= Before || IsTooOld(start);

    /// <summary>Whether the start alone says that it is.</summary>
    internal bool IsByStart => Since is null && IsWanted is null;
}
