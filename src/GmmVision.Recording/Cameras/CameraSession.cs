using System.Diagnostics;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Recording.Clips;
using GmmVision.Recording.Events;
using GmmVision.Recording.Loop;

namespace GmmVision.Recording.Cameras;

/// <summary>
/// One camera, on a thread of its own, for months: opens it, works on its frames, opens it again whenever it is lost.
/// Whatever happens to it touches no other camera.
/// </summary>
public sealed class CameraSession : ICamera, IFrameObserver, IDisposable
{
    private const int EarnestFrames = 25;       // after so many it answers in earnest
    private static readonly TimeSpan TimeToFinish = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TimeToGiveUp = TimeSpan.FromSeconds(10);      // an ffmpeg that was killed, and a line of the log

    private readonly CameraSetup _setup;
    private readonly ClipFolder? _folder;
    private readonly Action<string> _say;
    private readonly CancellationTokenSource _end = new(), _giveUp = new();
    private readonly Thread _thread;
    private readonly BackgroundWork _work = new();
    private readonly SessionClock _clock = new();
    private readonly StreamClock _stream = new();
    private readonly LiveTuning _tuning;
    private readonly Lock _settingsFile = new();
    private readonly PacketRing? _ring;
    private readonly CameraConnection _connection;
    private readonly ModelStore _models;
    private readonly CameraPipeline _pipeline;
    private readonly EventStore _events;
    private readonly EventRecorder _recorder;
    private readonly CameraPresence _presence;
    private readonly IReadOnlyList<IFrameObserver> _observers;
    private ContinuousRecorder? _recording;
    private long _frameNumber, _arrival, _dropped;
    private int _reopens;

    /// <summary>Prepares everything, and finishes what a kill left; <see cref="Start"/> begins.</summary>
    /// <param name="setup">The camera.</param>
    /// <param name="services">What it shares with the others.</param>
    /// <param name="folder">Where it keeps things; null for nowhere.</param>
    /// <param name="views">Where its frames are shown.</param>
    /// <exception cref="IOException">The folder or its event log cannot be used.</exception>
    public CameraSession(CameraSetup setup, CameraServices services, ClipFolder? folder, params IReadOnlyList<ICameraView> views)
    {
        ArgumentNullException.ThrowIfNull(setup);
        ArgumentNullException.ThrowIfNull(services);
        (_setup, _folder) = (setup, folder);
        _say = line => services.Log($"{setup.Name}: {line}");
        Source = FrameSources.NameOf(setup.Source);
        Log = folder?.OpenLog(setup.Name, _say) ?? EventLog.InMemory();
        _tuning = new LiveTuning(folder is not null && SettingsFile.Read(folder.SettingsPath, setup, _say) is { } saved
            ? new CameraTuning(saved.Profiles, saved.Zones) : new CameraTuning(setup.Profiles, null));
        _ring = folder is null || !setup.HasClips ? null : new PacketRing(PacketRing.LengthFor(setup.Motion));
        _connection = new CameraConnection(setup, _ring, _say);
        _models = new ModelStore(folder, services, _work, _say);
        _pipeline = new CameraPipeline(setup, services, _tuning, _models, _ring, _say);
        _events = new EventStore(Log, folder, _ring is not null && setup.Record == RecordMode.Always, services.Notify, _say);
        _recorder = new EventRecorder(setup, _clock, _events, Meter, folder, _ring, _work, _giveUp.Token, _say);
        _presence = new CameraPresence(setup.Name, Source, Meter, _events.Record, _say);
        SceneTeller scene = new(setup.Name, Meter, _events.Record, _clock.Wall, _say);
        // Events before what is shown: a frame that begins one shows it.
        _observers = [scene, _recorder, new CameraViewer(views, _pipeline, _recorder, () => _clock.Wall(_clock.Of(_arrival))), this];
        _thread = new Thread(Run) { IsBackground = true, Name = "camera " + setup.Name };
    }

    /// <inheritdoc/>
    public string Name => _setup.Name;

    /// <inheritdoc/>
    public string Source { get; }

    /// <inheritdoc/>
    public CameraMeter Meter { get; } = new();

    /// <inheritdoc/>
    public CameraProfiles Profiles => _tuning.Now.Profiles;

    /// <inheritdoc/>
    public CameraSettings Effective => _pipeline.Effective;

    /// <inheritdoc/>
    public bool IsNight => _tuning.Now.IsNight;

    /// <inheritdoc/>
    public IReadOnlyList<CameraZone> Zones => _tuning.Now.Zones ?? [];

    /// <inheritdoc/>
    public ICameraArchive Archive => _events;

    /// <summary>The event log, for retention.</summary>
    public EventLog Log { get; }

    /// <summary>Whether it has come to its end: a file that was played to the last frame.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Begins.</summary>
    public void Start()
    {
        if (_setup.Opener is { } opener && _folder is not null && _setup.Record != RecordMode.Off)
            _say($"is read by {opener.Name}: events are kept with pictures and without clips, which need ffmpeg");
        if (_events.RecordsAlways)
            _recording = new ContinuousRecorder(_folder!, _ring!, _say);
        _thread.Start();
    }

    /// <summary>Asks it to end; <see cref="Dispose"/> waits for that.</summary>
    public void Stop() => _end.Cancel();

