using GmmVision.Recording.Cameras;
using GmmVision.Recording.Clips;
using GmmVision.Recording.Events;
using GmmVision.Web;

namespace GmmVision.Tests.Live;

/// <summary>A camera that delivers nothing by itself: what the page shows of it is what a test puts there.</summary>
internal sealed class StillCamera : ICamera, ICameraArchive
{
    public ICameraArchive Archive => this;

    public string Name { get; init; } = "front";

    public string Source => "nowhere";

    public CameraMeter Meter { get; } = new();

    /// <summary>As the page takes it.</summary>
    public LiveCamera Live => new(this, Pictures);

    public PictureDesk Pictures { get; } = new();

    public CameraProfiles Profiles { get; } = new();

    public CameraSettings Effective { get; init; } = new();

    public bool IsNight => false;

    public IReadOnlyList<CameraZone> Zones { get; set; } = [];

    public string? Folder => null;

    public List<CameraEvent> Happened { get; } = [];

    public void Change(CameraProfiles profiles) => throw new FormatException("this camera takes no settings");

    public void Change(IReadOnlyList<CameraZone> zones) => Zones = zones;

    public void Relearn() => Relearned++;

    public int Relearned { get; private set; }

    public IReadOnlyList<CameraEvent> Events(EventSelection wanted)
    {
        lock (Happened)
            return [.. Happened.Where(wanted.Takes).Take(wanted.Count)];
    }

    public CameraEvent? Keep(long number, bool kept)
    {
        lock (Happened)
        {
            int at = Happened.FindIndex(happened => happened.Number == number && happened.Running is null);
            return at < 0 ? null : Happened[at] = Happened[at] with { Kept = kept ? true : null };
        }
    }

    public bool Delete(long number)
    {
        lock (Happened)
            return Happened.RemoveAll(happened => happened.Number == number && happened.Running is null) > 0;
    }

    public Func<Stream, CancellationToken, Task>? ClipSoFar(long number) => null;

    public bool IsRecording(string fileName) => false;

    public bool RecordsAlways => false;

    public IReadOnlyList<RecordedStretch> Stretches() => [];

    public Func<Stream, CancellationToken, Task>? Recorded(DateTimeOffset from, TimeSpan length) => null;
}
