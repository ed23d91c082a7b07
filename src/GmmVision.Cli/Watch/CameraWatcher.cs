using System.Collections.Concurrent;
using System.Diagnostics;
using GmmVision.Ffmpeg;
using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Web;

namespace GmmVision.Cli.Watch;

/// <summary>
/// One camera, on a thread of its own, for months: opens it, works on its frames, opens it again whenever it is lost.
/// Whatever happens to it touches no other camera.
/// </summary>
internal sealed class CameraWatcher : ILiveCamera, IDisposable
{
    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(20), BrightnessPeriod = TimeSpan.FromSeconds(1);
    private readonly CameraSetup _setup;
    private readonly WatchServices _services;
    private readonly ClipFolder? _folder;
    private readonly EventLog _log;
    private readonly SceneTeller _scene;
    private readonly CancellationTokenSource _end = new(), _giveUp = new();
    private readonly Thread _thread;
    private readonly Lock _settingsLock = new();
    private readonly PacketRing? _ring;
    private readonly StreamClock _clock = new();
    private readonly BrightnessSwitch _brightness = new();
    private readonly JpegWriter _jpeg = new(85);
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly List<Task> _finishing = [];      // clips that are being finished
    private readonly Lock _finishingLock = new();

    // What the page changed, taken over by the camera's thread with the next frame.
    private LiveProfiles _profiles;
    private IReadOnlyList<LiveZone>? _zones;      // null until the first frame tells how large the configured pixels are
    private bool _settingsChanged, _relearn, _reopen;
    private volatile bool _isNight;
    private LiveSettings _effective;

    private readonly ConcurrentDictionary<long, LiveEvent> _underWay = new();

    // The camera's thread only.
    private MotionPipeline? _pipeline;
    private FrameResult? _result;
    private Mask? _hidden;
    private PrivacyMask? _privacy;
    private double _threshold;
    private Frame? _candidatePeak, _spare;
    private ActiveEvent? _event;
    private (long Number, TimeSpan End)? _divided;      // the event that became too long, which the next one goes on with
    private LiveRegion[] _regions = [];
    private CameraPackets? _packets;
    private bool _openFailed;
    private long _number, _frameNumber, _nextSave;
    private TimeSpan _nextBrightness;
    private bool _wasUp, _wasLost;

    /// <summary>Prepares everything, and finishes what a kill left; <see cref="Start"/> begins.</summary>
    /// <param name="setup">The camera.</param>
    /// <param name="services">What it shares with the others.</param>
    /// <param name="folder">Where it keeps things; null for nowhere.</param>
    /// <exception cref="IOException">The folder or its event log cannot be used.</exception>
    public CameraWatcher(CameraSetup setup, WatchServices services, ClipFolder? folder)
    {
        (_setup, _services, _folder) = (setup, services, folder);
        Source = CameraSource.NameOf(setup.Source);
        _log = folder is null ? EventLog.InMemory() : EventLog.Open(folder.LogPath);
        _scene = new SceneTeller(setup.Name, Meter, Record, Say);
        _profiles = setup.Profiles;
        if (folder is not null)
        {
            Tell(_log.TornBytes > 0, $"cut off {_log.TornBytes} bytes of a torn last line of events.jsonl");
            Tell(_log.ForeignLines > 0, $"events.jsonl has {_log.ForeignLines} lines that are no events; they are left alone");
            int foreign = folder.ForeignFiles();
            Tell(foreign > 0, $"{foreign} {(foreign == 1 ? "file has" : "files have")} the name of a recording with a date or number that cannot be: left alone, as not from here");
            int recovered = folder.Recover(_log, setup.Name);
            Tell(recovered > 0, $"finished {recovered} clips that an earlier run had to leave");
            if (SettingsFile.Read(folder.SettingsPath, setup, Say) is { } saved)
                (_profiles, _zones) = (saved.Profiles, saved.Zones);
            if (setup.Record != RecordMode.Off)
                _ring = new PacketRing(setup.Motion.PreRoll + setup.Motion.MinDuration + TimeSpan.FromSeconds(1));
        }
        _number = _log.LastNumber;
        LiveSettings settings = _profiles.Active(isNight: false);      // the page may ask before there is a frame
        _effective = SettingsMap.EffectiveOf(settings, SettingsMap.ForegroundOf(settings, services.ModelThreads), setup.Motion);
        _thread = new Thread(Run) { IsBackground = true, Name = "camera " + setup.Name };
    }

