using System.Numerics;
using GmmVision.Scenes.Drawing;

namespace GmmVision.Scenes.Scenery;

/// <summary>
/// A still picture for colour segmentation: sky and clouds, snow and rock, forest, a lake, a field of rape, grass with
/// poppies, a red barn. Each has its own colour, and its own texture, gradient and noise.
/// </summary>
internal sealed class Landscape
{
    private const int Factor = 2;

    private readonly float _unit, _width, _height;
    private readonly int _seed;
    private readonly Canvas _canvas;

    private Landscape(int width, int height, int seed)
    {
        _canvas = new Canvas(0, 0, width * Factor, height * Factor);
        (_width, _height, _seed, _unit) = (_canvas.Width, _canvas.Height, seed, _canvas.Height / 480f);
    }

    /// <summary>Paints the landscape as the lens throws it on the sensor, before exposure.</summary>
    public static Canvas Paint(int width, int height, int seed)
    {
        var landscape = new Landscape(width, height, seed);
        landscape.PaintSky();
        landscape.PaintMountains(150, 105, 2.1f, 0, new Vector3(172, 186, 206), 0.55f);
        landscape.PaintMountains(176, 92, 3.1f, 40, new Vector3(120, 128, 146), 0.2f);
        landscape.PaintHills();
        landscape.PaintForest();
        landscape.PaintLake();
        landscape.PaintField();
        landscape.PaintBarn();
        landscape.PaintMeadow();
        return landscape._canvas.Shrink(Factor);
    }

    private void PaintSky() => _canvas.Fill(Shapes.Rectangle(0, 0, _width, _height), (x, y) =>
    {
        float down = y / (230 * _unit);
        Vector3 blue = Vector3.Lerp(new(54, 112, 190), new(166, 202, 232), MathF.Pow(Math.Clamp(down, 0, 1), 0.8f));
        // Heaps with flat, shaded undersides.
        float u = x / (150 * _unit), v = y / (62 * _unit);
        float here = Noise.Fractal(u, v, 6, _seed), lower = Noise.Fractal(u - 0.05f, v + 0.16f, 5, _seed);
        float cover = Math.Clamp(3.4f * (here - 0.1f - 0.1f * MathF.Abs(down - 0.45f)), 0, 1);
        float lit = Math.Clamp(0.86f + 0.5f * (here - lower), 0.68f, 1);
        return Vector3.Lerp(blue, new Vector3(250, 250, 248) * lit + new Vector3(0, 2, 8) * (1 - lit), cover * 0.95f);
    });

    private float Ridge(float x, float bottom, float height, float rough, int seed)
    {
        float sum = 0, amplitude = 1, frequency = rough / _width;
        for (int octave = 0; octave < 7; octave++)
        {
            float sharp = 1 - MathF.Abs(2 * Noise.Value(x * frequency + 5.7f * octave, 0.37f * octave, _seed + seed + octave) - 1);
            sum += amplitude * (octave < 3 ? sharp : sharp - 0.5f);
            (amplitude, frequency) = (amplitude * 0.46f, frequency * 2.1f);
        }
        return (bottom - height * (sum - 0.7f)) * _unit;
    }

    private void PaintMountains(float bottom, float height, float rough, int seed, Vector3 rock, float haze)
    {
        Vector2[] outline = Skyline(x => Ridge(x, bottom, height, rough, seed), 250);
        _canvas.Fill(outline, (x, y) =>
        {
            float top = Ridge(x, bottom, height, rough, seed), below = (y - top) / _unit;
            float u = x / (34 * _unit), v = y / (26 * _unit);
            float slope = Noise.Fractal(u + 0.6f * v, v, 5, _seed + seed + 20) - Noise.Fractal(u + 0.12f + 0.6f * v, v, 5, _seed + seed + 20);
            float side = top - Ridge(x - 6 * _unit, bottom, height, rough, seed);
            float light = Math.Clamp(0.82f + 1.5f * slope + 0.025f * side / _unit, 0.46f, 1.2f);
            float snowline = 38 + 36 * Noise.Fractal(u * 1.1f, v * 0.7f, 5, _seed + seed + 30) - 0.25f * (top / _unit - bottom + height);
            Vector3 color = below < snowline ? new Vector3(238, 243, 250) * float.Lerp(0.74f, 1.04f, Math.Clamp(light, 0, 1)) : rock * light;
            return Vector3.Lerp(Vector3.Min(color, new(253)), new(186, 208, 230), haze * Math.Clamp(0.55f + below / 150, 0, 1));
        });
    }

