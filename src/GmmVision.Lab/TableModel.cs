using System.Text;
using System.Text.Json;
using GmmVision.Mixtures;

namespace GmmVision.Lab;

/// <summary>A mixture together with the columns it was fitted to and what was done to them: judges the rows of any table that has these columns.</summary>
/// <remarks>Immutable; may be used from any number of threads.</remarks>
public sealed class TableModel
{
    private const string FormatName = "gmmvision-table-mixture";
    private const int FormatVersion = 1;

    internal TableModel(Preparation preparation, GaussianMixture mixture, double anomalyThreshold) => (Preparation, Mixture, AnomalyThreshold) = (preparation, mixture, anomalyThreshold);

    /// <summary>What is done to the columns.</summary>
    public Preparation Preparation { get; }

    /// <summary>The mixture, of prepared rows.</summary>
    public GaussianMixture Mixture { get; }

    /// <summary>log p(x) below which a row is an anomaly.</summary>
    public double AnomalyThreshold { get; }

    /// <summary>A component's mean in the columns' own units.</summary>
    public double[] Mean(int component)
    {
        int d = Preparation.Columns.Count;
        double[] mean = new double[d];
        ReadOnlySpan<double> inside = Mixture.Mean(component);
        for (int i = 0; i < d; i++)
        {
            double value = Preparation.Directions is null ? inside[i] : 0;
            for (int j = 0; Preparation.Directions is { } directions && j < inside.Length; j++)
                value += inside[j] * directions[j * d + i];
            mean[i] = value / Preparation.Factors[i] + Preparation.Offsets[i];
        }
        return mean;
    }

    /// <summary>Judges a table's rows.</summary>
    /// <exception cref="ArgumentException">A column is missing.</exception>
    public TableResult Judge(Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        (double[] values, int[] rowNumbers) = table.Select(Preparation.Columns);
        double[] rows = Preparation.Apply(values);
        int k = Mixture.Components;
        double[] probabilities = new double[(long)rowNumbers.Length * k], logDensities = new double[rowNumbers.Length];
        int[] labels = new int[rowNumbers.Length];
        if (rowNumbers.Length > 0)
        {
            SampleSet samples = SampleSet.Create(rows, Preparation.Features.Count);
            Mixture.Predict(samples, labels);
            Mixture.PredictProbabilities(samples, probabilities);
            Mixture.ScoreSamples(samples, logDensities);
        }
        return new TableResult(this, table.Rows, rowNumbers, rows, labels, probabilities, logDensities);
    }

    /// <summary>Writes the model as JSON; <c>mixture</c> in it is what <see cref="GaussianMixture.Save"/> writes.</summary>
    /// <param name="stream">Where to; left open.</param>
    public void Save(Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("format", FormatName);
        json.WriteNumber("version", FormatVersion);
        json.WriteStartArray("columns");
        foreach (string column in Preparation.Columns)
            json.WriteStringValue(column);
        json.WriteEndArray();
        Write("offsets", Preparation.Offsets);
        Write("factors", Preparation.Factors);
        if (Preparation.Directions is { } directions)
            Write("directions", directions);
        json.WriteNumber("anomaly_threshold", AnomalyThreshold);
        json.WritePropertyName("mixture");
        using var mixture = new MemoryStream();
        Mixture.Save(mixture);
        json.WriteRawValue(mixture.ToArray());
        json.WriteEndObject();

        void Write(string name, IReadOnlyList<double> values)
        {
            json.WriteStartArray(name);
            foreach (double value in values)
                json.WriteNumberValue(value);
            json.WriteEndArray();
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="stream">Where from; left open.</param>
    /// <exception cref="InvalidDataException">It is no such model, or is damaged.</exception>
    public static TableModel Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            using JsonDocument document = JsonDocument.Parse(stream);
            JsonElement root = document.RootElement;
            if (!root.TryGetProperty("format", out JsonElement format) || format.GetString() != FormatName)
                throw new InvalidDataException($"It is JSON, but not a table's model (\"format\" should be \"{FormatName}\").");
            if (root.GetProperty("version").GetInt32() is not FormatVersion and int version)
                throw new InvalidDataException($"The table's model is of version {version}; this program reads version {FormatVersion}.");
            string[] columns = [.. root.GetProperty("columns").EnumerateArray().Select(column => column.GetString()!)];
            double[] offsets = Numbers("offsets", columns.Length), factors = Numbers("factors", columns.Length);
            using var text = new MemoryStream(Encoding.UTF8.GetBytes(root.GetProperty("mixture").GetRawText()));
            GaussianMixture mixture = GaussianMixture.Load(text);
            double[]? directions = root.TryGetProperty("directions", out _) ? Numbers("directions", (long)columns.Length * mixture.Features) : null;
            if (columns.Length == 0 || columns.Distinct().Count() < columns.Length || factors.Contains(0) || (directions is null && mixture.Features != columns.Length))
                throw new InvalidDataException("The table's model holds columns and a mixture that do not fit.");
            return new TableModel(new Preparation(columns, offsets, factors, directions), mixture, root.GetProperty("anomaly_threshold").GetDouble());

            double[] Numbers(string name, long count)
            {
                double[] values = [.. root.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];
                return values.Length == count && values.All(double.IsFinite) ? values : throw new InvalidDataException($"The table's model holds {values.Length} {name}; {count} finite ones are needed.");
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"It is not a table's model that can be read: {e.Message}", e);
        }
    }
}
