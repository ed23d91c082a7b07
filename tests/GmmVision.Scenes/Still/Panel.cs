using GmmVision.Imaging;

namespace GmmVision.Scenes.Still;

/// <summary>A large, flat, textured object that moves across the picture: the side of a truck close to the camera.</summary>
/// <param name="picture">What it looks like.</param>
/// <param name="top">Row of its top edge.</param>
public sealed class Panel(Planes picture, int top)
{
    /// <summary>Pixels from front to rear.</summary>
    public int Width => picture.Width;

    /// <summary>Paints the panel.</summary>
    /// <param name="frame">Without noise yet.</param>
    /// <param name="truth">Receives the pixels.</param>
    /// <param name="left">Column of its left edge.</param>
    /// <param name="gain">How much light falls on it.</param>
    public void Paint(Frame frame, Truth truth, int left, double gain = 1)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(truth);
        for (int y = Math.Max(0, top); y < Math.Min(frame.Height, top + picture.Height); y++)
        {
            for (int x = Math.Max(0, left); x < Math.Min(frame.Width, left + picture.Width); x++)
            {
                int chroma = (y - top) / 2 * (picture.Width / 2) + (x - left) / 2;
                truth.Paint(frame, x, y, (Planes.Luma(picture.Y[(y - top) * picture.Width + x - left], gain),
                    Planes.Chroma(picture.U[chroma], gain), Planes.Chroma(picture.V[chroma], gain)));
            }
        }
    }
}
