using GmmVision.Motion;

namespace GmmVision.Cli.Drawing;

/// <summary>Draws where motion counts and where it does not, so that a person who looks at a result sees what was watched; in the colours of the live page.</summary>
/// <param name="motion">With zones in the pixels of what is drawn on.</param>
internal sealed class ZoneOutlines(MotionOptions motion)
{
    /// <summary>Draws every zone's outline, and its name inside of it.</summary>
    public void DrawOn(Canvas canvas)
    {
        foreach (Zone zone in motion.Include)
            Draw(canvas, zone, canvas.Color(76, 194, 160));
        foreach (Zone zone in motion.Exclude)
            Draw(canvas, zone, canvas.Color(232, 163, 61));
    }

    private static void Draw(Canvas canvas, Zone zone, Paint paint)
    {
        for (int i = 0; i < zone.Corners.Count; i++)
            canvas.Line(zone.Corners[i], zone.Corners[(i + 1) % zone.Corners.Count], canvas.Scale, paint);
        if (zone.Name is not string name)
            return;
        // At the highest corner, but wholly in the picture and below the line that tells the state.
        (double x, double y) = zone.Corners.MinBy(corner => (corner.Y, corner.X));
        int width = canvas.LabelWidth(name);
        canvas.Label(
            Math.Clamp((int)x, 0, Math.Max(0, canvas.Frame.Width - width)),
            Math.Clamp((int)y + canvas.Scale, Math.Min(canvas.LabelHeight, canvas.Frame.Height), Math.Max(canvas.LabelHeight, canvas.Frame.Height - canvas.LabelHeight)), name, paint);
    }
}
