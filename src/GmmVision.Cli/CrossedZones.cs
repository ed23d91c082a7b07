using GmmVision.Motion;

namespace GmmVision.Cli;

/// <summary>Zones whose outline crosses itself: allowed, but hardly ever meant.</summary>
internal static class CrossedZones
{
    /// <summary>A line for each of them.</summary>
    public static IEnumerable<string> In(IEnumerable<Zone> zones) => zones.Where(zone => zone.CrossesItself)
        .Select(zone => $"{zone} ({zone.ToText()}) crosses itself: what its outline goes round twice is outside. Give the corners in order along the outline.");
}
