using System.Globalization;
using CsvHelper;

namespace GmmVision.Lab;

/// <summary>What a <see cref="TableModel"/> says of a table's rows.</summary>
/// <param name="Model">The model.</param>
/// <param name="TableRows">Rows of the table.</param>
/// <param name="RowNumbers">Rows that were judged, from 0: those in which no number is missing.</param>
/// <param name="Prepared">Those rows as the mixture sees them, n x features.</param>
/// <param name="Labels">The most probable component of each.</param>
/// <param name="Probabilities">n x k, the probability of each component.</param>
/// <param name="LogDensities">log p(x) of each, in nats.</param>
public sealed record TableResult(TableModel Model, int TableRows, int[] RowNumbers, double[] Prepared, int[] Labels, double[] Probabilities, double[] LogDensities)
{
    /// <summary>Rows that a number is missing in; they are not judged.</summary>
    public int Incomplete => TableRows - RowNumbers.Length;

    /// <summary>Whether a judged row is an anomaly: its density lies below the model's threshold.</summary>
    /// <param name="row">Which of the judged rows.</param>
    public bool IsAnomaly(int row) => LogDensities[row] < Model.AnomalyThreshold;

    /// <summary>Rows that are anomalies.</summary>
    public int Anomalies => Enumerable.Range(0, RowNumbers.Length).Count(IsAnomaly);

    /// <summary>Judged rows of each component.</summary>
    public int[] Counts()
    {
        int[] counts = new int[Model.Mixture.Components];
        foreach (int label in Labels)
            counts[label]++;
        return counts;
    }

    /// <summary>Writes a line for each row of the table: its number from 1, label, a probability for each component, anomaly score -log p(x) and whether it is an anomaly; empty cells where it was not judged.</summary>
    public void WriteCsv(TextWriter writer)
    {
        using CsvWriter csv = new(writer, new CsvHelper.Configuration.CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" }, leaveOpen: true);
        int k = Model.Mixture.Components;
        string[] header = ["row", "label", .. Enumerable.Range(0, k).Select(c => $"p{c}"), "anomaly_score", "anomaly"];
        foreach (string word in header)
            csv.WriteField(word);
        csv.NextRecord();
        for (int row = 0, at = 0; row < TableRows; row++)
        {
            csv.WriteField(row + 1);
            bool judged = at < RowNumbers.Length && RowNumbers[at] == row;
            csv.WriteField(judged ? Labels[at].ToString(CultureInfo.InvariantCulture) : "");
            for (int c = 0; c < k; c++)
                csv.WriteField(judged ? Probabilities[(long)at * k + c].ToString("G6", CultureInfo.InvariantCulture) : "");
            csv.WriteField(judged ? (-LogDensities[at]).ToString("G9", CultureInfo.InvariantCulture) : "");
            csv.WriteField(judged ? IsAnomaly(at) ? "1" : "0" : "");
            csv.NextRecord();
            if (judged)
                at++;
        }
    }
}