    public string Name => _setup.Name;

    public string Source { get; }

    public CameraMeter Meter { get; } = new();

    public PictureDesk Pictures { get; } = new();

    public LiveProfiles Profiles
    {
        get
        {
            lock (_settingsLock)
                return _profiles;
        }
    }

    public LiveSettings Effective => Volatile.Read(ref _effective);

    public bool IsNight => _isNight;

    public IReadOnlyList<LiveZone> Zones
    {
        get
        {
            lock (_settingsLock)
                return _zones ?? [];
        }
    }

    public string? Folder => _folder?.FullPath;

    /// <summary>The event log, for retention.</summary>
    public EventLog Log => _log;

    /// <summary>Whether it has come to its end: a file that was played to the last frame.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Begins.</summary>
    public void Start() => _thread.Start();

    /// <summary>Asks it to end; <see cref="Dispose"/> waits for that.</summary>
    public void Stop() => _end.Cancel();

    public void Change(LiveProfiles profiles)
    {
        ProfileReader.Validate(profiles);
        lock (_settingsLock)
        {
            _profiles = profiles;
            _settingsChanged = true;
            KeepSettings();
        }
    }

    public void Change(IReadOnlyList<LiveZone> zones)
    {
        CameraReading reading = Meter.Read();
        if (reading.Width > 0)
        {
            try
            {
                MotionOptions motion = new()
                {
                    Include = ZonesOf(zones, "include", reading.Width, reading.Height),
                    Exclude = ZonesOf(zones, "exclude", reading.Width, reading.Height),
                    Privacy = ZonesOf(zones, "privacy", reading.Width, reading.Height),
                };
                using MotionPipeline trial = new(new FrameFormat(reading.Width, reading.Height, PixelLayout.Gray8), 25, new PipelineOptions { Motion = motion.Validate() });
            }
            catch (ArgumentException exception)
            {
                throw new FormatException(CommandFrame.Describe(exception), exception);
            }
        }
        lock (_settingsLock)
        {
            _reopen |= _ring is not null && !HaveSamePrivacy(zones, _zones ?? []);      // clips must be blackened too
            _zones = [.. zones];
            _settingsChanged = true;
            KeepSettings();
        }
    }

    public void Relearn() => Volatile.Write(ref _relearn, true);

    // Those under way, or whose clips are being finished, stand in front of what the log has.
    public IReadOnlyList<LiveEvent> Events(int count, DateTimeOffset? before)
    {
        LiveEvent[] underWay = [.. _underWay.Values.Where(happened => before is null || happened.Start < before).OrderByDescending(happened => happened.Number)];
        IReadOnlyList<LiveEvent> known = [.. _log.Recent(count, before).Select(WithMark)];
        return underWay.Length == 0 ? known : [.. underWay.Where(running => !known.Any(happened => happened.Number == running.Number)).Concat(known).Take(count)];
    }

    public LiveEvent? Keep(long number, bool kept)
    {
        if (_folder is null || _log.Find(number) is not { } happened)
            return null;
        _folder.Keep(ClipFolder.NameOf(happened.Start, number), kept);
        return WithMark(happened);
    }

    public bool Delete(long number)
    {
        if (_log.Find(number) is not { } happened)
            return false;
        // The line first: what is gone from the list without its files goes with the next clearing, a line without files would stay.
        _log.Delete(happened);
        _folder?.Remove(ClipFolder.NameOf(happened.Start, number));
        return true;
    }

    public Func<Stream, CancellationToken, Task>? ClipSoFar(long number) =>
        _folder is not null && _underWay.TryGetValue(number, out LiveEvent? running) && _folder.PartPath(ClipFolder.NameOf(running.Start, number)) is string part && File.Exists(part)
            ? (target, cancellation) => ClipRemuxer.ToFragmentsAsync(part, target, cancellation)
            : null;

