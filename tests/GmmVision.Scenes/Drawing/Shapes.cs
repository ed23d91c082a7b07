using System.Numerics;

namespace GmmVision.Scenes.Drawing;

/// <summary>Outlines as closed polygons.</summary>
internal static class Shapes
{
    /// <summary>Two circles and what lies between them: a limb.</summary>
    public static Vector2[] Capsule(Vector2 from, float fromRadius, Vector2 to, float toRadius, int steps = 6)
    {
        Vector2 along = to - from;
        float angle = MathF.Atan2(along.Y, along.X);
        // Where the common tangents touch; straight sides only where neither circle holds the other.
        float length = MathF.Max(along.Length(), 1e-4f);
        float tilt = MathF.Acos(Math.Clamp((fromRadius - toRadius) / length, -1, 1));
        var points = new Vector2[2 * (steps + 1)];
        for (int i = 0; i <= steps; i++)
        {
            float share = (float)i / steps;
            float back = angle + tilt + share * (2 * MathF.PI - 2 * tilt), front = angle - tilt + share * 2 * tilt;
            points[i] = from + fromRadius * new Vector2(MathF.Cos(back), MathF.Sin(back));
            points[steps + 1 + i] = to + toRadius * new Vector2(MathF.Cos(front), MathF.Sin(front));
        }
        return points;
    }

    public static Vector2[] Ellipse(Vector2 center, float radiusX, float radiusY, float angle = 0, int steps = 20)
    {
        var points = new Vector2[steps];
        (float sin, float cos) = MathF.SinCos(angle);
        for (int i = 0; i < steps; i++)
        {
            (float y, float x) = MathF.SinCos(2 * MathF.PI * i / steps);
            (x, y) = (x * radiusX, y * radiusY);
            points[i] = center + new Vector2(x * cos - y * sin, x * sin + y * cos);
        }
        return points;
    }

    public static Vector2[] Rectangle(float left, float top, float right, float bottom) =>
        [new(left, top), new(right, top), new(right, bottom), new(left, bottom)];

    /// <summary>A round outline through all the points (Catmull and Rom).</summary>
    public static Vector2[] Smooth(ReadOnlySpan<Vector2> points, int steps = 4)
    {
        var smooth = new Vector2[points.Length * steps];
        for (int i = 0; i < points.Length; i++)
        {
            Vector2 before = points[(i + points.Length - 1) % points.Length], from = points[i];
            Vector2 to = points[(i + 1) % points.Length], behind = points[(i + 2) % points.Length];
            for (int step = 0; step < steps; step++)
            {
                float t = (float)step / steps;
                smooth[i * steps + step] = 0.5f * (2 * from + (to - before) * t
                    + (2 * before - 5 * from + 4 * to - behind) * t * t
                    + (3 * from - before - 3 * to + behind) * t * t * t);
            }
        }
        return smooth;
    }
}
