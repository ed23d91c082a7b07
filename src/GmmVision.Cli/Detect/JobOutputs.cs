using GmmVision.Cli.Drawing;
using GmmVision.Ffmpeg;
using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Recording.Loop;

namespace GmmVision.Cli.Detect;

/// <summary>All that is written of one part of an input while its frames come, and of the part as a whole.</summary>
internal sealed class JobOutputs : IDisposable
{
    private readonly JobInput _input;
    private readonly DetectOptions _options;
    private readonly TextWriter _output;
    private readonly InputPart _part;
    private readonly OutputFolder _folder;
#pragma warning disable CA2213      // all of them are in _all, which is disposed
    private readonly PeakPictures _thumbnails;
    private readonly MaskTally _tally;
    private readonly EventList _events;
    private readonly SceneList _scenes;
    private readonly RestlessMotion _restless;
    private readonly SmartMaskNote _masked = new();
    private readonly Trajectories? _trajectories;
#pragma warning restore CA2213
    private readonly PrivacyMask? _ownPrivacy;
    private readonly OwnPixels _pixels;
    private readonly SharpThumbnails? _sharp;
    private readonly ZoneOutlines _zones;
    private readonly List<IFrameObserver> _all;

    /// <param name="input">What is looked at.</param>
    /// <param name="options">With zones in the pixels that the pipeline sees.</param>
    /// <param name="output">For the lines of --json.</param>
    /// <param name="part">The part.</param>
    /// <param name="frameRate">Frames a second.</param>
    /// <param name="folder">Where files are made.</param>
    /// <param name="sharp">Makes thumbnails of scaled pictures again; null where nothing is scaled, or can be read again.</param>
    /// <param name="cancellation">Somebody wants to be gone: encoders have to end soon.</param>
    public JobOutputs(JobInput input, DetectOptions options, TextWriter output, InputPart part, double frameRate, OutputFolder folder, SharpThumbnails? sharp, CancellationToken cancellation)
    {
        (_input, _options, _output, _part, _folder, _sharp) = (input, options, output, part, folder, sharp);
        FrameFormat format = part.Working;
        _pixels = new OwnPixels(format, part.Format);
        MotionOptions own = ScaledZones.Of(options.Motion, format, part.Format);
        _zones = new ZoneOutlines(own);
        _thumbnails = new PeakPictures(format);
        _tally = new MaskTally(part);
        _scenes = new SceneList(_pixels);
        _events = new EventList(OnEnded, _pixels, part.EventsBefore);
        _restless = new RestlessMotion(format, options.Motion);
        _ownPrivacy = own.Privacy.Count == 0 ? null : new PrivacyMask(own.Privacy, part.Format.Width, part.Format.Height);
        _trajectories = options.Trajectories ? new Trajectories(_pixels) : null;
        _all = [_tally, _scenes, _restless, _masked, _thumbnails, .. _trajectories is null ? [] : (IFrameObserver[])[_trajectories], _events];      // the list takes an event's picture, so the pictures come first
        if (options.Tracks)
            AddExtra(part.FileName("tracks.jsonl"), path => new TracksFile(path, _pixels, part.EventsBefore));
        if (options.MaskVideo)
            AddExtra(part.FileName("mask.mkv"), path => new MaskVideo(path, _pixels, frameRate, cancellation));
        if (options.Overlay)
            AddExtra(part.FileName("overlay.mp4"), path => new OverlayVideo(path, part, _pixels, _zones, frameRate, cancellation));
        if (options.MaskImages is string images)
            _all.Add(new ExtraFile($"the folder '{images}' of masks", () => new MaskImages(images, _pixels)));
    }

    private void AddExtra(string name, Func<string, IFrameObserver> begin) => _all.Add(new ExtraFile(name, () => begin(_folder[name])));

    /// <summary>Those that take every frame.</summary>
    public IReadOnlyList<IFrameObserver> PerFrame => _all;

    /// <summary>Frames that came.</summary>
    public long Frames => _tally.Count;

    /// <summary>Where the part begins; meaningless where no frame came.</summary>
    public SizeChange Begin => new(_tally.First.Number, _tally.First.Time, _part.Format);

    /// <summary>What happened to the picture as a whole.</summary>
    public IReadOnlyList<SceneChange> SceneChanges => _scenes.Changes;

    /// <summary>The events that have ended, with their pictures.</summary>
    public IEnumerable<DetectedEvent> Events => _events.Events.Select(motion => new DetectedEvent(motion, ThumbnailName(motion), null));

    /// <summary>What a reader of the results should know of them.</summary>
    public IReadOnlyList<string> Notes => [.. new[] { _restless.Note(), _masked.Note() }.OfType<string>()];

    /// <summary>What was asked for beside the events and is not there, and why.</summary>
    public IEnumerable<string> Missing => _all.OfType<ExtraFile>().Select(extra => extra.Problem).OfType<string>();

    /// <summary>Adds the event that was under way when the part ended.</summary>
    public void Finish(MotionEvent? last)
    {
        if (last is not null)
            _events.Add(last);
    }

    /// <summary>Writes what is made of all frames: the background, the heat over it.</summary>
    public void WriteFinal(MotionPipeline pipeline)
    {
        Frame background = new(_part.Working);
        pipeline.Detector.Background.CopyBackgroundTo(background);
        pipeline.Privacy?.Apply(background);
        FinalPictures.Write(background, _tally.Heatmap, _part.Format, _zones, _masked.Last, _folder[_part.FileName("background.png")], _folder[_part.FileName("heatmap.png")]);
        _tally.Grid.Write(_folder[_part.FileName(Archive.MotionGrid.FileName)], _part.Format.Width, _part.Format.Height);
        if (_options.SaveModel)
            OutputFile.Write(_folder[_part.FileName("background.gmm")], pipeline.Detector.Background.Save);
    }

    public void Dispose()
    {
        foreach (IDisposable observer in _all.OfType<IDisposable>())
            observer.Dispose();
    }

    private static string ThumbnailName(MotionEvent motion) => DetectedEvent.FileName(motion.Number, ".jpg");

    private void OnEnded(MotionEvent motion)
    {
        string name = ThumbnailName(motion);
        PeakPicture picture = _thumbnails.Take(motion.Number - _part.EventsBefore);
        EventPicture marks = new(_zones, [.. picture.Boxes.Select(_pixels.Of)], _trajectories?.Take(motion) ?? []);
        Readers.SavePicture(_folder[name], marks.Paint(_pixels.Of(picture.Frame)));
        if (_part.Working != _part.Format)
            _sharp?.Add(_folder[name], picture.Frame.Time, _ownPrivacy, _part.Format, marks);
        if (_options.JsonLines && motion.Number > _part.EventsTold)
            _output.WriteLine(EventReport.Line(_input, new DetectedEvent(motion, name, null), _options.Began));
    }
}