    private void PaintHills()
    {
        float Top(float x) => (206 - 20 * Noise.Fractal(x / (210 * _unit), 3, 4, _seed + 50)) * _unit;
        _canvas.Fill(Skyline(Top, 270), (x, y) =>
        {
            float tone = Noise.Fractal(x / (16 * _unit), y / (9 * _unit), 4, _seed + 51);
            return Vector3.Lerp(new Vector3(86, 112, 92) + new Vector3(22 * tone), new(150, 178, 190), 0.3f);
        });
    }

    private void PaintForest()
    {
        var random = new Random(_seed + 60);
        for (int row = 0; row < 3; row++)
        {
            for (float x = -10; x < 660; x += 4.2f + 5 * random.NextSingle())
            {
                float foot = 243 + 7 * row + 5 * Noise.Fractal(x / 90, row, 3, _seed + 61), tall = (20 + 13 * random.NextSingle()) * (0.82f + 0.2f * row);
                Vector3 needles = new Vector3(34, 66, 44) * (0.7f + 0.2f * row + 0.24f * (random.NextSingle() - 0.5f));
                PaintSpruce(x, foot, tall, needles, random);
            }
        }
    }

    private void PaintSpruce(float x, float foot, float tall, Vector3 needles, Random random)
    {
        float half = tall * (0.19f + 0.05f * random.NextSingle());
        var outline = new List<Vector2>();
        const int Tiers = 6;
        for (int side = -1; side <= 1; side += 2)
        {
            for (int i = 0; i <= Tiers; i++)
            {
                int tier = side < 0 ? Tiers - i : i;
                float y = foot - tall * (1 - (float)tier / Tiers), reach = half * tier / Tiers * (0.8f + 0.4f * random.NextSingle());
                var tip = new Vector2(x + side * (reach + 0.5f), y) * _unit;
                var notch = new Vector2(x + side * reach * 0.55f, y - 0.03f * tall) * _unit;
                outline.AddRange(side < 0 ? [tip, notch] : [notch, tip]);
            }
        }
        _canvas.Fill([.. outline], new Gradient(needles * 1.45f + new Vector3(6, 8, 0), new Vector2(x - half, 0) * _unit, needles * 0.62f, new Vector2(x + half, 0) * _unit));
    }

    private void PaintLake() => _canvas.Fill(Shapes.Rectangle(0, 256 * _unit, _width, 330 * _unit), (x, y) =>
    {
        // The far shore upside down, torn by ripples that grow towards the viewer.
        float depth = (y / _unit - 256) / 74;
        float ripple = Noise.Fractal(x / (42 * _unit * (0.3f + depth)), y / (2.6f * _unit * (0.4f + depth)), 4, _seed + 70);
        float mirrorY = (256 - 150 * depth + (6 + 26 * depth) * ripple) * _unit, mirrorX = x + 14 * depth * ripple * _unit;
        Vector4 mirrored = _canvas.Sample(Math.Clamp(mirrorX, 1, _width - 2), Math.Clamp(mirrorY, 1, 255 * _unit));
        Vector3 deep = Vector3.Lerp(new(58, 112, 130), new(38, 92, 118), depth);
        Vector3 water = Vector3.Lerp(new Vector3(mirrored.X, mirrored.Y, mirrored.Z), deep, 0.58f + 0.2f * depth);
        return water + new Vector3(20 * ripple * (0.4f + depth)) + new Vector3(ripple > 0.42f ? 26 : 0);
    });

    private float FieldTop(float x) => (302 + 10 * MathF.Sin(x / (190 * _unit) + 0.8f) + 3 * Noise.Fractal(x / (40 * _unit), 1, 3, _seed + 80)) * _unit;

