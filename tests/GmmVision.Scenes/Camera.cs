using System.Numerics;

namespace GmmVision.Scenes;

/// <summary>
/// Where a point of the street falls on the picture. The street is measured in metres: X to the right of the middle,
/// Y above the ground, Z away from the camera.
/// </summary>
/// <remarks>
/// A pinhole with a level axis whose horizon is shifted up, as a camera on a first floor with its lens tilted and
/// verticals straightened would show it. The view is laid out for 640x360 and fills any other size, cut where the shape differs.
/// </remarks>
internal readonly record struct Camera(float Focal, float CenterX, float Horizon, float ShiftX = 0, float ShiftY = 0)
{
    /// <summary>Metres above the ground.</summary>
    public const float Height = 3.2f;

    /// <summary>The way of light: for each metre of height, a shadow falls this far to the right and away from the camera.</summary>
    public static readonly Vector2 ShadowPerMetre = new(0.42f, -0.26f);

    public static Camera For(int width, int height)
    {
        float scale = MathF.Max(width / 640f, height / 360f);
        return new Camera(560 * scale, width / 2f, height / 2f - 62 * scale);
    }

    /// <summary>Pixels of this picture for one of 640x360.</summary>
    public float Scale => Focal / 560;

    /// <summary>The same view, moved by some pixels.</summary>
    public Camera Shifted(Vector2 by) => this with { ShiftX = by.X, ShiftY = by.Y };

    /// <summary>The same view drawn larger by a whole factor.</summary>
    public Camera Enlarged(int factor) => new(Focal * factor, CenterX * factor, Horizon * factor, ShiftX * factor, ShiftY * factor);

    public Vector2 Project(Vector3 point) => new(
        CenterX + ShiftX + Focal * point.X / point.Z,
        Horizon + ShiftY + Focal * (Height - point.Y) / point.Z);

    public Vector2 Project(float x, float y, float z) => Project(new Vector3(x, y, z));

    /// <summary>Where the light throws the shadow of a point on the ground, as seen on the picture.</summary>
    public Vector2 ProjectShadow(Vector3 point) => Project(
        point.X + ShadowPerMetre.X * point.Y, 0, MathF.Max(1, point.Z + ShadowPerMetre.Y * point.Y));

    /// <summary>The point of the ground under a pixel below the horizon: X to the right, Y away, in metres.</summary>
    public Vector2 Ground(float x, float y)
    {
        float depth = Focal * Height / MathF.Max(0.5f, y - Horizon - ShiftY);
        return new Vector2((x - CenterX - ShiftX) * depth / Focal, depth);
    }

    /// <summary>The point of an upright plane at a depth under a pixel: X to the right, Y up, in metres.</summary>
    public Vector2 Wall(float x, float y, float depth) => new(
        (x - CenterX - ShiftX) * depth / Focal, Height - (y - Horizon - ShiftY) * depth / Focal);
}
