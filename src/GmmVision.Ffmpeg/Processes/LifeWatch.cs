namespace GmmVision.Ffmpeg.Processes;

/// <summary>Ends an encoder that is waited for and shows no life, so that nobody waits for it for ever; and, once somebody wants to be gone, one that takes its time.</summary>
/// <remarks>
/// Life is time of a processor: what writes a large file says nothing for minutes, but works; what hangs on a dead disk, or
/// was never an encoder, does not. Looks four times a second while it is waited for. One thread waits at a time.
/// </remarks>
internal sealed class LifeWatch : IDisposable
{
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1), Longest = TimeSpan.FromHours(1), IdleInHurry = TimeSpan.FromSeconds(1), LongestInHurry = TimeSpan.FromSeconds(8);
    private const double LeastUse = 0.01;      // of one processor

    private readonly ChildProcess _process;
    private readonly TimeSpan _idle, _longest;
    private readonly Lock _lock = new();
    private readonly CancellationTokenRegistration _registration;
    private readonly Timer _timer;
    private long _began, _alive, _hurried;      // ticks of the clock in milliseconds; 0: not
    private TimeSpan _used;

    /// <param name="process">The encoder.</param>
    /// <param name="hurry">Somebody wants to be gone.</param>
    /// <param name="idle">How long it may do nothing; a minute unless given.</param>
    /// <param name="longest">How long it may be waited for in one go, whatever it does; an hour unless given.</param>
    public LifeWatch(ChildProcess process, CancellationToken hurry = default, TimeSpan? idle = null, TimeSpan? longest = null)
    {
        (_process, _idle, _longest) = (process, idle ?? Idle, longest ?? Longest);
        _timer = new Timer(static state => ((LifeWatch)state!).Look(), this, 250, 250);
        _registration = hurry.UnsafeRegister(static state => ((LifeWatch)state!).Hurry(), this);
    }

    /// <summary>Why it was ended; null where it was not.</summary>
    public string? Reason { get; private set; }

    /// <summary>It is waited for from now on.</summary>
    public void Begin()
    {
        lock (_lock)
            (_began, _alive, _used) = (Now, 0, TimeSpan.Zero);      // what it has used is asked for at the first look: a frame must cost nothing
    }

    /// <summary>It has done what was waited for.</summary>
    public void End()
    {
        lock (_lock)
            _began = 0;
    }

    public void Dispose()
    {
        _registration.Dispose();
        _timer.Dispose();
    }

    private static long Now => Environment.TickCount64;

    private void Hurry()
    {
        lock (_lock)
        {
            (_hurried, _alive) = (Now, 0);
        }
    }

    private void Look()
    {
        lock (_lock)
        {
            if (_began == 0 || Reason is not null)
                return;
            TimeSpan idle = _hurried != 0 ? IdleInHurry : _idle, used = _process.ProcessorTime;
            if (_alive == 0 || used - _used > LeastUse * idle)
                (_alive, _used) = (Now, used);
            if (Now - _alive >= idle.TotalMilliseconds)
                Reason = $"did nothing for {idle.TotalSeconds:0} s and was ended";
            else if (_hurried != 0 ? Now - _hurried >= LongestInHurry.TotalMilliseconds : Now - _began >= _longest.TotalMilliseconds)
                Reason = "did not end and was ended";
        }
        if (Reason is not null)
            _process.Kill();
    }
}
