using System.Numerics;

namespace GmmVision.Scenes.Drawing;

/// <summary>
/// A rectangle of pixels with opacity, anywhere on the picture: red, green and blue of 0 to 255 times opacity in X, Y
/// and Z, opacity of 0 to 1 in W.
/// </summary>
internal sealed class Canvas
{
    /// <summary>Scan lines a pixel row is divided into; across a row the coverage is exact.</summary>
    private const int Scans = 8;

    private readonly float[] _coverage;
    private readonly List<(float X, int Winding)> _crossings = [];

    /// <param name="x">Column of the picture on which the canvas begins.</param>
    /// <param name="y">Row of the picture on which the canvas begins.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    public Canvas(int x, int y, int width, int height)
    {
        (X, Y, Width, Height) = (x, y, width, height);
        Pixels = new Vector4[width * height];
        _coverage = new float[width + 1];
        ResetTouched();
    }

    public int X { get; }

    public int Y { get; }

    public int Width { get; }

    public int Height { get; }

    public Vector4[] Pixels { get; }

    /// <summary>First column that was drawn on since <see cref="ClearTouched"/>, counted from the canvas's own.</summary>
    public int Left { get; private set; }

    /// <summary>First row that was drawn on.</summary>
    public int Top { get; private set; }

    /// <summary>The column behind the last that was drawn on; not over <see cref="Left"/> where nothing was.</summary>
    public int Right { get; private set; }

    /// <summary>The row below the last that was drawn on.</summary>
    public int Bottom { get; private set; }

    /// <summary>Makes everything transparent that was drawn.</summary>
    public void ClearTouched()
    {
        for (int y = Top; y < Bottom; y++)
            Pixels.AsSpan(y * Width + Left, Right - Left).Clear();
        ResetTouched();
    }

    /// <summary>Fills a closed polygon in one colour or a straight run of colours.</summary>
    public void Fill(ReadOnlySpan<Vector2> polygon, in Gradient paint, float opacity = 1) => Fill<Gradient>(polygon, paint, opacity);

    /// <summary>Fills a closed polygon in one colour.</summary>
    public void Fill(ReadOnlySpan<Vector2> polygon, Vector3 color, float opacity = 1) => Fill(polygon, Gradient.Flat(color), opacity);

    /// <summary>Fills a closed polygon with what a function says for the middle of each pixel of the picture.</summary>
    public void Fill(ReadOnlySpan<Vector2> polygon, Func<float, float, Vector3> shade, float opacity = 1) => Fill(polygon, new Shaded(shade), opacity);

    private void Fill<TPaint>(ReadOnlySpan<Vector2> polygon, TPaint paint, float opacity)
        where TPaint : struct, IPaint
    {
        float minX = float.MaxValue, maxX = float.MinValue, minY = float.MaxValue, maxY = float.MinValue;
        foreach (Vector2 point in polygon)
        {
            (minX, maxX) = (MathF.Min(minX, point.X), MathF.Max(maxX, point.X));
            (minY, maxY) = (MathF.Min(minY, point.Y), MathF.Max(maxY, point.Y));
        }
        int left = (int)Math.Clamp(MathF.Floor(minX - X), 0, Width), right = (int)Math.Clamp(MathF.Ceiling(maxX - X), 0, Width);
        int top = (int)Math.Clamp(MathF.Floor(minY - Y), 0, Height), bottom = (int)Math.Clamp(MathF.Ceiling(maxY - Y), 0, Height);
        if (left >= right || top >= bottom)
            return;
        (Left, Right) = (Math.Min(Left, left), Math.Max(Right, right));
        (Top, Bottom) = (Math.Min(Top, top), Math.Max(Bottom, bottom));

        Span<float> coverage = _coverage.AsSpan(left, right - left + 1);
        for (int y = top; y < bottom; y++)
        {
            coverage.Clear();
            for (int scan = 0; scan < Scans; scan++)
            {
                CollectCrossings(polygon, Y + y + (scan + 0.5f) / Scans);
                int winding = 0;
                for (int i = 0; i + 1 < _crossings.Count; i++)
                {
                    winding += _crossings[i].Winding;
                    if (winding != 0)
                        AddSpan(coverage, _crossings[i].X - X - left, _crossings[i + 1].X - X - left);
                }
            }
            float covered = 0;
            Span<Vector4> row = Pixels.AsSpan(y * Width + left, right - left);
            for (int x = 0; x < row.Length; x++)
            {
                covered += coverage[x];
                float alpha = MathF.Min(covered, 1) * opacity;
                if (alpha > 1e-3f)
                    row[x] = new Vector4(paint.At(X + left + x + 0.5f, Y + y + 0.5f), 1) * alpha + row[x] * (1 - alpha);
            }
        }
    }

