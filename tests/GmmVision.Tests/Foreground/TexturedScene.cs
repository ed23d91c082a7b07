using GmmVision.Background;
using GmmVision.Imaging;

namespace GmmVision.Tests.Foreground;

/// <summary>
/// A still scene of smooth waves that is known between the pixels too, so that it can be moved by any fraction, in any light,
/// with sensor noise of two grey levels either way.
/// </summary>
internal sealed class TexturedScene
{
    private readonly FrameFormat _format;
    private readonly (double U, double V, double Phase)[] _waves = new (double, double, double)[10];
    private readonly double[] _still;
    private readonly Random _noise = new(99);

    /// <param name="format">Size and layout of its frames.</param>
    /// <param name="seed">Which scene.</param>
    /// <param name="longest">Pixels of the longest wave.</param>
    public TexturedScene(FrameFormat format, int seed = 1, double longest = 60)
    {
        _format = format;
        var random = new Random(seed);
        for (int i = 0; i < _waves.Length; i++)
        {
            // In all directions, from 8 pixels.
            double angle = Math.PI * random.NextDouble(), length = 8 + (longest - 8) * random.NextDouble() * random.NextDouble();
            _waves[i] = (2 * Math.PI * Math.Cos(angle) / length, 2 * Math.PI * Math.Sin(angle) / length, 2 * Math.PI * random.NextDouble());
        }
        _still = new double[format.PixelCount];
        for (int i = 0; i < _still.Length; i++)
            _still[i] = Luma(i % format.Width, i / format.Width);
    }

    /// <summary>40 to 160.</summary>
    public double Luma(double x, double y)
    {
        double sum = 0;
        foreach ((double u, double v, double phase) in _waves)
            sum += Math.Sin(u * x + v * y + phase);
        return 100 + Math.Clamp(13 * sum, -60, 60);
    }

    /// <summary>The next frame of the scene, without noise where told so.</summary>
    /// <param name="number">Position; 25 frames a second.</param>
    /// <param name="light">What a sample becomes in a light, from its luma (or its chroma's distance from grey) and its column.</param>
    /// <param name="dx">How far the picture has moved to the right.</param>
    /// <param name="dy">How far it has moved down.</param>
    /// <param name="noise">Grey levels either way.</param>
    public Frame Paint(int number, Func<double, int, double>? light = null, double dx = 0, double dy = 0, int noise = 2)
    {
        var frame = new Frame(_format) { Number = number, Time = TimeSpan.FromSeconds(number / 25.0) };
        for (int plane = 0; plane < _format.PlaneCount; plane++)
        {
            bool chroma = plane > 0 && _format.Layout == PixelLayout.Yuv420;
            int scale = chroma ? 2 : 1;
            for (int y = 0; y < _format.PlaneHeight(plane); y++)
            {
                Span<byte> row = frame.Row(plane, y);
                for (int x = 0; x < row.Length; x++)
                {
                    double luma = dx == 0 && dy == 0 ? _still[Math.Min(_format.Height - 1, scale * y) * _format.Width + Math.Min(_format.Width - 1, scale * x)] : Luma(scale * x - dx, scale * y - dy);
                    double value = chroma ? (luma - 100) * (plane == 1 ? 0.2 : -0.2) : luma + (_format.PlaneCount == 3 ? 6 * plane : 0);
                    value = chroma && light != null ? light(value, scale * x) - light(0, scale * x) : light?.Invoke(value, x) ?? value;
                    row[x] = (byte)Math.Clamp(Math.Round(value + (chroma ? 128 : 0)) + (noise > 0 ? _noise.Next(-noise, noise + 1) : 0), 0, 255);
                }
            }
        }
        return frame;
    }

    /// <summary>A model that has seen nothing but the scene.</summary>
    public BackgroundModel Learn(int frames = 20)
    {
        var model = new BackgroundModel(_format, new BackgroundOptions { Threads = 1 });
        var mask = new Mask(_format.Width, _format.Height);
        for (int i = 0; i < frames; i++)
            model.Apply(Paint(i), mask);
        return model;
    }

    /// <summary>Puts a block of one colour into a frame.</summary>
    public static void Draw(Frame frame, Box where, params ReadOnlySpan<byte> color)
    {
        for (int plane = 0; plane < frame.Format.PlaneCount; plane++)
        {
            int scale = plane > 0 && frame.Format.Layout == PixelLayout.Yuv420 ? 2 : 1;
            for (int y = where.Y / scale; y < (where.Bottom) / scale; y++)
                frame.Row(plane, y)[(where.X / scale)..((where.Right) / scale)].Fill(color[Math.Min(plane, color.Length - 1)]);
        }
    }

    /// <summary>Where a thing is that comes in from the left, four pixels a frame, before it stands; null while it is not yet in the picture.</summary>
    public static Box? Coming(Box stands, int framesBefore)
    {
        int right = stands.Right - 4 * Math.Max(0, framesBefore), left = Math.Max(0, right - stands.Width);
        return right > left ? new Box(left, stands.Y, right - left, stands.Height) : null;
    }

    public static Mask MaskOf(FrameFormat format, Box where)
    {
        var mask = new Mask(format.Width, format.Height);
        for (int y = where.Y; y < where.Bottom; y++)
            for (int x = where.X; x < where.Right; x++)
                mask[x, y] = true;
        return mask;
    }

    /// <summary>Which part of a box is set.</summary>
    public static double Share(Mask mask, Box where)
    {
        Mask inside = MaskOf(new FrameFormat(mask.Width, mask.Height, PixelLayout.Gray8), where);
        inside.And(mask);
        return (double)inside.Count() / (where.Width * where.Height);
    }
}
