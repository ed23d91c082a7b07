using System.Globalization;

namespace GmmVision.Cli.Detect;

/// <summary>Times as people read them.</summary>
internal static class Timecode
{
    /// <summary>"00:01:30.250": hours, minutes, seconds, milliseconds.</summary>
    public static string Of(TimeSpan time)
    {
        TimeSpan rounded = Rounded(time);
        return string.Create(CultureInfo.InvariantCulture, $"{(int)rounded.TotalHours:00}:{rounded.Minutes:00}:{rounded.Seconds:00}.{rounded.Milliseconds:000}");
    }

    /// <summary>Seconds to the millisecond.</summary>
    public static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);

    private static TimeSpan Rounded(TimeSpan time) => TimeSpan.FromMilliseconds(Math.Round(time.TotalMilliseconds));
}
