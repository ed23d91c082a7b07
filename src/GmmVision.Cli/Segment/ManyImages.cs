using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace GmmVision.Cli.Segment;

/// <summary>Work on many pictures at once.</summary>
internal static class ManyImages
{
    /// <summary>Does something with every picture, in their order as far as several at once have one; the first failure ends it.</summary>
    /// <param name="inputs">The pictures.</param>
    /// <param name="threads">How many at once.</param>
    /// <param name="title">Of the progress.</param>
    /// <param name="error">Where progress is told.</param>
    /// <param name="work">Gets a picture and its position.</param>
    /// <param name="cancellation">Ends it.</param>
    public static void ForEach(IReadOnlyList<ImageInput> inputs, int threads, string title, TextWriter error, Action<ImageInput, int> work, CancellationToken cancellation)
    {
        using var progress = new Progress(title, inputs.Count, "pictures", error, error == Console.Error && !Console.IsErrorRedirected);
        Lock console = new();
        int finished = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Min(threads, inputs.Count), CancellationToken = cancellation };
        try
        {
            // One at a time, not in blocks: pictures differ in size.
            Parallel.ForEach(Partitioner.Create(Enumerable.Range(0, inputs.Count), EnumerablePartitionerOptions.NoBuffering), options, i =>
            {
                work(inputs[i], i);
                lock (console)
                    progress.Report(++finished);
            });
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.Flatten().InnerExceptions[0]);
        }
    }
}
