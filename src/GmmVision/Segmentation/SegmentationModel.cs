using System.Text.Json;
using System.Text.Json.Serialization;
using GmmVision.Mixtures;

namespace GmmVision.Segmentation;

/// <summary>
/// A mixture together with the features it was fitted to: gives the pixels of any picture their labels.
/// </summary>
/// <remarks>Immutable; may be used from any number of threads.</remarks>
[JsonConverter(typeof(SegmentationModelConverter))]
public sealed class SegmentationModel
{
    // Pixels that are described and judged at once: enough to keep lanes busy, few enough to stay in cache.
    private const int ChunkPixels = 16384;

    private readonly Standardization _standardization;

    internal SegmentationModel(FeatureOptions features, Standardization standardization, GaussianMixture mixture) =>
        (Features, _standardization, Mixture) = (features, standardization, mixture);

    /// <summary>By which numbers a pixel is described.</summary>
    public FeatureOptions Features { get; }

    /// <summary>The mixture, in standardised features.</summary>
    public GaussianMixture Mixture { get; }

    /// <summary>How many labels there are.</summary>
    public int Labels => Mixture.Components;

    /// <summary>The mean of a label in the features' own units, as <see cref="FeatureExtractor"/> gives them.</summary>
    public double[] Mean(int label)
    {
        double[] mean = Mixture.Mean(label).ToArray();
        for (int i = 0; i < mean.Length; i++)
            mean[i] = mean[i] / _standardization.Factors[i] + _standardization.Offsets[i];
        return mean;
    }

    /// <summary>The covariance matrix of a label in the features' own units, d × d, row by row.</summary>
    public double[] Covariance(int label)
    {
        double[] matrix = Mixture.CovarianceMatrix(label);
        int d = Mixture.Features;
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
                matrix[i * d + j] /= _standardization.Factors[i] * _standardization.Factors[j];
        }
        return matrix;
    }

    /// <summary>How probable each label is for pixels, each judged by itself.</summary>
    /// <param name="features">n x <see cref="FeatureOptions.Dimensions"/> numbers, as <see cref="FeatureExtractor"/> gives them.</param>
    /// <param name="probabilities">Receives n x labels probabilities, pixel by pixel.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Responsibilities(ReadOnlySpan<double> features, Span<double> probabilities)
    {
        double[] described = new double[features.Length];
        _standardization.Apply(features, described);
        new MixturePredictor(Mixture, Math.Max(1, features.Length / Features.Dimensions)).PredictProbabilities(described, probabilities);
    }

    /// <summary>How probable each label is for the pixels of some rows, each pixel judged by itself.</summary>
    /// <param name="extractor">The picture's features; they must be this model's.</param>
    /// <param name="width">Pixels in a row of the picture.</param>
    /// <param name="firstRow">The first row.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="planes">Receives a plane of rows × width probabilities for each label; they sum to 1 over the labels.</param>
    /// <param name="threads">Threads to judge them with.</param>
    internal void Probabilities(FeatureExtractor extractor, int width, int firstRow, int rows, Span<float> planes, int threads)
    {
        int d = Features.Dimensions, k = Labels, pixels = rows * width, chunkRows = Math.Max(1, ChunkPixels / width);
        double[] features = new double[Math.Min(rows, chunkRows) * width * d], probabilities = new double[Math.Min(rows, chunkRows) * width * k];
        var predictor = new MixturePredictor(Mixture, Math.Min(rows, chunkRows) * width, threads);
        for (int row = 0; row < rows; row += chunkRows)
        {
            int chunk = Math.Min(chunkRows, rows - row) * width;
            Span<double> described = features.AsSpan(0, chunk * d), judged = probabilities.AsSpan(0, chunk * k);
            extractor.Extract(firstRow + row, chunk / width, described);
            _standardization.Apply(described, described);
            predictor.PredictProbabilities(described, judged);
            for (int label = 0; label < k; label++)
            {
                Span<float> plane = planes.Slice(label * pixels + row * width, chunk);
                for (int i = 0; i < plane.Length; i++)
                    plane[i] = (float)judged[i * k + label];
            }
        }
    }

    /// <summary>Writes the model as JSON.</summary>
    /// <param name="stream">Where to; left open.</param>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        JsonSerializer.Serialize(stream, ToDocument(), SegmentationDocumentContext.Default.SegmentationDocument);
    }

    /// <summary>Reads what <see cref="Save"/> wrote, or a document that holds it under <c>model</c>.</summary>
    /// <param name="stream">Where from; left open.</param>
    /// <exception cref="InvalidDataException">It is no such model, or is damaged.</exception>
    public static SegmentationModel Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            return FromDocument(JsonSerializer.Deserialize(stream, SegmentationDocumentContext.Default.SegmentationDocument) ?? throw new JsonException("It is null."));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidDataException($"It is not a segmentation model that can be read: {e.Message}", e);
        }
    }

    internal SegmentationDocument ToDocument() => new()
    {
        Format = SegmentationDocument.FormatName,
        Version = SegmentationDocument.FormatVersion,
        Features = FeatureDocument.Of(Features),
        Offsets = _standardization.Offsets.ToArray(),
        Factors = _standardization.Factors.ToArray(),
        Mixture = Mixture,
    };

    internal static SegmentationModel FromDocument(SegmentationDocument document)
    {
        document = document.Model ?? document;
        document.CheckFormat();
        FeatureOptions features = document.Features!.ToOptions();
        double[] offsets = Checked(document.Offsets, "offsets"), factors = Checked(document.Factors, "factors");
        GaussianMixture mixture = document.Mixture ?? throw new InvalidDataException("The segmentation model holds no mixture.");
        if (mixture.Features != features.Dimensions)
            throw new InvalidDataException($"The model's mixture has {mixture.Features} features, its description {features.Dimensions}.");
        if (factors.Any(factor => factor == 0) || mixture.Components > LabelMap.MaxLabels)
            throw new InvalidDataException("The segmentation model holds values that are not possible.");
        return new SegmentationModel(features, new Standardization(offsets, factors), mixture);

        double[] Checked(double[]? values, string name) => values?.Length == features.Dimensions && values.All(double.IsFinite)
            ? values
            : throw new InvalidDataException($"The segmentation model holds {values?.Length ?? 0} {name}; {features.Dimensions} finite ones are needed.");
    }
}

/// <summary>Lets System.Text.Json write and read a <see cref="SegmentationModel"/> wherever one stands in a type of one's own, in the form of <see cref="SegmentationModel.Save"/>.</summary>
public sealed class SegmentationModelConverter : JsonConverter<SegmentationModel>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">It is no such model, or is damaged.</exception>
    public override SegmentationModel Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return SegmentationModel.FromDocument(JsonSerializer.Deserialize(ref reader, SegmentationDocumentContext.Default.SegmentationDocument)!);
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException)
        {
            throw new JsonException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, SegmentationModel value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(value);
        JsonSerializer.Serialize(writer, value.ToDocument(), SegmentationDocumentContext.Default.SegmentationDocument);
    }
}
