using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace GmmVision.Recording.Loop;

/// <summary>Shows processed batches to the observers on a thread of its own, so that painting and encoding overlap with computing.</summary>
internal sealed class ObserverThread : IDisposable
{
    private readonly Action<FrameBatch> _show, _release;
    private readonly BlockingCollection<FrameBatch> _queue = [];
    private readonly Thread _thread;
    private ExceptionDispatchInfo? _failure;

    /// <param name="show">Shows a batch to all observers.</param>
    /// <param name="release">Gets each batch back when all have seen it.</param>
    public ObserverThread(Action<FrameBatch> show, Action<FrameBatch> release)
    {
        (_show, _release) = (show, release);
        _thread = new Thread(Run) { IsBackground = true, Name = "frame observers" };
        _thread.Start();
    }

    /// <summary>Passes a batch on; it belongs to the observers until it is released.</summary>
    /// <exception cref="IOException">An observer could not write an earlier one.</exception>
    public void Add(FrameBatch batch)
    {
        Volatile.Read(ref _failure)?.Throw();
        _queue.Add(batch);
    }

    /// <summary>Waits until all batches are through.</summary>
    /// <exception cref="IOException">An observer could not write one.</exception>
    public void Complete()
    {
        Drain();
        _failure?.Throw();
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
                    _show(batch);
            }
            catch (Exception exception)
            {
                Volatile.Write(ref _failure, ExceptionDispatchInfo.Capture(exception));      // thrown by the next Add or by Complete
            }
            _release(batch);
        }
    }
}
