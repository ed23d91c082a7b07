using System.Text.Json;
using GmmVision.Mixtures;

namespace GmmVision.Lab;

/// <summary>A mixture together with the columns it was fitted to and what was done to them: judges the rows of any table that has these columns.</summary>
/// <remarks>Immutable; may be used from any number of threads.</remarks>
public sealed class TableModel
{
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
        ArgumentNullException.ThrowIfNull(stream);
        JsonSerializer.Serialize(stream, new TableModelDocument
        {
            Format = TableModelDocument.FormatName,
            Version = TableModelDocument.FormatVersion,
            Columns = [.. Preparation.Columns],
            Offsets = [.. Preparation.Offsets],
            Factors = [.. Preparation.Factors],
            Directions = Preparation.Directions?.ToArray(),
            AnomalyThreshold = AnomalyThreshold,
            Mixture = Mixture,
        }, TableModelContext.Default.TableModelDocument);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="stream">Where from; left open.</param>
    /// <exception cref="InvalidDataException">It is no such model, or is damaged.</exception>
    public static TableModel Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            return Of(JsonSerializer.Deserialize(stream, TableModelContext.Default.TableModelDocument) ?? throw new JsonException("It is null."));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidDataException($"It is not a table's model that can be read: {e.Message}", e);
        }
    }

    private static TableModel Of(TableModelDocument document)
    {
        document.CheckFormat();
        string[] columns = document.Columns ?? [];
        GaussianMixture mixture = document.Mixture ?? throw new InvalidDataException("The table's model holds no mixture.");
        double[] offsets = Checked(document.Offsets, "offsets", columns.Length), factors = Checked(document.Factors, "factors", columns.Length);
        double[]? directions = document.Directions is null ? null : Checked(document.Directions, "directions", (long)columns.Length * mixture.Features);
        if (columns.Length == 0 || columns.Contains(null) || columns.Distinct().Count() < columns.Length || factors.Contains(0) || (directions is null && mixture.Features != columns.Length))
            throw new InvalidDataException("The table's model holds columns and a mixture that do not fit.");
        return new TableModel(new Preparation(columns, offsets, factors, directions), mixture, document.AnomalyThreshold ?? throw new InvalidDataException("The table's model holds no anomaly_threshold."));

        static double[] Checked(double[]? values, string name, long count) => values?.Length == count && values.All(double.IsFinite)
            ? values
            : throw new InvalidDataException($"The table's model holds {values?.Length ?? 0} {name}; {count} finite ones are needed.");
    }
}
