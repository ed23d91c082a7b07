using GmmVision.Background;
using GmmVision.Foreground;
using MathNet.Numerics.Distributions;

namespace GmmVision.OpenCv;

public sealed partial class MixtureBackgroundSubtractor
{
    private const double LeastDistance = 2.5, LargestDistance = 50;

    private double? _varThreshold, _varThresholdGen;
    private double _frameRate = 25;
    private byte _shadowValue = 127;

    /// <summary>All settings, with what the properties below have changed.</summary>
    public ForegroundOptions Options => _options;

    /// <summary>Pictures that the background remembers, 2 to 1,000,000; 500 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is out of range; as with every property here, the old value stays then.</exception>
    public int History
    {
        get => _options.Background.History;
        set => Change(_options.Background with { History = value });
    }

    /// <summary>Components a pixel, 1 to 8; 3 by default (MOG2: 5). A change keeps the background's picture and learns the rest anew.</summary>
    public int NMixtures
    {
        get => _options.Background.Components;
        set => Change(_options.Background with { Components = value });
    }

    /// <summary>Components whose weights together reach this are background, 0.1 to 1; 0.7 by default (MOG2: 0.9).</summary>
    public double BackgroundRatio
    {
        get => _options.Background.BackgroundRatio;
        set => Change(_options.Background with { BackgroundRatio = value });
    }

    /// <summary>Squared Mahalanobis distance from all background components from which a pixel is foreground, 2.5 to 50; by default what a component of three channels exceeds once in 100,000 pictures, 25.9 (MOG2: 16).</summary>
    public double VarThreshold
    {
        get => _varThreshold ?? ChiSquared.InvCDF(3, 1 - _options.Background.ForegroundThreshold);
        set => (_varThreshold, _isStale) = (RequireDistance(value, nameof(VarThreshold)), true);
    }

    /// <summary>Squared Mahalanobis distance up to which a pixel's colour is learnt by a component, 2.5 to 50; by default 16.3 (MOG2: 9). Never farther than <see cref="VarThreshold"/>.</summary>
    public double VarThresholdGen
    {
        get => _varThresholdGen ?? ChiSquared.InvCDF(3, 1 - _options.Background.MatchThreshold);
        set => (_varThresholdGen, _isStale) = (RequireDistance(value, nameof(VarThresholdGen)), true);
    }

    /// <summary>Variance of a new component, from <see cref="VarMin"/> to <see cref="VarMax"/>; 25 by default, as <see cref="VarMin"/> less in the dark (MOG2: 15).</summary>
    public double VarInit
    {
        get => Square(_options.Background.InitialDeviation);
        set => Change(_options.Background with { InitialDeviation = Math.Sqrt(value) });
    }

    /// <summary>Least variance of a component, from 0.25; 9 by default, 6.25 in chroma, down to a ninth of that in the dark (MOG2: 4). Setting it sets all.</summary>
    public double VarMin
    {
        get => Square(_options.Background.MinimumDeviation);
        set => Change(_options.Background with { MinimumDeviation = Math.Sqrt(value), MinimumChromaDeviation = null, DarkDeviationFactor = 1 });
    }

    /// <summary>Largest variance of a component, to 4096; 256 by default (MOG2: 75).</summary>
    public double VarMax
    {
        get => Square(_options.Background.MaximumDeviation);
        set => Change(_options.Background with { MaximumDeviation = Math.Sqrt(value) });
    }

    /// <summary>Whether shadows are found and marked with <see cref="ShadowValue"/>; without, they are foreground.</summary>
    public bool DetectShadows
    {
        get => _options.ShadowTest;
        set => (_options, _isStale) = (_options with { ShadowTest = value }, true);
    }

    /// <summary>How shadows are marked in masks, 0 to 255; 127 by default, 0 to have them as background.</summary>
    public int ShadowValue
    {
        get => _shadowValue;
        set => _shadowValue = value is >= 0 and <= 255 ? (byte)value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A shadow's value must be 0 to 255.");
    }

    /// <summary>Pictures a second, for the stages that reckon in seconds, 0.00001 to 100,000; 25 by default. Pictures are taken as coming at this rate.</summary>
    public double FrameRate
    {
        get => _frameRate;
        set => (_frameRate, _isStale) = (value is >= 1e-5 and <= 100_000 ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The frame rate must be 0.00001 to 100,000 pictures a second."), true);
    }

    /// <summary>Threads that share the work, 1 to 256, or 0 (the default) for one a core.</summary>
    public int Threads
    {
        get => _options.Background.Threads;
        set => Change(_options.Background with { Threads = value });
    }

    /// <summary>Sample values of 16-bit pictures that become 0 and 255; null (the default) chooses them by the first picture.</summary>
    public (int Low, int High)? Levels
    {
        get => _converter.Levels;
        set => _converter.Levels = value;
    }

    private void Change(BackgroundOptions background) => (_options, _isStale) = (_options with { Background = background.Validate() }, true);

    private static double RequireDistance(double value, string name) => value is >= LeastDistance and <= LargestDistance ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be a squared Mahalanobis distance from {LeastDistance} to {LargestDistance}.");

    private static double Square(double deviation) => deviation * deviation;
}
