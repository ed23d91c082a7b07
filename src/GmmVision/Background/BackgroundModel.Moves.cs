using System.Numerics;
using System.Runtime.Intrinsics;
using GmmVision.Imaging;

namespace GmmVision.Background;

public sealed unsafe partial class BackgroundModel
{
    /// <summary>Moves all that was learnt by whole pixels, after a camera that was pushed and stays so. What comes into view is learnt from the frame.</summary>
    /// <param name="frame">A frame of <see cref="Format"/> as the camera sees it now.</param>
    /// <param name="shiftX">Pixels by which the picture has moved to the right; smaller than its width.</param>
    /// <param name="shiftY">Pixels by which the picture has moved down; smaller than its height.</param>
    /// <exception cref="ArgumentException">The frame is of another size or layout, or the shift as large as the picture.</exception>
    /// <exception cref="InvalidOperationException">Nothing has been learnt yet.</exception>
    public void Move(Frame frame, int shiftX, int shiftY)
    {
        RequireFormat(frame);
        if (Math.Abs(shiftX) >= Format.Width || Math.Abs(shiftY) >= Format.Height)
            throw new ArgumentException($"A picture of {Format.Width}x{Format.Height} cannot be moved by {shiftX},{shiftY} pixels.");
        if (IsEmpty)
            throw new InvalidOperationException("The model has learnt nothing yet; apply a frame first.");
        using Lifetime.Lease use = Use();
        // A row at a time, from the side that nothing is taken from any more.
        short[] row = new short[_state.TilesPerRow * RowNumbers];
        for (int i = 0; i < Format.Height; i++)
        {
            int y = shiftY > 0 ? Format.Height - 1 - i : i, from = y - shiftY;
            bool isThere = from >= 0 && from < Format.Height;
            if (isThere)
                CopyRow(from, row);
            for (int x = 0; x < _state.TilesPerRow * MixtureState.TilePixels; x++)
            {
                int at = Math.Min(x, Format.Width - 1) - shiftX;
                if (isThere && at >= 0 && at < Format.Width)
                    PutPixel(x, y, row, at);
                else
                    StartPixel(frame, x, y);
            }
        }
        // Of 4:2:0 a chroma sample belongs to two columns and two rows: by an odd number the camera joins others than before.
        if (Format.Layout == PixelLayout.Yuv420 && ((shiftX | shiftY) & 1) != 0)
            JoinChroma();
    }

    /// <summary>
    /// Means of chroma become those of the squares of four pixels that share a sample; where these differ, what a sample within an edge
    /// was made of is not known, and the deviation is that of a new component.
    /// </summary>
    private void JoinChroma()
    {
        const int same = 2 << KernelPass.MeanShift;
        Span<nint> square = stackalloc nint[4];
        for (int y = 0; y < Format.Height; y += 2)
            for (int x = 0; x < Format.Width; x += 2)
            {
                int count = 0;
                for (int v = y; v < Math.Min(y + 2, Format.Height); v++)
                    for (int u = x; u < Math.Min(x + 2, Format.Width); u++)
                        square[count++] = (nint)(v * _state.TilesPerRow + u / MixtureState.TilePixels) * _state.ComponentLength + u % MixtureState.TilePixels;
                for (int channel = 1; channel < 3; channel++)
                {
                    short* means = _state.Strongest + channel * 2 * MixtureState.TilePixels, roots = means + MixtureState.TilePixels;
                    int sum = 0, least = int.MaxValue, most = 0;
                    foreach (nint at in square[..count])
                        (sum, least, most) = (sum + means[at], Math.Min(least, means[at]), Math.Max(most, means[at]));
                    foreach (nint at in square[..count])
                    {
                        means[at] = (short)((sum + count / 2) / count);
                        if (most - least > same)
                            roots[at] = Math.Min(roots[at], _roots.Init);
                    }
                }
            }
    }

    /// <summary>
    /// Brings all that was learnt into another light, so that a change too large to be undone in 8 bits of every frame can be
    /// followed: a mean goes to gain · mean + offset. Deviations stay: the least one is most of them, and does not grow with the light.
    /// </summary>
    /// <remarks>What was too bright to be told is not known in any light: it is taken from the frame.</remarks>
    /// <param name="gainsOf">Writes the gains of a row, of luma (or of each channel of RGB) and of chroma, one for each half of a tile.</param>
    /// <param name="lights">Of each channel.</param>
    /// <param name="frame">A frame in that light.</param>
    /// <param name="held">Where something stands before the background.</param>
    internal void Relight(RowGains gainsOf, ChannelLight[] lights, Frame frame, Mask held) =>
        _team.Run(Bands.Count, band => RelightRows(gainsOf, lights, frame, held, Bands[band].First, Bands[band].End));

    /// <summary>Writes the gains of a row.</summary>
    internal delegate void RowGains(int y, Span<float> gains, Span<float> chromaGains);

    private void RelightRows(RowGains gainsOf, ChannelLight[] lights, Frame frame, Mask held, int first, int end)
    {
        const int half = MixtureState.TilePixels / 2;
        Span<float> gains = new float[2 * _state.TilesPerRow], chromaGains = new float[2 * _state.TilesPerRow];
        for (int y = first; y < end; y++)
        {
            gainsOf(y, gains, chromaGains);
            for (int tile = 0; tile < _state.TilesPerRow; tile++)
            {
                uint clipped = Clipped(_state.Component(y * _state.TilesPerRow + tile, 0));
                for (int component = 0; component < Options.Components; component++)
                {
                    short* luma = _state.Component(y * _state.TilesPerRow + tile, component);
                    // Luma first: chroma takes its part of what the light has made of it.
                    for (int channel = 0; channel < Format.PlaneCount; channel++)
                    {
                        bool chroma = channel > 0 && Format.Layout == PixelLayout.Yuv420;
                        short* means = luma + channel * 2 * MixtureState.TilePixels;
                        for (int part = 0; part < 2; part++)
                            Scale(means + part * half, luma + part * half, lights[channel] with { Gain = lights[channel].Gain * (chroma ? chromaGains : gains)[2 * tile + part] }, chroma ? 128 : 0);
                    }
                }
                clipped |= Clipped(_state.Component(y * _state.TilesPerRow + tile, 0));
                for (; clipped != 0; clipped &= clipped - 1)
                    if (tile * MixtureState.TilePixels + BitOperations.TrailingZeroCount(clipped) is int x && x < Format.Width && !held[x, y])
                        StartPixel(frame, x, y);
            }
        }
    }

