using GmmVision.Cli.Drawing;
using GmmVision.Imaging;

namespace GmmVision.Cli.Detect;

/// <summary>The picture of an event as people see it.</summary>
internal static class EventPicture
{
    /// <summary>Draws zones and boxes into a picture of the video's own size.</summary>
    public static Frame Paint(Frame picture, ZoneOutlines zones, IEnumerable<Box> boxes)
    {
        Canvas canvas = new(picture.Format);
        canvas.Load(picture);
        zones.DrawOn(canvas);
        foreach (Box box in boxes)
            canvas.Outline(box, canvas.Scale, canvas.Color(255, 60, 40));
        return canvas.Frame;
    }
}
