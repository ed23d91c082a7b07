using System.Diagnostics;
using GmmVision.Ffmpeg;
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
        using MotionPipeline pipeline = PipelineFactory.Create(source.Format, frameRate, options);
        using OutputFolder folder = new(options.Output, input.Name);
        using JobOutputs outputs = new(input, options, output, source.Format, frameRate, folder);

        Exception? failure = Process(source, pipeline, outputs, cancellation);
        JobStatus status = failure is null ? JobStatus.Complete : cancellation.IsCancellationRequested ? JobStatus.Interrupted : JobStatus.Truncated;
        if (outputs.Frames == 0)
            throw failure ?? new UserError($"'{source.Name}' has no frames to look at: check --start and --end.");
        string? problem = status == JobStatus.Truncated ? CommandFrame.Describe(failure!) : null;

        // What was seen is finished whatever ended it, so the token is not passed on from here.
        EventReport report = new()
        {
            Input = source.Name,
            Format = source.Format,
            FrameRate = source.FrameRate,
            Frames = outputs.Frames,
            Status = status,
            Notes = [.. source.Warnings, .. outputs.Notes, .. problem is null ? [] : (string[])[problem]],
            MaskHash = outputs.MaskHash,
            Options = options,
            SceneChanges = outputs.SceneChanges,
            Events = outputs.WriteFinal(pipeline),
        };
        OutputFile.Write(folder["events.csv"], report.ToCsv());
        OutputFile.Write(folder[OutputFolder.ReportName], report.ToJson(DateTimeOffset.Now));
        folder.Publish();
        return new JobResult(report, folder.Path, Stopwatch.GetElapsedTime(start), problem);
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
        long done = 0;
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
