using System.Globalization;
using System.Text;
using GmmVision.Mixtures;

namespace GmmVision.Cli.Bench;

/// <summary>What <see cref="MixtureBench"/> measured.</summary>
/// <param name="Mixture">The fit.</param>
/// <param name="Samples">The pixels.</param>
/// <param name="FitSeconds">Laying out the pixels (merging included), the start and EM.</param>
/// <param name="ScoreSeconds">The density of every pixel.</param>
internal sealed record MixtureBenchResult(GaussianMixture Mixture, SampleSet Samples, double FitSeconds, double ScoreSeconds)
{
    public string ToJson() => JsonLine.Of(new MixtureBenchDocument
    {
        K = Mixture.Components,
        Covariance = Segment.SegmentSettings.Name(Mixture.Covariance),
        Pixels = Samples.Rows,
        Distinct = Samples.Count,
        Iterations = Mixture.Iterations,
        Converged = Mixture.Converged,
        FitSeconds = FitSeconds,
        ScoreSeconds = ScoreSeconds,
        LogLikelihoodPerPixel = Mixture.LogLikelihood,
        Bic = Mixture.Bic(Samples),
        Aic = Mixture.Aic(Samples),
        Weights = [.. Mixture.Weights],
        Means = [.. Enumerable.Range(0, Mixture.Components).Select(component => Mixture.Mean(component).ToArray())],
        Covariances = [.. Mixture.Covariances],
    }, CliJson.Default.MixtureBenchDocument);

    public override string ToString()
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Samples.Rows} pixels, {Samples.Count} fitted, {Mixture.Components} components ({Mixture.Covariance})");
        text.AppendLine(CultureInfo.InvariantCulture, $"{Mixture.Iterations} iterations in {FitSeconds:F4} s, scored in {ScoreSeconds:F4} s");
        text.AppendLine(CultureInfo.InvariantCulture, $"log-likelihood per pixel {Mixture.LogLikelihood:F9}");
        for (int c = 0; c < Mixture.Components; c++)
            text.AppendLine(CultureInfo.InvariantCulture, $"weight {Mixture.Weights[c]:F6}  mean {string.Join(' ', Mixture.Mean(c).ToArray().Select(m => m.ToString("F6", CultureInfo.InvariantCulture)))}");
        return text.ToString().TrimEnd();
    }
}

/// <summary>The line of --json.</summary>
internal sealed record MixtureBenchDocument
{
    public required int K { get; init; }

    public required string Covariance { get; init; }

    public required long Pixels { get; init; }

    public required int Distinct { get; init; }

    public required int Iterations { get; init; }

    public required bool Converged { get; init; }

    public required double FitSeconds { get; init; }

    public required double ScoreSeconds { get; init; }

    public required double LogLikelihoodPerPixel { get; init; }

    public required double Bic { get; init; }

    public required double Aic { get; init; }

    public required double[] Weights { get; init; }

    public required double[][] Means { get; init; }

    public required double[] Covariances { get; init; }
}
