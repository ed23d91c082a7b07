using System.Numerics;
using GmmVision.Scenes.Drawing;

namespace GmmVision.Scenes;

/// <summary>A frame while it is composed: colours of 0 to 255 in X, Y and Z; how much of the pixel is a moving object in W; and how much light a shadow takes from it.</summary>
internal sealed class Picture(int width, int height)
{
    public int Width { get; } = width;

    public int Height { get; } = height;

    public Vector4[] Pixels { get; } = new Vector4[width * height];

    /// <summary>Part of the light that a moving object's shadow keeps away, 0 to 1, where the ground is seen.</summary>
    public float[] Shadow { get; } = new float[width * height];

    /// <summary>Lays something over a pixel that is part of the background.</summary>
    public void Cover(int x, int y, Vector4 above)
    {
        int i = y * Width + x;
        Vector4 pixel = above + Pixels[i] * (1 - above.W);
        pixel.W -= above.W;
        Pixels[i] = pixel;
        Shadow[i] *= 1 - above.W;
    }

    /// <summary>Lays the drawn part of a moving object over the picture.</summary>
    public void CoverWithObject(Canvas canvas)
    {
        for (int y = canvas.Top; y < canvas.Bottom; y++)
        {
            for (int x = canvas.Left; x < canvas.Right; x++)
            {
                Vector4 above = canvas.Pixels[y * canvas.Width + x];
                if (above.W <= 0)
                    continue;
                int i = y * Width + x;
                Pixels[i] = above + Pixels[i] * (1 - above.W);
                Shadow[i] *= 1 - above.W;
            }
        }
    }

    /// <summary>Lays something that never moves over the picture, shifted with the camera.</summary>
    public void CoverWithScenery(Canvas canvas, Vector2 shift)
    {
        int left = Math.Max(0, canvas.X + (int)MathF.Floor(shift.X)), right = Math.Min(Width, canvas.X + canvas.Width + (int)MathF.Ceiling(shift.X));
        int top = Math.Max(0, canvas.Y + (int)MathF.Floor(shift.Y)), bottom = Math.Min(Height, canvas.Y + canvas.Height + (int)MathF.Ceiling(shift.Y));
        for (int y = top; y < bottom; y++)
        {
            for (int x = left; x < right; x++)
            {
                Vector4 above = shift == default
                    ? canvas.Pixels[(y - canvas.Y) * canvas.Width + x - canvas.X]
                    : canvas.Sample(x + 0.5f - shift.X, y + 0.5f - shift.Y);
                if (above.W > 0)
                    Cover(x, y, above);
            }
        }
    }

    /// <summary>Takes light from the ground where a shadow lies.</summary>
    /// <param name="x">Column.</param>
    /// <param name="y">Row.</param>
    /// <param name="darkness">Part of the light taken, 0 to 1.</param>
    public void Darken(int x, int y, float darkness)
    {
        int i = y * Width + x;
        // Where two shadows meet, the light is kept away once. What stands there already is not on the ground.
        float ground = 1 - Pixels[i].W;
        float more = MathF.Max(0, darkness * ground - Shadow[i]) / MathF.Max(0.1f, 1 - Shadow[i]);
        // The sky still lights what the sun does not, so shadows are a little blue.
        Vector4 factor = new Vector4(1, 1, 1, 0) - more * new Vector4(1.05f, 1, 0.88f, 0);
        float coverage = Pixels[i].W;
        Pixels[i] *= factor;
        Pixels[i].W = coverage;
        Shadow[i] = MathF.Max(Shadow[i], darkness * ground);
    }
}
