namespace GmmVision.Ffmpeg;

/// <summary>Ends a decoder that has not delivered for too long, so that nobody waits for it for ever.</summary>
/// <remarks>Looks twice a second; beginning and ending a wait cost next to nothing. One thread waits at a time.</remarks>
internal sealed class ReadWatch : IDisposable
{
    private readonly Action _end;
    private readonly long _limit;
    private readonly Timer _timer;
    private long _since;

    /// <param name="limit">How long a wait may last.</param>
    /// <param name="end">Called, once a look, when it lasts longer.</param>
    public ReadWatch(TimeSpan limit, Action end)
    {
        (_limit, _end) = ((long)limit.TotalMilliseconds, end);
        Limit = limit;
        _timer = new Timer(static state => ((ReadWatch)state!).Look(), this, 500, 500);
    }

    /// <summary>How long a wait may last.</summary>
    public TimeSpan Limit { get; }

    /// <summary>Whether a wait lasted too long.</summary>
    public bool HasEnded { get; private set; }

    public void Begin() => Volatile.Write(ref _since, Environment.TickCount64);

    public void End() => Volatile.Write(ref _since, 0);

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        long since = Volatile.Read(ref _since);
        if (since == 0 || Environment.TickCount64 - since < _limit)
            return;
        HasEnded = true;
        _end();
    }
}
