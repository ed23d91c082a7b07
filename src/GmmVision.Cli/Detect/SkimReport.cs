using System.Globalization;

namespace GmmVision.Cli.Detect;

/// <summary>What a reader must know of a skimmed input: motion that falls between two key frames is missed.</summary>
/// <param name="KeyFrames">How many were looked at.</param>
/// <param name="LongestInterval">Between two of them, or from the last one to the end.</param>
internal sealed record SkimReport(int KeyFrames, TimeSpan LongestInterval)
{
    /// <summary>The same in a sentence.</summary>
    public string Note() => string.Create(CultureInfo.InvariantCulture,
        $"skimmed by {KeyFrames} key frames, up to {LongestInterval.TotalSeconds:0.#} s apart: motion that falls between two of them is missed.");
}
