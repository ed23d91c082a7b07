using GmmVision.Scenes.Drawing;

namespace GmmVision.Scenes;

/// <summary>Lays soft shadows: the sun is not a point, so a shadow's edge is as wide as what casts it is high above.</summary>
internal sealed class ShadowBlur
{
    private float[] _from = [], _to = [];

    /// <summary>Darkens a picture where a canvas is opaque, with edges blurred by two boxes of the given radius in pixels.</summary>
    public void Darken(Picture picture, Canvas shadow, int radius, float strength)
    {
        int left = shadow.Left - 2 * radius, top = shadow.Top - 2 * radius;
        int width = shadow.Right + 2 * radius - left, height = shadow.Bottom + 2 * radius - top;
        if (shadow.Right <= shadow.Left)
            return;
        if (_from.Length < width * height)
            (_from, _to) = (new float[width * height], new float[width * height]);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int column = left + x, row = top + y;
                bool inside = column >= shadow.Left && column < shadow.Right && row >= shadow.Top && row < shadow.Bottom;
                _from[y * width + x] = inside ? shadow.Pixels[row * shadow.Width + column].W : 0;
            }
        }
        for (int pass = 0; pass < 2; pass++)
        {
            for (int y = 0; y < height; y++)
                Box(_from, _to, y * width, 1, width, radius);
            for (int x = 0; x < width; x++)
                Box(_to, _from, x, width, height, radius);
        }
        for (int y = Math.Max(0, -shadow.Y - top); y < height && top + shadow.Y + y < picture.Height; y++)
            for (int x = Math.Max(0, -shadow.X - left); x < width && left + shadow.X + x < picture.Width; x++)
                if (_from[y * width + x] > 1e-3f)
                    picture.Darken(left + shadow.X + x, top + shadow.Y + y, strength * _from[y * width + x]);
    }

    private static void Box(float[] from, float[] to, int start, int step, int count, int radius)
    {
        float sum = 0, share = 1f / (2 * radius + 1);
        for (int i = -radius; i < count; i++)
        {
            if (i + radius < count)
                sum += from[start + (i + radius) * step];
            if (i - radius - 1 >= 0)
                sum -= from[start + (i - radius - 1) * step];
            if (i >= 0)
                to[start + i * step] = MathF.Max(0, sum * share);
        }
    }
}
