using System.Globalization;
using System.Text;
using System.Text.Json;
using GmmVision.Mixtures;

namespace GmmVision.Cli.Bench;

/// <summary>What <see cref="MixtureBench"/> measured.</summary>
/// <param name="Mixture">The fit.</param>
/// <param name="Samples">The pixels.</param>
/// <param name="FitSeconds">Laying out the pixels (merging included), the start and EM.</param>
/// <param name="ScoreSeconds">The density of every pixel.</param>
internal sealed record MixtureBenchResult(GaussianMixture Mixture, SampleSet Samples, double FitSeconds, double ScoreSeconds)
{
    public string ToJson()
    {
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("k", Mixture.Components);
            json.WriteString("covariance", Mixture.Covariance == CovarianceType.Diagonal ? "diag" : Mixture.Covariance.ToString().ToLowerInvariant());
            json.WriteNumber("pixels", Samples.Rows);
            json.WriteNumber("distinct", Samples.Count);
            json.WriteNumber("iterations", Mixture.Iterations);
            json.WriteBoolean("converged", Mixture.Converged);
            json.WriteNumber("fit_seconds", FitSeconds);
            json.WriteNumber("score_seconds", ScoreSeconds);
            json.WriteNumber("log_likelihood_per_pixel", Mixture.LogLikelihood);
            json.WriteNumber("bic", Mixture.Bic(Samples));
            json.WriteNumber("aic", Mixture.Aic(Samples));
            Write(json, "weights", Mixture.Weights);
            json.WriteStartArray("means");
            for (int c = 0; c < Mixture.Components; c++) Write(json, null, Mixture.Mean(c).ToArray());
            json.WriteEndArray();
            Write(json, "covariances", Mixture.Covariances);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

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

    private static void Write(Utf8JsonWriter json, string? name, IEnumerable<double> values)
    {
        if (name is null) json.WriteStartArray();
        else json.WriteStartArray(name);
        foreach (double value in values) json.WriteNumberValue(value);
        json.WriteEndArray();
    }
}
