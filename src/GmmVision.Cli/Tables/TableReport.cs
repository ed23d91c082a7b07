using System.Globalization;
using System.Net;
using System.Text;
using GmmVision.Cli.Segment;
using GmmVision.Lab;
using GmmVision.Mixtures;
using GmmVision.Segmentation;

namespace GmmVision.Cli.Tables;

/// <summary>report.html of a table: one page that needs no other file.</summary>
internal static class TableReport
{
    private const int Dots = 2000, Strangest = 12;

    public static string Html(string name, TableResult result, TableFit? fit, TableOptions options)
    {
        TableModel model = result.Model;
        GaussianMixture mixture = model.Mixture;
        StringBuilder html = new();
        html.Append(ReportPage.Head($"Mixture of {name}")).Append(CultureInfo.InvariantCulture, $"\n<h1>{Encode(name)}</h1>\n");
        bool scaled = model.Preparation.Factors.Any(factor => factor != 1);
        string prepared = (scaled ? "standardised, " : "") + (model.Preparation.Directions is null ? $"{model.Preparation.Columns.Count} columns" : $"{model.Preparation.Columns.Count} columns by {mixture.Features} principal components");
        html.Append(CultureInfo.InvariantCulture, $"<p class=\"facts\">{result.RowNumbers.Length:N0} of {result.TableRows:N0} rows · {Encode(prepared)} · {mixture.Components} {(mixture.Components == 1 ? "component" : "components")} of {SegmentSettings.Name(mixture.Covariance)} covariance · {result.Anomalies:N0} {(result.Anomalies == 1 ? "anomaly" : "anomalies")}</p>\n");
        foreach (string warning in fit?.Warnings ?? [])
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"warning\">{Encode(warning)}</p>\n");
        html.Append("<section>\n<div class=\"plots\">\n");
        if (fit?.Selection is { } selection)
            html.Append(Curve(selection, mixture.Components)).Append('\n');
        if (!mixture.LogLikelihoods.IsEmpty)
        {
            (double X, double Y)[] points = [.. mixture.LogLikelihoods.Select((value, i) => (i + 1.0, value))];
            var plot = new SvgPlot("Log-likelihood per row", mixture.Converged ? "iteration (converged)" : "iteration (not converged)", "nats", points.Select(p => p.X), mixture.LogLikelihoods);
            plot.Line(points, "#1f5fa8");
            html.Append(plot).Append('\n');
        }
        for (int pair = 0; pair < Math.Min(3, mixture.Features * (mixture.Features - 1) / 2); pair++)
            html.Append(Scatter(result, pair == 2 ? 1 : 0, pair == 0 ? 1 : 2)).Append('\n');
        html.Append("</div>\n");
        Components(html, result);
        Anomalies(html, result);
        if (fit is not null)
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"facts\">An anomaly has a density below that of {100 * options.AnomalyQuantile:0.##} % of the rows: log p(x) below {model.AnomalyThreshold:0.###}. Probabilities and scores of every row are in labels.csv.</p>\n");
        return html.Append("</section>\n</main></body></html>\n").ToString();
    }

    private static string Curve(ModelSelection selection, int chosen)
    {
        IEnumerable<double> Of(Func<ModelCandidate, double> value) => selection.Candidates.Select(value);
        bool crossValidated = double.IsFinite(selection.Candidates[0].HeldOutLogLikelihood);
        SvgPlot plot = crossValidated
            ? new("Log-likelihood of rows left out", "components k", "nats", Of(c => c.Components), Of(c => c.HeldOutLogLikelihood))
            : new("BIC, ICL and AIC", "components k", "lower is better", Of(c => c.Components), Of(c => c.Bic).Concat(Of(c => c.Aic)).Concat(Of(c => c.Icl)));
        if (crossValidated)
        {
            plot.Line(selection.Candidates.Select(c => ((double)c.Components, c.HeldOutLogLikelihood)), "#1f5fa8", markers: true);
        }
        else
        {
            plot.Line(selection.Candidates.Select(c => ((double)c.Components, c.Aic)), "#c4cfdc", "AIC", width: 4);
            plot.Line(selection.Candidates.Select(c => ((double)c.Components, c.Icl)), "#2f8f5b", "ICL");
            plot.Line(selection.Candidates.Select(c => ((double)c.Components, c.Bic)), "#1f5fa8", "BIC", markers: true);
        }
        plot.Mark(chosen, $"k = {chosen}");
        return plot.ToString();
    }

    private static string Scatter(TableResult result, int x, int y)
    {
        GaussianMixture mixture = result.Model.Mixture;
        IReadOnlyList<string> names = result.Model.Preparation.Features;
        int d = mixture.Features, count = result.RowNumbers.Length, step = Math.Max(1, count / Dots);
        int[] colors = LabelColors.Distinct(Math.Min(mixture.Components, LabelMap.MaxLabels));
        double Value(int row, int feature) => result.Prepared[(long)row * d + feature];
        int[] shown = [.. Enumerable.Range(0, count).Where(row => row % step == 0)];
        var plot = new SvgPlot($"{names[x]} and {names[y]}", names[x], names[y], shown.Select(row => Value(row, x)), shown.Select(row => Value(row, y)));
        foreach (int row in shown)
            plot.Dot(Value(row, x), Value(row, y), ResultDocument.Hex(colors[result.Labels[row] % colors.Length]));
        for (int c = 0; c < mixture.Components; c++)
        {
            double[] covariance = mixture.CovarianceMatrix(c);
            plot.Ellipse(mixture.Mean(c)[x], mixture.Mean(c)[y], covariance[x * d + x], covariance[x * d + y], covariance[y * d + y], ResultDocument.Hex(colors[c % colors.Length]), c.ToString(CultureInfo.InvariantCulture));
        }
        return plot.ToString();
    }

    private static void Components(StringBuilder html, TableResult result)
    {
        const int MostColumns = 12;
        IReadOnlyList<string> columns = result.Model.Preparation.Columns;
        html.Append("<table><tr><th>component</th><th>weight</th><th>rows</th>");
        foreach (string column in columns.Take(MostColumns))
            html.Append(CultureInfo.InvariantCulture, $"<th>{Encode(column)}</th>");
        html.Append(columns.Count > MostColumns ? "<th>…</th></tr>\n" : "</tr>\n");
        int[] counts = result.Counts(), colors = LabelColors.Distinct(Math.Min(counts.Length, LabelMap.MaxLabels));
        for (int c = 0; c < counts.Length; c++)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td><i style=\"background:{ResultDocument.Hex(colors[c % colors.Length])}\"></i>{c}</td><td>{result.Model.Mixture.Weights[c]:0.000}</td><td>{counts[c]:N0}</td>");
            foreach (double mean in result.Model.Mean(c).Take(MostColumns))
                html.Append(CultureInfo.InvariantCulture, $"<td>{mean:G4}</td>");
            html.Append("</tr>\n");
        }
        html.Append("</table>\n");
    }

    private static void Anomalies(StringBuilder html, TableResult result)
    {
        int[] strangest = [.. Enumerable.Range(0, result.RowNumbers.Length).Where(result.IsAnomaly).OrderBy(row => result.LogDensities[row]).Take(Strangest)];
        if (strangest.Length == 0)
            return;
        html.Append("<table><tr><th>least probable rows</th><th>−log p(x)</th><th>component</th></tr>\n");
        foreach (int row in strangest)
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>row {result.RowNumbers[row] + 1}</td><td>{-result.LogDensities[row]:0.00}</td><td>{result.Labels[row]}</td></tr>\n");
        html.Append("</table>\n");
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
