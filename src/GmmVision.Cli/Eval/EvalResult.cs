using GmmVision.Evaluation;

namespace GmmVision.Cli.Eval;

/// <summary>What came of a video.</summary>
/// <param name="Video">Which.</param>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Frames">How many went through the detector.</param>
/// <param name="ScoredFrames">How many were held against ground truth.</param>
/// <param name="Counts">Pixels right and wrong; null where there is no ground truth.</param>
/// <param name="DetectorTime">Time that one core spent in the detector.</param>
internal sealed record EvalResult(EvalVideo Video, int Width, int Height, long Frames, long ScoredFrames, ChangeDetectionCounts? Counts, TimeSpan DetectorTime)
{
    /// <summary>What makes the score mean something else than it seems to; null where nothing does.</summary>
    public string? Note { get; init; }

    public ChangeDetectionScore? Score => Counts?.Score;

    public double FramesPerSecond => Frames / Math.Max(DetectorTime.TotalSeconds, 1e-9);

    public double MegapixelsPerSecond => FramesPerSecond * Width * Height / 1e6;
}
