using System.Globalization;
using System.Text;
using GmmVision.Recording.Cameras;

namespace GmmVision.Web;

/// <summary>The cameras' numbers in the text form of Prometheus, version 0.0.4.</summary>
public static class MetricsText
{
    /// <summary>The content type to serve it with.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly (string Name, string Kind, string Help, Func<CameraReading, double> Value)[] Families =
    [
        ("gmmvision_frames_total", "counter", "Frames worked on.", reading => reading.Frames),
        ("gmmvision_frames_dropped_total", "counter", "Frames dropped because the machine could not keep up.", reading => reading.Dropped),
        ("gmmvision_events_total", "counter", "Motion events.", reading => reading.Events),
        ("gmmvision_scene_changes_total", "counter", "How often the picture as a whole changed: light, another view, a covered lens.", reading => reading.SceneChanges),
        ("gmmvision_reconnects_total", "counter", "How often the camera came back after it was lost.", reading => reading.Reconnects),
        ("gmmvision_frames_per_second", "gauge", "Frames worked on over the last second.", reading => reading.FramesPerSecond),
        ("gmmvision_latency_seconds", "gauge", "From a frame's arrival to its result, smoothed.", reading => reading.Latency),
        ("gmmvision_score", "gauge", "Part of the watched area that moves, 0 to 1.", reading => reading.Score),
        ("gmmvision_up", "gauge", "1 while the camera delivers, else 0.", reading => reading.Up ? 1 : 0),
    ];

    /// <summary>All families, a line for each camera.</summary>
    public static string Format(IEnumerable<(string Camera, CameraReading Reading)> cameras)
    {
        (string Camera, CameraReading Reading)[] all = [.. cameras];
        StringBuilder text = new();
        foreach ((string name, string kind, string help, Func<CameraReading, double> value) in Families)
        {
            text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n');
            text.Append("# TYPE ").Append(name).Append(' ').Append(kind).Append('\n');
            foreach ((string camera, CameraReading reading) in all)
                text.Append(CultureInfo.InvariantCulture, $"{name}{{camera=\"{Escape(camera)}\"}} {value(reading):R}\n");
        }
        return text.ToString();
    }

    private static string Escape(string label) => label.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
