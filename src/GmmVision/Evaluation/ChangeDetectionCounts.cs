namespace GmmVision.Evaluation;

/// <summary>How many pixels a detector got right and wrong, and the measures that changedetection.net takes from it.</summary>
/// <remarks>
/// A measure whose denominator is 0 is 0. Source: Goyette, Jodoin, Porikli, Konrad, Ishwar, "changedetection.net: a
/// new change detection benchmark dataset", CVPR workshops 2012, section 4.
/// </remarks>
/// <param name="TruePositives">Foreground found.</param>
/// <param name="FalsePositives">Background taken for foreground.</param>
/// <param name="FalseNegatives">Foreground missed.</param>
/// <param name="TrueNegatives">Background left alone.</param>
public readonly record struct ChangeDetectionCounts(long TruePositives, long FalsePositives, long FalseNegatives, long TrueNegatives)
{
    /// <summary>All pixels that were scored.</summary>
    public long Total => TruePositives + FalsePositives + FalseNegatives + TrueNegatives;

    /// <summary>The measures.</summary>
    public ChangeDetectionScore Score
    {
        get
        {
            double recall = Ratio(TruePositives, TruePositives + FalseNegatives);
            double precision = Ratio(TruePositives, TruePositives + FalsePositives);
            return new ChangeDetectionScore(
                recall,
                Ratio(TrueNegatives, TrueNegatives + FalsePositives),
                Ratio(FalsePositives, FalsePositives + TrueNegatives),
                Ratio(FalseNegatives, TruePositives + FalseNegatives),
                100 * Ratio(FalseNegatives + FalsePositives, Total),
                precision,
                recall + precision == 0 ? 0 : 2 * recall * precision / (recall + precision));
        }
    }

    private static double Ratio(long part, long whole) => whole == 0 ? 0 : (double)part / whole;

    /// <summary>Counts of both together.</summary>
    public static ChangeDetectionCounts operator +(ChangeDetectionCounts left, ChangeDetectionCounts right) => new(
        left.TruePositives + right.TruePositives, left.FalsePositives + right.FalsePositives,
        left.FalseNegatives + right.FalseNegatives, left.TrueNegatives + right.TrueNegatives);

    /// <summary>Counts of both together.</summary>
    public static ChangeDetectionCounts Add(ChangeDetectionCounts left, ChangeDetectionCounts right) => left + right;
}