    private LiveEvent WithMark(LiveEvent happened) =>
        happened.Kind == LiveEventKind.Motion && _folder?.IsKept(ClipFolder.NameOf(happened.Start, happened.Number)) == true ? happened with { Kept = true } : happened;

    public bool IsRecording(string fileName) => ClipFolder.IsRecording(fileName);

    /// <summary>Ends it: the event under way is closed, its clip finished, the model saved.</summary>
    public void Dispose()
    {
        _end.Cancel();
        if (_thread.IsAlive)
            _thread.Join();
        Task[] finishing;
        lock (_finishingLock)
            finishing = [.. _finishing];
        Task.WaitAll(finishing, TimeSpan.FromSeconds(1));
        _giveUp.Cancel();      // what takes longer is finished at the next start
        Task.WaitAll(finishing, TimeSpan.FromSeconds(1));
        _pipeline?.Dispose();
        _log.Dispose();
        _end.Dispose();
        _giveUp.Dispose();
    }

    private void Run()
    {
        RetryPauses pauses = new();
        try
        {
            while (!_end.IsCancellationRequested)
            {
                string? trouble = Attempt(pauses);
                if (trouble is null)
                    continue;      // it is to be opened again at once
                Lose(trouble);
                if (HasEnded)
                    return;
                TimeSpan pause = pauses.Next();
                bool? answered = PausedWait.Wait(_setup.Source, pause, _end.Token);
                // One that answered and could not be opened, or was away for long, may have another codec now; of one that was gone
                // for a moment, what was known is taken for true: looking takes a second.
                if (answered == true || answered is null && _openFailed || pause >= RetryPauses.Longest)
                    _packets = null;
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
        }
        finally
        {
            CloseEvent();
            SaveModel();
        }
    }

    /// <summary>Opens the camera and stays with it. Returns why it was lost; null where nothing was wrong.</summary>
    private string? Attempt(RetryPauses pauses)
    {
        try
        {
            using CameraSource source = Open();
            SetFormat(source.Format);
            Appear(source.Format);
            bool isFinished = Pump(source, pauses);
            _end.Token.ThrowIfCancellationRequested();
            if (!isFinished)
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
            // What no clip can hold as it is would end every attempt in the same way.
            if (_packets == CameraPackets.Copy && exception is FfmpegException failure && failure.Log.Any(line => line.Contains("[mpegts @", StringComparison.Ordinal)))
            {
                _packets = CameraPackets.Encode;
                Say("its packets cannot be kept as they are; clips are encoded from now on");
            }
            if (exception is FileNotFoundException && _setup.IsFile && !_wasUp)
                HasEnded = true;      // a file that is not there will not come
            return CommandFrame.Describe(exception);
        }
        finally
        {
            _ring?.Restart();
        }
    }

    private CameraSource Open()
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        limit.CancelAfter(OpenTimeout);
        _openFailed = false;
        try
        {
            if (_ring is not null && _packets is null)
                _packets = _setup.Record == RecordMode.Encode ? CameraPackets.Encode : CameraSource.FindPackets(_setup.Source, limit.Token);
            (double X, double Y, double Width, double Height)[] hidden = _ring is null ? [] : HiddenBoxes();
            CameraPackets packets = _ring is null ? CameraPackets.None : hidden.Length > 0 ? CameraPackets.Encode : _packets!.Value;
            return CameraSource.Open(_setup.Source, new CameraOptions
            {
                Packets = packets,
                PacketSink = _ring is null ? null : _ring.Append,
                Blackened = hidden,
                Size = _setup.Size,
                WorkingHeight = _setup.DetectHeight,
                FrameRate = _setup.FrameRate,
                Loop = _setup.Loop,
                Sound = _setup.Sound,
            }, limit.Token);
        }
        catch (FfmpegException)
        {
            _openFailed = true;
            throw;
        }
        catch (OperationCanceledException) when (!_end.IsCancellationRequested)
        {
            throw new IOException($"no picture within {OpenTimeout.TotalSeconds:0} s");
        }
    }

