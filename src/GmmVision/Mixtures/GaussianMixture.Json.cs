using System.Text.Json;

namespace GmmVision.Mixtures;

public sealed partial class GaussianMixture
{
    private const string FormatName = "gmmvision-mixture";
    private const int FormatVersion = 1;

    /// <summary>Writes the mixture as JSON: <c>format</c>, <c>version</c>, <c>covariance</c>, <c>features</c>, <c>weights</c>, <c>means</c>, <c>covariances</c> (shaped as in scikit-learn) and how the fit went.</summary>
    /// <param name="stream">Where to; left open.</param>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("format", FormatName);
        json.WriteNumber("version", FormatVersion);
        json.WriteString("covariance", MixtureJson.Name(Covariance));
        json.WriteNumber("features", Features);
        MixtureJson.Write(json, "weights", Weights.AsSpan());
        MixtureJson.Write(json, "means", Means.AsSpan(), Features);
        if (Covariance == CovarianceType.Full) MixtureJson.Write(json, "covariances", Covariances.AsSpan(), Features, Features * Features);
        else MixtureJson.Write(json, "covariances", Covariances.AsSpan(), Covariance == CovarianceType.Spherical ? 0 : Features);
        json.WriteBoolean("converged", Converged);
        json.WriteNumber("iterations", Iterations);
        MixtureJson.Write(json, "log_likelihoods", LogLikelihoods.AsSpan());
        json.WriteEndObject();
    }

    /// <summary>Reads what <see cref="Save"/> wrote, or another program in its form; how the fit went may be left out.</summary>
    /// <param name="stream">Where from; left open.</param>
    /// <exception cref="InvalidDataException">It is no mixture, is damaged, or is of a newer version.</exception>
    public static GaussianMixture Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            using JsonDocument document = JsonDocument.Parse(stream);
            JsonElement root = document.RootElement;
            if (root.GetProperty("format").GetString() != FormatName) throw new InvalidDataException($"The format is \"{root.GetProperty("format").GetString()}\", not \"{FormatName}\".");
            int version = root.GetProperty("version").GetInt32();
            if (version != FormatVersion) throw new InvalidDataException($"The mixture is of version {version}; this program reads version {FormatVersion}.");
            FittedParameters state = MakeState(
                MixtureJson.Covariance(root.GetProperty("covariance").GetString()), root.GetProperty("features").GetInt32(),
                MixtureJson.Numbers(root.GetProperty("weights")), MixtureJson.Numbers(root.GetProperty("means")), MixtureJson.Numbers(root.GetProperty("covariances")));
            return new GaussianMixture(state, FitOfJson(root));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"This is no mixture that can be read: {e.Message}", e);
        }
    }

    private static FitRecord FitOfJson(JsonElement root) => new(
        root.TryGetProperty("converged", out JsonElement converged) && converged.GetBoolean(),
        root.TryGetProperty("iterations", out JsonElement iterations) ? iterations.GetInt32() : 0,
        root.TryGetProperty("log_likelihoods", out JsonElement likelihoods) ? [.. MixtureJson.Numbers(likelihoods)] : [],
        []);
}
