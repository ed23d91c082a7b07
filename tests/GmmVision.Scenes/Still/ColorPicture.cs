using System.Numerics;
using GmmVision.Scenes.Drawing;

namespace GmmVision.Scenes.Still;

/// <summary>What a still camera looks at, in red, green and blue of 0 to 255, before light, exposure and noise.</summary>
public sealed class ColorPicture
{
    /// <summary>A picture of one color.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="color">Of every pixel.</param>
    public ColorPicture(int width, int height, Vector3 color = default)
    {
        (Width, Height) = (width, height);
        Pixels = new Vector3[width * height];
        Array.Fill(Pixels, color);
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Row by row.</summary>
    public Vector3[] Pixels { get; }

    /// <summary>Walls, furniture and signs, as rectangles of many colors with a fine texture over them, slightly out of focus.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="seed">Other seeds give other views.</param>
    public static ColorPicture Textured(int width, int height, int seed)
    {
        var random = new Random(seed);
        var picture = new ColorPicture(width, height, new Vector3(random.Next(70, 130), random.Next(80, 140), random.Next(70, 130)));
        picture.Tint(0, 0, width, random.Next(height / 4, 3 * height / 4), new Vector3(random.Next(-20, 50)));
        for (int count = random.Next(15, 60); count > 0; count--)
            picture.Fill(random.Next(width), random.Next(height), random.Next(10, width / 4 + 11), random.Next(10, height / 4 + 11), RandomColor(random, 50, 200));
        picture.AddTexture(random.Next(10, 32), random);
        picture.Blur(0.8f);
        return picture;
    }

    /// <summary>A color with each part between two values.</summary>
    public static Vector3 RandomColor(Random random, int least, int most)
    {
        ArgumentNullException.ThrowIfNull(random);
        return new Vector3(random.Next(least, most), random.Next(least, most), random.Next(least, most));
    }

    /// <summary>Fills a rectangle, cut at the picture's borders.</summary>
    public void Fill(int x, int y, int width, int height, Vector3 color)
    {
        for (int row = Math.Max(0, y); row < Math.Min(Height, y + height); row++)
            for (int column = Math.Max(0, x); column < Math.Min(Width, x + width); column++)
                Pixels[row * Width + column] = color;
    }

    /// <summary>Adds a color to a rectangle.</summary>
    public void Tint(int x, int y, int width, int height, Vector3 color)
    {
        for (int row = Math.Max(0, y); row < Math.Min(Height, y + height); row++)
            for (int column = Math.Max(0, x); column < Math.Min(Width, x + width); column++)
                Pixels[row * Width + column] += color;
    }

    /// <summary>Adds texture that is the same in all colors, with features of about three pixels.</summary>
    /// <param name="strength">Standard deviation of the noise before it is blurred, which leaves a quarter of it.</param>
    /// <param name="random">Decides it.</param>
    public void AddTexture(float strength, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var texture = new ColorPicture(Width, Height);
        for (int i = 0; i < Pixels.Length; i++)
            texture.Pixels[i] = new Vector3(strength * Noise.Normal(random));
        texture.Blur(1.2f);
        for (int i = 0; i < Pixels.Length; i++)
            Pixels[i] = Vector3.Clamp(Pixels[i] + texture.Pixels[i], new Vector3(10), new Vector3(240));
    }

    /// <summary>Blurs with a Gaussian.</summary>
    /// <param name="sigma">In pixels.</param>
    public void Blur(float sigma)
    {
        int reach = (int)MathF.Ceiling(3 * sigma);
        float[] weights = [.. Enumerable.Range(-reach, 2 * reach + 1).Select(i => MathF.Exp(-i * i / (2 * sigma * sigma)))];
        float sum = weights.Sum();
        var across = new Vector3[Pixels.Length];
        for (int pass = 0; pass < 2; pass++)
        {
            (Vector3[] from, Vector3[] to) = pass == 0 ? (Pixels, across) : (across, Pixels);
            for (int y = 0; y < Height; y++)
            {
                for (int x = 0; x < Width; x++)
                {
                    Vector3 total = default;
                    for (int i = -reach; i <= reach; i++)
                    {
                        int at = pass == 0 ? y * Width + Math.Clamp(x + i, 0, Width - 1) : Math.Clamp(y + i, 0, Height - 1) * Width + x;
                        total += weights[i + reach] * from[at];
                    }
                    to[y * Width + x] = total / sum;
                }
            }
        }
    }

    /// <summary>A picture whose pixels are changed one by one.</summary>
    /// <param name="change">From column, row and color to color.</param>
    public ColorPicture Changed(Func<int, int, Vector3, Vector3> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        var picture = new ColorPicture(Width, Height);
        for (int i = 0; i < Pixels.Length; i++)
            picture.Pixels[i] = change(i % Width, i / Width, Pixels[i]);
        return picture;
    }

    /// <summary>A window of the picture as planes of a 4:2:0 frame.</summary>
    /// <param name="x">Its left column.</param>
    /// <param name="y">Its top row.</param>
    /// <param name="width">An even number of pixels.</param>
    /// <param name="height">An even number of rows.</param>
    public Planes ToPlanes(int x, int y, int width, int height)
    {
        var planes = new Planes(width, height);
        for (int row = 0; row < height; row++)
            for (int column = 0; column < width; column++)
                planes.Y[row * width + column] = Planes.ToYuv(Pixels[(y + row) * Width + x + column]).Y;
        for (int row = 0; row < height / 2; row++)
        {
            for (int column = 0; column < width / 2; column++)
            {
                int at = (y + 2 * row) * Width + x + 2 * column;
                (_, byte u, byte v) = Planes.ToYuv((Pixels[at] + Pixels[at + 1] + Pixels[at + Width] + Pixels[at + Width + 1]) / 4);
                (planes.U[row * width / 2 + column], planes.V[row * width / 2 + column]) = (u, v);
            }
        }
        return planes;
    }

    /// <summary>The whole picture as planes.</summary>
    public Planes ToPlanes() => ToPlanes(0, 0, Width, Height);
}
