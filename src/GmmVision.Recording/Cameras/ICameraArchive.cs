using GmmVision.Recording.Clips;
using GmmVision.Recording.Events;

namespace GmmVision.Recording.Cameras;

/// <summary>What a camera has recorded: events, those under way too, clips, and all that it sent where that is wanted. Any thread.</summary>
public interface ICameraArchive
{
    /// <summary>Folder of clips and thumbnails; null where nothing is recorded.</summary>
    string? Folder { get; }

    /// <summary>The events that are wanted, newest first.</summary>
    IReadOnlyList<CameraEvent> Events(EventSelection wanted);

    /// <summary>Keeps a motion event's files for good, or no longer.</summary>
    /// <returns>The event as it is now; null where there is none of this number that is over.</returns>
    CameraEvent? Keep(long number, bool kept);

    /// <summary>Deletes a motion event, its clip and its picture.</summary>
    /// <returns>Whether there was one of this number that is over.</returns>
    bool Delete(long number);

    /// <summary>What sends the clip so far of an event that is under way, as an MP4; null where there is none.</summary>
    Func<Stream, CancellationToken, Task>? ClipSoFar(long number);

    /// <summary>Whether all that it sends is recorded, and not its events only.</summary>
    bool RecordsAlways { get; }

    /// <summary>What is there of that, oldest first.</summary>
    IReadOnlyList<RecordedStretch> Stretches();

    /// <summary>What sends a part of that as an MP4; null where nothing was recorded then.</summary>
    /// <param name="from">Where it begins.</param>
    /// <param name="length">How long it is; less where less was recorded.</param>
    Func<Stream, CancellationToken, Task>? Recorded(DateTimeOffset from, TimeSpan length);

    /// <summary>Whether a file of <see cref="Folder"/> is a clip or a thumbnail: nothing else is served.</summary>
    bool IsRecording(string fileName);
}
