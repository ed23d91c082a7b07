using System.Globalization;
using System.Text;
using GmmVision.Ffmpeg;
using GmmVision.Lab;

namespace GmmVision.Cli.Tables;

/// <summary>A mixture of a table: read, fitted or judged by a saved model, written.</summary>
internal sealed class TableRun
{
    public required string Table { get; init; }

    public required string Output { get; init; }

    public required TableOptions Options { get; init; }

    /// <summary>A saved model that judges the table; null: one is fitted.</summary>
    public string? Model { get; init; }

    public bool AsJson { get; init; }

    /// <summary>Does it all; labels.csv comes last, so that where it is, everything is.</summary>
    public void Execute(TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        Folders.Require(Output, "--output");
        TableModel? saved = Model is null ? null : Load(Model);
        Table table = Lab.Table.Read(Table);
        cancellation.ThrowIfCancellationRequested();
        TableFit? fit = saved is null ? Fit(table, cancellation) : null;
        TableResult result = fit?.Result ?? saved!.Judge(table);
        Folders.Create(Output, "--output");
        string labels = Path.Combine(Output, "labels.csv");
        File.Delete(labels);
        if (fit is not null)
            OutputFile.Write(Path.Combine(Output, "model.json"), fit.Model.Save);
        OutputFile.Write(Path.Combine(Output, "report.html"), TableReport.Html(Path.GetFileName(Table), result, fit, Options));
        OutputFile.Write(labels, stream =>
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
            result.WriteCsv(writer);
        });
        foreach (string warning in fit?.Warnings ?? [])
            error.WriteLine($"gmmvision mixture: {warning}");
        Tell(output, table, result, fit);
    }

    private TableFit Fit(Table table, CancellationToken cancellation)
    {
        using Progress progress = new("mixture", 100, "per cent");
        return TableFit.Of(table, Options, new Reporter(progress), cancellation);
    }

    private static TableModel Load(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            return TableModel.Load(stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"cannot read the model '{path}': {(e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file." : e.Message)}", inner: e);
        }
        catch (InvalidDataException e)
        {
            throw new UserError($"cannot read the model '{path}': {e.Message} Give a model.json that gmmvision mixture wrote.", inner: e);
        }
    }

    private void Tell(TextWriter output, Table table, TableResult result, TableFit? fit)
    {
        int[] counts = result.Counts();
        if (AsJson)
        {
            output.WriteLine(JsonLine.Of(new TableLine
            {
                Input = Table,
                Output = Output,
                Rows = table.Rows,
                Judged = result.RowNumbers.Length,
                K = result.Model.Mixture.Components,
                Counts = counts,
                Anomalies = result.Anomalies,
                AnomalyThreshold = result.Model.AnomalyThreshold,
                LogLikelihood = fit?.Model.Mixture.LogLikelihood,
                Converged = fit?.Model.Mixture.Converged,
                Warnings = fit?.Warnings ?? [],
            }, CliJson.Default.TableLine));
            return;
        }
        string shares = string.Join(" ", counts.Select(count => (result.Labels.Length == 0 ? 0 : (double)count / result.Labels.Length).ToString("0%", CultureInfo.InvariantCulture)));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Table}: {result.RowNumbers.Length} rows, {result.Model.Mixture.Components} {(result.Model.Mixture.Components == 1 ? "component" : "components")} ({shares}), {result.Anomalies} {(result.Anomalies == 1 ? "anomaly" : "anomalies")} -> {Output}"));
    }

    private sealed class Reporter(Progress progress) : IProgress<double>
    {
        private readonly Lock _lock = new();

        public void Report(double value)
        {
            lock (_lock)
                progress.Report((long)(100 * value));
        }
    }
}

/// <summary>The line of --json; likelihood and convergence where a mixture was fitted.</summary>
internal sealed record TableLine
{
    public required string Input { get; init; }

    public required string Output { get; init; }

    public required int Rows { get; init; }

    public required int Judged { get; init; }

    public required int K { get; init; }

    public required IReadOnlyList<int> Counts { get; init; }

    public required int Anomalies { get; init; }

    public required double AnomalyThreshold { get; init; }

    public double? LogLikelihood { get; init; }

    public bool? Converged { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }
}