    private void CollectCrossings(ReadOnlySpan<Vector2> polygon, float y)
    {
        _crossings.Clear();
        Vector2 from = polygon[^1];
        foreach (Vector2 to in polygon)
        {
            if (from.Y <= y != to.Y <= y)
                _crossings.Add((from.X + (to.X - from.X) * (y - from.Y) / (to.Y - from.Y), from.Y < to.Y ? 1 : -1));
            from = to;
        }
        if (_crossings.Count == 2 && _crossings[0].X > _crossings[1].X)
            _crossings.Reverse();
        else if (_crossings.Count > 2)
            _crossings.Sort(static (a, b) => a.X.CompareTo(b.X));
    }

    /// <summary>Adds a run of one scan line to the differences from pixel to pixel, of which the running sum is the coverage.</summary>
    private static void AddSpan(Span<float> differences, float from, float to)
    {
        int last = differences.Length - 1;
        AddEdge(differences, Math.Clamp(from, 0, last), 1f / Scans);
        AddEdge(differences, Math.Clamp(to, 0, last), -1f / Scans);
    }

    private static void AddEdge(Span<float> differences, float x, float amount)
    {
        int column = (int)x;
        float into = x - column;
        differences[column] += amount * (1 - into);
        if (column + 1 < differences.Length)
            differences[column + 1] += amount * into;
    }

    /// <summary>Lays another canvas over this one; both lie on the same picture.</summary>
    public void Over(Canvas upper)
    {
        int left = Math.Max(X, upper.X), right = Math.Min(X + Width, upper.X + upper.Width);
        int top = Math.Max(Y, upper.Y), bottom = Math.Min(Y + Height, upper.Y + upper.Height);
        for (int y = top; y < bottom; y++)
        {
            for (int x = left; x < right; x++)
            {
                Vector4 above = upper.Pixels[(y - upper.Y) * upper.Width + x - upper.X];
                ref Vector4 here = ref Pixels[(y - Y) * Width + x - X];
                here = above + here * (1 - above.W);
            }
        }
    }

    /// <summary>The same picture with every square of pixels averaged into one.</summary>
    public Canvas Shrink(int factor)
    {
        if (factor == 1)
            return this;
        var small = new Canvas(X / factor, Y / factor, Width / factor, Height / factor);
        float share = 1f / (factor * factor);
        for (int y = 0; y < small.Height; y++)
        {
            for (int x = 0; x < small.Width; x++)
            {
                Vector4 sum = default;
                for (int dy = 0; dy < factor; dy++)
                    for (int dx = 0; dx < factor; dx++)
                        sum += Pixels[(y * factor + dy) * Width + x * factor + dx];
                small.Pixels[y * small.Width + x] = sum * share;
            }
        }
        return small;
    }

    /// <summary>The smallest part that holds everything visible.</summary>
    public Canvas Trim()
    {
        int left = Width, right = 0, top = Height, bottom = 0;
        for (int i = 0; i < Pixels.Length; i++)
        {
            if (Pixels[i].W <= 0)
                continue;
            (left, right) = (Math.Min(left, i % Width), Math.Max(right, i % Width + 1));
            (top, bottom) = (Math.Min(top, i / Width), Math.Max(bottom, i / Width + 1));
        }
        var part = new Canvas(X + Math.Min(left, right), Y + Math.Min(top, bottom), Math.Max(0, right - left), Math.Max(0, bottom - top));
        for (int y = 0; y < part.Height; y++)
            Pixels.AsSpan((top + y) * Width + left, part.Width).CopyTo(part.Pixels.AsSpan(y * part.Width));
        return part;
    }

    /// <summary>What lies at a point between pixel middles; transparent outside.</summary>
    public Vector4 Sample(float x, float y)
    {
        x -= X + 0.5f;
        y -= Y + 0.5f;
        float floorX = MathF.Floor(x), floorY = MathF.Floor(y);
        int ix = (int)floorX, iy = (int)floorY;
        float u = x - floorX, v = y - floorY;
        return Vector4.Lerp(
            Vector4.Lerp(At(ix, iy), At(ix + 1, iy), u),
            Vector4.Lerp(At(ix, iy + 1), At(ix + 1, iy + 1), u), v);
    }

    private Vector4 At(int x, int y) => (uint)x < (uint)Width && (uint)y < (uint)Height ? Pixels[y * Width + x] : default;

    private void ResetTouched() => (Left, Top, Right, Bottom) = (Width, Height, 0, 0);
}
