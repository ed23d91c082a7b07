using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using GmmVision.Imaging;

namespace GmmVision.Cli.Detect;

/// <summary>Reads ahead on a thread of its own, so that decoding and computing overlap. The number of batches bounds how far.</summary>
internal sealed class FrameReader : IDisposable
{
    private readonly IFrameSource _source;
    private readonly BlockingCollection<FrameBatch> _empty = [], _full = [];
    private readonly CancellationTokenSource _stop;
    private readonly Thread _thread;

    /// <param name="source">Read only by this reader; not disposed.</param>
    /// <param name="batches">All there are; they come back through <see cref="Return"/>.</param>
    /// <param name="cancellation">Ends the reading; frames that were read by then are still handed out.</param>
    public FrameReader(IFrameSource source, IEnumerable<FrameBatch> batches, CancellationToken cancellation)
    {
        _source = source;
        foreach (FrameBatch batch in batches)
            _empty.Add(batch, CancellationToken.None);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _thread = new Thread(Run) { IsBackground = true, Name = "frame reader" };
        _thread.Start();
    }

    /// <summary>Why the source ended early; null at its true end. Known once <see cref="TryTake"/> has returned false.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Waits for the next batch; false when there will be no more.</summary>
    public bool TryTake([NotNullWhen(true)] out FrameBatch? batch) => _full.TryTake(out batch, Timeout.Infinite);

    /// <summary>Gives a batch back to be filled again. Thread-safe.</summary>
    public void Return(FrameBatch batch) => _empty.Add(batch);

    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _stop.Dispose();
        _empty.Dispose();
        _full.Dispose();
    }

    private void Run()
    {
        try
        {
            bool more = true;
            while (more)
            {
                FrameBatch batch = _empty.Take(_stop.Token);
                try
                {
                    more = batch.Fill(_source, _stop.Token);
                }
                finally
                {
                    if (batch.Count > 0)
                        _full.Add(batch, CancellationToken.None);
                }
            }
        }
        catch (Exception exception)
        {
            Failure = exception;      // handed to the thread that takes: nothing may escape here
        }
        finally
        {
            _full.CompleteAdding();
        }
    }
}
