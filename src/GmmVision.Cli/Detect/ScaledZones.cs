using GmmVision.Imaging;
using GmmVision.Motion;

namespace GmmVision.Cli.Detect;

/// <summary>Zones that were drawn in pictures of one size, for pictures of another.</summary>
internal static class ScaledZones
{
    /// <summary>The same options with every zone stretched to the new size.</summary>
    public static MotionOptions Of(MotionOptions options, FrameFormat from, FrameFormat to)
    {
        if ((from.Width, from.Height) == (to.Width, to.Height))
            return options;
        double x = (double)to.Width / from.Width, y = (double)to.Height / from.Height;
        return options with { Include = Scale(options.Include), Exclude = Scale(options.Exclude), Privacy = Scale(options.Privacy) };

        // Corners count from the middle of the first pixel.
        IReadOnlyList<Zone> Scale(IReadOnlyList<Zone> zones) =>
            [.. zones.Select(zone => new Zone(zone.Corners.Select(corner => ((corner.X + 0.5) * x - 0.5, (corner.Y + 0.5) * y - 0.5)), zone.Name, zone.Limits))];
    }
}
