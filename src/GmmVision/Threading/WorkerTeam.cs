using GmmVision.Imaging;

namespace GmmVision.Threading;

/// <summary>
/// A few threads that wait for work and share it by the band. Unlike the pool's loops it allocates nothing per run.
/// </summary>
/// <remarks>
/// One run at a time. The calling thread works too. The first exception of a band is thrown to the caller. The threads know only
/// the <see cref="Crew"/>, not the team nor whose work they did: a team that nobody disposes and nobody holds ends by itself.
/// </remarks>
internal sealed class WorkerTeam : IDisposable
{
    private readonly Crew _crew;

    /// <param name="threads">Threads that work, the caller among them; 0 for one a processor.</param>
    public WorkerTeam(int threads)
    {
        Size = threads == 0 ? Environment.ProcessorCount : threads;
        _crew = new Crew(Size - 1);
    }

    ~WorkerTeam() => _crew?.Close();      // null where no thread could be started

    /// <summary>Nobody but the caller; any number of callers at once.</summary>
    public static WorkerTeam Alone { get; } = new(1);

    public int Size { get; }

    /// <summary>Those that wait for work, without the caller.</summary>
    public IReadOnlyList<Thread> Threads => _crew.Threads;

    /// <summary>Rows in bands: a few a thread, so that one with much foreground does not hold up the others; one for a picture so small that waking a thread takes longer.</summary>
    public RowBands Share(FrameFormat format)
    {
        const int leastPixels = 200_000;
        return new RowBands(format.Height, Size == 1 || format.PixelCount < leastPixels ? 1 : Math.Min(format.Height / 2, Size * 8));
    }

    /// <summary>Calls <paramref name="work"/> for every band, in any order, on all threads.</summary>
    public void Run(int bands, Action<int> work)
    {
        if (Size > 1 && bands > 1)
        {
            _crew.Run(bands, work);
            return;
        }
        for (int band = 0; band < bands; band++)
            work(band);
    }

    /// <summary>Ends the threads. No run may be under way.</summary>
    public void Dispose()
    {
        _crew.Close();
        _crew.Join();
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// The threads and what they share. The caller waits only for threads that have begun a band: one that the system has not even
    /// woken when all bands are taken (a decoder has the other cores) is not needed, and finds nothing to do when it comes.
    /// </summary>
    private sealed class Crew
    {
        private readonly Thread[] _threads;
        private readonly SemaphoreSlim _start = new(0);
        private Action<int>? _work;
        private long _bands;      // how many there are, and in the lower half how many are taken: read and changed as one
        private int _active, _closing;
        private Exception? _failure;

        public Crew(int threads)
        {
            _threads = new Thread[threads];
            for (int i = 0; i < threads; i++)
            {
                _threads[i] = new Thread(Serve) { IsBackground = true, Name = $"GmmVision {i + 1}" };
                _threads[i].Start();
            }
        }

        public IReadOnlyList<Thread> Threads => _threads;

        public void Run(int bands, Action<int> work)
        {
            (_work, _failure) = (work, null);
            Interlocked.Exchange(ref _bands, (long)bands << 32);
            int asleep = Math.Min(_threads.Length, bands - 1) - _start.CurrentCount;
            if (asleep > 0)
                _start.Release(asleep);
            TakeBands();
            // A band is short, so no event is worth its price; but never sleep, which would last longer than a frame.
            for (SpinWait spin = default; Volatile.Read(ref _active) != 0;)
                spin.SpinOnce(sleep1Threshold: -1);
            _work = null;      // which would keep alive whose work it was
            if (_failure is { } failure)
                throw new AggregateException(failure);
        }

        public void Close()
        {
            if (Interlocked.Exchange(ref _closing, 1) == 0 && _threads.Length > 0)
                _start.Release(_threads.Length);
        }

        public void Join()
        {
            foreach (Thread thread in _threads)
                thread.Join();
        }

        private void Serve()
        {
            while (true)
            {
                _start.Wait();
                if (Volatile.Read(ref _closing) != 0)
                    return;
                // First counted, then a band: who has one is waited for.
                Interlocked.Increment(ref _active);
                TakeBands();
                Interlocked.Decrement(ref _active);
            }
        }

        private void TakeBands()
        {
            try
            {
                while (true)
                {
                    long taken = Interlocked.Increment(ref _bands);
                    int band = (int)taken - 1;
                    if (band >= (int)(taken >> 32))
                        return;
                    _work!(band);
                }
            }
#pragma warning disable CA1031 // handed to the caller of Run
            catch (Exception failure)
            {
                Interlocked.CompareExchange(ref _failure, failure, null);
            }
#pragma warning restore CA1031
        }
    }
}
