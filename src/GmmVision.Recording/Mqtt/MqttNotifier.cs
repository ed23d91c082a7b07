using GmmVision.Recording.Cameras;
using GmmVision.Recording.Events;
using GmmVision.Recording.Loop;

namespace GmmVision.Recording.Mqtt;

/// <summary>Tells an MQTT broker of all cameras, and takes settings from it; to Home Assistant they announce themselves.</summary>
/// <remarks>The topics are those of the README. A broker that is away costs nothing but its messages: states are sent again when it is back. Thread-safe.</remarks>
public sealed class MqttNotifier : INotifier
{
    private readonly MqttLink _link;
    private readonly Dictionary<string, MqttCamera> _cameras;

    /// <summary>Prepares; <see cref="Start"/> connects.</summary>
    /// <param name="options">The broker.</param>
    /// <param name="cameras">Names of all cameras.</param>
    /// <param name="log">Takes a line.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public MqttNotifier(MqttOptions options, IEnumerable<string> cameras, Action<string> log)
        : this(options, cameras, log, null)
    {
    }

    internal MqttNotifier(MqttOptions options, IEnumerable<string> cameras, Action<string> log, Backoff? pauses)
    {
        ArgumentNullException.ThrowIfNull(options);
        _link = new MqttLink(options.Validate(), log, pauses);
        _cameras = cameras.ToDictionary(name => name, name => new MqttCamera(name, _link, options));
    }

    /// <summary>What a camera shows its frames to.</summary>
    /// <exception cref="KeyNotFoundException">It was not named.</exception>
    public ICameraView ViewOf(string camera) => _cameras[camera];

    /// <summary>A camera that was named, before its first frame and before <see cref="Start"/>.</summary>
    public void Attach(ICamera camera)
    {
        ArgumentNullException.ThrowIfNull(camera);
        _cameras[camera.Name].Attach(camera);
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
