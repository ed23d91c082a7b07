using System.Text.Json.Serialization;
using MathNet.Numerics.Distributions;

namespace GmmVision.Background;

/// <summary>Everything that can be set of a <see cref="BackgroundModel"/>. Immutable.</summary>
public sealed record BackgroundOptions
{
    /// <summary>Gaussian components a pixel, 1 to 8. Default 3: enough for a background with two looks and something passing.</summary>
    [JsonPropertyName("Modes")]      // as it is called in model files
    public int Components { get; init; } = 3;

    /// <summary>
    /// Frames that the model looks back on, 2 to 1,000,000; the learning rate α is 1 / History. Default 500, as in OpenCV's MOG2.
    /// At the start α is 1/t in frame t, so that the first frames count alike.
    /// </summary>
    public int History { get; init; } = 500;

    /// <summary>
    /// Time constant of learning in seconds, 0.05 to 1,000,000; replaces <see cref="History"/> where given (default: not given).
    /// α follows from the frames' own times, so that a changing frame rate changes nothing: α = 1 - exp(-Δt / TimeConstant).
    /// </summary>
    public double? TimeConstant { get; init; }

    /// <summary>
    /// Share of the weight that counts as background, 0.1 to 1. Default 0.9: the strongest components that together hold it are
    /// background (T of Stauffer and Grimson).
    /// </summary>
    public double BackgroundRatio { get; init; } = 0.9;

    /// <summary>
    /// A pixel is foreground when a background pixel would look as unusual as this with less than this probability,
    /// 1e-12 to 0.5. Default 1e-4. The squared Mahalanobis distance is held against the chi-square quantile with as many
    /// degrees of freedom as there are channels.
    /// </summary>
    public double ForegroundThreshold { get; init; } = 1e-4;

    /// <summary>
    /// A component learns from a pixel that it would produce with at least this probability, 1e-12 to 0.5. Default 1e-4. Never
    /// farther away than <see cref="ForegroundThreshold"/> allows.
    /// </summary>
    public double MatchThreshold { get; init; } = 1e-4;

    /// <summary>Standard deviation of a new component in grey levels of 0 to 255, 0.5 to 64. Default 4.</summary>
    public double InitialDeviation { get; init; } = 4;

    /// <summary>Least standard deviation in grey levels, 0.5 to 64. Default 2: sensor noise and what compression leaves of it.</summary>
    public double MinimumDeviation { get; init; } = 2;

    /// <summary>
    /// Least standard deviation of the two chroma channels of YUV frames, 0.5 to 64; null (default) takes
    /// <see cref="MinimumDeviation"/>. Half-resolution chroma is averaged and varies less than luma.
    /// </summary>
    public double? MinimumChromaDeviation { get; init; }

    /// <summary>
    /// Part of <see cref="MinimumDeviation"/>, <see cref="MinimumChromaDeviation"/> and <see cref="InitialDeviation"/> that holds in
    /// a dark picture, 0.1 to 1: one whose mean luma is at most 20 above black, with a straight line up to 60, where they
    /// hold whole. Default 1: the same in any light. Light multiplies, so by night people differ from what is behind them by a few grey
    /// levels; and noise and what compression leaves of it are less than by day. No deviation becomes less than 0.5.
    /// </summary>
    public double DarkDeviationFactor { get; init; } = 1;

    /// <summary>Greatest standard deviation in grey levels, 0.5 to 64. Default 12.</summary>
    public double MaximumDeviation { get; init; } = 12;

    /// <summary>Frames at the start in which everything is called background, 0 to 1,000,000. Default 0: the first frame alone is absorbed.</summary>
    public int TrainingFrames { get; init; }

    /// <summary>
    /// How probable foreground is before the pixel is seen (πf), 1e-6 to 1 - 1e-6. Default 0.05. Used by
    /// <see cref="BackgroundModel.ComputeForegroundProbability(Imaging.Frame, Span{float})"/> only.
    /// </summary>
    public double ForegroundPrior { get; init; } = 0.05;

    /// <summary>
    /// Learning rate of pixels in the do-not-learn mask as a fraction of the others', 0 to 1. Default 0: not learnt at all.
    /// </summary>
    public double HeldRateFactor { get; init; }

    /// <summary>Threads to work with, 0 to 256; 0 (default) takes one a processor. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Returns the options if every one is in its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is not; the message names it, its value and the range.</exception>
    public BackgroundOptions Validate()
    {
        Range.Check(Components, 1, 8);
        Range.Check(History, 2, 1_000_000);
        if (TimeConstant is double seconds)
            Range.Check(seconds, 0.05, 1_000_000, name: nameof(TimeConstant));
        Range.Check(BackgroundRatio, 0.1, 1);
        Range.Check(ForegroundThreshold, 1e-12, 0.5);
        Range.Check(MatchThreshold, 1e-12, 0.5);
        Range.Check(MinimumDeviation, 0.5, 64);
        if (MinimumChromaDeviation is double chroma)
            Range.Check(chroma, 0.5, 64, name: nameof(MinimumChromaDeviation));
        Range.Check(DarkDeviationFactor, 0.1, 1);
        Range.Check(MaximumDeviation, MinimumDeviation, 64);
        Range.Check(InitialDeviation, MinimumDeviation, MaximumDeviation);
        Range.Check(TrainingFrames, 0, 1_000_000);
        Range.Check(ForegroundPrior, 1e-6, 1 - 1e-6);
        Range.Check(HeldRateFactor, 0, 1);
        Range.Check(Threads, 0, 256);
        return this;
    }

    internal double ForegroundDistance(int channels) => ChiSquared.InvCDF(channels, 1 - ForegroundThreshold);

    internal double MatchDistance(int channels) => ChiSquared.InvCDF(channels, 1 - Math.Max(MatchThreshold, ForegroundThreshold));

    /// <summary>
    /// The mean of z² in one channel among the samples that match. Less than 1, since the far ones do not match; a variance
    /// that did not take this into account would shrink. E[z² | D &lt; T] = F(T; n + 2) / F(T; n) for D chi-squared with n degrees.
    /// </summary>
    internal double ExpectedSquare(int channels)
    {
        double distance = MatchDistance(channels);
        return ChiSquared.CDF(channels + 2, distance) / ChiSquared.CDF(channels, distance);
    }
}