    /// <summary>Works on frames until there are no more. Returns false where the camera is to be opened again at once.</summary>
    private bool Pump(CameraSource source, RetryPauses pauses)
    {
        LatestFrameQueue queue = new(source.Format);
        Exception? trouble = null;
        Thread reader = new(() =>
        {
            try
            {
                for (Frame frame = queue.Rent(); source.TryRead(frame); frame = queue.Rent())
                    queue.Put(frame, Stopwatch.GetTimestamp());
            }
            catch (Exception exception)
            {
                trouble = exception;
            }
            finally
            {
                queue.End();
            }
        })
        { IsBackground = true, Name = "reader of " + Name };
        reader.Start();
        try
        {
            _clock.Restart();
            long dropped = 0;
            for (long frames = 0; ; frames++)
            {
                LatestFrameQueue.Entry? entry = queue.Take(_setup.Stall, out bool isEnded, _end.Token);
                if (isEnded)
                    return trouble is null ? true : throw trouble;
                if (entry is not { } arrived)
                    throw new IOException($"no picture for {_setup.Stall.TotalSeconds:0.#} s");
                Work(arrived.Frame, arrived.Arrival);
                if (queue.Dropped > dropped)
                    Meter.AddDropped(queue.Dropped - dropped);
                dropped = queue.Dropped;
                if (frames == 25)
                    pauses.Reset();      // it answers in earnest
                if (TakeReopen())
                    return false;
            }
        }
        finally
        {
            source.Dispose();      // ends the reader
            reader.Join();
        }
    }

    private void Work(Frame frame, long arrival)
    {
        TimeSpan arrived = Stopwatch.GetElapsedTime(_started, arrival);
        DateTimeOffset captured = Wall(arrived);
        frame.Time = _clock.Next(frame.Time, arrived);
        frame.Number = _frameNumber++;
        TakeSettings(frame);
        MotionPipeline pipeline = _pipeline!;
        FrameResult result = _result!;

        pipeline.Process(frame, result);
        _privacy?.Apply(frame);
        _scene.Step(result.Scene, result.SceneChange, Wall);
        if (result.Ended is { } ended)
            End(ended);
        KeepPeak(frame, result);
        if (result.Started is { } started)
            Begin(started);

        Show(frame, result, captured);
        Meter.AddFrame(Stopwatch.GetElapsedTime(arrival).TotalSeconds, result.Score);
        SaveNowAndThen();
    }

    private void Show(Frame frame, FrameResult result, DateTimeOffset captured)
    {
        int count = 0;
        if (_regions.Length < result.Tracks.Length)
            _regions = new LiveRegion[result.Tracks.Length];
        foreach (Track track in result.Tracks)
        {
            if (track.IsVisible)
                _regions[count++] = new LiveRegion(track.Number, track.Region.Box);
        }
        Pictures.Offer(new LiveFrame
        {
            Picture = frame,
            Foreground = result.Foreground,
            Background = _pipeline!.Detector.Background,
            Regions = _regions.AsSpan(0, count),
            Score = result.Score,
            Threshold = _threshold,
            Event = _event?.Number ?? 0,
            Captured = captured,
            Hidden = _hidden,
        });
    }

    // ---- events ----

    private void Begin(MotionEvent started)
    {
        DateTimeOffset start = Wall(started.Start);
        long number = ++_number;
        string name = ClipFolder.NameOf(start, number);
        Frame peak = _candidatePeak!;      // of the motion that has just become an event
        (_candidatePeak, _spare) = (_spare ?? new Frame(peak.Format), null);
        ClipRecorder? recorder = _ring is null ? null : new ClipRecorder(_folder!, name, _ring.Open(Wall(started.ClipStart)), _giveUp.Token);
        long? continues = _divided is { } divided && started.Start - divided.End < TimeSpan.FromSeconds(1) ? divided.Number : null;
        _event = new ActiveEvent { Number = number, Name = name, Start = start, Continues = continues, Recorder = recorder, Peak = peak };
        Meter.AddEvent();
        string? thumbnail = WriteThumbnail(_event);
        LiveEvent begun = new() { Kind = LiveEventKind.MotionStarted, Camera = Name, Number = number, Start = start, Continues = continues, Box = BoxOf(started.Box), Thumbnail = thumbnail };
        _underWay[number] = begun with { Kind = LiveEventKind.Motion, Running = true };
        _services.Notify(begun);
    }

