using GmmVision.Recording.Events;

namespace GmmVision.Recording.Cameras;

/// <summary>What can be asked of a camera and changed of it while it runs. Any thread; changes take effect with the next frame.</summary>
public interface ICamera
{
    /// <summary>Unique, letters, digits, '-' and '_'.</summary>
    string Name { get; }

    /// <summary>Where its pictures come from, without passwords.</summary>
    string Source { get; }

    /// <summary>Its numbers.</summary>
    CameraMeter Meter { get; }

    /// <summary>Settings as they were set.</summary>
    CameraProfiles Profiles { get; }

    /// <summary>The settings that hold now, with every value filled in.</summary>
    CameraSettings Effective { get; }

    /// <summary>Whether the night's settings hold.</summary>
    bool IsNight { get; }

    /// <summary>Zones of all kinds.</summary>
    IReadOnlyList<CameraZone> Zones { get; }

    /// <summary>Folder of clips and thumbnails; null where nothing is recorded.</summary>
    string? Folder { get; }

    /// <summary>Takes new settings, and keeps them.</summary>
    /// <exception cref="FormatException">They do not go together.</exception>
    void Change(CameraProfiles profiles);

    /// <summary>Takes new zones, and keeps them.</summary>
    /// <exception cref="FormatException">One cannot be used.</exception>
    void Change(IReadOnlyList<CameraZone> zones);

    /// <summary>Forgets the learned background.</summary>
    void Relearn();

    /// <summary>The newest events that began before a time, newest first.</summary>
    IReadOnlyList<CameraEvent> Events(int count, DateTimeOffset? before);

    /// <summary>Keeps a motion event's files for good, or no longer.</summary>
    /// <returns>The event as it is now; null where there is none of this number that is over.</returns>
    CameraEvent? Keep(long number, bool kept);

    /// <summary>Deletes a motion event, its clip and its picture.</summary>
    /// <returns>Whether there was one of this number that is over.</returns>
    bool Delete(long number);

    /// <summary>What sends the clip so far of an event that is under way, as an MP4; null where there is none.</summary>
    Func<Stream, CancellationToken, Task>? ClipSoFar(long number);

    /// <summary>Whether a file of <see cref="Folder"/> is a clip or a thumbnail: nothing else is served.</summary>
    bool IsRecording(string fileName);
}
