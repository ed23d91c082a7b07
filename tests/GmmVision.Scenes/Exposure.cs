using System.Numerics;
using GmmVision.Imaging;
using GmmVision.Scenes.Drawing;

namespace GmmVision.Scenes;

/// <summary>From a picture to the samples of a frame: how much light there is, the noise of the sensor, the planes of the format.</summary>
internal sealed class Exposure
{
    private const int TableBits = 15;

    private readonly SceneOptions _options;
    private readonly Vector4[] _normals;
    private readonly Vector4[] _rows;

    public Exposure(SceneOptions options)
    {
        _options = options;
        _normals = options.Noise > 0 ? Noise.NormalTable(1 << TableBits, options.Seed + 5) : [];
        _rows = new Vector4[2 * options.Width];
    }

    /// <summary>Writes a picture into a frame.</summary>
    public void Expose(Picture picture, int number, Frame frame)
    {
        Vector4 light = Light(number / _options.FrameRate);
        var random = new Xorshift(Noise.Hash(number, 9, _options.Seed));
        int width = picture.Width;
        for (int y = 0; y < picture.Height; y += 2)
        {
            int rows = Math.Min(2, picture.Height - y);
            for (int row = 0; row < rows; row++)
                ExposeRow(picture.Pixels.AsSpan((y + row) * width, width), _rows.AsSpan(row * width, width), light, ref random);
            if (rows == 1)
                _rows.AsSpan(0, width).CopyTo(_rows.AsSpan(width));
            for (int row = 0; row < rows; row++)
                WriteRow(_rows.AsSpan(row * width, width), y + row, frame);
            if (frame.Format.Layout == PixelLayout.Yuv420)
                WriteChroma(y / 2, frame);
        }
    }

    /// <summary>How bright red, green and blue are at a time, 1 at first light.</summary>
    private Vector4 Light(double time)
    {
        double drift = _options.LightDrift * (0.72 * Math.Sin(2 * Math.PI * time / 41 + _options.Seed) + 0.28 * Math.Sin(2 * Math.PI * time / 17));
        // A cloud before the sun makes the light bluer as well as weaker.
        var light = new Vector4((float)(1 + 1.1 * drift), (float)(1 + drift), (float)(1 + 0.8 * drift), 1);
        if (time >= _options.LightSwitchAt)
            light *= (float)_options.LightSwitchGain;
        return light;
    }

    private void ExposeRow(ReadOnlySpan<Vector4> colors, Span<Vector4> exposed, Vector4 light, ref Xorshift random)
    {
        var white = new Vector4(255);
        if (_options.Noise == 0)
        {
            for (int x = 0; x < colors.Length; x++)
                exposed[x] = Vector4.Clamp(colors[x] * light, Vector4.Zero, white);
            return;
        }
        // Half of a mid-grey pixel's variance is there in the dark; the other half grows with the light.
        float read = (float)(_options.Noise * _options.Noise / 2), shot = read / 128;
        for (int x = 0; x < colors.Length; x++)
        {
            Vector4 color = Vector4.Clamp(colors[x] * light, Vector4.Zero, white);
            Vector4 deviation = Vector4.SquareRoot(new Vector4(read) + shot * color);
            exposed[x] = Vector4.Clamp(color + deviation * _normals[random.Next() >> (32 - TableBits)], Vector4.Zero, white);
        }
    }

    private void WriteRow(ReadOnlySpan<Vector4> colors, int y, Frame frame)
    {
        if (frame.Format.Layout == PixelLayout.Rgb)
        {
            Span<byte> red = frame.Row(0, y), green = frame.Row(1, y), blue = frame.Row(2, y);
            for (int x = 0; x < colors.Length; x++)
                (red[x], green[x], blue[x]) = (Round(colors[x].X), Round(colors[x].Y), Round(colors[x].Z));
            return;
        }
        // BT.601, as players assume for video of this size.
        (float scale, float black) = _options.Range == ColorRange.Full ? (1f, 0f) : (219f / 255, 16f);
        var weights = new Vector4(0.299f, 0.587f, 0.114f, 0) * scale;
        Span<byte> luma = frame.Row(0, y);
        for (int x = 0; x < colors.Length; x++)
            luma[x] = Round(black + Vector4.Dot(colors[x], weights));
    }

    private void WriteChroma(int y, Frame frame)
    {
        int width = frame.Width;
        float scale = (_options.Range == ColorRange.Full ? 1f : 224f / 255) / 4;
        var blueWeights = new Vector4(-0.168736f, -0.331264f, 0.5f, 0) * scale;
        var redWeights = new Vector4(0.5f, -0.418688f, -0.081312f, 0) * scale;
        Span<byte> u = frame.Row(1, y), v = frame.Row(2, y);
        for (int x = 0; x < u.Length; x++)
        {
            int left = 2 * x, right = Math.Min(2 * x + 1, width - 1);
            Vector4 sum = _rows[left] + _rows[right] + _rows[width + left] + _rows[width + right];
            u[x] = Round(128 + Vector4.Dot(sum, blueWeights));
            v[x] = Round(128 + Vector4.Dot(sum, redWeights));
        }
    }

    private static byte Round(float value) => (byte)Math.Clamp((int)(value + 0.5f), 0, 255);

    private struct Xorshift(uint seed)
    {
        private uint _state = seed | 1;

        public uint Next()
        {
            _state ^= _state << 13;
            _state ^= _state >> 17;
            _state ^= _state << 5;
            return _state;
        }
    }
}
