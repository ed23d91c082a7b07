using System.Diagnostics;
using System.Runtime.CompilerServices;
using GmmVision.Imaging;
using GmmVision.Simd;

namespace GmmVision.Background;

/// <summary>Where the samples of 32 pixels of a row lie.</summary>
internal interface ISampling
{
    /// <summary>1 or 3.</summary>
    static abstract int Channels { get; }

    /// <summary>Whether channels 1 and 2 have half the resolution.</summary>
    static abstract bool HalfChroma { get; }
}

internal readonly struct OneChannel : ISampling
{
    public static int Channels => 1;
    public static bool HalfChroma => false;
}

internal readonly struct ThreeChannels : ISampling
{
    public static int Channels => 3;
    public static bool HalfChroma => false;
}

internal readonly struct LumaAndHalfChroma : ISampling
{
    public static int Channels => 3;
    public static bool HalfChroma => true;
}

/// <summary>
/// The online mixture of Stauffer and Grimson (Adaptive background mixture models for real-time tracking, CVPR 1999), with
/// Zivkovic's learning rate of a matched component (ICPR 2004), on tiles of 32 pixels.
/// </summary>
/// <remarks>
/// One body for every lane width, layout and number of channels; integer arithmetic, so that every width gives the same
/// bits. Instead of the variance a component keeps the precision root s = 1/σ of each channel: the squared Mahalanobis distance
/// is then Σ ((x - µ) s)² without a division, and s ← s + s ρ/2 (1 - z²) is σ² ← σ² + ρ (d² - σ²) to first order in ρ.
/// </remarks>
internal static unsafe class MixtureKernel
{
    private const int TilePixels = MixtureState.TilePixels;

    // The processor looks ahead by itself, but stops at every page of memory, and a page is ten tiles: asked for by hand, eight
    // tiles (3 KB) ahead, the stream of strongest components never waits.
    private const int TilesAhead = 8;

    /// <summary>Learns a row of tiles and decides; a set bit of <paramref name="foreground"/> is a foreground pixel.</summary>
    /// <param name="state">The mixtures.</param>
    /// <param name="firstTile">The row's first tile.</param>
    /// <param name="tiles">Tiles to work on.</param>
    /// <param name="samples">The row's samples, whole tiles.</param>
    /// <param name="pass">Constants of this frame.</param>
    /// <param name="held">A word a tile: pixels that learn at the held rate; or null.</param>
    /// <param name="region">A word a tile: where 0 the tile is left alone; or null.</param>
    /// <param name="foreground">A word a tile.</param>
    /// <param name="evidence">32 bytes a tile: the squared distance from the nearest background component in 1/63 of the foreground threshold, at most 252; or null.</param>
    public delegate void LearnRow(MixtureState state, int firstTile, int tiles, SampleRow samples, in KernelPass pass, uint* held, uint* region, uint* foreground, byte* evidence);

    /// <summary>Whether a component of a pixel of the box, the strongest or the second where it weighs enough, would produce a colour.</summary>
    public delegate bool ExplainsColor(MixtureState state, Box where, ColorSample color, short near, short leastWeight);

    /// <summary>The body for a layout and a width; every width gives the same bits.</summary>
    /// <param name="layout">Of the frames.</param>
    /// <param name="laneBits">128, 256 or 512; 0 for the widest that the processor has.</param>
    public static LearnRow LearnRowOf(PixelLayout layout, int laneBits) => layout switch
    {
        PixelLayout.Gray8 => LearnRowOf<OneChannel>(laneBits),
        PixelLayout.Rgb => LearnRowOf<ThreeChannels>(laneBits),
        _ => LearnRowOf<LumaAndHalfChroma>(laneBits),
    };

    private static LearnRow LearnRowOf<TSampling>(int laneBits) where TSampling : struct, ISampling =>
        LaneWidth.Choose<LearnRow>(ApplyRow<Int16x32, TSampling>, ApplyRow<Int16x16, TSampling>, ApplyRow<Int16x8, TSampling>, laneBits);

    /// <inheritdoc cref="LearnRowOf(PixelLayout, int)"/>
    public static ExplainsColor ExplainsOf(int laneBits) => LaneWidth.Choose<ExplainsColor>(Explains<Int16x32>, Explains<Int16x16>, Explains<Int16x8>, laneBits);

