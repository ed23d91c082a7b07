using System.Text.Json.Serialization;
using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Recording.Events;

namespace GmmVision.Recording.Cameras;

/// <summary>A polygon on the picture, in parts of its width and height, so that it holds when the camera changes its size.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Name">What a person calls it; empty for none.</param>
/// <param name="Points">3 to 64 corners, each x and y from 0 to 1.</param>
public sealed record CameraZone(ZoneKind Kind, string Name, IReadOnlyList<double[]> Points)
{
    /// <summary>The most zones a camera may have.</summary>
    public const int Most = 64;

    private const int MostPoints = 64, LongestName = 40;

    /// <summary>The smallest region that counts in it, as a part of the picture; null for what counts everywhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MinArea { get; init; }

    /// <summary>The part of the zone that must move before anything in it counts; null for the camera's own threshold.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Threshold { get; init; }

    /// <summary>Seconds that motion must last in it; null for what counts everywhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MinDuration { get; init; }

    private ZoneLimits Limits => MinArea is null && Threshold is null && MinDuration is null ? ZoneLimits.None
        : new ZoneLimits { MinArea = MinArea, Threshold = Threshold, MinDuration = MinDuration is double seconds ? TimeSpan.FromSeconds(seconds) : null };

    /// <summary>From a zone in pixels.</summary>
    public static CameraZone Of(ZoneKind kind, Zone zone, FrameFormat format)
    {
        ArgumentNullException.ThrowIfNull(zone);
        return new CameraZone(kind, zone.Name ?? "", [.. zone.Corners.Select(corner => new[] { Math.Clamp(corner.X / format.Width, 0, 1), Math.Clamp(corner.Y / format.Height, 0, 1) })])
        {
            MinArea = zone.Limits.MinArea,
            Threshold = zone.Limits.Threshold,
            MinDuration = zone.Limits.MinDuration?.TotalSeconds,
        };
    }

    /// <summary>Those of a kind, in the pixels of a picture.</summary>
    public static IReadOnlyList<Zone> InPixels(IEnumerable<CameraZone> zones, ZoneKind kind, int width, int height) =>
        [.. zones.Where(zone => zone.Kind == kind).Select(zone => new Zone(zone.Points.Select(point => (point[0] * width, point[1] * height)), zone.Name.Length > 0 ? zone.Name : null, zone.Limits))];

    /// <summary>The boxes around those that nobody may see into, in parts of width and height.</summary>
    internal static (double X, double Y, double Width, double Height)[] HiddenBoxes(IEnumerable<CameraZone> zones) => [.. zones.Where(zone => zone.Kind == ZoneKind.Privacy).Select(zone =>
    {
        double left = zone.Points.Min(point => point[0]), top = zone.Points.Min(point => point[1]);
        return (left, top, zone.Points.Max(point => point[0]) - left, zone.Points.Max(point => point[1]) - top);
    })];

    /// <summary>Whether nobody may see into the same corners.</summary>
    internal static bool HideTheSame(IEnumerable<CameraZone> a, IEnumerable<CameraZone> b) => Hidden(a).SequenceEqual(Hidden(b));

    /// <summary>Whether a rectangle reaches into it.</summary>
    /// <param name="box">In pixels.</param>
    /// <param name="width">Of the picture.</param>
    /// <param name="height">Of the picture.</param>
    public bool Touches(EventBox box, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(box);
        if (width <= 0 || height <= 0)
            return false;
        double left = (double)box.X / width, right = (double)(box.X + box.Width) / width, top = (double)box.Y / height, bottom = (double)(box.Y + box.Height) / height;
        bool holdsCorner = false;      // even-odd, of the rectangle's first corner: where no edge crosses the rectangle, all of it is inside or none
        for (int i = 0, j = Points.Count - 1; i < Points.Count; j = i++)
        {
            (double x0, double y0, double x1, double y1) = (Points[j][0], Points[j][1], Points[i][0], Points[i][1]);
            if (Crosses(x0, y0, x1 - x0, y1 - y0))
                return true;
            if (y0 > top != y1 > top && left < x0 + (top - y0) / (y1 - y0) * (x1 - x0))
                holdsCorner = !holdsCorner;
        }
        return holdsCorner;

        // Of the way along an edge, the part that lies in the rectangle (Liang and Barsky 1984).
        bool Crosses(double x, double y, double dx, double dy)
        {
            double from = 0, to = 1;
            return Clip(-dx, x - left) && Clip(dx, right - x) && Clip(-dy, y - top) && Clip(dy, bottom - y);

            bool Clip(double direction, double room)
            {
                if (direction == 0)
                    return room >= 0;
                double at = room / direction;
                if (direction < 0)
                    from = Math.Max(from, at);
                else
                    to = Math.Min(to, at);
                return from <= to;
            }
        }
    }

    /// <summary>Throws where something is out of range.</summary>
    /// <exception cref="FormatException">The message says what, and what is allowed.</exception>
    public static void Validate(IReadOnlyList<CameraZone>? zones)
    {
        if (zones is null || zones.Count > Most)
            throw new FormatException($"zones are a list of at most {Most}");
        foreach (CameraZone zone in zones)
        {
            if (zone is null)
                throw new FormatException("a zone is an object such as {\"kind\": \"include\", \"name\": \"door\", \"points\": [[0, 0], [1, 0], [1, 1]]}");
            if (zone.Name is null || zone.Name.Length > LongestName || zone.Name.Any(char.IsControl))
                throw new FormatException($"the name of a zone has at most {LongestName} characters");
            if (zone.Points is null || zone.Points.Count is < 3 or > MostPoints)
                throw new FormatException($"a zone has 3 to {MostPoints} corners, not {zone.Points?.Count ?? 0}");
            if (zone.Points.Any(point => point is not { Length: 2 } || !(point[0] is >= 0 and <= 1 && point[1] is >= 0 and <= 1)))
                throw new FormatException("a corner of a zone is [x, y], each from 0 to 1");
            if (zone.Kind != ZoneKind.Include && (zone.MinArea ?? zone.Threshold ?? zone.MinDuration) is not null)
                throw new FormatException("min_area, threshold and min_duration belong to a zone where motion counts (include)");
            if (!((zone.MinArea ?? 0) is >= 0 and <= 1) || !((zone.Threshold ?? 0) is >= 0 and <= 1) || !((zone.MinDuration ?? 0) is >= 0 and <= 3600))
                throw new FormatException("of a zone, min_area and threshold are 0 to 1, min_duration 0 to 3600 seconds");
        }
    }

    private static IEnumerable<double> Hidden(IEnumerable<CameraZone> zones) => zones.Where(zone => zone.Kind == ZoneKind.Privacy).SelectMany(zone => zone.Points).SelectMany(point => point);
}
