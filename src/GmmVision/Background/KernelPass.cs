using GmmVision.Imaging;

namespace GmmVision.Background;

/// <summary>
/// What the kernel needs to know of one frame beside its pixels: the model's constants and this frame's rate, in the
/// kernel's fixed-point units.
/// </summary>
/// <remarks>
/// A slow rate times a small difference is far below the last bit of a 16-bit number. Before it is rounded down, a number
/// from an evenly spread sequence (multiples of the golden ratio, which fill an interval more evenly than random numbers)
/// is added, so that over the frames the rounding cancels: the update is unbiased however slow the rate. All pixels of a
/// frame share the number, which costs nothing and is the same for any order of work.
/// </remarks>
internal readonly struct KernelPass
{
    /// <summary>Means are stored in 1/128 of a grey level, so that the difference of any two fits 16 bits.</summary>
    public const int MeanShift = 7;

    /// <summary>Precision roots 1/σ are stored times 16384: σ may go down to 0.5 grey levels.</summary>
    public const float RootScale = 16384f;

    /// <summary>Deviations in σ are worked with in 1/64, up to this.</summary>
    public const short DeviationLimit = 511;

    /// <summary>Squared deviations in σ² are in 1/128.</summary>
    public const float SquareScale = 128f;

    /// <summary>1 as a weight.</summary>
    public const short FullWeight = 32767;

    /// <summary>How far a pixel is from the background, in this part of the foreground threshold, up to <see cref="EvidenceLimit"/>.</summary>
    public const int EvidenceScale = 63, EvidenceLimit = 252;

    /// <summary>How much a squared deviation may at most widen σ: 17 σ², so that a rare large one does not blow it up.</summary>
    public const short SurpriseLimit = -2047;

    public readonly short Match, Near, EvidenceFactor, Expected, RootMin, RootMax, ChromaRootMax, RootInit, Ratio;
    public readonly short Rate, MeanDither, RootRate, RootDither, Gain, Carry, HeldRate, HeldGain;
    /// <summary>The weights' clock before and after this frame.</summary>
    public readonly uint Clock, ClockAfter;

    public KernelPass(in KernelConstants constants, in KernelRoots roots, long frame, double rate, double heldRate, WeightClock clock)
    {
        (Match, Near, EvidenceFactor, Expected) = (constants.Match, constants.Near, constants.EvidenceFactor, constants.Expected);
        (RootMin, RootMax, ChromaRootMax, RootInit) = (roots.Min, roots.Max, roots.ChromaMax, roots.Init);
        Ratio = constants.Ratio;
        uint first = Spread(frame, 0x9E3779B9), second = Spread(frame, 0xB504F334), third = Spread(frame, 0xDB4F0B91);
        Rate = FixedRate(rate, third);
        Carry = (short)(ushort)(65536 - Math.Max(1, first));
        (MeanDither, RootRate, RootDither) = Dithers(Rate, first, second);
        Gain = Rate == 0 ? (short)0 : (short)Math.Max(1, Rate + (int)(third & 1) >> 1);
        HeldRate = FixedRate(heldRate, third);
        HeldGain = HeldRate == 0 ? (short)0 : (short)Math.Max(1, HeldRate + (int)(third & 1) >> 1);
        Clock = clock.Reading;
        ClockAfter = clock.After(EffectiveRate).Reading;
    }

    /// <summary>The rate that a frame really works with, after rounding: what the weights' clock must count.</summary>
    public double EffectiveRate => Rate / 65536.0;

    /// <summary>A fraction of 65536: the frame number times an irrational number, modulo 1 (Weyl's sequence).</summary>
    private static uint Spread(long frame, uint step) => (uint)((ulong)frame * step & 0xFFFFFFFF) >> 16;

    /// <summary>Rates below 1/16384 are whole multiples of it in some frames and nothing in others, so that dithers fit 16 bits.</summary>
    private static short FixedRate(double rate, uint spread)
    {
        if (rate >= 0.5)
            return short.MaxValue;
        double scaled = rate * 65536;
        return scaled >= 4 ? (short)(scaled + spread / 65536.0) : (short)(4 * (int)(scaled / 4 + spread / 65536.0));
    }

    private static (short Mean, short RootRate, short Root) Dithers(short rate, uint first, uint second)
    {
        if (rate == 0)
            return (0, 0, 0);
        int rootRate = Math.Min(8 * rate, (int)short.MaxValue);
        return ((short)(65536u / (uint)rate * first >> 16), (short)rootRate, (short)((65536u / (uint)rootRate + 1) * second >> 16));
    }
}

/// <summary>What of <see cref="KernelPass"/> stays the same from frame to frame.</summary>
internal readonly struct KernelConstants(BackgroundOptions options, FrameFormat format)
{
    public readonly short Match = Square(Math.Min(options.MatchDistance(format.PlaneCount), options.ForegroundDistance(format.PlaneCount)));
    public readonly short Near = Square(options.ForegroundDistance(format.PlaneCount));
    public readonly short EvidenceFactor = (short)Math.Min(short.MaxValue, Math.Round(65536 * KernelPass.EvidenceScale / (KernelPass.SquareScale * options.ForegroundDistance(format.PlaneCount))));
    public readonly short Expected = (short)Math.Round(KernelPass.SquareScale * options.ExpectedSquare(format.PlaneCount));
    public readonly short Ratio = (short)Math.Round(KernelPass.FullWeight * options.BackgroundRatio);

    private static short Square(double distance) => (short)Math.Min(short.MaxValue, Math.Round(KernelPass.SquareScale * distance));
}

/// <summary>The settings' deviations as the kernel takes them: 1 / σ, so the least deviation is the greatest number.</summary>
/// <param name="options">The settings.</param>
/// <param name="format">Of the frames.</param>
/// <param name="part">Of the least and the initial deviations that holds in this light, up to 1.</param>
internal readonly struct KernelRoots(BackgroundOptions options, FrameFormat format, double part)
{
    public readonly short Min = Of(options.MaximumDeviation);
    public readonly short Max = Of(Math.Max(0.5, part * options.MinimumDeviation));
    public readonly short ChromaMax = Of(Math.Max(0.5, part * (format.Layout == PixelLayout.Yuv420 ? options.MinimumChromaDeviation ?? options.MinimumDeviation : options.MinimumDeviation)));
    public readonly short Init = Of(Math.Max(0.5, part * options.InitialDeviation));

    private static short Of(double deviation) => (short)Math.Min(short.MaxValue, Math.Round(KernelPass.RootScale / deviation));
}
