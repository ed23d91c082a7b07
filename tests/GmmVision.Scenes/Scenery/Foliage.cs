using System.Numerics;
using GmmVision.Scenes.Drawing;

namespace GmmVision.Scenes.Scenery;

/// <summary>Leaves that swing in the wind: a picture of them, bent a little differently at every time.</summary>
internal sealed class Foliage
{
    /// <summary>Pixels between the points at which the bend is computed.</summary>
    private const int Grid = 8;

    private readonly Canvas _leaves;
    private readonly float[]? _visible;
    private readonly float _scale, _sway, _phase;
    private readonly int _reach, _left, _top, _width, _height;

    /// <param name="leaves">The leaves at rest.</param>
    /// <param name="scale">Pixels of the picture for one of 640x360.</param>
    /// <param name="sway">Largest usual swing in pixels of the picture.</param>
    /// <param name="depth">Metres from the camera.</param>
    /// <param name="seed">Makes it swing unlike others.</param>
    /// <param name="inFront">What stands before it and never moves; null for nothing.</param>
    public Foliage(Canvas leaves, float scale, float sway, float depth, int seed, Canvas? inFront = null)
    {
        (_leaves, _scale, _sway, Depth) = (leaves, scale, sway, depth);
        _phase = 6.28f * Noise.Unit(seed, 1, 3);
        _reach = (int)MathF.Ceiling(2 * sway);
        (_left, _top) = (leaves.X - _reach, leaves.Y - _reach);
        (_width, _height) = (leaves.Width + 2 * _reach, leaves.Height + 2 * _reach);
        if (inFront is null)
            return;
        _visible = new float[_width * _height];
        for (int i = 0; i < _visible.Length; i++)
            _visible[i] = 1 - inFront.Sample(_left + i % _width + 0.5f, _top + i / _width + 0.5f).W;
    }

    public float Depth { get; }

    /// <summary>Draws the leaves as they hang at a time, shifted with the camera.</summary>
    public void Draw(Picture picture, float time, Vector2 shift)
    {
        // Whole pixels move the target, the rest moves the point that is looked up.
        int shiftX = (int)MathF.Floor(shift.X), shiftY = (int)MathF.Floor(shift.Y);
        Vector2 rest = shift - new Vector2(shiftX, shiftY);
        int top = Math.Max(0, _top + shiftY), bottom = Math.Min(picture.Height, _top + _height + shiftY);
        int left = Math.Max(0, _left + shiftX), right = Math.Min(picture.Width, _left + _width + shiftX);
        if (left >= right)
            return;
        int nodes = (right - left) / Grid + 2;
        Span<Vector2> above = new Vector2[nodes], below = new Vector2[nodes];
        for (int y = top; y < bottom; y++)
        {
            int step = (y - top) % Grid;
            if (step == 0)
            {
                for (int i = 0; i < nodes; i++)
                {
                    above[i] = Bend(left + i * Grid - shiftX, y - shiftY, time);
                    below[i] = Bend(left + i * Grid - shiftX, y + Grid - shiftY, time);
                }
            }
            for (int x = left; x < right; x++)
            {
                int node = (x - left) / Grid;
                float across = (x - left) % Grid / (float)Grid;
                Vector2 bend = Vector2.Lerp(
                    Vector2.Lerp(above[node], above[node + 1], across),
                    Vector2.Lerp(below[node], below[node + 1], across), step / (float)Grid) + rest;
                Vector4 leaf = _leaves.Sample(x - shiftX + 0.5f - bend.X, y - shiftY + 0.5f - bend.Y);
                if (leaf.W <= 0)
                    continue;
                if (_visible is not null)
                    leaf *= _visible[(y - shiftY - _top) * _width + x - shiftX - _left];
                picture.Cover(x, y, leaf);
            }
        }
    }

    /// <summary>How far the leaves at a point have swung: travelling waves that rise and fall with the gusts.</summary>
    private Vector2 Bend(float x, float y, float time)
    {
        if (_sway == 0)
            return default;
        x /= _scale;
        y /= _scale;
        float gust = 0.55f + 0.3f * MathF.Sin(0.83f * time + _phase) + 0.15f * MathF.Sin(2.1f * time + 2 * _phase - 0.01f * x);
        float across = 0.50f * MathF.Sin(2.9f * time - 0.021f * x + 0.013f * y + _phase)
            + 0.32f * MathF.Sin(5.3f * time + 0.083f * x - 0.061f * y + 2.3f * _phase)
            + 0.28f * MathF.Sin(8.7f * time - 0.171f * x - 0.143f * y + 1.1f);
        float up = 0.40f * MathF.Sin(4.1f * time + 0.047f * x + 0.071f * y + 3 * _phase)
            + 0.30f * MathF.Sin(9.9f * time - 0.153f * x + 0.187f * y);
        return _sway * gust * new Vector2(across + 0.35f, 0.6f * up);
    }
}
