namespace GmmVision.Evaluation;

/// <summary>The seven measures of changedetection.net.</summary>
/// <param name="Recall">Share of the foreground that was found, 0 to 1.</param>
/// <param name="Specificity">Share of the background that was left alone, 0 to 1.</param>
/// <param name="FalsePositiveRate">Share of the background that was taken for foreground, 0 to 1.</param>
/// <param name="FalseNegativeRate">Share of the foreground that was missed, 0 to 1.</param>
/// <param name="WrongPercentage">PWC: percentage of all pixels that are wrong, 0 to 100.</param>
/// <param name="Precision">Share of what was found that is foreground, 0 to 1.</param>
/// <param name="FMeasure">Harmonic mean of precision and recall, 0 to 1.</param>
public readonly record struct ChangeDetectionScore(
    double Recall, double Specificity, double FalsePositiveRate, double FalseNegativeRate, double WrongPercentage, double Precision, double FMeasure)
{
    /// <summary>The mean of each measure: over the videos of a category, or over categories.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static ChangeDetectionScore Mean(IReadOnlyCollection<ChangeDetectionScore> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (scores.Count == 0)
            throw new ArgumentException("The mean of no scores is not defined: give at least one.", nameof(scores));
        return new ChangeDetectionScore(
            scores.Average(score => score.Recall), scores.Average(score => score.Specificity),
            scores.Average(score => score.FalsePositiveRate), scores.Average(score => score.FalseNegativeRate),
            scores.Average(score => score.WrongPercentage), scores.Average(score => score.Precision), scores.Average(score => score.FMeasure));
    }
}
