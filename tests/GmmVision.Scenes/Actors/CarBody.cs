using System.Numerics;
using GmmVision.Scenes.Drawing;

namespace GmmVision.Scenes.Actors;

/// <summary>The shape of a car or van: a profile that is extruded across, with windows, wheels and lamps. X forward, Y up, in metres.</summary>
internal sealed class CarBody
{
    private static readonly Vector3 Glass = new(58, 70, 82), Tyre = new(30, 30, 33), Trim = new(40, 41, 44);

    private readonly Vector2[] _profile;
    private readonly bool[] _glazed;
    private readonly Vector2[][] _windows;
    private readonly Vector2[] _wheels, _doors;
    private readonly float _wheelRadius, _width, _sill;
    private readonly Vector2 _headlamp, _tailLamp;

    private CarBody(float length, Vector2[] profile, bool[] glazed, Vector2[][] windows, Vector2[] wheels, float wheelRadius, Vector2[] doors,
        float width, Vector2 headlamp, Vector2 tailLamp)
    {
        (Length, _profile, _glazed, _windows, _wheels, _wheelRadius, _doors, _width) = (length, profile, glazed, windows, wheels, wheelRadius, doors, width);
        (_headlamp, _tailLamp, _sill) = (headlamp, tailLamp, 0.26f);
    }

    /// <summary>Metres from bumper to bumper.</summary>
    public float Length { get; }

    public static CarBody Hatchback { get; } = new(4.1f,
        [
            new(-1.98f, 0.27f), new(-2.05f, 0.42f), new(-2.03f, 0.66f), new(-1.97f, 0.93f), new(-1.72f, 1.32f), new(-1.5f, 1.42f),
            new(-0.8f, 1.48f), new(-0.1f, 1.46f), new(0.22f, 1.39f), new(0.98f, 0.97f), new(1.5f, 0.88f), new(1.88f, 0.76f),
            new(2.03f, 0.6f), new(2.05f, 0.4f), new(1.98f, 0.25f),
        ],
        [false, false, false, true, false, false, false, false, true, false, false, false, false, false],
        [
            [new(-1.56f, 1.0f), new(-1.47f, 1.24f), new(-1.3f, 1.34f), new(-0.74f, 1.39f), new(-0.74f, 0.98f)],
            [new(-0.66f, 0.98f), new(-0.66f, 1.39f), new(-0.1f, 1.37f), new(0.16f, 1.31f), new(0.76f, 0.96f)],
        ],
        [new(-1.27f, 0.31f), new(1.27f, 0.31f)], 0.31f, [new(-0.7f, 0.02f), new(0.62f, -0.06f)], 1.68f, new(1.86f, 0.66f), new(-1.97f, 0.82f));

    public static CarBody Saloon { get; } = new(4.6f,
        [
            new(-2.24f, 0.28f), new(-2.3f, 0.45f), new(-2.28f, 0.72f), new(-2.2f, 0.94f), new(-1.55f, 1.0f), new(-0.98f, 1.33f),
            new(-0.62f, 1.41f), new(-0.1f, 1.42f), new(0.24f, 1.36f), new(1.02f, 0.98f), new(1.7f, 0.88f), new(2.12f, 0.75f),
            new(2.28f, 0.58f), new(2.3f, 0.4f), new(2.22f, 0.26f),
        ],
        [false, false, false, false, true, false, false, false, true, false, false, false, false, false],
        [
            [new(-1.32f, 1.0f), new(-0.92f, 1.25f), new(-0.62f, 1.33f), new(-0.5f, 1.34f), new(-0.5f, 0.98f)],
            [new(-0.42f, 0.98f), new(-0.42f, 1.34f), new(0.16f, 1.3f), new(0.82f, 0.97f)],
        ],
        [new(-1.42f, 0.32f), new(1.43f, 0.32f)], 0.32f, [new(-0.46f, 0.02f), new(0.7f, -0.06f)], 1.72f, new(2.1f, 0.67f), new(-2.2f, 0.82f));

