using GmmVision.Imaging;
using GmmVision.Scenes.Drawing;

namespace GmmVision.Scenes.Still;

/// <summary>Somebody who crosses the picture on a straight line.</summary>
public sealed record Walker
{
    /// <summary>Seconds at which the walker is about to come in.</summary>
    public required double Enter { get; init; }

    /// <summary>Seconds at which the walker has just gone.</summary>
    public required double Leave { get; init; }

    /// <summary>Left edge at the beginning, in pixels.</summary>
    public required double FromX { get; init; }

    /// <summary>Left edge at the end.</summary>
    public required double ToX { get; init; }

    /// <summary>Top edge at the beginning.</summary>
    public required double FromY { get; init; }

    /// <summary>Top edge at the end.</summary>
    public required double ToY { get; init; }

    /// <summary>Pixels from elbow to elbow.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels from head to foot.</summary>
    public required int Height { get; init; }

    /// <summary>Head, and everything down to the belt, at full light.</summary>
    public required (byte Y, byte U, byte V) Upper { get; init; }

    /// <summary>From the belt down.</summary>
    public required (byte Y, byte U, byte V) Lower { get; init; }

    /// <summary>Decides the texture of the clothes.</summary>
    public int Seed { get; init; }

    /// <summary>Whether the shape is a plain rectangle in place of a person's.</summary>
    public bool IsBox { get; init; }

    /// <summary>Grey levels by which the clothes vary.</summary>
    public int Texture { get; init; } = 16;

    /// <summary>A stretch in which the walker stands still, in seconds; none where both are 0. The rest of the way takes the rest of the time.</summary>
    public (double From, double Until) Stand { get; init; }

    /// <summary>Whether any part may be in the picture.</summary>
    public bool IsThere(double time) => time >= Enter && time < Leave;

    /// <summary>Left and top edge at a time.</summary>
    public (int X, int Y) Position(double time)
    {
        double stood = Math.Clamp(time, Stand.From, Math.Max(Stand.From, Stand.Until)) - Stand.From;
        double part = (time - Enter - stood) / (Leave - Enter - (Stand.Until - Stand.From));
        return ((int)Math.Round(FromX + (ToX - FromX) * part), (int)Math.Round(FromY + (ToY - FromY) * part));
    }

    /// <summary>Paints the walker.</summary>
    /// <param name="frame">Without noise yet.</param>
    /// <param name="truth">Receives the pixels.</param>
    /// <param name="time">In seconds.</param>
    /// <param name="gain">How much light falls on the walker.</param>
    /// <param name="gray">Whether the camera sees no color.</param>
    /// <returns>Pixels in the picture.</returns>
    public int Paint(Frame frame, Truth truth, double time, double gain = 1, bool gray = false)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(truth);
        (int left, int top) = Position(time);
        double stride = IsBox ? 0 : 0.45 * Math.Sin(0.25 * left + Seed);
        int count = 0;
        for (int y = Math.Max(0, top); y < Math.Min(frame.Height, top + Height); y++)
        {
            double down = (y - top + 0.5) / Height;
            (byte Y, byte U, byte V) color = down < 0.55 ? Upper : Lower;
            color = (color.Y, Planes.Chroma(color.U, gray ? 0 : gain), Planes.Chroma(color.V, gray ? 0 : gain));
            for (int x = Math.Max(0, left); x < Math.Min(frame.Width, left + Width); x++)
            {
                if (!IsBox && !IsInside(2 * (x - left + 0.5) / Width - 1, down, stride))
                    continue;
                int texture = (int)(Noise.Hash((x - left) / 2, (y - top) / 2, Seed) % (uint)(2 * Texture + 1)) - Texture;
                truth.Paint(frame, x, y, (Planes.Luma(color.Y + texture, gain), color.U, color.V));
                count++;
            }
        }
        return count;
    }

    /// <summary>How many pixels the walker has when all of it is in the picture.</summary>
    public int WholeArea => IsBox ? Width * Height : (int)(0.5 * Width * Height);

    // From -1 at one elbow to 1 at the other, and from 0 at the top of the head to 1 on the ground.
    private static bool IsInside(double across, double down, double stride) => down switch
    {
        < 0.16 => across * across / 0.2 + (down - 0.08) * (down - 0.08) / 0.0064 < 1,
        < 0.55 => Math.Abs(across) < 0.8 - 0.3 * (down - 0.16),
        _ => Math.Abs(across - stride * (down - 0.5) / 0.5) < 0.28 || Math.Abs(across + stride * (down - 0.5) / 0.5) < 0.28,
    };
}
