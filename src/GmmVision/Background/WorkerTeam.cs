using GmmVision.Imaging;

namespace GmmVision.Background;

/// <summary>
/// A few threads that wait for work and share it by the band. Unlike the pool's loops it allocates nothing per run.
/// </summary>
/// <remarks>One run at a time. The calling thread works too. The first exception of a band is thrown to the caller.</remarks>
internal sealed class WorkerTeam : IDisposable
{
    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _start = new(0);
    private readonly CountdownEvent _busy = new(1);
    private Action<int>? _work;
    private int _next, _bands;
    private Exception? _failure;
    private volatile bool _closing;

    /// <param name="threads">Threads that work, the caller among them; 0 for one a processor.</param>
    public WorkerTeam(int threads)
    {
        Size = threads == 0 ? Environment.ProcessorCount : threads;
        _threads = new Thread[Size - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Serve) { IsBackground = true, Name = $"GmmVision {i + 1}" };
            _threads[i].Start();
        }
    }

    /// <summary>Nobody but the caller; any number of callers at once.</summary>
    public static WorkerTeam Alone { get; } = new(1);

    public int Size { get; }

    /// <summary>Rows in bands: a few a thread, so that one with much foreground does not hold up the others; one for a picture so small that waking a thread takes longer.</summary>
    public RowBands Share(FrameFormat format)
    {
        const int leastPixels = 200_000;
        return new RowBands(format.Height, Size == 1 || format.PixelCount < leastPixels ? 1 : Math.Min(format.Height / 2, Size * 8));
    }

    /// <summary>Calls <paramref name="work"/> for every band, in any order, on all threads.</summary>
    public void Run(int bands, Action<int> work)
    {
        if (_threads.Length == 0 || bands == 1)
        {
            for (int band = 0; band < bands; band++)
                work(band);
            return;
        }
        (_work, _bands, _next, _failure) = (work, bands, 0, null);
        int helpers = Math.Min(_threads.Length, bands - 1);
        _busy.Reset(helpers);
        _start.Release(helpers);
        TakeBands();
        _busy.Wait();
        if (_failure is { } failure)
            throw new AggregateException(failure);
    }

    private void Serve()
    {
        while (true)
        {
            _start.Wait();
            if (_closing)
                return;
            TakeBands();
            _busy.Signal();
        }
    }

    private void TakeBands()
    {
        try
        {
            for (int band = Interlocked.Increment(ref _next) - 1; band < _bands; band = Interlocked.Increment(ref _next) - 1)
                _work!(band);
        }
#pragma warning disable CA1031 // handed to the caller of Run
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
        }
#pragma warning restore CA1031
    }

    public void Dispose()
    {
        if (_closing)
            return;
        _closing = true;
        if (_threads.Length > 0)
            _start.Release(_threads.Length);
        foreach (Thread thread in _threads)
            thread.Join();
        _start.Dispose();
        _busy.Dispose();
    }
}
