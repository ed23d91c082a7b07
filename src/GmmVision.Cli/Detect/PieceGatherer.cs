using GmmVision.Cli.Drawing;
using GmmVision.Ffmpeg;
using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Motion;

namespace GmmVision.Cli.Detect;

/// <summary>Makes events, their pictures and the pictures of the whole from frames that several scans have looked at, given in order of time.</summary>
internal sealed class PieceGatherer
{
    private readonly JobInput _input;
    private readonly DetectOptions _options;
    private readonly TextWriter _output;
    private readonly OutputFolder _folder;
    private readonly FfmpegFrameSource _file;
    private readonly OwnPixels _pixels;
    private readonly EventDetector _detector;
    private readonly Heatmap _heatmap;
    private readonly Archive.MotionGrid _grid;
    private readonly RestlessMotion _restless;
    private readonly ZoneOutlines _zones;
    private readonly PrivacyMask? _privacy, _ownPrivacy;
    private readonly List<DetectedEvent> _events = [];
    private readonly Archive.FrameLog? _log;
    private readonly List<SceneChange> _scenes = [];
    private readonly Dictionary<long, Box[]> _peaks = [];      // what moved in frames that may turn out to be an event's peak
    private SharpThumbnails? _pictures;
    private TimeSpan? _first;
    private int _open;
    private long _frames, _shift;

    /// <param name="input">What is looked at.</param>
    /// <param name="options">With zones in the video's own pixels.</param>
    /// <param name="output">For the lines of --json.</param>
    /// <param name="folder">Where files are made.</param>
    /// <param name="file">The input, opened as a whole.</param>
    /// <param name="frameRate">Frames a second.</param>
    public PieceGatherer(JobInput input, DetectOptions options, TextWriter output, OutputFolder folder, FfmpegFrameSource file, double frameRate)
    {
        (_input, _options, _output, _folder, _file) = (input, options, output, folder, file);
        _log = options.Part is null ? null : new Archive.FrameLog();
        _pixels = new OwnPixels(file.Format, file.OwnFormat);
        _zones = new ZoneOutlines(options.Motion);
        MotionOptions motion = ScaledZones.Of(options.Motion, file.OwnFormat, file.Format);
        _detector = new EventDetector(frameRate, motion);
        _heatmap = new Heatmap(file.Format.Width, file.Format.Height);
        _grid = new Archive.MotionGrid(file.Format);
        _restless = new RestlessMotion(file.Format, motion);
        if (motion.Privacy.Count == 0)
            return;
        _privacy = new PrivacyMask(motion.Privacy, file.Format.Width, file.Format.Height);
        _ownPrivacy = new PrivacyMask(options.Motion.Privacy, file.OwnFormat.Width, file.OwnFormat.Height);
    }

    /// <summary>Events that have had their line of --json.</summary>
    public int EventsTold => _options.JsonLines ? _events.Count : 0;

    /// <summary>Makes the pictures of events on a thread of its own as they end, also of those that an interrupted job has found; to be disposed when all is done.</summary>
    public SharpThumbnails MakePictures() => _pictures = new SharpThumbnails(_file, CancellationToken.None);

    /// <summary>Frames of a stretch follow whose numbers the decoder has guessed by their times: they go on behind those that were given.</summary>
    public void Number(SeenFrame first) => _shift = _frames - first.Motion.Frame;

    /// <summary>The next frames.</summary>
    public void Add(IReadOnlyList<SeenFrame> frames)
    {
        foreach (SeenFrame frame in frames)
            Add(frame with { Motion = frame.Motion with { Frame = frame.Motion.Frame + _shift } });
    }

    /// <summary>Takes over what a scan that has ended has counted.</summary>
    public void Join(StretchScan scan)
    {
        _heatmap.Add(scan.Heatmap);
        _grid.Add(scan.Grid);
        _restless.Join(scan.Restless);
    }

    /// <summary>Adds what happened to the picture as a whole where no scan looked at every frame.</summary>
    public void Add(SceneChange change) => _scenes.Add(_pixels.Of(change));

    /// <summary>Ends the event under way and writes all that is not written yet.</summary>
    /// <param name="background">As it was learnt by the end.</param>
    /// <param name="failure">Why the input ended early; null at its end.</param>
    /// <param name="isRestlessKnown">Whether all of the input was looked at, so that "all the time" can be told.</param>
    public Findings Finish(Frame background, Exception? failure, bool isRestlessKnown)
    {
        _pictures?.HaveAllCores();
        if (_detector.Finish() is MotionEvent last)
            End(last, picture: null);
        _pictures?.Complete();
        _privacy?.Apply(background);
        FinalPictures.Write(background, _heatmap, _pixels.Format, _zones, masked: null, _folder["background.png"], _folder["heatmap.png"]);
        _log?.Write(_folder[Archive.FrameLog.FileName]);
        _grid.Write(_folder[Archive.MotionGrid.FileName], _pixels.Format.Width, _pixels.Format.Height);
        return new Findings
        {
            Working = _file.Format,
            Frames = _frames,
            Failure = failure,
            Events = [.. _events.Select(detected => File.Exists(_folder[detected.Thumbnail!]) ? detected : detected with { Thumbnail = null })],
            SceneChanges = [.. _scenes.OrderBy(change => change.Time)],
            Notes = isRestlessKnown && _restless.Note() is string note ? [note] : [],
            Sizes = [new SizeChange(0, _first ?? TimeSpan.Zero, _pixels.Format)],
        };
    }

    private void Add(in SeenFrame frame)
    {
        _frames++;
        _first ??= frame.Motion.Time;
        if (frame.Change is SceneChange change)
            _scenes.Add(_pixels.Of(change with { Frame = change.Frame + _shift }));
        _log?.Add(frame.Motion with { Box = _pixels.Of(frame.Motion.Box) });
        _detector.Step(frame.Motion, out MotionEvent? started, out MotionEvent? ended);
        if (_detector.CandidatePeakFrame == frame.Motion.Frame || _detector.EventPeakFrame == frame.Motion.Frame)
            _peaks[frame.Motion.Frame] = frame.Boxes;
        if (ended is not null)
            End(ended, frame.Peak);
        if (started is not null)
            _open++;
        if (_open == 0 && _detector.State == EventState.Quiet)
            _peaks.Clear();
    }

    /// <summary>Takes an event that has ended, with the picture that its scan has kept, which is of another moment where a border of scans lies between.</summary>
    private void End(MotionEvent motion, Frame? picture)
    {
        Box[] boxes = [.. _peaks.GetValueOrDefault(motion.PeakFrame, []).Select(_pixels.Of)];
        _open--;
        motion = _pixels.Of(motion);
        DetectedEvent detected = new(motion, DetectedEvent.FileName(motion.Number, ".jpg"), null);
        _events.Add(detected);
        EventPicture marks = new(_zones, boxes, []);
        if (picture is not null && picture.Time == motion.PeakTime)
            Readers.SavePicture(_folder[detected.Thumbnail!], marks.Paint(picture));
        else
            _pictures?.Add(_folder[detected.Thumbnail!], motion.PeakTime, _ownPrivacy, _pixels.Format, marks);
        if (_options.JsonLines)
            _output.WriteLine(EventReport.Line(_input, detected, _options.Began));
    }
}