    private void PaintField()
    {
        // A strip of reeds and bushes along the water.
        var random = new Random(_seed + 81);
        for (int i = 0; i < 900; i++)
        {
            float x = _width * random.NextSingle(), y = FieldTop(x) - 5 * _unit * random.NextSingle() * (0.6f + Noise.Value(x / (60 * _unit), 2, _seed + 82) * 2.2f);
            _canvas.Fill(Shapes.Ellipse(new(x, y), 3.4f * _unit, 2.2f * _unit, 3 * random.NextSingle(), 8), new Vector3(72, 104, 50) * (0.66f + 0.5f * random.NextSingle()));
        }
        _canvas.Fill(Skyline(FieldTop, 420), (x, y) =>
        {
            float near = (y - FieldTop(x)) / (90 * _unit);
            float grain = Noise.Fractal(x / (3.2f * _unit), y / (2.2f * _unit), 3, _seed + 83), broad = Noise.Fractal(x / (120 * _unit), y / (22 * _unit), 4, _seed + 84);
            // Tram lines of the tractor run towards the vanishing point.
            float lane = (x / _unit - 420) / (y / _unit - 262) * 1.3f;
            float track = MathF.Abs(lane - MathF.Round(lane)) < 0.035f ? -34 : 0;
            return new Vector3(226, 196, 44) + new Vector3(18, 16, 8) * broad + new Vector3(26, 28, 20) * grain * (0.4f + near) + new Vector3(track, track * 0.7f, 0);
        });
    }

    private void PaintBarn()
    {
        const float Left = 452, Right = 566, Foot = 322, Eaves = 276, Ridge = 246;
        Vector2 P(float x, float y) => new Vector2(x, y) * _unit;
        Vector3 red = new(158, 44, 38), white = new(236, 232, 224);
        _canvas.Fill([P(Left - 4, Foot + 2), P(Right + 30, Foot + 2), P(Right + 38, Foot + 8), P(Left + 8, Foot + 8)], new Vector3(84, 74, 30), 0.55f);
        Vector3 Boards(float x, float y, float light)
        {
            float board = x / (3.6f * _unit);
            bool gap = board - MathF.Floor(board) < 0.16f;
            float tone = 18 * (Noise.Unit((int)MathF.Floor(board), 0, _seed + 90) - 0.5f) + 14 * Noise.Fractal(x / (9 * _unit), y / (30 * _unit), 3, _seed + 91);
            return red * light + new Vector3(gap ? -36 * light : tone, gap ? -12 : tone * 0.4f, gap ? -10 : tone * 0.4f);
        }
        // Gable to the left in the sun, long side in half shade.
        _canvas.Fill([P(Left, Foot), P(Left, Eaves), P(Left + 21, Ridge), P(Left + 42, Eaves), P(Left + 42, Foot)], (x, y) => Boards(x, y, 1.16f));
        _canvas.Fill([P(Left + 42, Foot), P(Left + 42, Eaves), P(Right, Eaves), P(Right, Foot)], (x, y) => Boards(x, y, 0.86f));
        _canvas.Fill([P(Left + 40, Eaves + 3), P(Left + 19, Ridge - 3), P(Right - 19, Ridge - 3), P(Right + 5, Eaves + 3)], (x, y) =>
        {
            float row = y / (4.2f * _unit);
            float tone = 16 * Noise.Fractal(x / (14 * _unit), y / (5 * _unit), 3, _seed + 92) - (row - MathF.Floor(row) < 0.25f ? 16 : 0);
            return new Vector3(102, 98, 102) + new Vector3(tone);
        });
        _canvas.Fill([P(Left - 4, Eaves + 4), P(Left + 20, Ridge - 4), P(Left + 23, Ridge - 2), P(Left - 1, Eaves + 6)], white);
        _canvas.Fill([P(Left + 46, Eaves + 4), P(Left + 21, Ridge - 4), P(Left + 18, Ridge - 2), P(Left + 42, Eaves + 5)], white);
        _canvas.Fill([P(Left + 11, Foot), P(Left + 11, Foot - 28), P(Left + 31, Foot - 28), P(Left + 31, Foot)], white);
        _canvas.Fill([P(Left + 13, Foot), P(Left + 13, Foot - 26), P(Left + 29, Foot - 26), P(Left + 29, Foot)], (x, y) => Boards(x, y, 0.98f));
        foreach (float x in (float[])[Left + 58, Left + 78, Left + 96])
        {
            _canvas.Fill([P(x - 1, Eaves + 13), P(x + 9, Eaves + 13), P(x + 9, Eaves + 26), P(x - 1, Eaves + 26)], white);
            _canvas.Fill([P(x + 0.5f, Eaves + 14.5f), P(x + 7.5f, Eaves + 14.5f), P(x + 7.5f, Eaves + 24.5f), P(x + 0.5f, Eaves + 24.5f)], new Vector3(52, 62, 74));
        }
        _canvas.Fill([P(Left + 18, Eaves - 12), P(Left + 24, Eaves - 12), P(Left + 24, Eaves - 3), P(Left + 18, Eaves - 3)], new Vector3(48, 44, 46));
    }

