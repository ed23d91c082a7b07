using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Recording.Clips;
using GmmVision.Recording.Events;
using GmmVision.Recording.Loop;

namespace GmmVision.Recording.Cameras;

/// <summary>Makes of a camera's motion events with a number, a clip and a picture: begins them, ends them, and has them told. The camera's thread only.</summary>
internal sealed class EventRecorder : IFrameObserver
{
    private const int ThumbnailWidth = 480, ThumbnailQuality = 85;
    private static readonly TimeSpan DividedWithin = TimeSpan.FromSeconds(1);

    private readonly CameraSetup _setup;
    private readonly SessionClock _clock;
    private readonly EventStore _store;
    private readonly CameraMeter _meter;
    private readonly ClipFolder? _folder;
    private readonly PacketRing? _ring;
    private readonly BackgroundWork _work;
    private readonly CancellationToken _giveUp;
    private readonly Action<string> _say;
    private readonly JpegWriter _jpeg = new(ThumbnailQuality);
    private PeakPictures? _pictures;
    private ActiveEvent? _event;
    private (long Number, TimeSpan End)? _divided;      // the event that became too long, which the next one goes on with
    private long _number;

    /// <param name="setup">The camera.</param>
    /// <param name="clock">Of its frames.</param>
    /// <param name="store">Takes the events.</param>
    /// <param name="meter">Counts them.</param>
    /// <param name="folder">Where pictures and clips go; null for nowhere.</param>
    /// <param name="ring">The packets that clips are made of; null makes none.</param>
    /// <param name="work">Where clips are finished.</param>
    /// <param name="giveUp">There is no time left to finish clips: the next start does.</param>
    /// <param name="say">Takes a line for the log.</param>
    public EventRecorder(CameraSetup setup, SessionClock clock, EventStore store, CameraMeter meter, ClipFolder? folder, PacketRing? ring, BackgroundWork work, CancellationToken giveUp, Action<string> say)
    {
        (_setup, _clock, _store, _meter, _folder, _ring, _work, _giveUp, _say) = (setup, clock, store, meter, folder, ring, work, giveUp, say);
        _number = store.LastNumber;
    }

    /// <summary>Number of the event under way; 0 for none.</summary>
    public long Current => _event?.Number ?? 0;

    /// <summary>Frames of another format are to come; no event is under way.</summary>
    public void Begin(FrameFormat format) => _pictures = new PeakPictures(format);

    /// <inheritdoc/>
    public void See(Frame frame, FrameResult result)
    {
        _pictures!.See(frame, result);
        if (result.Ended is { } ended)
            End(ended);
        if (result.Started is { } started)
            Begin(started);
    }

    /// <summary>Ends the event under way where the pipeline did.</summary>
    public void End(MotionEvent? ended)
    {
        if (ended is null || _event is not { } active)
            return;
        _event = null;
        _divided = ended.Duration >= _setup.Motion.MaxDuration - DividedWithin ? (active.Number, ended.End) : null;
        string? thumbnail = WriteThumbnail(active.Name, _pictures!.Take(ended.Number));
        DateTimeOffset end = _clock.Wall(ended.End);
        CameraEvent happened = new()
        {
            Kind = CameraEventKind.Motion,
            Camera = _setup.Name,
            Number = active.Number,
            Start = active.Start,
            End = end,
            Duration = Math.Round((end - active.Start).TotalSeconds, 3),
            Continues = active.Continues,
            Peak = new EventPeak(Math.Round(ended.PeakScore, 6), _clock.Wall(ended.PeakTime)),
            Box = EventBox.Of(ended.Box),
            Zones = NamesOf(ended),
            Thumbnail = thumbnail,
        };
        if (active.Recorder is null)
        {
            _store.Record(happened);
            return;
        }
        active.Recorder.EndAt(_clock.Wall(ended.ClipEnd));
        _work.Add(FinishAsync(active.Recorder, happened));
    }

    private void Begin(MotionEvent started)
    {
        DateTimeOffset start = _clock.Wall(started.Start);
        long number = ++_number;
        string name = ClipFolder.NameOf(start, number);
        ClipRecorder? recorder = _ring is null ? null : new ClipRecorder(_folder!, name, _ring.Open(_clock.Wall(started.ClipStart)), _giveUp);
        long? continues = _divided is { } divided && started.Start - divided.End < DividedWithin ? divided.Number : null;
        _event = new ActiveEvent(number, name, start, continues, recorder);
        _meter.AddEvent();
        _store.Begin(new CameraEvent
        {
            Kind = CameraEventKind.MotionStarted,
            Camera = _setup.Name,
            Number = number,
            Start = start,
            Continues = continues,
            Box = EventBox.Of(started.Box),
            Zones = NamesOf(started),
            Thumbnail = WriteThumbnail(name, _pictures!.Of(started.Number)),
        });
    }

    private static IReadOnlyList<string>? NamesOf(MotionEvent motion) =>
        motion.Zones.Count > 0 ? [.. motion.Zones] : null;

    private async Task FinishAsync(ClipRecorder recorder, CameraEvent happened)
    {
        ClipResult clip = await recorder.Result.ConfigureAwait(false);
        if (clip.Error is not null)
            _say(clip.Error);
        _store.Record(happened with { Clip = clip.File, ClipStart = clip.Start, ClipEnd = clip.File is null ? null : clip.End });
    }

    private string? WriteThumbnail(string name, PeakPicture peak)
    {
        if (_folder is null)
            return null;
        string path = _folder.ThumbnailPath(name);
        try
        {
            Frame small = peak.Frame;
            int factor = Math.Max(1, small.Width / ThumbnailWidth);
            if (factor > 1)
            {
                small = new Frame(PictureScaler.Shrink(peak.Frame.Format, factor));
                PictureScaler.Shrink(peak.Frame, small, factor);
            }
            OutputFile.Write(path, file => file.Write(_jpeg.Encode(small)));
            return Path.GetFileName(path);
        }
        catch (IOException exception)
        {
            _say($"cannot write thumbnail {name}: {exception.Message}");
            return null;
        }
    }

    /// <summary>A motion event under way.</summary>
    /// <param name="Number">Counts on over restarts.</param>
    /// <param name="Name">Of its files.</param>
    /// <param name="Start">When its first frame arrived.</param>
    /// <param name="Continues">Number of the event that it goes on with; null where it begins by itself.</param>
    /// <param name="Recorder">Its clip; null where none is recorded.</param>
    private sealed record ActiveEvent(long Number, string Name, DateTimeOffset Start, long? Continues, ClipRecorder? Recorder);
}
