using System.Globalization;
using GmmVision.Background;

namespace GmmVision.Foreground;

/// <summary>Everything that can be set of a <see cref="ForegroundDetector"/>. Immutable. Start from <see cref="For"/>.</summary>
public sealed record ForegroundOptions
{
    /// <summary>The mixture's settings.</summary>
    public BackgroundOptions Background { get; init; } = new();

    /// <summary>
    /// Side of the median's window in pixels of a picture 240 pixels high, 0 to 15; it grows with the picture and is rounded
    /// to an odd number. 0 or 1 leaves the median out.
    /// </summary>
    public double MedianSize { get; init; } = 5;

    /// <summary>The settings of a preset.</summary>
    public static ForegroundOptions For(Preset preset) => preset switch
    {
        Preset.Fast => new(),
        Preset.Balanced => new(),
        Preset.Accurate => new(),
        _ => throw new ArgumentOutOfRangeException(nameof(preset), preset, "A preset is Fast, Balanced or Accurate."),
    };

    /// <summary>Returns the options if every one is in its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is not; the message names it, its value and the range.</exception>
    public ForegroundOptions Validate()
    {
        _ = Background.Validate();
        Require(nameof(MedianSize), MedianSize, 0, 15);
        return this;
    }

    private static void Require(string name, double value, double least, double most)
    {
        if (!(value >= least && value <= most))
            throw new ArgumentOutOfRangeException(name, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be {least} to {most}."));
    }
}