    private void End(MotionEvent ended)
    {
        if (_event is not { } active)
            return;
        _event = null;
        _divided = ended.Duration >= _setup.Motion.MaxDuration - TimeSpan.FromSeconds(1) ? (active.Number, ended.End) : null;
        string? thumbnail = WriteThumbnail(active);
        _spare = active.Peak;
        DateTimeOffset end = Wall(ended.End);
        LiveEvent happened = new()
        {
            Kind = LiveEventKind.Motion,
            Camera = Name,
            Number = active.Number,
            Start = active.Start,
            End = end,
            Duration = Math.Round((end - active.Start).TotalSeconds, 3),
            Continues = active.Continues,
            Peak = new LivePeak(Math.Round(ended.PeakScore, 6), Wall(ended.PeakTime)),
            Box = BoxOf(ended.Box),
            Thumbnail = thumbnail,
        };
        if (active.Recorder is null)
        {
            Record(happened);
            return;
        }
        active.Recorder.EndAt(Wall(ended.ClipEnd));
        lock (_finishingLock)
        {
            _finishing.RemoveAll(task => task.IsCompleted);
            _finishing.Add(FinishAsync(active.Recorder, happened));
        }
    }

    private async Task FinishAsync(ClipRecorder recorder, LiveEvent happened)
    {
        ClipResult clip = await recorder.Result.ConfigureAwait(false);
        Tell(clip.Error is not null, clip.Error ?? "");
        Record(happened with { Clip = clip.File, ClipStart = clip.Start, ClipEnd = clip.File is null ? null : clip.End });
    }

    private void CloseEvent()
    {
        if (_pipeline?.Finish() is { } ended)
            End(ended);
    }

    private void Record(LiveEvent happened)
    {
        try
        {
            _log.Append(happened);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            Say($"cannot write events.jsonl: {exception.Message}");
        }
        if (happened.Kind == LiveEventKind.Motion)
            _underWay.TryRemove(happened.Number, out _);
        _services.Notify(happened);
    }

    private void KeepPeak(Frame frame, FrameResult result)
    {
        if (result.CandidatePeakFrame == frame.Number || (result.Started is not null && result.EventPeakFrame == frame.Number) || _candidatePeak is null)
            (_candidatePeak ??= new Frame(frame.Format)).CopyFrom(frame);
        if (_event is { } active && result.EventPeakFrame == frame.Number)
            active.Peak.CopyFrom(frame);
    }

    private string? WriteThumbnail(ActiveEvent active)
    {
        if (_folder is null)
            return null;
        string path = _folder.ThumbnailPath(active.Name);
        try
        {
            Frame small = active.Peak;
            int factor = Math.Max(1, active.Peak.Width / 480);
            if (factor > 1)
            {
                small = new Frame(PictureScaler.Shrink(active.Peak.Format, factor));
                PictureScaler.Shrink(active.Peak, small, factor);
            }
            string temporary = Path.ChangeExtension(path, ".tmp.jpg");
            using (FileStream file = File.Create(temporary))
                file.Write(_jpeg.Encode(small));
            File.Move(temporary, path, overwrite: true);
            return Path.GetFileName(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Say($"cannot write thumbnail {active.Name}: {exception.Message}");
            return null;
        }
    }

    // ---- lost and found ----

    private void Appear(FrameFormat format)
    {
        Meter.SetUp(format.Width, format.Height, isAgain: _wasLost);
        if (_wasLost)
        {
            Say($"camera back: {format.Width}x{format.Height}");
            Record(new LiveEvent { Kind = LiveEventKind.CameraBack, Camera = Name, Start = DateTimeOffset.UtcNow });
        }
        else if (!_wasUp)
        {
            Say($"{Source} delivers {format.Width}x{format.Height}");
        }
        (_wasUp, _wasLost) = (true, false);
    }

    private void Lose(string trouble)
    {
        // Who ends this program often ends ffmpeg with it, in either order; that is no camera lost.
        if (!HasEnded && _end.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(200)))
            _end.Token.ThrowIfCancellationRequested();
        CloseEvent();
        Meter.SetDown(trouble);
        if (HasEnded)
        {
            Say(trouble);
            return;
        }
        if (_wasLost)
            return;      // said already
        _wasLost = true;
        Say($"camera lost: {trouble}");
        Record(new LiveEvent { Kind = LiveEventKind.CameraLost, Camera = Name, Start = DateTimeOffset.UtcNow, Message = trouble });
    }

