using GmmVision.Imaging;

namespace GmmVision.Cli.Watch;

/// <summary>A motion event under way: its number and name, its clip, its best picture.</summary>
internal sealed class ActiveEvent
{
    /// <summary>Counts on over restarts.</summary>
    public required long Number { get; init; }

    /// <summary>Of its files.</summary>
    public required string Name { get; init; }

    /// <summary>When its first frame arrived.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>Number of the event that it goes on with; null where it begins by itself.</summary>
    public long? Continues { get; init; }

    /// <summary>Its clip; null where none is recorded.</summary>
    public ClipRecorder? Recorder { get; init; }

    /// <summary>The frame with the highest score so far.</summary>
    public required Frame Peak { get; init; }
}
