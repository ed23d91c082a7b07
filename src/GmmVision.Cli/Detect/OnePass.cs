using GmmVision.Ffmpeg;
using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Recording.Loop;

namespace GmmVision.Cli.Detect;

/// <summary>Looks at every frame of an input, from the first to the last.</summary>
/// <param name="input">What is looked at.</param>
/// <param name="options">How.</param>
/// <param name="output">For the lines of --json.</param>
/// <param name="folder">Where files are made.</param>
/// <param name="eventsTold">Events that have had their line already.</param>
internal sealed class OnePass(JobInput input, DetectOptions options, TextWriter output, OutputFolder folder, int eventsTold)
{
    private readonly List<DetectedEvent> _events = [];
    private readonly List<SceneChange> _scenes = [];
    private readonly List<SizeChange> _sizes = [];      // the first is what the input begins with
    private readonly List<string> _notes = [];
    private readonly List<string> _missing = [];
    private readonly MaskHash _hash = new();
    private FrameFormat _working;       // of the first part
    private long _frames;

    /// <summary>All frames: one part where pictures keep their size, a part and a model of its own for each size else.</summary>
    /// <param name="source">The input, at its first frame.</param>
    /// <param name="frameRate">Frames a second.</param>
    /// <param name="sharp">Makes thumbnails of scaled pictures again; null where nothing is scaled, or can be read again.</param>
    /// <param name="seen">Called when the last frame has been looked at.</param>
    /// <param name="cancellation">Ends it early.</param>
    public Findings Run(IFrameSource source, double frameRate, SharpThumbnails? sharp, Action? seen, CancellationToken cancellation)
    {
        Exception? failure;
        for (int number = 1; ; number++)
        {
            InputPart part = new(number, source.OwnFormat, source.Format, _events.Count, eventsTold, _hash);
            if (number == 1)
                _working = part.Working;
            // Zones are told in the pixels that the video begins with.
            FrameFormat first = number == 1 ? part.Format : _sizes[0].Format;
            DetectOptions partOptions = options with { Model = number == 1 ? options.Model : null, Motion = ScaledZones.Of(options.Motion, first, part.Working) };
            using MotionPipeline pipeline = PipelineFactory.Create(part.Working, part.Format, frameRate, partOptions);
            using JobOutputs outputs = new(input, partOptions, output, part, frameRate, folder, sharp, cancellation);
            failure = Process(source, pipeline, outputs, sharp, cancellation);
            if (failure is not PictureSizeException)
                seen?.Invoke();
            if (outputs.Frames == 0 && number == 1)
                throw failure ?? new UserError($"'{source.Name}' has no frames to look at: check --start and --end.");
            if (outputs.Frames > 0)
            {
                outputs.WriteFinal(pipeline);
                Gather(outputs);
            }
            if (failure is not PictureSizeException || source is not FfmpegFrameSource file)
                break;
            file.Continue();
        }
        return new Findings
        {
            Working = _working,
            Frames = _frames,
            Failure = failure,
            Events = _events,
            SceneChanges = _scenes,
            Notes = _notes,
            Missing = _missing,
            Sizes = _sizes,
            MaskHash = _hash.ToString(),
        };
    }

    private void Gather(JobOutputs outputs)
    {
        _frames += outputs.Frames;
        _events.AddRange(outputs.Events);
        _scenes.AddRange(outputs.SceneChanges);
        _notes.AddRange(outputs.Notes);
        _missing.AddRange(outputs.Missing);
        SizeChange begin = outputs.Begin;
        if (_sizes.Count > 0)
            _notes.Add($"from frame {begin.Frame} at {Timecode.Of(begin.Time)} on pictures are {begin.Format.Width}x{begin.Format.Height} instead of {_sizes[^1].Format.Width}x{_sizes[^1].Format.Height}: a new background is learnt there.");
        _sizes.Add(begin);
    }

    /// <summary>Every frame's way: read ahead, through the pipeline batch by batch, out to the files.</summary>
    /// <returns>Why the source ended early; null at its end.</returns>
    private Exception? Process(IFrameSource source, MotionPipeline pipeline, JobOutputs outputs, SharpThumbnails? sharp, CancellationToken cancellation)
    {
        using FrameLoop loop = FrameLoop.OfFile(source, pipeline, outputs.PerFrame, cancellation);
        using Progress progress = new(source.Name, source.FrameCount);
        long done = _frames;
        while (loop.Step() is > 0 and int count)
            progress.Report(done += count);
        loop.Complete();
        if (loop.Failure is not PictureSizeException)
            sharp?.HaveAllCores();
        outputs.Finish(pipeline.Finish());
        return loop.Failure;
    }
}
