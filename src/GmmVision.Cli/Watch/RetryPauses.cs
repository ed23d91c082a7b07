namespace GmmVision.Cli.Watch;

/// <summary>Growing pauses: 1, 2, 4, ... 30 seconds, for ever, from the start again after a success.</summary>
internal sealed class RetryPauses(TimeSpan first, TimeSpan longest)
{
    /// <summary>The longest pause of a camera.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private int _failures;

    public RetryPauses()
        : this(TimeSpan.FromSeconds(1), Longest)
    {
    }

    /// <summary>How long to wait after one more failure.</summary>
    public TimeSpan Next()
    {
        double seconds = first.TotalSeconds * Math.Pow(2, Math.Min(_failures++, 30));
        return TimeSpan.FromSeconds(Math.Min(seconds, longest.TotalSeconds));
    }

    /// <summary>It worked.</summary>
    public void Reset() => _failures = 0;
}
