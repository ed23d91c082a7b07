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

    /// <summary>Takes new settings, and keeps them.</summary>
    /// <exception cref="FormatException">They do not go together.</exception>
    void Change(CameraProfiles profiles);

    /// <summary>Takes new zones, and keeps them.</summary>
    /// <exception cref="FormatException">One cannot be used.</exception>
    void Change(IReadOnlyList<CameraZone> zones);

    /// <summary>Forgets the learned background.</summary>
    void Relearn();

    /// <summary>What it has recorded.</summary>
    ICameraArchive Archive { get; }
}
