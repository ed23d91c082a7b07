namespace GmmVision.Recording;

/// <summary>Growing pauses between attempts: each twice the last up to the longest, for ever, from the start again after a success. One thread.</summary>
/// <remarks>
/// Each pause is shortened by chance, by up to a quarter: eight cameras behind one switch must not come back in step.
/// </remarks>
/// <param name="first">The pause after the first failure.</param>
/// <param name="longest">What it grows to.</param>
/// <param name="random">From 0 to under 1; <see cref="Random.Shared"/> unless given.</param>
internal sealed class Backoff(TimeSpan first, TimeSpan longest, Func<double>? random = null)
{
    /// <summary>The part of a pause that chance may take away.</summary>
    public const double Jitter = 0.25;

    private readonly Func<double> _random = random ?? Random.Shared.NextDouble;
    private int _failures;

    /// <summary>Of a camera: about 1, 2, 4, ... 30 seconds.</summary>
    public static Backoff OfCamera() => new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

    /// <summary>Whether the last pause was as long as it gets.</summary>
    public bool IsLongest { get; private set; }

    /// <summary>How long to wait after one more failure.</summary>
    public TimeSpan Next()
    {
        double seconds = first.TotalSeconds * Math.Pow(2, Math.Min(_failures++, 30));
        IsLongest = seconds >= longest.TotalSeconds;
        return TimeSpan.FromSeconds(Math.Min(seconds, longest.TotalSeconds) * (1 - Jitter * _random()));
    }

    /// <summary>It worked.</summary>
    public void Reset() => (_failures, IsLongest) = (0, false);
}
