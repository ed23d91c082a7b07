using System.Collections.Concurrent;
using GmmVision.Recording.Cameras;
using GmmVision.Recording.Events;
using GmmVision.Recording.Loop;

namespace GmmVision.Recording.Mqtt;

/// <summary>Tells an MQTT broker of all cameras, and takes settings from it; to Home Assistant they announce themselves.</summary>
/// <remarks>The topics are those of the README. A broker that is away costs nothing but its messages: states are sent again when it is back. Thread-safe.</remarks>
public sealed class MqttNotifier : INotifier
{
    private readonly MqttLink _link;
    private readonly MqttOptions _options;
    private readonly ConcurrentDictionary<string, MqttCamera> _cameras = new();

    /// <summary>Prepares; <see cref="Start"/> connects.</summary>
    /// <param name="options">The broker.</param>
    /// <param name="log">Takes a line.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public MqttNotifier(MqttOptions options, Action<string> log)
        : this(options, log, null)
    {
    }

    internal MqttNotifier(MqttOptions options, Action<string> log, Backoff? pauses)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Validate();
        _link = new MqttLink(_options, log, pauses);
    }

    /// <summary>What a camera shows its frames to; the camera is known to the broker once it is attached.</summary>
    public ICameraView ViewOf(string camera) => _cameras.GetOrAdd(camera, name => new MqttCamera(name, _link, _options));

    /// <summary>A camera whose view was asked for, before its first frame.</summary>
    /// <exception cref="KeyNotFoundException">Its view was not asked for.</exception>
    public void Attach(ICamera camera)
    {
        ArgumentNullException.ThrowIfNull(camera);
        _cameras[camera.Name].Attach(camera);
    }

    /// <summary>A camera that is no longer there.</summary>
    /// <param name="camera">Its name.</param>
    /// <param name="comesBack">Whether one of that name follows at once: then its topics stay, but those of its zones, which may be others.</param>
    public void Remove(string camera, bool comesBack)
    {
        if (!_cameras.TryRemove(camera, out MqttCamera? gone))
            return;
        gone.GoOffline();
        gone.Forget(zonesOnly: comesBack);
    }

    /// <summary>Begins to connect.</summary>
    public void Start() => _link.Start();

    /// <inheritdoc/>
    public void Post(CameraEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        if (_cameras.TryGetValue(happened.Camera, out MqttCamera? camera))
            camera.Tell(happened);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        foreach (MqttCamera camera in _cameras.Values)
            camera.GoOffline();
        return _link.DisposeAsync();
    }
}
