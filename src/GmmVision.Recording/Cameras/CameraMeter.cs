using System.Diagnostics;
using GmmVision.Foreground;

namespace GmmVision.Recording.Cameras;

/// <summary>Counts what a camera does: written by its threads, read by the page and by /metrics. Thread-safe.</summary>
public sealed class CameraMeter
{
    private readonly Lock _lock = new();
    private long _frames, _dropped, _events, _reconnects, _sceneChanges;
    private long _windowStart = Stopwatch.GetTimestamp(), _windowFrames;
    private double _framesPerSecond, _latency, _score;
    private bool _isUp;
    private string _message = "opening";
    private int _width, _height;
    private SceneState _scene;
    private CameraSceneChange? _lastSceneChange;
    private DateTimeOffset _since = DateTimeOffset.UtcNow;

    /// <summary>What it is now.</summary>
    public CameraReading Read()
    {
        lock (_lock)
        {
            // A camera that stands still has no rate, whatever it was before.
            bool isStill = Stopwatch.GetElapsedTime(_windowStart).TotalSeconds > 5;
            return new CameraReading(_isUp, _message, _since, _width, _height, _frames, _dropped, _events, _reconnects,
                isStill ? 0 : _framesPerSecond, _latency, _score)
            { Scene = _scene, SceneChanges = _sceneChanges, LastSceneChange = _lastSceneChange };
        }
    }

    /// <summary>A frame was worked on.</summary>
    /// <param name="latency">Seconds from its arrival until now.</param>
    /// <param name="score">Its score.</param>
    public void AddFrame(double latency, double score)
    {
        lock (_lock)
        {
            _frames++;
            _windowFrames++;
            _score = score;
            _latency = _frames == 1 ? latency : _latency + 0.1 * (latency - _latency);
            double seconds = Stopwatch.GetElapsedTime(_windowStart).TotalSeconds;
            if (seconds >= 1)
                (_framesPerSecond, _windowFrames, _windowStart) = (_windowFrames / seconds, 0, Stopwatch.GetTimestamp());
        }
    }

    /// <summary>Frames were dropped.</summary>
    public void AddDropped(long count)
    {
        lock (_lock)
            _dropped += count;
    }

    /// <summary>An event began.</summary>
    public void AddEvent()
    {
        lock (_lock)
            _events++;
    }

    /// <summary>What the picture as a whole is like.</summary>
    public void SetScene(SceneState scene)
    {
        lock (_lock)
            _scene = scene;
    }

    /// <summary>Something happened to the picture as a whole.</summary>
    public void AddSceneChange(CameraSceneChange change)
    {
        lock (_lock)
        {
            _lastSceneChange = change;
            _sceneChanges++;
        }
    }

    /// <summary>The camera answers.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="isAgain">Whether it was lost before.</param>
    public void SetUp(int width, int height, bool isAgain)
    {
        lock (_lock)
        {
            (_isUp, _message, _since, _width, _height) = (true, "", DateTimeOffset.UtcNow, width, height);
            (_windowStart, _windowFrames) = (Stopwatch.GetTimestamp(), 0);
            if (isAgain)
                _reconnects++;
        }
    }

    /// <summary>It does not, or it has ended.</summary>
    public void SetDown(string message)
    {
        lock (_lock)
        {
            if (_isUp)
                _since = DateTimeOffset.UtcNow;
            (_isUp, _message, _framesPerSecond, _score) = (false, message, 0, 0);
            _scene = SceneState.Steady;      // nobody knows
        }
    }
}

/// <summary>A camera's numbers at one moment.</summary>
/// <param name="Up">Whether it delivers.</param>
/// <param name="Message">Why it does not.</param>
/// <param name="Since">Since when that is so.</param>
/// <param name="Width">Pixels in a row, 0 before the first frame.</param>
/// <param name="Height">Rows.</param>
/// <param name="Frames">Frames worked on.</param>
/// <param name="Dropped">Frames dropped because the machine could not keep up.</param>
/// <param name="Events">Motion events since the program began.</param>
/// <param name="Reconnects">How often it came back.</param>
/// <param name="FramesPerSecond">Over the last second.</param>
/// <param name="Latency">Seconds from a frame's arrival to its result, smoothed.</param>
/// <param name="Score">Of the last frame.</param>
public sealed record CameraReading(
    bool Up, string Message, DateTimeOffset Since, int Width, int Height, long Frames, long Dropped, long Events, long Reconnects,
    double FramesPerSecond, double Latency, double Score)
{
    /// <summary>What the picture as a whole is like; steady while the camera is away.</summary>
    public SceneState Scene { get; init; }

    /// <summary>How often something happened to the picture as a whole.</summary>
    public long SceneChanges { get; init; }

    /// <summary>What happened to it last; null for nothing.</summary>
    public CameraSceneChange? LastSceneChange { get; init; }
}
