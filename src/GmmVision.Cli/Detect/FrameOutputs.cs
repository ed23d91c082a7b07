using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace GmmVision.Cli.Detect;

/// <summary>Hands processed batches to the outputs on a thread of its own, so that painting and encoding overlap with computing.</summary>
internal sealed class FrameOutputs : IDisposable
{
    private readonly IReadOnlyList<IFrameOutput> _outputs;
    private readonly Action<FrameBatch> _release;
    private readonly BlockingCollection<FrameBatch> _queue = [];
    private readonly Thread _thread;
    private ExceptionDispatchInfo? _failure;

    /// <param name="outputs">In the order in which they see a frame; not disposed.</param>
    /// <param name="release">Gets each batch back when all outputs have seen it.</param>
    public FrameOutputs(IReadOnlyList<IFrameOutput> outputs, Action<FrameBatch> release)
    {
        (_outputs, _release) = (outputs, release);
        _thread = new Thread(Run) { IsBackground = true, Name = "frame outputs" };
        _thread.Start();
    }

    /// <summary>Passes a batch on; it belongs to the outputs until it is released.</summary>
    /// <exception cref="IOException">An output could not write an earlier one.</exception>
    public void Add(FrameBatch batch)
    {
        Volatile.Read(ref _failure)?.Throw();
        _queue.Add(batch);
    }

    /// <summary>Waits until all batches are through and finishes every output.</summary>
    public void Complete()
    {
        Drain();
        _failure?.Throw();
        foreach (IFrameOutput output in _outputs)
            output.Complete();
    }

    public void Dispose()
    {
        Drain();
        _queue.Dispose();
    }

    private void Drain()
    {
        if (!_queue.IsAddingCompleted)
            _queue.CompleteAdding();
        _thread.Join();
    }

    private void Run()
    {
        foreach (FrameBatch batch in _queue.GetConsumingEnumerable())
        {
            try
            {
                if (_failure is null)
                    Pass(batch);
            }
            catch (Exception exception)
            {
                Volatile.Write(ref _failure, ExceptionDispatchInfo.Capture(exception));      // thrown by the next Add or by Complete
            }
            _release(batch);
        }
    }

    private void Pass(FrameBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            foreach (IFrameOutput output in _outputs)
                output.Add(batch.Frames[i], batch.Results[i]);
        }
    }
}