    /// <summary>Which pixels of a tile are as bright as a camera can tell: a bit each.</summary>
    private uint Clipped(short* strongest)
    {
        var limit = Vector512.Create((short)(250 << KernelPass.MeanShift));
        ulong bits = Vector512.GreaterThan(Vector512.Load(strongest), limit).ExtractMostSignificantBits();
        if (Format.Layout == PixelLayout.Rgb)
            for (int channel = 1; channel < 3; channel++)
                bits |= Vector512.GreaterThan(Vector512.Load(strongest + channel * 2 * MixtureState.TilePixels), limit).ExtractMostSignificantBits();
        return (uint)bits;
    }

    /// <summary>16 means, in a light: their distance from the center times its gain, and what it adds; held to what a mean can be.</summary>
    private static void Scale(short* numbers, short* luma, ChannelLight light, float center)
    {
        const float level = 1 << KernelPass.MeanShift;
        float middle = center * level, offset = light.Offset * level + middle;
        (Vector256<int> low, Vector256<int> high) = Vector256.Widen(Vector256.Load(numbers));
        (Vector256<int> lowLuma, Vector256<int> highLuma) = Vector256.Widen(Vector256.Load(luma));
        Vector256.Narrow(Scaled(low, lowLuma), Scaled(high, highLuma)).Store(numbers);

        Vector256<int> Scaled(Vector256<int> values, Vector256<int> lumas)
        {
            Vector256<float> scaled = (Vector256.ConvertToSingle(values) - Vector256.Create(middle)) * light.Gain + Vector256.Create(offset + 0.5f);
            if (light.Slope != 0)
                scaled += (Vector256.ConvertToSingle(lumas) - Vector256.Create(128 * level)) * light.Slope;
            return Vector256.ConvertToInt32(Vector256.Floor(Vector256.Min(Vector256.Max(scaled, Vector256<float>.Zero), Vector256.Create((float)short.MaxValue))));
        }
    }

    /// <summary>Numbers of a tile: all components and weights.</summary>
    private int RowNumbers => _state.ComponentLength + _state.WeakLength;

    private void CopyRow(int y, short[] row)
    {
        for (int tile = 0; tile < _state.TilesPerRow; tile++)
        {
            int at = y * _state.TilesPerRow + tile;
            Span<short> to = row.AsSpan(tile * RowNumbers, RowNumbers);
            new ReadOnlySpan<short>(_state.Component(at, 0), _state.ComponentLength).CopyTo(to);
            new ReadOnlySpan<short>(_state.Weak + (nint)at * _state.WeakLength, _state.WeakLength).CopyTo(to[_state.ComponentLength..]);
            // Weights are as of the tile's stamp: brought up to date, they can lie beside those of another tile.
            (int halvings, short rate) = WeightClock.Decay(_clock.Reading - _state.Stamp(at));
            foreach (ref short weight in to[(RowNumbers - (_state.Components - 1) * MixtureState.TilePixels)..])
                weight = (short)((weight >> halvings) * (65536 - rate) >> 16);
        }
    }

    private void PutPixel(int x, int y, short[] row, int from)
    {
        int tile = y * _state.TilesPerRow + x / MixtureState.TilePixels, lane = x % MixtureState.TilePixels, fromLane = from % MixtureState.TilePixels;
        ReadOnlySpan<short> source = row.AsSpan(from / MixtureState.TilePixels * RowNumbers, RowNumbers);
        short* strongest = _state.Component(tile, 0), weak = _state.Weak + (nint)tile * _state.WeakLength;
        for (int i = 0; i < _state.ComponentLength; i += MixtureState.TilePixels)
            strongest[i + lane] = source[i + fromLane];
        for (int i = 0; i < _state.WeakLength; i += MixtureState.TilePixels)
            weak[i + lane] = source[_state.ComponentLength + i + fromLane];
        _state.Stamp(tile) = _clock.Reading;
    }

    /// <summary>A pixel that is known from one frame only. Weights of nothing do not fade, so the tile's stamp, which is its neighbours' too, stays.</summary>
    private void StartPixel(Frame frame, int x, int y)
    {
        int tile = y * _state.TilesPerRow + x / MixtureState.TilePixels, lane = x % MixtureState.TilePixels, at = Math.Min(x, Format.Width - 1);
        short* strongest = _state.Component(tile, 0) + lane, weights = _state.Weights(tile) + lane;
        for (int channel = 0; channel < Format.PlaneCount; channel++, strongest += 2 * MixtureState.TilePixels)
        {
            int scale = channel > 0 && Format.Layout == PixelLayout.Yuv420 ? 2 : 1;
            strongest[0] = (short)(frame.Pointer(channel)[(nint)(y / scale) * frame.Stride(channel) + at / scale] << KernelPass.MeanShift);
            strongest[MixtureState.TilePixels] = _roots.Init;
        }
        for (int component = 1; component < Options.Components; component++)
            weights[(component - 1) * MixtureState.TilePixels] = 0;
    }
}
