using GmmVision.Web;

namespace GmmVision.Tests.Live;

/// <summary>A camera that delivers nothing by itself: what the page shows of it is what a test puts there.</summary>
internal sealed class StillCamera : ILiveCamera
{
    public string Name => "front";

    public string Source => "nowhere";

    public CameraMeter Meter { get; } = new();

    public PictureDesk Pictures { get; } = new();

    public LiveProfiles Profiles { get; } = new();

    public LiveSettings Effective { get; init; } = new();

    public bool IsNight => false;

    public IReadOnlyList<LiveZone> Zones => [];

    public string? Folder => null;

    public List<LiveEvent> Happened { get; } = [];

    public void Change(LiveProfiles profiles) => throw new NotSupportedException();

    public void Change(IReadOnlyList<LiveZone> zones) => throw new NotSupportedException();

    public void Relearn() => throw new NotSupportedException();

    public IReadOnlyList<LiveEvent> Events(int count, DateTimeOffset? before)
    {
        lock (Happened)
            return [.. Happened];
    }

    public bool IsRecording(string fileName) => false;
}
