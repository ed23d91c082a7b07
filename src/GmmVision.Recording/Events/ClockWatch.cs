using System.Globalization;

namespace GmmVision.Recording.Events;

/// <summary>Notices when the system's clock is set, by a clock that only counts. One thread.</summary>
/// <param name="clock">Both clocks.</param>
/// <param name="least">By how much it must be set to be told.</param>
internal sealed class ClockWatch(TimeProvider clock, TimeSpan least)
{
    private long _counted = clock.GetTimestamp();
    private DateTimeOffset _time = clock.GetUtcNow();

    /// <summary>Compares the two.</summary>
    /// <returns>By how much the clock was set since the last look, ahead where positive; null where it was not.</returns>
    public TimeSpan? Look()
    {
        TimeSpan jump = clock.GetUtcNow() - _time - clock.GetElapsedTime(_counted);
        (_time, _counted) = (clock.GetUtcNow(), clock.GetTimestamp());
        return jump.Duration() >= least ? jump : null;
    }

    /// <summary>For people: "60 days ahead", "2.5 hours back".</summary>
    public static string Text(TimeSpan jump)
    {
        TimeSpan length = jump.Duration();
        (double count, string unit) = length.TotalDays >= 2 ? (length.TotalDays, "days") : length.TotalHours >= 2 ? (length.TotalHours, "hours")
            : length.TotalMinutes >= 2 ? (length.TotalMinutes, "minutes") : (length.TotalSeconds, "seconds");
        return string.Create(CultureInfo.InvariantCulture, $"{count:0.#} {unit} {(jump > TimeSpan.Zero ? "ahead" : "back")}");
    }
}
