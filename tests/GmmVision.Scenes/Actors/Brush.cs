using System.Numerics;
using GmmVision.Scenes.Drawing;

namespace GmmVision.Scenes.Actors;

/// <summary>Draws a body of round parts, seen from the side, into a figure: X forward and Y up, in metres.</summary>
/// <param name="figure">Where the parts go.</param>
/// <param name="x">Metres of the body's middle from the middle of the picture.</param>
/// <param name="depth">Metres from the camera.</param>
/// <param name="direction">1 where forward is to the right, -1 to the left.</param>
/// <param name="unit">Metres for a radius of 1.</param>
internal readonly struct Brush(Figure figure, float x, float depth, float direction, float unit)
{
    // The light comes from the left and above, whatever way the body faces.
    private const float Lit = 1.14f, Shade = 0.62f;

    public void Limb(Vector2 from, float fromRadius, Vector2 to, float toRadius, Vector3 color) =>
        Outline(Shapes.Capsule(from, fromRadius * unit, to, toRadius * unit), color);

    /// <summary>A filled outline, shaded as something round.</summary>
    public void Outline(Vector2[] outline, Vector3 color)
    {
        var points = new Vector3[outline.Length];
        Vector3 left = new(float.MaxValue, 0, depth), right = new(float.MinValue, 0, depth);
        float top = float.MinValue, bottom = float.MaxValue;
        for (int i = 0; i < outline.Length; i++)
        {
            points[i] = new Vector3(x + direction * outline[i].X, outline[i].Y, depth);
            left.X = MathF.Min(left.X, points[i].X);
            right.X = MathF.Max(right.X, points[i].X);
            top = MathF.Max(top, points[i].Y);
            bottom = MathF.Min(bottom, points[i].Y);
        }
        (left.Y, right.Y) = (float.Lerp(bottom, top, 0.62f), float.Lerp(bottom, top, 0.38f));
        figure.Add(points, color * Lit, left, color * Shade, right);
    }
}
