using System.Collections.Concurrent;
using GmmVision.Foreground;
using GmmVision.Imaging;

namespace GmmVision.Cli.Eval;

/// <summary>All videos, several at a time.</summary>
/// <param name="videos">Which.</param>
/// <param name="options">The same for all.</param>
/// <param name="masks">Where masks go; null: nowhere.</param>
/// <param name="threads">Videos at a time.</param>
internal sealed class EvalRun(IReadOnlyList<EvalVideo> videos, ForegroundOptions options, string? masks, int threads)
{
    private readonly ConcurrentBag<EvalResult> _results = [];
    private readonly ConcurrentBag<string> _problems = [];

    /// <summary>Those that were done, in no order.</summary>
    public IEnumerable<EvalResult> Results => _results;

    /// <summary>A line for each that could not be done, in order of names.</summary>
    public IEnumerable<string> Problems => _problems.Order(StringComparer.Ordinal);

    /// <summary>Runs until all are done or it is cancelled; what was done by then is in <see cref="Results"/>.</summary>
    public void Run(CancellationToken cancellation)
    {
        WarmUp();
        (EvalVideo Video, int Frames)[] longestFirst = [.. videos.Select(video => (video, Directory.GetFiles(video.InputFolder).Length)).OrderByDescending(entry => entry.Length)];
        using Progress progress = new($"{videos.Count} videos", longestFirst.Sum(entry => (long)entry.Frames));
        var reporting = new Lock();
        long done = 0;
        void Advance(int frames)
        {
            lock (reporting)
                progress.Report(done += frames);
        }

        int next = -1;
        // Plain threads: each belongs to a video from its first frame to its last, which the clock of a core's time needs.
        Thread[] workers = [.. Enumerable.Range(0, Math.Min(threads, videos.Count)).Select(_ => new Thread(() =>
        {
            for (int i; !cancellation.IsCancellationRequested && (i = Interlocked.Increment(ref next)) < longestFirst.Length;)
                RunOne(longestFirst[i].Video, Advance, cancellation);
        })
        { Name = "eval" })];
        foreach (Thread worker in workers)
            worker.Start();
        foreach (Thread worker in workers)
            worker.Join();
    }

    private void RunOne(EvalVideo video, Action<int> progress, CancellationToken cancellation)
    {
        try
        {
            _results.Add(new EvalJob(video, options, masks).Run(progress, cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Told once, at the end.
        }
        catch (Exception exception)
        {
            _problems.Add($"{video.FullName}: {CommandFrame.Describe(exception)}");      // one bad video does not end the others
        }
    }

    // So that the first video's speed is not that of code that is still being compiled.
    private void WarmUp()
    {
        var format = new FrameFormat(320, 240, PixelLayout.Yuv420, ColorRange.Full);
        using ForegroundDetector detector = new(format, 25, options with { Background = options.Background with { Threads = 1 } });
        Frame[] frames = [.. Enumerable.Range(0, 8).Select(_ => new Frame(format))];
        Mask[] found = [.. Enumerable.Range(0, 8).Select(_ => new Mask(format.Width, format.Height))];
        var random = new Random(1);
        foreach (Frame frame in frames)
            foreach (ref byte sample in frame.Data)
#pragma warning disable CA5394      // noise to warm up by, no secret
                sample = (byte)(128 + random.Next(-4, 5));
#pragma warning restore CA5394
        for (int round = 0; round < 16; round++)
            detector.Apply(frames, found);
    }
}
