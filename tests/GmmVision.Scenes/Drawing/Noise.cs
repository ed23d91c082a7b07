using System.Numerics;

namespace GmmVision.Scenes.Drawing;

/// <summary>Repeatable randomness: hashes of coordinates, and smooth value noise made of them.</summary>
internal static class Noise
{
    /// <summary>Mixes three integers into 32 evenly spread bits.</summary>
    public static uint Hash(int x, int y, int seed)
    {
        uint h = (uint)x * 0x9E3779B1u ^ (uint)y * 0x85EBCA77u ^ (uint)seed * 0xC2B2AE3Du;
        h ^= h >> 15;
        h *= 0x2C1B3C6Du;
        h ^= h >> 12;
        h *= 0x297A2D39u;
        return h ^ h >> 15;
    }

    /// <summary>A number in [0, 1) for a point of the lattice.</summary>
    public static float Unit(int x, int y, int seed) => (Hash(x, y, seed) >> 8) * (1f / (1 << 24));

    /// <summary>Smooth noise in [0, 1) with features about one unit wide.</summary>
    public static float Value(float x, float y, int seed)
    {
        float floorX = MathF.Floor(x), floorY = MathF.Floor(y);
        int ix = (int)floorX, iy = (int)floorY;
        float u = Fade(x - floorX), v = Fade(y - floorY);
        float top = float.Lerp(Unit(ix, iy, seed), Unit(ix + 1, iy, seed), u);
        float bottom = float.Lerp(Unit(ix, iy + 1, seed), Unit(ix + 1, iy + 1, seed), u);
        return float.Lerp(top, bottom, v);
    }

    /// <summary>Octaves of <see cref="Value"/>, each twice as fine and half as strong; in [-1, 1), mean 0.</summary>
    public static float Fractal(float x, float y, int octaves, int seed)
    {
        float sum = 0, amplitude = 1, total = 0;
        for (int i = 0; i < octaves; i++)
        {
            sum += amplitude * (2 * Value(x, y, seed + i) - 1);
            total += amplitude;
            amplitude *= 0.5f;
            // Turned a little from octave to octave, so that the lattices do not line up into visible squares.
            (x, y) = (1.6f * x - 1.2f * y + 17.3f, 1.2f * x + 1.6f * y - 9.1f);
        }
        return sum / total;
    }

    /// <summary>A table of standard normal numbers, four at a time, for sensor noise.</summary>
    public static Vector4[] NormalTable(int length, int seed)
    {
        var random = new Random(seed);
        var table = new Vector4[length];
        for (int i = 0; i < length; i++)
            table[i] = new Vector4(Normal(random), Normal(random), Normal(random), Normal(random));
        return table;
    }

    /// <summary>One standard normal number (Box and Muller).</summary>
    public static float Normal(Random random)
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
        return (float)(radius * Math.Cos(2 * Math.PI * random.NextDouble()));
    }

    private static float Fade(float t) => t * t * (3 - 2 * t);
}
