using GmmVision.Cli.Drawing;
using GmmVision.Imaging;

namespace GmmVision.Cli.Detect;

/// <summary>What is drawn into the picture of an event so that people see it, in the video's own pixels.</summary>
/// <param name="Zones">Where was looked.</param>
/// <param name="Boxes">What moved at the peak.</param>
/// <param name="Ways">The ways of objects over the whole event.</param>
internal sealed record EventPicture(ZoneOutlines Zones, IReadOnlyList<Box> Boxes, IReadOnlyList<(double X, double Y)[]> Ways)
{
    // Apart from each other and from the boxes, on grass and on asphalt.
    private static readonly (int R, int G, int B)[] WayColors = [(255, 225, 77), (90, 200, 250), (120, 230, 120), (255, 150, 220), (200, 160, 255), (255, 165, 60)];

    /// <summary>Draws it into a picture of the video's own size.</summary>
    public Frame Paint(Frame picture)
    {
        Canvas canvas = new(picture.Format);
        canvas.Load(picture);
        Zones.DrawOn(canvas);
        for (int i = 0; i < Ways.Count; i++)
            Draw(canvas, Ways[i], WayColors[i % WayColors.Length]);
        foreach (Box box in Boxes)
            canvas.Outline(box, canvas.Scale, canvas.Color(255, 60, 40));
        return canvas.Frame;
    }

    // On a dark ground, so that it can be seen on everything; the square is where it ends.
    private static void Draw(Canvas canvas, (double X, double Y)[] way, (int R, int G, int B) color)
    {
        Paint ground = canvas.Color(16, 16, 16), paint = canvas.Color(color.R, color.G, color.B);
        foreach ((int wider, Paint ink) in ((int, Paint)[])[(2, ground), (0, paint)])
        {
            for (int i = 1; i < way.Length; i++)
                canvas.Line(way[i - 1], way[i], (1 + wider) * canvas.Scale, ink);
            int side = (5 + wider) * canvas.Scale;
            canvas.Fill(new Box((int)way[^1].X - side / 2, (int)way[^1].Y - side / 2, side, side), ink);
        }
    }
}
