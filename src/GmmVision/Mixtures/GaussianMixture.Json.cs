using System.Text.Json;
using System.Text.Json.Serialization;

namespace GmmVision.Mixtures;

[JsonConverter(typeof(GaussianMixtureConverter))]
public sealed partial class GaussianMixture
{
    /// <summary>Writes the mixture as JSON: <c>format</c>, <c>version</c>, <c>covariance</c>, <c>features</c>, <c>weights</c>, <c>means</c>, <c>covariances</c> (shaped as in scikit-learn) and how the fit went.</summary>
    /// <param name="stream">Where to; left open.</param>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        JsonSerializer.Serialize(stream, MixtureDocument.Of(this), MixtureDocumentContext.Default.MixtureDocument);
    }

    /// <summary>Reads what <see cref="Save"/> wrote, or another program in its form; how the fit went may be left out.</summary>
    /// <param name="stream">Where from; left open.</param>
    /// <exception cref="InvalidDataException">It is no mixture, is damaged, or is of a newer version.</exception>
    public static GaussianMixture Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            return (JsonSerializer.Deserialize(stream, MixtureDocumentContext.Default.MixtureDocument) ?? throw new JsonException("It is null.")).ToMixture();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            string place = e is JsonException { Path: string path } && !e.Message.Contains(path, StringComparison.Ordinal) ? $" ({path})" : "";
            throw new InvalidDataException($"This is no mixture that can be read: {e.Message}{place}", e);
        }
    }

    internal static GaussianMixture FromFit(CovarianceType covariance, int features, ReadOnlySpan<double> weights, ReadOnlySpan<double> means, ReadOnlySpan<double> covariances, FitRecord fit) =>
        new(MakeState(covariance, features, weights, means, covariances), fit);
}

/// <summary>Lets System.Text.Json write and read a <see cref="GaussianMixture"/> wherever one stands in a type of one's own, in the form of <see cref="GaussianMixture.Save"/>.</summary>
public sealed class GaussianMixtureConverter : JsonConverter<GaussianMixture>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">It is no mixture, is damaged, or is of a newer version.</exception>
    public override GaussianMixture Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return JsonSerializer.Deserialize(ref reader, MixtureDocumentContext.Default.MixtureDocument)!.ToMixture();
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException)
        {
            throw new JsonException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, GaussianMixture value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(value);
        JsonSerializer.Serialize(writer, MixtureDocument.Of(value), MixtureDocumentContext.Default.MixtureDocument);
    }
}
