using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GmmVision.Imaging;
using GmmVision.Simd;

namespace GmmVision.Background;

/// <summary>
/// What a model knows, for those who compare frames with it: means of the strongest components, and whether a component explains a colour.
/// The only reader of <see cref="MixtureState"/> outside of the model; how that lays out its numbers is known here alone.
/// </summary>
/// <remarks>Read only while the model does not learn. Any number of threads. Whoever reads holds a lease of the model.</remarks>
internal sealed unsafe class BackgroundView(MixtureState state, KernelConstants constants, MixtureKernel.ExplainsColor explains)
{
    /// <summary>1 grey level, where means are told in fractions of one.</summary>
    public const int Level = 1 << KernelPass.MeanShift;

    /// <summary>So many means lie beside one another, from each multiple of it on.</summary>
    public const int Group = MixtureState.TilePixels / 2;

    /// <summary>Means in a row that is copied: the width, rounded up.</summary>
    public int RowLength => state.TilesPerRow * MixtureState.TilePixels;

    /// <summary>The same, of rows of so many pixels.</summary>
    public static int RowLengthFor(int width) => MixtureState.TilesFor(width) * MixtureState.TilePixels;

    /// <summary>The mean of a pixel's strongest component, in 1/<see cref="Level"/> of a grey level.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Mean(int channel, int x, int y) => *At(channel, x, y);

    /// <summary><see cref="Group"/> neighbours' means, in 1/<see cref="Level"/> of a grey level; x is a multiple of that number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public short* Means(int channel, int x, int y) => At(channel, x, y);

    /// <summary>The same, rounded to whole grey levels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ushort> Rounded(short* means) => Vector256.Load((ushort*)means) + Vector256.Create((ushort)(Level / 2)) >> KernelPass.MeanShift;

    /// <summary>Asks for what lies a few groups farther on in the row, ahead of its use.</summary>
    /// <param name="means">Of channel 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchBehind(short* means)
    {
        for (int channel = 0; channel < state.Channels; channel++)
            CacheLine.Prefetch(means + 8 * state.ComponentLength + channel * ChannelLength);
    }

    /// <summary>Asks for the means of all channels a few rows farther down, ahead of their use: what has been learnt lies so far apart that each row waits for memory.</summary>
    /// <param name="x">A multiple of 32.</param>
    /// <param name="y">The row that is being read.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchBelow(int x, int y)
    {
        short* means = At(0, x, y) + 2 * (nint)state.TilesPerRow * state.ComponentLength;
        for (int channel = 0; channel < state.Channels; channel++)
            CacheLine.Prefetch(means + channel * ChannelLength);      // below the last row it does nothing
    }

    /// <summary>A channel's means, given those of channel 0 of the same pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static short* OfChannel(short* means, int channel) => means + channel * ChannelLength;

    /// <summary>Copies a row of means, in 1/<see cref="Level"/> of a grey level.</summary>
    /// <param name="channel">0 to channels - 1.</param>
    /// <param name="y">The row.</param>
    /// <param name="to">Room for <see cref="RowLength"/> numbers.</param>
    public void CopyRow(int channel, int y, short* to)
    {
        short* from = At(channel, 0, y);
        for (int tile = 0; tile < state.TilesPerRow; tile++, from += state.ComponentLength, to += MixtureState.TilePixels)
            new ReadOnlySpan<short>(from, MixtureState.TilePixels).CopyTo(new Span<short>(to, MixtureState.TilePixels));
    }

    /// <summary>Copies 32 means in whole grey levels, rounded down; x is a multiple of 32.</summary>
    public void CopyWhole(int channel, int x, int y, short* to)
    {
        short* from = At(channel, x, y);
        for (int lane = 0; lane < MixtureState.TilePixels; lane += Vector256<short>.Count)
            (Vector256.Load(from + lane) >> KernelPass.MeanShift).Store(to + lane);
    }

    /// <summary>Whether a background component of a pixel of a box (the strongest, or the second where it weighs enough) would produce the colour of a pixel of a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="x">Column of the pixel.</param>
    /// <param name="y">Row of the pixel.</param>
    /// <param name="where">Whose components are asked.</param>
    /// <param name="leastWeight">Of the second component, 0 to 1.</param>
    public bool Explains(Frame frame, int x, int y, Box where, double leastWeight)
    {
        bool gray = state.Channels == 1;
        var color = new ColorSample(Sample(0), gray ? (short)0 : Sample(1), gray ? (short)0 : Sample(2));
        return explains(state, where, color, constants.Near, (short)(leastWeight * KernelPass.FullWeight));

        short Sample(int channel)
        {
            int scale = channel > 0 && frame.Format.Layout == PixelLayout.Yuv420 ? 2 : 1;
            return (short)(frame.Pointer(channel)[(nint)(y / scale) * frame.Stride(channel) + x / scale] << KernelPass.MeanShift);
        }
    }

    private const int ChannelLength = 2 * MixtureState.TilePixels;      // means, then precision roots

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private short* At(int channel, int x, int y) =>
        state.Component(y * state.TilesPerRow + x / MixtureState.TilePixels, 0) + channel * ChannelLength + x % MixtureState.TilePixels;
}