    /// <remarks>Never inlined: inside a caller the JIT runs out of inlining budget and leaves lane operators as calls, ten times slower.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ApplyRow<T, TSampling>(MixtureState state, int firstTile, int tiles, SampleRow samples, in KernelPass pass, uint* held, uint* region, uint* foreground, byte* evidence)
        where T : struct, IInt16Lanes<T>
        where TSampling : struct, ISampling
    {
        Debug.Assert(TSampling.Channels == state.Channels && TilePixels % T.Count == 0);
        T match = T.All(pass.Match);
        var learning = new Learning<T>(pass);
        short* component = state.Component(firstTile, 0);
        ushort* unsettled = stackalloc ushort[tiles];
        int count = 0;
        for (int tile = 0; tile < tiles; tile++, component += state.ComponentLength)
        {
            if (region != null && region[tile] == 0)
            {
                foreground[tile] = 0;
                if (evidence != null)
                    new Span<byte>(evidence + tile * TilePixels, TilePixels).Clear();
                continue;
            }
            for (int plane = 0; plane < 2 * TSampling.Channels; plane++)
                CacheLine.Prefetch(component + TilesAhead * state.ComponentLength + plane * TilePixels);      // behind the last tile it does nothing
            uint heldHere = held == null ? 0 : held[tile], missed = 0;
            for (int lane = 0; lane < TilePixels; lane += T.Count)
            {
                short* here = component + lane;
                int pixel = tile * TilePixels + lane;
                var deviation0 = Deviation<T>.Of(Sample<T, TSampling>(samples, 0, pixel), here, 0);
                Deviation<T> deviation1 = default, deviation2 = default;
                T distance = deviation0.Square;
                if (TSampling.Channels == 3)
                {
                    deviation1 = Deviation<T>.Of(Sample<T, TSampling>(samples, 1, pixel), here, 1);
                    deviation2 = Deviation<T>.Of(Sample<T, TSampling>(samples, 2, pixel), here, 2);
                    distance = distance + deviation1.Square + deviation2.Square;    // D = Σ z²
                }
                T matched = T.LessThan(distance, match), learns = matched;
                if (evidence != null)
                    T.StoreBytes(T.Min(T.MultiplyHigh(distance, T.All(pass.EvidenceFactor)), T.All(KernelPass.EvidenceLimit)), evidence + pixel);
                if (!T.AllSet(matched))
                    missed |= T.ToBits(~matched) << lane;
                if (heldHere != 0)
                    learns &= ~T.FromBits(heldHere >> lane);
                learning.Learn(deviation0, here, 0, learns);
                if (TSampling.Channels == 3)
                {
                    learning.Learn(deviation1, here, 1, learns);
                    learning.Learn(deviation2, here, 2, learns);
                }
            }
            // The fast path ends here: every pixel is explained by its strongest component, the weights' fading can wait.
            foreground[tile] = missed;
            if ((missed | heldHere) != 0)
            {
                unsettled[count++] = (ushort)tile;
                state.PrefetchWeak(firstTile + tile, missed != 0);
            }
        }
        // The weaker components lie far apart, each a wait for memory: asked for above, they have come by now.
        for (int i = 0; i < count; i++)
        {
            int tile = unsettled[i];
            foreground[tile] = ExplainByWeakModes<T, TSampling>(state, firstTile + tile, tile, samples, pass, foreground[tile], held == null ? 0 : held[tile], evidence);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Sample<T, TSampling>(in SampleRow samples, int channel, int pixel)
        where T : struct, IInt16Lanes<T>
        where TSampling : struct, ISampling
    {
        byte* plane = channel == 0 ? samples.Plane0 : channel == 1 ? samples.Plane1 : samples.Plane2;
        T bytes = TSampling.HalfChroma && channel > 0 ? T.LoadBytesTwice(plane + pixel / 2) : T.LoadBytes(plane + pixel);
        return T.ShiftLeft(bytes, KernelPass.MeanShift);
    }

    /// <summary>How far samples are from a component in one channel.</summary>
    private readonly struct Deviation<T>
        where T : struct, IInt16Lanes<T>
    {
        public readonly T Difference, Root, Square;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Deviation(T difference, T root, T square)
        {
            Difference = difference;
            Root = root;
            Square = square;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Deviation<T> Of(T sample, short* component, int channel)
        {
            T difference = sample - T.Load(component + channel * 2 * TilePixels);                    // d = x - µ
            T root = T.Load(component + channel * 2 * TilePixels + TilePixels);
            T z = T.MultiplyRounded(difference, root);                                          // z = d s, in 1/64
            z = T.ShiftLeft(T.Max(T.Min(z, T.All(KernelPass.DeviationLimit)), T.All(-KernelPass.DeviationLimit)), 5);
            return new Deviation<T>(difference, root, T.MultiplyRounded(z, z));                 // z², in 1/128
        }
    }

    /// <summary>Pulls the strongest component towards samples, at the one rate of the frame.</summary>
    private readonly struct Learning<T>
        where T : struct, IInt16Lanes<T>
    {
        private readonly T _rate, _meanDither, _rootRate, _rootDither, _expected, _rootMin, _rootMax, _chromaRootMax;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Learning(in KernelPass pass)
        {
            _rate = T.All(pass.Rate);
            _meanDither = T.All(pass.MeanDither);
            _rootRate = T.All(pass.RootRate);
            _rootDither = T.All(pass.RootDither);
            _expected = T.All(pass.Expected);
            _rootMin = T.All(pass.RootMin);
            _rootMax = T.All(pass.RootMax);
            _chromaRootMax = T.All(pass.ChromaRootMax);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Learn(in Deviation<T> deviation, short* component, int channel, T where)
        {
            short* mean = component + channel * 2 * TilePixels, root = mean + TilePixels;
            T step = T.MultiplyHigh(T.AddSaturated(deviation.Difference, _meanDither), _rate);
            T.Store(T.Load(mean) + (step & where), mean);                                       // µ ← µ + α d
            T grow = T.MultiplyHigh(T.AddSaturated(Growth(deviation, _expected), _rootDither), _rootRate);
            T.Store(T.Max(T.Min(deviation.Root + (grow & where), channel == 0 ? _rootMax : _chromaRootMax), _rootMin), root);   // s ← s + s α/2 (1 - z²)
        }
    }

    /// <summary>s (1 - z²) / 16, where 1 stands for what z² is on average among the samples that match.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Growth<T>(in Deviation<T> deviation, T expected)
        where T : struct, IInt16Lanes<T>
    {
        T surprise = T.Max(expected - deviation.Square, T.All(KernelPass.SurpriseLimit));
        return T.MultiplyRounded(deviation.Root, T.ShiftLeft(surprise, 4));
    }

    /// <summary>
    /// The slow path of one tile: the missed pixels look among their weaker components, and start a new one where none explains
    /// them; weights are brought up to date, components put in order again.
    /// </summary>
    /// <returns>A bit a pixel: foreground.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static uint ExplainByWeakModes<T, TSampling>(MixtureState state, int tile, int column, SampleRow samples, in KernelPass pass, uint missed, uint held, byte* evidence)
        where T : struct, IInt16Lanes<T>
        where TSampling : struct, ISampling
    {
        (int elapsedHalvings, short elapsedRate) = WeightClock.Decay(pass.Clock - state.Stamp(tile));
        state.Stamp(tile) = pass.ClockAfter;
        short* strongest = state.Component(tile, 0), weak = state.Weak + (nint)tile * state.WeakLength, weights = state.Weights(tile);
        int components = state.Components, componentLength = state.ComponentLength;
        T zero = T.All(0), one = T.All(1);
        uint foreground = 0;
        for (int lane = 0; lane < TilePixels; lane += T.Count)
        {
            T unexplained = T.FromBits(missed >> lane), heldHere = T.FromBits(held >> lane);
            T rate = T.Select(heldHere, T.All(pass.HeldRate), T.All(pass.Rate));
            T gain = T.Select(heldHere, T.All(pass.HeldGain), T.All(pass.Gain));
            int pixel = column * TilePixels + lane;
            T x0 = Sample<T, TSampling>(samples, 0, pixel), x1 = zero, x2 = zero;
            if (TSampling.Channels == 3)
                (x1, x2) = (Sample<T, TSampling>(samples, 1, pixel), Sample<T, TSampling>(samples, 2, pixel));

            if (held != 0 && pass.HeldRate != 0)    // held pixels that match were left out of the fast path
                Pull<T, TSampling>(strongest + lane, x0, x1, x2, rate, pass, heldHere & ~unexplained);

            // The components in order of weight: the first that matches learns; the nearest of those that are background decides.
            T nearest = Distance<T, TSampling>(strongest + lane, x0, x1, x2);
            T before = T.All(KernelPass.FullWeight), total = zero;
            for (int k = 1; k < components; k++)
                before -= Faded(T.Load(weights + (k - 1) * TilePixels + lane), elapsedHalvings, elapsedRate, pass);
            for (int k = 1; k < components; k++)
            {
                short* weightAt = weights + (k - 1) * TilePixels + lane, componentAt = weak + (k - 1) * componentLength + lane;
                T weight = Faded(T.Load(weightAt), elapsedHalvings, elapsedRate, pass), here = zero;
                if (T.ToBits(unexplained) != 0)
                {
                    // Pixels that a stronger component explains keep its distance: what theirs is must not hang on who shares the lanes.
                    T distance = Distance<T, TSampling>(componentAt, x0, x1, x2), asks = T.LessThan(zero, weight) & unexplained;
                    here = T.LessThan(distance, T.All(pass.Match)) & asks;
                    unexplained &= ~here;
                    nearest = T.Select(T.LessThan(before, T.All(pass.Ratio)) & asks, T.Min(nearest, distance), nearest);
                }
                before += weight;
                weight -= Scaled(weight, rate, pass);                       // ω ← (1 - α) ω
                weight += gain & here;                                      //   + α where matched
                if (T.ToBits(here) != 0)
                    Pull<T, TSampling>(componentAt, x0, x1, x2, T.Ratio(rate, T.Max(weight, one)), pass, here);    // ρ = α / ω
                T.Store(weight, weightAt);
                total += weight;
            }
            foreground |= T.ToBits(~T.LessThan(nearest, T.All(pass.Near))) << lane;
            if (evidence != null)
                T.StoreBytes(T.Min(T.MultiplyHigh(nearest, T.All(pass.EvidenceFactor)), T.All(KernelPass.EvidenceLimit)), evidence + pixel);

            // Pixels that nothing explains: the weakest component starts again from them. Where the rate is 0 nothing is learnt.
            T adopts = unexplained & T.LessThan(zero, rate);
            if (T.ToBits(adopts) != 0)
            {
                if (components == 1)
                {
                    Pull<T, TSampling>(strongest + lane, x0, x1, x2, rate, pass, adopts);      // one Gaussian learns from everything (Wren 1997)
                }
                else
                {
                    short* weightAt = weights + (components - 2) * TilePixels + lane;
                    T weight = T.Load(weightAt);
                    total += (gain - weight) & adopts;
                    T.Store(T.Select(adopts, gain, weight), weightAt);
                    Adopt<T, TSampling>(weak + (components - 2) * componentLength + lane, x0, x1, x2, pass, adopts);
                }
            }

            T strongestWeight = T.Max(T.All(KernelPass.FullWeight) - total, zero);
            // Only one component of a pixel gained, so one pass from the weakest upwards puts all in order.
            for (int k = components - 1; k >= 1; k--)
            {
                short* weightAt = weights + (k - 1) * TilePixels + lane;
                T weight = T.Load(weightAt), stronger = k == 1 ? strongestWeight : T.Load(weightAt - TilePixels);
                T swap = T.LessThan(stronger, weight);
                if (T.ToBits(swap) == 0)
                    continue;
                T.Store(T.Select(swap, stronger, weight), weightAt);
                if (k > 1)
                    T.Store(T.Select(swap, weight, stronger), weightAt - TilePixels);
                short* componentAt = weak + (k - 1) * componentLength + lane;
                Swap<T>(componentAt, k == 1 ? strongest + lane : componentAt - componentLength, 2 * TSampling.Channels, swap);
            }
        }
        return foreground;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool Explains<T>(MixtureState state, Box where, ColorSample color, short near, short leastWeight)
        where T : struct, IInt16Lanes<T>
    {
        T x0 = T.All(color.C0), x1 = T.All(color.C1), x2 = T.All(color.C2);
        for (int y = where.Y; y < where.Bottom; y++)
            for (int x = where.X & -T.Count; x < where.Right; x += T.Count)
            {
                int tile = y * state.TilesPerRow + x / TilePixels, lane = x % TilePixels;
                T explained = T.LessThan(Distance(state.Component(tile, 0) + lane), T.All(near));
                if (state.Components > 1)
                    explained |= T.LessThan(Distance(state.Component(tile, 1) + lane), T.All(near)) & ~T.LessThan(T.Load(state.Weights(tile) + lane), T.All(leastWeight));
                uint bits = T.ToBits(explained);
                if (x < where.X)
                    bits &= uint.MaxValue << (where.X - x);
                if (x + T.Count > where.Right)
                    bits &= (1u << (where.Right - x)) - 1;
                if (bits != 0)
                    return true;
            }
        return false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        T Distance(short* component) => state.Channels == 3 ? MixtureKernel.Distance<T, ThreeChannels>(component, x0, x1, x2) : MixtureKernel.Distance<T, OneChannel>(component, x0, x1, x2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Distance<T, TSampling>(short* component, T x0, T x1, T x2)
        where T : struct, IInt16Lanes<T>
        where TSampling : struct, ISampling
    {
        T distance = Deviation<T>.Of(x0, component, 0).Square;
        if (TSampling.Channels == 3)
            distance = distance + Deviation<T>.Of(x1, component, 1).Square + Deviation<T>.Of(x2, component, 2).Square;
        return distance;
    }

    /// <summary>A weight after the frames in which nobody looked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Faded<T>(T weight, int halvings, short rate, in KernelPass pass)
        where T : struct, IInt16Lanes<T>
    {
        if (halvings == 0 && rate == 0)
            return weight;
        weight = T.ShiftRight(weight, halvings);
        return weight - Scaled(weight, T.All(rate), pass);
    }

    /// <summary>number * rate / 65536 with this frame's dither, rounded down.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Scaled<T>(T number, T rate, in KernelPass pass)
        where T : struct, IInt16Lanes<T>
        => T.MultiplyHigh(number, rate) - T.UnsignedAtLeast(T.MultiplyLow(number, rate), T.All(pass.Carry));   // a set lane is -1

    /// <summary>Pulls one component towards samples, each pixel at a rate of its own.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Pull<T, TSampling>(short* component, T x0, T x1, T x2, T rate, in KernelPass pass, T where)
        where T : struct, IInt16Lanes<T>
        where TSampling : struct, ISampling
    {
        T rootRate = T.ShiftLeft(T.Min(rate, T.All(4095)), 3);
        for (int channel = 0; channel < TSampling.Channels; channel++)
        {
            short* mean = component + channel * 2 * TilePixels, root = mean + TilePixels;
            var deviation = Deviation<T>.Of(channel == 0 ? x0 : channel == 1 ? x1 : x2, component, channel);
            T.Store(T.Load(mean) + (Scaled(deviation.Difference, rate, pass) & where), mean);                   // µ ← µ + ρ d
            T grown = deviation.Root + (Scaled(Growth(deviation, T.All(pass.Expected)), rootRate, pass) & where);
            T bounded = T.Max(T.Min(grown, T.All(channel == 0 ? pass.RootMax : pass.ChromaRootMax)), T.All(pass.RootMin));
            T.Store(T.Select(where, bounded, deviation.Root), root);                                            // s ← s + s ρ/2 (1 - z²)
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Adopt<T, TSampling>(short* component, T x0, T x1, T x2, in KernelPass pass, T where)
        where T : struct, IInt16Lanes<T>
        where TSampling : struct, ISampling
    {
        for (int channel = 0; channel < TSampling.Channels; channel++)
        {
            short* mean = component + channel * 2 * TilePixels, root = mean + TilePixels;
            T.Store(T.Select(where, channel == 0 ? x0 : channel == 1 ? x1 : x2, T.Load(mean)), mean);
            T.Store(T.Select(where, T.All(pass.RootInit), T.Load(root)), root);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Swap<T>(short* one, short* other, int planes, T where)
        where T : struct, IInt16Lanes<T>
    {
        for (int plane = 0; plane < planes; plane++, one += TilePixels, other += TilePixels)
        {
            T a = T.Load(one), b = T.Load(other);
            T.Store(T.Select(where, b, a), one);
            T.Store(T.Select(where, a, b), other);
        }
    }
}

/// <summary>First samples of a row in each plane.</summary>
internal readonly unsafe struct SampleRow(byte* plane0, byte* plane1, byte* plane2)
{
    public readonly byte* Plane0 = plane0, Plane1 = plane1, Plane2 = plane2;
}

/// <summary>A colour in the units of the components' means.</summary>
internal readonly record struct ColorSample(short C0, short C1, short C2);
