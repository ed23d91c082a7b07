namespace GmmVision.Recording.Cameras;

/// <summary>
/// All that crosses from other threads to a camera's: one immutable value, replaced as a whole, so that no change can be
/// lost between two who make one. The camera's thread looks at it with every frame and sees by its numbers what is new.
/// </summary>
/// <param name="Profiles">Settings by day and night, as they were set.</param>
/// <param name="Zones">Zones; null until the first frame tells how large the configured pixels are.</param>
/// <param name="IsNight">Whether the night's settings hold.</param>
/// <param name="Version">Counts changes of what the pipeline works with.</param>
/// <param name="Relearns">Counts wishes to forget the background.</param>
/// <param name="Reopens">Counts changes for which the camera must be opened anew.</param>
internal sealed record CameraTuning(CameraProfiles Profiles, IReadOnlyList<CameraZone>? Zones, bool IsNight = false, int Version = 0, int Relearns = 0, int Reopens = 0)
{
    /// <summary>The settings that hold.</summary>
    public CameraSettings Active => Profiles.Active(IsNight);

    /// <summary>With other settings.</summary>
    public CameraTuning With(CameraProfiles profiles) => this with { Profiles = profiles, Version = Version + 1 };

    /// <summary>By day or by night.</summary>
    public CameraTuning With(bool isNight) => isNight == IsNight ? this : this with { IsNight = isNight, Version = Version + 1 };

    /// <summary>With other zones.</summary>
    /// <param name="zones">The zones.</param>
    /// <param name="records">Whether clips are made, which the camera's own encoder must blacken too.</param>
    public CameraTuning With(IReadOnlyList<CameraZone> zones, bool records) => this with
    {
        Zones = [.. zones],
        Version = Version + 1,
        Reopens = Reopens + (records && !CameraZone.HideTheSame(zones, Zones ?? []) ? 1 : 0),
    };
}

/// <summary>Holds a <see cref="CameraTuning"/>. Thread-safe.</summary>
/// <param name="first">What it begins with.</param>
internal sealed class LiveTuning(CameraTuning first)
{
    private CameraTuning _now = first;

    /// <summary>What holds now.</summary>
    public CameraTuning Now => Volatile.Read(ref _now);

    /// <summary>Makes a change of whatever holds by then.</summary>
    /// <param name="change">May be called more than once, where another change comes between.</param>
    /// <returns>What holds after it.</returns>
    public CameraTuning Change(Func<CameraTuning, CameraTuning> change)
    {
        while (true)
        {
            CameraTuning before = Now, after = change(before);
            if (ReferenceEquals(Interlocked.CompareExchange(ref _now, after, before), before))
                return after;
        }
    }
}
