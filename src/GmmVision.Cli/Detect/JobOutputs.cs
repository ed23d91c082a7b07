using GmmVision.Cli.Drawing;
using GmmVision.Ffmpeg;
using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Motion;

namespace GmmVision.Cli.Detect;

/// <summary>All that one job writes: what needs every frame, and what is made of it in the end.</summary>
internal sealed class JobOutputs : IDisposable
{
    // What holds a cut as well as a whole film; clips of everything else go into Matroska, which holds every codec.
    private static readonly string[] ClipContainers = [".mp4", ".mov", ".m4v", ".mkv", ".avi"];

    private readonly JobInput _input;
    private readonly DetectOptions _options;
    private readonly TextWriter _output;
    private readonly FrameFormat _format;
    private readonly OutputFolder _folder;
    private readonly Thumbnails _thumbnails;
    private readonly MaskTally _tally;
    private readonly EventList _events;
    private readonly SceneList _scenes = new();
    private readonly RestlessMotion _restless;
    private readonly Privacy? _privacy;
    private readonly List<IFrameOutput> _all;

    public JobOutputs(JobInput input, DetectOptions options, TextWriter output, FrameFormat format, double frameRate, OutputFolder folder)
    {
        (_input, _options, _output, _format, _folder) = (input, options, output, format, folder);
        _thumbnails = new Thumbnails(format);
        _tally = new MaskTally(format);
        _events = new EventList(OnEnded);
        _restless = new RestlessMotion(format, options.Motion);
        _all = [_tally, _scenes, _restless];
        if (options.Motion.Privacy.Count > 0)
            _all.Add(_privacy = new Privacy(options.Motion.Privacy, format));      // in front of all that show a picture
        _all.AddRange([_thumbnails, _events]);      // the list takes an event's picture, so the pictures come first
        try
        {
            if (options.MaskVideo)
                _all.Add(new MaskVideo(folder["mask.mkv"], format, frameRate));
            if (options.Overlay)
                _all.Add(new OverlayVideo(folder["overlay.mp4"], format, frameRate));
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

    /// <summary>What happened to the picture as a whole.</summary>
    public IReadOnlyList<SceneChange> SceneChanges => _scenes.Changes;

    /// <summary>What a reader of the results should know of them.</summary>
    public IReadOnlyList<string> Notes => _restless.Note() is string note ? [note] : [];

    /// <summary>Over all masks.</summary>
    public string MaskHash => _tally.Hash.ToString();

    /// <summary>Adds the event that was under way when the input ended.</summary>
    public void Finish(MotionEvent? last)
    {
        if (last is not null)
            _events.Add(last);
    }

    /// <summary>Writes what is made of all frames: the background, the heat over it, clips.</summary>
    /// <returns>The events with their files.</returns>
    public IReadOnlyList<DetectedEvent> WriteFinal(MotionPipeline pipeline)
    {
        Frame background = new(_format);
        pipeline.Detector.Background.CopyBackgroundTo(background);
        _privacy?.Hide(background);
        StillImage.Save(_folder["background.png"], background);
        Canvas canvas = new(_format);
        canvas.Load(background);
        _tally.Heatmap.PaintOn(canvas.Frame);
        StillImage.Save(_folder["heatmap.png"], canvas.Frame);
        if (_options.SaveModel)
            OutputFile.Write(_folder["background.gmm"], pipeline.Detector.Background.Save);
        return [.. _events.Events.Select(motion => new DetectedEvent(motion, ThumbnailName(motion), _options.Clips ? Cut(motion) : null))];
    }

    public void Dispose()
    {
        foreach (IFrameOutput output in _all)
            output.Dispose();
    }

    private static string ThumbnailName(MotionEvent motion) => DetectedEvent.FileName(motion.Number, ".jpg");

    private string Cut(MotionEvent motion)
    {
        string extension = Path.GetExtension(_input.Path).ToLowerInvariant();
        string name = DetectedEvent.FileName(motion.Number, Array.IndexOf(ClipContainers, extension) >= 0 ? extension : ".mkv");
        ClipCutter.Cut(_input.Path, _folder[name], motion.ClipStart, motion.ClipEnd);
        return name;
    }

    private void OnEnded(MotionEvent motion)
    {
        string name = ThumbnailName(motion);
        StillImage.Save(_folder[name], _thumbnails.Take(motion.Number));
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