    public static CarBody Van { get; } = new(5.2f,
        [
            new(-2.55f, 0.35f), new(-2.6f, 0.5f), new(-2.59f, 1.2f), new(-2.56f, 1.98f), new(-2.44f, 2.1f), new(-0.6f, 2.14f),
            new(0.6f, 2.12f), new(0.98f, 2.02f), new(1.72f, 1.24f), new(2.28f, 1.06f), new(2.52f, 0.86f), new(2.6f, 0.6f),
            new(2.6f, 0.42f), new(2.52f, 0.28f),
        ],
        [false, false, false, false, false, false, false, true, false, false, false, false, false],
        [
            [new(0.44f, 1.2f), new(0.44f, 1.86f), new(0.9f, 1.86f), new(1.46f, 1.22f)],
        ],
        [new(-1.55f, 0.35f), new(1.62f, 0.35f)], 0.35f, [new(0.36f, 0), new(-0.75f, 0)], 1.9f, new(2.4f, 0.84f), new(-2.56f, 1.0f));

    /// <summary>Adds the car's pieces, from back to front.</summary>
    /// <param name="figure">Where they go.</param>
    /// <param name="x">Metres of its middle from the middle of the picture.</param>
    /// <param name="depth">Metres of its near side from the camera.</param>
    /// <param name="direction">1 where it faces right, -1 left.</param>
    /// <param name="rolled">Metres that it has rolled.</param>
    /// <param name="paint">Colour of the body.</param>
    /// <param name="braking">Whether its brake lamps shine.</param>
    public void Build(Figure figure, float x, float depth, float direction, float rolled, Vector3 paint, bool braking)
    {
        // Sides lean inwards above the waist, so the roof is narrower than the floor.
        Vector3 Near(Vector2 p) => new(x + direction * p.X, p.Y, depth + Inset(p.Y));
        Vector3 Far(Vector2 p) => new(x + direction * p.X, p.Y, depth + _width - Inset(p.Y));
        Vector3[] OnSide(ReadOnlySpan<Vector2> outline)
        {
            var points = new Vector3[outline.Length];
            for (int i = 0; i < points.Length; i++)
                points[i] = Near(outline[i]);
            return points;
        }

        foreach (Vector2 wheel in _wheels)
            figure.Add(Lift(Shapes.Ellipse(wheel, _wheelRadius, _wheelRadius), x, direction, depth + _width - 0.1f), Tyre * 0.7f);
        figure.Add([Near(_profile[0]), Near(_profile[^1]), Far(_profile[^1]), Far(_profile[0])], new Vector3(22, 22, 24));

        for (int i = 0; i + 1 < _profile.Length; i++)
        {
            Vector2 a = _profile[i], b = _profile[i + 1], slope = Vector2.Normalize(b - a);
            Vector2 normal = new(-slope.Y, slope.X);
            // The camera looks from the middle of the picture and from above: pieces that face away are not drawn.
            var middle = (Near(a) + Far(b)) / 2;
            if (direction * normal.X * (0 - middle.X) + normal.Y * (Camera.Height - middle.Y) <= 0)
                continue;
            float light = 0.66f + 0.48f * MathF.Max(0, normal.Y) - 0.2f * direction * normal.X;
            Vector3 color = _glazed[i] ? Glass * (0.9f + 0.5f * MathF.Max(0, normal.Y)) : Vector3.Min(paint * light + new Vector3(16 * MathF.Max(0, normal.Y)), new(250));
            // A little longer than it is, or the street would shine through the seams.
            Vector2 start = a - 0.02f * slope, end = b + 0.02f * slope;
            figure.Add([Near(start), Near(end), Far(end), Far(start)], color);
            if (_glazed[i])
            {
                Vector2 inA = Vector2.Lerp(a, b, 0.06f), inB = Vector2.Lerp(a, b, 0.9f);
                Vector3 nearA = Near(inA), nearB = Near(inB), farA = Far(inA), farB = Far(inB);
                figure.Add([Vector3.Lerp(nearA, farA, 0.06f), Vector3.Lerp(nearB, farB, 0.09f), Vector3.Lerp(farB, nearB, 0.09f), Vector3.Lerp(farA, nearA, 0.06f)],
                    Glass * 0.7f, (nearA + farA) / 2, Glass * 1.7f + new Vector3(14, 20, 28), (nearB + farB) / 2);
            }
        }

        Vector3[] side = OnSide(_profile);
        figure.Add(side, paint * 0.55f, Near(new(0, 0.2f)), Vector3.Min(paint * 1.02f, new(246)), Near(new(0, 0.9f)));
        // A shoulder line that catches the sky, and the sill in shade.
        figure.Add(OnSide([new(-0.47f * Length, 0.86f), new(0.4f * Length, 0.8f), new(0.42f * Length, 0.74f), new(-0.48f * Length, 0.8f)]), Vector3.Min(paint * 1.12f + new Vector3(12), new(250)));
        figure.Add(OnSide([new(-0.47f * Length, _sill), new(0.47f * Length, _sill), new(0.475f * Length, _sill + 0.1f), new(-0.475f * Length, _sill + 0.1f)]), Trim);

        foreach (Vector2[] window in _windows)
        {
            figure.Add(OnSide(window), Glass * 0.62f, Near(window[0]), Glass * 1.25f + new Vector3(10, 14, 18), Near(window[0] + new Vector2(0.5f, 0.5f)));
            // Something of the sky in the glass.
            Vector2 corner = window[0], across = window[^1] - window[0];
            figure.Add(OnSide([corner + across * 0.3f + new Vector2(0, 0.03f), corner + across * 0.46f + new Vector2(0, 0.03f), corner + across * 0.6f + new Vector2(0, 0.3f), corner + across * 0.5f + new Vector2(0, 0.3f)]), new Vector3(124, 140, 152), false);
        }
        foreach (Vector2 door in _doors)
        {
            figure.Add(OnSide([new(door.X - 0.012f, 0.34f), new(door.X + 0.012f, 0.34f), new(door.X + 0.012f + door.Y, 0.96f), new(door.X - 0.012f + door.Y, 0.96f)]), paint * 0.42f, false);
            figure.Add(OnSide([new(door.X - 0.26f, 0.87f), new(door.X - 0.1f, 0.87f), new(door.X - 0.1f, 0.9f), new(door.X - 0.26f, 0.9f)]), paint * 0.5f, false);
        }

        Vector2 lamp = _headlamp, rear = _tailLamp;
        figure.Add(OnSide(Shapes.Ellipse(lamp, 0.15f, 0.075f, -0.2f)), new Vector3(236, 236, 226), false);
        figure.Add(OnSide(Shapes.Rectangle(rear.X - 0.03f, rear.Y - 0.12f, rear.X + 0.12f, rear.Y + 0.1f)), braking ? new Vector3(255, 60, 48) : new Vector3(150, 26, 28), false);

        foreach (Vector2 wheel in _wheels)
            AddWheel(figure, wheel, x, depth - 0.01f, direction, rolled);
    }