    // ---- settings and model ----

    private void SetFormat(FrameFormat format)
    {
        lock (_settingsLock)
            _zones ??= [.. _setup.Zones.Select(zone => PartsOf(zone.Kind, zone.Zone, format))];
        if (_pipeline is not null && _pipeline.Detector.Background.Format == format)
            return;
        if (_pipeline is not null)
            Say($"the picture is {format.Width}x{format.Height} now, the background is learnt anew");
        CloseEvent();
        _pipeline?.Dispose();
        (_pipeline, _candidatePeak, _spare) = (null, null, null);
        _result = new FrameResult(format);
        Configure(format, LoadModel(format));
        _nextSave = Environment.TickCount64 + (long)_services.SavePeriod.TotalMilliseconds;
    }

    private void TakeSettings(Frame frame)
    {
        LiveProfiles profiles = Profiles;
        if (frame.Time >= _nextBrightness)
        {
            _nextBrightness = frame.Time + BrightnessPeriod;
            if (profiles.Switching)
                _settingsChanged |= _brightness.Step(BrightnessSwitch.BrightnessOf(frame), frame.Time, profiles.NightBelow, profiles.DayAbove);
            else if (_brightness.IsNight)
                _settingsChanged = true;
            if (!profiles.Switching)
                _brightness.Reset();
            if (_isNight != _brightness.IsNight)
                Say(_brightness.IsNight ? "night settings" : "day settings");
            _isNight = _brightness.IsNight;
        }
        if (Volatile.Read(ref _relearn))
        {
            Volatile.Write(ref _relearn, false);
            _pipeline!.Detector.Background.Reset();
        }
        if (!_settingsChanged)
            return;
        Configure(frame.Format, null);
    }

    // Other settings for the pipeline, which goes on with what was learnt, and with the event that is under way.
    private void Configure(FrameFormat format, Background.BackgroundModel? loaded)
    {
        LiveSettings settings;
        IReadOnlyList<LiveZone> zones;
        lock (_settingsLock)
        {
            _settingsChanged = false;
            settings = _profiles.Active(_isNight);
            zones = _zones ?? [];
        }
        ForegroundOptions foreground = SettingsMap.ForegroundOf(settings, _services.ModelThreads);
        MotionOptions motion = _setup.Motion with
        {
            Include = ZonesOf(zones, "include", format.Width, format.Height),
            Exclude = ZonesOf(zones, "exclude", format.Width, format.Height),
            Privacy = ZonesOf(zones, "privacy", format.Width, format.Height),
            MinArea = settings.MinArea ?? _setup.Motion.MinArea,
            Threshold = settings.Threshold ?? _setup.Motion.Threshold,
        };
        PipelineOptions options = new() { Foreground = foreground, Motion = motion.Validate() };
        if (_pipeline is not null && loaded is null)
            _pipeline.Change(options);
        else
        {
            _pipeline?.Dispose();
            _pipeline = loaded is null || loaded.Options.Modes != foreground.Background.Modes ? new MotionPipeline(format, 0, options)
#pragma warning disable CA2000      // the pipeline owns detector and model
                : new MotionPipeline(new ForegroundDetector(loaded.Clone(foreground.Background), 0, foreground), options);
#pragma warning restore CA2000
            loaded?.Dispose();
        }
        _hidden = motion.Privacy.Count == 0 ? null : Zone.Union(motion.Privacy, format.Width, format.Height);
        _privacy = _hidden is null ? null : new PrivacyMask(_hidden);
        _threshold = motion.Threshold;
        Volatile.Write(ref _effective, SettingsMap.EffectiveOf(settings, foreground, motion));
    }

    private bool TakeReopen()
    {
        lock (_settingsLock)
        {
            bool reopen = _reopen;
            _reopen = false;
            return reopen;
        }
    }