    /// <inheritdoc/>
    public void Change(CameraProfiles profiles)
    {
        SettingsMap.Validate(profiles, _setup.Motion);
        _tuning.Change(now => now.With(profiles));
        KeepSettings();
    }

    /// <inheritdoc/>
    public void Change(IReadOnlyList<CameraZone> zones)
    {
        ArgumentNullException.ThrowIfNull(zones);
        CameraReading reading = Meter.Read();
        try
        {
            if (reading.Width > 0)
                CameraPipeline.Validate(zones, reading.Width, reading.Height);
        }
        catch (ArgumentException exception)
        {
            throw new FormatException(Trouble.Describe(exception), exception);
        }
        _tuning.Change(now => now.With(zones, records: _ring is not null));
        KeepSettings();
    }

    /// <inheritdoc/>
    public void Relearn() => _tuning.Change(now => now with { Relearns = now.Relearns + 1 });

    /// <summary>Ends it: the event under way is closed, its clip finished, the model saved.</summary>
    public void Dispose()
    {
        _end.Cancel();
        if (_thread.IsAlive)
            _thread.Join();
        if (!_work.Wait(TimeToFinish))
        {
            _giveUp.Cancel();      // what takes longer is finished at the next start
            _work.Wait(TimeToGiveUp);
        }
        _recording?.Dispose();
        _pipeline.Dispose();
        Log.Dispose();
        _end.Dispose();
        _giveUp.Dispose();
    }

    private void Run()
    {
        Backoff pauses = Backoff.OfCamera();
        try
        {
            while (!_end.IsCancellationRequested)
            {
                if (Attempt(pauses) is not string trouble)
                    continue;      // it is to be opened again at once
                Lose(trouble);
                if (HasEnded)
                    return;
                _connection.Wait(pauses, _end.Token);
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
        }
        finally
        {
            CloseEvent();
            if (_pipeline.Motion is { } motion)
                _models.Save(motion);
        }
    }

    /// <summary>Opens the camera and stays with it. Returns why it was lost; null where it is to be opened again at once.</summary>
    private string? Attempt(Backoff pauses)
    {
        try
        {
            _reopens = _tuning.Now.Reopens;
            using IFrameSource source = _connection.Open(Zones, _end.Token);
            Begin(source.Format);
            _presence.Appear(source.Format);
            if (!Stay(source, pauses))
                return null;
            HasEnded = _setup.IsFile;
            return HasEnded ? "the file has come to its end" : "its stream ended";
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)      // of whatever kind: this thread must outlive it
        {
            _connection.Lost(exception);
            HasEnded |= exception is FileNotFoundException && _setup.IsFile && !_presence.WasUp;      // a file that is not there will not come
            return Trouble.Describe(exception);
        }
        finally
        {
            _ring?.Restart();
        }
    }

    private void Begin(FrameFormat format)
    {
        if (_pipeline.Fits(format))
            return;
        CloseEvent();
        _pipeline.Begin(format);
        _recorder.Begin(format);
    }

    /// <summary>Works on frames until there are no more. Returns false where the camera is to be opened again at once.</summary>
    private bool Stay(IFrameSource source, Backoff pauses)
    {
        _stream.Restart();
        _dropped = 0;
        using FrameLoop loop = FrameLoop.OfCamera(source, _observers, Arrive);
        for (long frames = 0; ; frames++)
        {
            if (loop.Step(_setup.Stall, _end.Token) == 0)
                return !loop.IsEnded ? throw new IOException($"no picture for {_setup.Stall.TotalSeconds:0.#} s") : loop.Failure is null ? true : throw loop.Failure;
            if (loop.Dropped > _dropped)
                Meter.AddDropped(loop.Dropped - _dropped);
            _dropped = loop.Dropped;
            _models.SaveNowAndThen(_pipeline.Motion!);
            if (frames == EarnestFrames)
                pauses.Reset();
            if (_tuning.Now.Reopens != _reopens)
                return false;
        }
    }

    // The first step of a frame's way: its time and number, and what was set anew since the last.
    private void Arrive(FrameLoop loop, QueuedFrame arrived)
    {
        Frame frame = arrived.Frame;
        _arrival = arrived.Arrival;
        frame.Time = _stream.Next(frame.Time, _clock.Of(arrived.Arrival));
        frame.Number = _frameNumber++;
        _pipeline.Take(frame);
        loop.Pipeline = _pipeline.Motion;
    }

    // The last: how long the frame took.
    void IFrameObserver.See(Frame frame, FrameResult result) => Meter.AddFrame(Stopwatch.GetElapsedTime(_arrival).TotalSeconds, result.Score);

    private void CloseEvent() => _recorder.End(_pipeline.Motion?.Finish());

    private void Lose(string trouble)
    {
        // Who ends this program often ends ffmpeg with it, in either order; that is no camera lost.
        if (!HasEnded && _end.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(200)))
            _end.Token.ThrowIfCancellationRequested();
        CloseEvent();
        _presence.Lose(trouble, HasEnded);
    }

    // One at a time, each what holds by then: the last file is that of the last change.
    private void KeepSettings()
    {
        if (_folder is null)
            return;
        try
        {
            lock (_settingsFile)
                new SettingsFile(_tuning.Now.Profiles, _tuning.Now.Zones).Write(_folder.SettingsPath, _setup);
        }
        catch (IOException exception)
        {
            _say(exception.Message);
        }
    }
}
