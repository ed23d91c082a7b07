using System.Globalization;
using GmmVision.Recording.Cameras;
using GmmVision.Recording.Events;
using Microsoft.AspNetCore.Http;

namespace GmmVision.Web;

/// <summary>Which events are asked for.</summary>
internal sealed record EventQuery
{
    public int Count { get; private init; } = 50;

    private DateTimeOffset? Before { get; init; }

    private DateTimeOffset? Since { get; init; }

    private string? Zone { get; init; }

    private double LeastSeconds { get; init; }

    private bool KeptOnly { get; init; }

    // What is no motion has neither zone nor length, and cannot be kept.
    private bool MotionOnly => Zone is not null || LeastSeconds > 0 || KeptOnly;

    /// <exception cref="FormatException">A value is wrong; the message says which, and what is allowed.</exception>
    public static EventQuery Of(IQueryCollection query)
    {
        string? Text(string name) => query.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues values) && values.ToString() is { Length: > 0 } text ? text : null;
        DateTimeOffset? Time(string name) => Text(name) is not string text ? null
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : throw new FormatException($"{name} is a time such as 2026-11-20T16:05:12Z");
        string? count = Text("count"), seconds = Text("min_seconds");
        int number = 50;
        if (count is not null && !(int.TryParse(count, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) && number is >= 1 and <= 500))
            throw new FormatException($"count is 1 to 500, not {count}");
        double least = 0;
        if (seconds is not null && !(double.TryParse(seconds, NumberStyles.Float, CultureInfo.InvariantCulture, out least) && least is >= 0 and <= 1e6))
            throw new FormatException($"min_seconds is 0 to 1000000, not '{seconds}'");
        return new EventQuery { Count = number, Before = Time("before"), Since = Time("since"), Zone = Text("zone"), LeastSeconds = least, KeptOnly = Text("kept") == "true" };
    }

    /// <summary>A camera's events that are asked for, newest first.</summary>
    public IEnumerable<CameraEvent> From(ICamera camera)
    {
        if (!MotionOnly)
            return camera.Archive.Events(new EventSelection(Count, Before, Since));
        CameraZone[] zones = [.. camera.Zones.Where(zone => zone.Name == Zone)];
        CameraReading reading = camera.Meter.Read();
        return camera.Archive.Events(new EventSelection(Count, Before, Since, happened => IsWanted(happened, zones, reading)));
    }

    private bool IsWanted(CameraEvent happened, CameraZone[] zones, CameraReading reading) =>
        happened.Kind == CameraEventKind.Motion
        && (happened.Duration ?? double.PositiveInfinity) >= LeastSeconds      // what is running may become long
        && (!KeptOnly || happened.Kept == true)
        && (Zone is null || (happened.Box is { } box && zones.Any(zone => zone.Touches(box, reading.Width, reading.Height))));
}
