using System.Numerics;

namespace GmmVision.Scenes.Drawing;

/// <summary>Says the colour of a point of the picture.</summary>
internal interface IPaint
{
    Vector3 At(float x, float y);
}

/// <summary>A colour that runs evenly into another along a straight line, and stays at it beyond the ends.</summary>
internal readonly struct Gradient : IPaint
{
    private readonly Vector3 _color, _change;
    private readonly Vector2 _from, _slope;

    public Gradient(Vector3 color, Vector2 from, Vector3 endColor, Vector2 to)
    {
        Vector2 line = to - from;
        (_color, _change, _from) = (color, endColor - color, from);
        _slope = line.LengthSquared() > 1e-6f ? line / line.LengthSquared() : default;
    }

    public static Gradient Flat(Vector3 color) => new(color, default, color, default);

    public Vector3 At(float x, float y) => _color + _change * Math.Clamp(Vector2.Dot(new Vector2(x, y) - _from, _slope), 0, 1);
}

/// <summary>The colour that a function gives.</summary>
internal readonly struct Shaded(Func<float, float, Vector3> shade) : IPaint
{
    public Vector3 At(float x, float y) => shade(x, y);
}