    private void PaintMeadow()
    {
        float Top(float x) => (384 + 12 * MathF.Sin(x / (240 * _unit) - 0.4f) + 3 * Noise.Fractal(x / (30 * _unit), 2, 3, _seed + 95)) * _unit;
        _canvas.Fill(Skyline(Top, 481), (x, y) =>
        {
            float broad = Noise.Fractal(x / (70 * _unit), y / (26 * _unit), 4, _seed + 96);
            return new Vector3(84, 128, 42) + new Vector3(26, 20, 10) * broad;
        });
        // Blades from far to near, flowers among them.
        var random = new Random(_seed + 97);
        const int Blades = 5200;
        for (int i = 0; i < Blades; i++)
        {
            float near = (float)i / Blades, x = _width * random.NextSingle();
            float y = float.Lerp(Top(x), _height + 10 * _unit, near), tall = (4 + 17 * near) * _unit * (0.6f + 0.7f * random.NextSingle());
            float lean = (random.NextSingle() - 0.42f) * 0.7f * tall;
            Vector3 green = Vector3.Lerp(new(70, 118, 36), new(138, 168, 62), random.NextSingle()) * (0.72f + 0.4f * random.NextSingle());
            float thick = (0.5f + 0.7f * near) * _unit;
            _canvas.Fill([new(x - thick, y), new(x + lean * 0.4f, y - tall * 0.6f), new(x + lean, y - tall), new(x + lean * 0.4f + thick, y - tall * 0.55f), new(x + thick, y)], green);
            if (random.NextSingle() < 0.085f && Noise.Value(x / (80 * _unit), y / (34 * _unit), _seed + 98) > 0.36f)
                PaintPoppy(new Vector2(x + lean, y - tall), (1.5f + 4.4f * near) * _unit, random);
        }
    }

    private void PaintPoppy(Vector2 at, float size, Random random)
    {
        Vector3 red = Vector3.Lerp(new(206, 34, 28), new(234, 66, 40), random.NextSingle());
        _canvas.Fill(Shapes.Ellipse(at - new Vector2(0.4f * size, 0), 0.8f * size, 0.62f * size, -0.3f, 12), red * 0.86f);
        _canvas.Fill(Shapes.Ellipse(at + new Vector2(0.4f * size, 0.06f * size), 0.76f * size, 0.6f * size, 0.3f, 12), red);
        _canvas.Fill(Shapes.Ellipse(at + new Vector2(0, 0.22f * size), 0.7f * size, 0.42f * size, 0, 12), Vector3.Min(red * 1.12f, new(250)));
        if (size > 3 * _unit)
            _canvas.Fill(Shapes.Ellipse(at + new Vector2(0, 0.02f * size), 0.2f * size, 0.16f * size, 0, 10), new Vector3(40, 26, 30));
    }

    /// <summary>What lies under a line across the picture, down to a row of 480.</summary>
    private Vector2[] Skyline(Func<float, float> top, float bottom)
    {
        var outline = new List<Vector2> { new(_width, bottom * _unit), new(0, bottom * _unit) };
        for (float x = 0; x <= _width; x += 1)
            outline.Add(new Vector2(x, top(x)));
        return [.. outline];
    }
}
