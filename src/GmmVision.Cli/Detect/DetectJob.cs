using System.Diagnostics;
using GmmVision.Ffmpeg;
using GmmVision.Foreground;
using GmmVision.Imaging;

namespace GmmVision.Cli.Detect;

/// <summary>One input from its first frame to its files.</summary>
/// <param name="input">What to look at.</param>
/// <param name="options">How.</param>
/// <param name="output">For the lines of --json.</param>
internal sealed class DetectJob(JobInput input, DetectOptions options, TextWriter output)
{
    private const int BatchesInFlight = 4;      // one being filled, one in the pipeline, one at the outputs, one waiting
    private const double UnknownFrameRate = 25;

    private readonly List<DetectedEvent> _events = [];
    private readonly List<SceneChange> _scenes = [];
    private readonly List<SizeChange> _sizes = [];      // the first is what the input begins with
    private readonly List<string> _notes = [];
    private readonly MaskHash _hash = new();
    private FrameFormat _working;       // of the first part
    private long _frames;

    /// <summary>Looks at the whole input and publishes what was found.</summary>
    /// <param name="cancellation">Ends it early; what was seen until then is published.</param>
    /// <exception cref="UserError">Nothing could be done.</exception>
    /// <exception cref="IOException">The input cannot be opened, or the output not written.</exception>
    public JobResult Run(CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        if (options.Clips && !File.Exists(input.Path))
            throw new UserError($"'{input.Path}': --clips can cut only files; leave it out, or record the input to a file first.");
        using IFrameSource source = FrameSources.Open(input.Path, options.Source, cancellation);
        double frameRate = (source.FrameRate > 0 ? source.FrameRate : UnknownFrameRate) / options.Source.Every;
        if (source.FrameRate <= 0)
            _notes.Add($"the frame rate of '{source.Name}' is unknown: until its times tell, it is taken as {UnknownFrameRate} frames a second.");
        using OutputFolder folder = new(options.Output, input.Name);
        using SharpThumbnails? sharp = source is FfmpegFrameSource seekable && source.OwnFormat != source.Format ? new SharpThumbnails(seekable, cancellation) : null;
        Exception? failure = ProcessParts(source, frameRate, folder, sharp, cancellation);
        sharp?.Complete();
        JobStatus status = failure is null ? JobStatus.Complete : cancellation.IsCancellationRequested ? JobStatus.Interrupted : JobStatus.Truncated;
        string? problem = status == JobStatus.Truncated ? CommandFrame.Describe(failure!) : null;

        // What was seen is finished whatever ended it, so the token is not passed on from here.
        EventReport report = new()
        {
            Input = source.Name,
            Format = _sizes[0].Format,
            Working = _working,
            FrameRate = source.FrameRate,
            Stream = (source as FfmpegFrameSource)?.Stream,
            Levels = (source as FfmpegFrameSource)?.Levels,
            Frames = _frames,
            Status = status,
            Notes = [.. source.Warnings, .. _notes, .. problem is null ? [] : (string[])[problem]],
            MaskHash = _hash.ToString(),
            Options = options,
            SceneChanges = _scenes,
            SizeChanges = [.. _sizes.Skip(1)],
            Events = _events,
        };
        if (options.Clips && source is FfmpegFrameSource file && _events.Count > 0)
        {
            // The report is there before the first clip is cut: whatever befalls the clips, an hour's work is kept.
            report.With("its clips are being cut").WriteInto(name => folder[name]);
            folder.Publish();
            IReadOnlyList<DetectedEvent> events = new EventClips(input, file, frameRate * options.Source.Every, folder.Path)
                .Cut(_events, known => (report.With("its clips are being cut") with { Events = known }).WriteInto(folder.Final));
            string? missing = EventClips.Problem(source.Name, events);
            report = report with { Events = events, Notes = [.. report.Notes, .. missing is null ? [] : (string[])[missing]] };
            report.WriteInto(folder.Final);
            problem = problem is null ? missing : missing is null ? problem : $"{problem} {missing}";
        }
        else
        {
            report.WriteInto(name => folder[name]);
            folder.Publish();
        }
        return new JobResult(report, folder.Path, Stopwatch.GetElapsedTime(start), problem);
    }

    /// <summary>All frames: one part where pictures keep their size, a part and a model of its own for each size else.</summary>
    /// <returns>Why the source ended early; null at its end.</returns>
    private Exception? ProcessParts(IFrameSource source, double frameRate, OutputFolder folder, SharpThumbnails? sharp, CancellationToken cancellation)
    {
        for (int number = 1; ; number++)
        {
            InputPart part = new(number, source.OwnFormat, source.Format, _events.Count, _hash);
            if (number == 1)
                _working = part.Working;
            // Zones are told in the pixels that the video begins with.
            FrameFormat first = number == 1 ? part.Format : _sizes[0].Format;
            DetectOptions partOptions = options with { Model = number == 1 ? options.Model : null, Motion = ScaledZones.Of(options.Motion, first, part.Working) };
            using MotionPipeline pipeline = PipelineFactory.Create(part.Working, frameRate, partOptions);
            using JobOutputs outputs = new(input, partOptions, output, part, frameRate, folder, sharp);
            Exception? failure = Process(source, pipeline, outputs, cancellation);
            if (outputs.Frames == 0 && number == 1)
                throw failure ?? new UserError($"'{source.Name}' has no frames to look at: check --start and --end.");
            if (outputs.Frames > 0)
            {
                outputs.WriteFinal(pipeline);
                Gather(outputs);
            }
            if (failure is not PictureSizeException || source is not FfmpegFrameSource file)
                return failure;
            file.Continue();
        }
    }

    private void Gather(JobOutputs outputs)
    {
        _frames += outputs.Frames;
        _events.AddRange(outputs.Events);
        _scenes.AddRange(outputs.SceneChanges);
        _notes.AddRange(outputs.Notes);
        SizeChange begin = outputs.Begin;
        if (_sizes.Count > 0)
            _notes.Add($"from frame {begin.Frame} at {Timecode.Of(begin.Time)} on pictures are {begin.Format.Width}x{begin.Format.Height} instead of {_sizes[^1].Format.Width}x{_sizes[^1].Format.Height}: a new background is learnt there.");
        _sizes.Add(begin);
    }

    /// <summary>Every frame's way: read ahead, through the pipeline batch by batch, out to the files.</summary>
    /// <returns>Why the source ended early; null at its end.</returns>
    private Exception? Process(IFrameSource source, MotionPipeline pipeline, JobOutputs outputs, CancellationToken cancellation)
    {
        int capacity = FrameBatch.CapacityFor(source.Format, source.IsLive);
        IEnumerable<FrameBatch> batches = Enumerable.Range(0, BatchesInFlight).Select(_ => new FrameBatch(source.Format, capacity));
        using FrameReader reader = new(source, batches, cancellation);
        using FrameOutputs queue = new(outputs.PerFrame, reader.Return);
        using Progress progress = new(source.Name, source.FrameCount);
        long done = _frames;
        while (reader.TryTake(out FrameBatch? batch))
        {
            pipeline.Process(batch.Frames, batch.Results);
            progress.Report(done += batch.Count);
            queue.Add(batch);
        }
        queue.Complete();
        outputs.Finish(pipeline.Finish());
        return reader.Failure;
    }
}