    private void AddWheel(Figure figure, Vector2 hub, float x, float depth, float direction, float rolled)
    {
        Vector2[] arch = Shapes.Ellipse(hub + new Vector2(0, 0.03f), _wheelRadius * 1.18f, _wheelRadius * 1.2f, 0, 24);
        for (int i = 0; i < arch.Length; i++)
            arch[i].Y = MathF.Max(arch[i].Y, _sill);
        figure.Add(Lift(arch, x, direction, depth), new Vector3(20, 20, 22));
        figure.Add(Lift(Shapes.Ellipse(hub, _wheelRadius, _wheelRadius, 0, 24), x, direction, depth), Tyre);
        figure.Add(Lift(Shapes.Ellipse(hub, _wheelRadius * 0.68f, _wheelRadius * 0.68f), x, direction, depth), new Vector3(150, 152, 156), false);
        for (int spoke = 0; spoke < 5; spoke++)
        {
            (float sin, float cos) = MathF.SinCos(-rolled / _wheelRadius + 2 * MathF.PI * spoke / 5);
            Vector2 hole = hub + _wheelRadius * 0.43f * new Vector2(cos, sin);
            figure.Add(Lift(Shapes.Ellipse(hole, _wheelRadius * 0.17f, _wheelRadius * 0.12f, MathF.Atan2(sin, cos), 10), x, direction, depth), new Vector3(54, 55, 58), false);
        }
        figure.Add(Lift(Shapes.Ellipse(hub, _wheelRadius * 0.14f, _wheelRadius * 0.14f, 0, 10), x, direction, depth), new Vector3(96, 98, 102), false);
    }

    private static float Inset(float y) => 0.22f * Math.Clamp(y - 0.85f, 0, 1.2f);

    private static Vector3[] Lift(Vector2[] outline, float x, float direction, float depth)
    {
        var points = new Vector3[outline.Length];
        for (int i = 0; i < points.Length; i++)
            points[i] = new Vector3(x + direction * outline[i].X, outline[i].Y, depth);
        return points;
    }
}
