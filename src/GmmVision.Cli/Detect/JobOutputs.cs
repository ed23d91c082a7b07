using GmmVision.Cli.Drawing;
using GmmVision.Ffmpeg;
using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Motion;

namespace GmmVision.Cli.Detect;

/// <summary>All that is written of one part of an input while its frames come, and of the part as a whole.</summary>
internal sealed class JobOutputs : IDisposable
{
    private readonly JobInput _input;
    private readonly DetectOptions _options;
    private readonly TextWriter _output;
    private readonly InputPart _part;
    private readonly OutputFolder _folder;
    private readonly Thumbnails _thumbnails;
    private readonly MaskTally _tally;
    private readonly EventList _events;
    private readonly SceneList _scenes = new();
    private readonly RestlessMotion _restless;
    private readonly Privacy? _privacy;
    private readonly List<IFrameOutput> _all;

    public JobOutputs(JobInput input, DetectOptions options, TextWriter output, InputPart part, double frameRate, OutputFolder folder)
    {
        (_input, _options, _output, _part, _folder) = (input, options, output, part, folder);
        FrameFormat format = part.Format;
        _thumbnails = new Thumbnails(format);
        _tally = new MaskTally(part);
        _events = new EventList(OnEnded, part.EventsBefore);
        _restless = new RestlessMotion(format, options.Motion);
        _all = [_tally, _scenes, _restless];
        if (options.Motion.Privacy.Count > 0)
            _all.Add(_privacy = new Privacy(options.Motion.Privacy, format));      // in front of all that show a picture
        _all.AddRange([_thumbnails, _events]);      // the list takes an event's picture, so the pictures come first
        try
        {
            if (options.MaskVideo)
                _all.Add(new MaskVideo(folder[part.FileName("mask.mkv")], format, frameRate));
            if (options.Overlay)
                _all.Add(new OverlayVideo(folder[part.FileName("overlay.mp4")], part, frameRate));
            if (options.MaskImages is string images)
                _all.Add(new MaskImages(images));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Those that take every frame.</summary>
    public IReadOnlyList<IFrameOutput> PerFrame => _all;

    /// <summary>Frames that came.</summary>
    public long Frames => _tally.Count;

    /// <summary>Where the part begins; meaningless where no frame came.</summary>
    public SizeChange Begin => new(_tally.First.Number, _tally.First.Time, _part.Format);

    /// <summary>What happened to the picture as a whole.</summary>
    public IReadOnlyList<SceneChange> SceneChanges => _scenes.Changes;

    /// <summary>The events that have ended, with their pictures.</summary>
    public IEnumerable<DetectedEvent> Events => _events.Events.Select(motion => new DetectedEvent(motion, ThumbnailName(motion), null));

    /// <summary>What a reader of the results should know of them.</summary>
    public IReadOnlyList<string> Notes => _restless.Note() is string note ? [note] : [];

    /// <summary>Adds the event that was under way when the part ended.</summary>
    public void Finish(MotionEvent? last)
    {
        if (last is not null)
            _events.Add(last);
    }

    /// <summary>Writes what is made of all frames: the background, the heat over it.</summary>
    public void WriteFinal(MotionPipeline pipeline)
    {
        Frame background = new(_part.Format);
        pipeline.Detector.Background.CopyBackgroundTo(background);
        _privacy?.Hide(background);
        StillImage.Save(_folder[_part.FileName("background.png")], background);
        Canvas canvas = new(_part.Format);
        canvas.Load(background);
        _tally.Heatmap.PaintOn(canvas.Frame);
        StillImage.Save(_folder[_part.FileName("heatmap.png")], canvas.Frame);
        if (_options.SaveModel)
            OutputFile.Write(_folder[_part.FileName("background.gmm")], pipeline.Detector.Background.Save);
    }

    public void Dispose()
    {
        foreach (IFrameOutput output in _all)
            output.Dispose();
    }

    private static string ThumbnailName(MotionEvent motion) => DetectedEvent.FileName(motion.Number, ".jpg");

    private void OnEnded(MotionEvent motion)
    {
        string name = ThumbnailName(motion);
        StillImage.Save(_folder[name], _thumbnails.Take(motion.Number - _part.EventsBefore));
        if (_options.JsonLines)
        {
            _output.WriteLine(JsonLine.Of(json =>
            {
                json.WriteString("input", _input.Name);
                EventReport.Write(json, new DetectedEvent(motion, name, null));
            }));
        }
    }
}
