using System.Globalization;
using System.Text.Json;
using GmmVision.Recording.Cameras;
using GmmVision.Recording.Events;
using GmmVision.Recording.Loop;

namespace GmmVision.Recording.Mqtt;

/// <summary>
/// What a broker knows of a camera, under PREFIX/CAMERA: motion and zones/ZONE/motion (ON, OFF), score, state (online,
/// offline), scene, picture (JPEG), settings (JSON), event (JSON, each once); and what it can ask: settings/set, relearn.
/// </summary>
/// <param name="name">Of the camera.</param>
/// <param name="link">The broker.</param>
/// <param name="options">Names of topics.</param>
internal sealed class MqttCamera(string name, MqttLink link, MqttOptions options) : ICameraView
{
    private static readonly byte[] On = "ON"u8.ToArray(), Off = "OFF"u8.ToArray(), Online = "online"u8.ToArray(), Offline = "offline"u8.ToArray();
    private static readonly TimeSpan NumbersPeriod = TimeSpan.FromSeconds(1), ZoneRest = TimeSpan.FromSeconds(2);

    private readonly string _topic = $"{options.Prefix}/{name}", _motion = $"{options.Prefix}/{name}/motion", _state = $"{options.Prefix}/{name}/state";
    private readonly Lock _lock = new();      // frames come on the camera's thread, events on others
    private readonly HomeAssistant? _home = options.Discovery is null ? null : new HomeAssistant(name, options);
    private ICamera? _camera;
    private IReadOnlyList<string> _zoneNames = [];
    private (string Topic, DateTimeOffset Moved)[] _zones = [];
    private CameraSettings? _settings;
    private DateTimeOffset _nextNumbers;
    private bool _isOnline;

    /// <summary>The camera that it tells of, before its first frame.</summary>
    public void Attach(ICamera camera)
    {
        _camera = camera;
        link.Set(_state, Offline);
        link.Set(_motion, Off);
        SetSettings(camera.Effective);
        link.Listen($"{_topic}/relearn", _ => camera.Relearn());
        link.Listen($"{_topic}/settings/set", text =>
        {
            using JsonDocument json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 8 });
            camera.Change(ProfileReader.Read(json.RootElement, camera.Profiles));
        });
        Announce();
    }

    /// <inheritdoc/>
    public void Show(in CameraFrame frame)
    {
        lock (_lock)
        {
            if (!_isOnline)
                link.Set(_state, Online);
            _isOnline = true;
            link.Set(_motion, frame.Event != 0 ? On : Off);
            ShowZones(frame);
            if (frame.Captured < _nextNumbers && _nextNumbers - frame.Captured <= NumbersPeriod)      // the clock may be set back
                return;
            _nextNumbers = frame.Captured + NumbersPeriod;
            link.Set($"{_topic}/score", frame.Score.ToString("0.####", CultureInfo.InvariantCulture));
            link.Set($"{_topic}/scene", SceneWords.NameOf(_camera!.Meter.Read().Scene));
            SetSettings(_camera.Effective);
        }
    }

    /// <summary>Something has happened.</summary>
    /// <param name="happened">What.</param>
    public void Tell(CameraEvent happened)
    {
        link.Send($"{_topic}/event", happened.ToJson());
        if (happened.Kind == CameraEventKind.CameraLost)
            GoOffline();
        if (happened.Thumbnail is string file && _camera?.Archive.Folder is string folder)
            SetPicture(Path.Combine(folder, file));
    }

    /// <summary>Nothing more is known of it.</summary>
    public void GoOffline()
    {
        lock (_lock)
        {
            _isOnline = false;
            link.Set(_state, Offline);
            link.Set(_motion, Off);
            link.Set($"{_topic}/score", "0");
            foreach ((string topic, _) in _zones)
                link.Set(topic, Off);
        }
    }

    /// <summary>It, or at least its zones, are no longer there: nothing of them stays with the broker.</summary>
    public void Forget(bool zonesOnly) =>
        link.Forget(topic => topic.StartsWith(zonesOnly ? $"{_topic}/zones/" : $"{_topic}/", StringComparison.Ordinal) || _home?.IsOf(topic, zonesOnly) == true);

    private void ShowZones(in CameraFrame frame)
    {
        if (!ReferenceEquals(frame.ZoneNames, _zoneNames))
        {
            foreach ((string gone, _) in _zones)
                link.Set(gone, "");
            _zoneNames = frame.ZoneNames;
            _zones = [.. HomeAssistant.Slugs(_zoneNames).Select(slug => ($"{_topic}/zones/{slug}/motion", DateTimeOffset.MinValue))];
            Announce();
        }
        for (int i = 0; i < _zones.Length; i++)
        {
            if ((frame.MovingZones >> i & 1) != 0 && (frame.Score >= frame.Threshold || (frame.ReachedZones >> i & 1) != 0))
                _zones[i].Moved = frame.Captured;
            link.Set(_zones[i].Topic, (frame.Captured - _zones[i].Moved).Duration() < ZoneRest ? On : Off);
        }
    }

    private void SetSettings(CameraSettings settings)
    {
        if (ReferenceEquals(settings, _settings))
            return;
        _settings = settings;
        link.Set($"{_topic}/settings", settings.ToJson());
    }

    // A picture that is not there (any more) costs the picture, not the message.
    private void SetPicture(string path)
    {
        try
        {
            link.Set($"{_topic}/picture", File.ReadAllBytes(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }

    private void Announce()
    {
        foreach ((string topic, string payload) in _home?.Configurations(_zoneNames) ?? [])
            link.Set(topic, payload);
    }
}
