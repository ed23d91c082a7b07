using System.Collections.Concurrent;
using GmmVision.Ffmpeg;

namespace GmmVision.Cli.Detect;

/// <summary>
/// Looks at parts of a long file side by side. Each begins to learn the background a run-up before its own first frame;
/// events are gathered over all parts in order, so that what moves across a border is one event.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="frameRate">Frames a second.</param>
/// <param name="options">With zones in the video's own pixels.</param>
/// <param name="begin">Where to begin.</param>
/// <param name="end">Where to end at the latest.</param>
/// <param name="jobs">How many parts.</param>
internal sealed class SplitPass(FfmpegFrameSource file, double frameRate, DetectOptions options, TimeSpan begin, TimeSpan end, int jobs) : Pieces(file, frameRate, options)
{
    private sealed class Part(TimeSpan begin, TimeSpan? end)
    {
        public TimeSpan Begin => begin;
        public TimeSpan? End => end;
        public BlockingCollection<IReadOnlyList<SeenFrame>> Frames { get; } = [];
        public StretchScan? Scan;
        public Exception? Failure;
        public Thread? Thread;
    }

    private long _scanned;
    private StretchScan? _last;     // of the parts that were gathered; it has ended

    /// <inheritdoc/>
    public override Findings Find(PieceGatherer gatherer, Action? seen, CancellationToken cancellation)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using SharpThumbnails pictures = gatherer.MakePictures();
        Part[] parts = [.. Enumerable.Range(0, jobs).Select(i => new Part(Border(i), i + 1 < jobs ? Border(i + 1) : Options.Source.End))];
        try
        {
            foreach (Part part in parts)
            {
                part.Thread = new Thread(() => Look(part, stop.Token)) { IsBackground = true, Name = $"part at {part.Begin}" };
                part.Thread.Start();
            }
            Exception? failure = Gather(parts, gatherer, cancellation);
            seen?.Invoke();
            return gatherer.Finish(_last!.CopyBackground(), failure, isRestlessKnown: true);
        }
        finally
        {
            stop.Cancel();
            foreach (Part part in parts)
            {
                part.Thread?.Join();
                part.Scan?.Dispose();
                part.Frames.Dispose();
            }
        }
    }

    private TimeSpan Border(int part) => part == 0 ? begin : Border(begin + (end - begin) * part / jobs);

    private void Look(Part part, CancellationToken cancellation)
    {
        try
        {
            TimeSpan from = part.Begin - RunUp > begin ? part.Begin - RunUp : begin;
            DetectOptions each = Options with { Threads = Options.Threads > 0 ? Options.Threads : Math.Max(1, Environment.ProcessorCount / jobs) };
            part.Scan = new StretchScan(File, Options.Source with { Start = from > TimeSpan.Zero ? from : null, End = part.End }, part.Begin, each, FrameRate, cancellation);
            part.Failure = part.Scan.Run(frames =>
            {
                part.Frames.Add(frames, CancellationToken.None);
                Interlocked.Add(ref _scanned, frames.Count);
            });
        }
        catch (Exception exception)
        {
            part.Failure = exception;      // handed to the thread that gathers: nothing may escape here
        }
        finally
        {
            part.Frames.CompleteAdding();
        }
    }

    private Exception? Gather(Part[] parts, PieceGatherer gatherer, CancellationToken cancellation)
    {
        using Progress progress = new(File.Name, File.FrameCount);
        Exception? failure = null;
        foreach (Part part in parts)
        {
            bool isFirst = true;
            foreach (IReadOnlyList<SeenFrame> frames in part.Frames.GetConsumingEnumerable(CancellationToken.None))
            {
                // Counted on only while nothing is missing in front.
                if (isFirst && failure is null && part != parts[0])
                    gatherer.Number(frames[0]);
                isFirst = false;
                gatherer.Add(frames);
                progress.Report(Interlocked.Read(ref _scanned));
            }
            RequireFit(part.Scan?.IsMended == true, part.Failure);
            if (part.Failure is not null and not OperationCanceledException and not IOException and not UserError)
                throw new InvalidOperationException($"The part at {part.Begin} failed.", part.Failure);
            failure ??= part.Failure;
            if (part.Scan is null && part == parts[0])
                throw part.Failure!;
            if (part.Scan is not null)
                gatherer.Join(_last = part.Scan);
            // Behind damage an unsplit run would not look either; what was done when the user ended it is kept.
            if (failure is not null && !cancellation.IsCancellationRequested)
                break;
        }
        return failure;
    }
}