    private void KeepSettings()
    {
        try
        {
            if (_folder is not null)
                new SettingsFile(_profiles, _zones).Write(_folder.SettingsPath, _setup);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Say($"cannot write settings.json: {exception.Message}");
        }
    }

    private Background.BackgroundModel? LoadModel(FrameFormat format)
    {
        if (_folder is null || !File.Exists(_folder.ModelPath))
            return null;
        try
        {
            using FileStream file = new(_folder.ModelPath, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            Background.BackgroundModel model = Background.BackgroundModel.Load(file, _services.ModelThreads);
            if (model.Format == format)
            {
                Say($"goes on with a background learnt over {model.FrameCount} frames");
                return model;
            }
            Say($"the saved background is of {model.Format.Width}x{model.Format.Height}, the picture of {format.Width}x{format.Height}: it is learnt anew");
            model.Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Say($"the saved background is not used: {exception.Message}");
        }
        return null;
    }

    // On a copy and on another thread: writing takes longer than a frame may.
    private void SaveNowAndThen()
    {
        if (_folder is null || Environment.TickCount64 < _nextSave || !_services.SaveTurn.Wait(0))
            return;      // where another camera saves, it is tried again with the next frame
        _nextSave = Environment.TickCount64 + (long)_services.SavePeriod.TotalMilliseconds;
        Background.BackgroundModel copy = _pipeline!.Detector.Background.Clone();
        lock (_finishingLock)
        {
            _finishing.RemoveAll(task => task.IsCompleted);
            _finishing.Add(Task.Run(() =>
            {
                try
                {
                    using (copy)
                        SaveModel(copy);
                }
                finally
                {
                    _services.SaveTurn.Release();
                    GC.Collect(2, GCCollectionMode.Forced, blocking: false);      // or copies pile up to several models before anybody looks
                }
            }));
        }
    }

    private void SaveModel()
    {
        if (_folder is not null && _pipeline is not null)
            SaveModel(_pipeline.Detector.Background);
    }

    private void SaveModel(Background.BackgroundModel model)
    {
        try
        {
            WholeFile.Write(_folder!.ModelPath, model.Save);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Say($"cannot write model.gmm: {exception.Message}");
        }
    }

    // ---- small things ----

    private (double X, double Y, double Width, double Height)[] HiddenBoxes()
    {
        IReadOnlyList<LiveZone> zones;
        lock (_settingsLock)
            zones = _zones ?? [];
        return [.. zones.Where(zone => zone.Kind == "privacy").Select(zone =>
        {
            double left = zone.Points.Min(point => point[0]), top = zone.Points.Min(point => point[1]);
            return (left, top, zone.Points.Max(point => point[0]) - left, zone.Points.Max(point => point[1]) - top);
        })];
    }

    private static bool HaveSamePrivacy(IReadOnlyList<LiveZone> a, IReadOnlyList<LiveZone> b) =>
        a.Where(zone => zone.Kind == "privacy").SelectMany(zone => zone.Points).SelectMany(point => point)
            .SequenceEqual(b.Where(zone => zone.Kind == "privacy").SelectMany(zone => zone.Points).SelectMany(point => point));

    private static IReadOnlyList<Zone> ZonesOf(IReadOnlyList<LiveZone> zones, string kind, int width, int height) =>
        [.. zones.Where(zone => zone.Kind == kind).Select(zone => new Zone(zone.Points.Select(point => (point[0] * width, point[1] * height)), zone.Name))];

    private static LiveZone PartsOf(string kind, Zone zone, FrameFormat format) => new(kind, zone.Name ?? "",
        [.. zone.Corners.Select(corner => new[] { Math.Clamp(corner.X / format.Width, 0, 1), Math.Clamp(corner.Y / format.Height, 0, 1) })]);

    private static LiveBox BoxOf(Box box) => new(box.X, box.Y, box.Width, box.Height);

    private DateTimeOffset Wall(TimeSpan time) => DateTimeOffset.UtcNow - (Stopwatch.GetElapsedTime(_started) - time);

    private void Say(string line) => _services.Log($"{Name}: {line}");

    private void Tell(bool when, string line)
    {
        if (when)
            Say(line);
    }
}
