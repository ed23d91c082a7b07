using System.Globalization;
using System.Text;
using GmmVision.Evaluation;

namespace GmmVision.Cli.Eval;

/// <summary>The results of all videos, by category and overall, as a table, CSV and JSON.</summary>
internal sealed class EvalReport
{
    private sealed record Row(string Level, string Category, string Video, long Frames, ChangeDetectionScore? Score, double FramesPerSecond, double MegapixelsPerSecond);

    private readonly List<EvalResult> _videos;
    private readonly List<Row> _videoRows = [], _categoryRows = [], _overallRows = [];
    private readonly string _preset;
    private readonly IReadOnlyList<string> _assignments, _problems;

    /// <param name="videos">Those that were done.</param>
    /// <param name="preset">Name of the preset that they were done with.</param>
    /// <param name="assignments">What was set beside it.</param>
    /// <param name="problems">A line for each that could not be done.</param>
    public EvalReport(IEnumerable<EvalResult> videos, string preset, IReadOnlyList<string> assignments, IReadOnlyList<string> problems)
    {
        (_preset, _assignments, _problems) = (preset, assignments, problems);
        _videos = [.. videos.OrderBy(result => result.Video.Category, StringComparer.Ordinal).ThenBy(result => result.Video.Name, StringComparer.Ordinal)];
        foreach (EvalResult result in _videos)
            _videoRows.Add(new Row("video", result.Video.Category, result.Video.Name, result.Frames, result.Score, result.FramesPerSecond, result.MegapixelsPerSecond));
        foreach (IGrouping<string, EvalResult> category in _videos.GroupBy(result => result.Video.Category))
            _categoryRows.Add(Together("category", category.Key, [.. category], MeanOrNone(category.Select(result => result.Score))));
        if (_videos.Count > 0)
        {
            _overallRows.Add(Together("overall", "", _videos, MeanOrNone(_categoryRows.Select(row => row.Score))));
            _overallRows.Add(Together("mean over videos", "", _videos, MeanOrNone(_videos.Select(result => result.Score))));
        }
    }

    private static Row Together(string level, string category, IReadOnlyCollection<EvalResult> results, ChangeDetectionScore? score)
    {
        double seconds = Math.Max(results.Sum(result => result.DetectorTime.TotalSeconds), 1e-9);
        long frames = results.Sum(result => result.Frames);
        return new Row(level, category, "", frames, score, frames / seconds, results.Sum(result => (double)result.Frames * result.Width * result.Height) / seconds / 1e6);
    }

    private IEnumerable<string> Notes => _videos.Select(result => result.Note).OfType<string>();

    private static ChangeDetectionScore? MeanOrNone(IEnumerable<ChangeDetectionScore?> scores)
    {
        ChangeDetectionScore[] known = [.. scores.OfType<ChangeDetectionScore>()];
        return known.Length == 0 ? null : ChangeDetectionScore.Mean(known);
    }

    /// <summary>For people.</summary>
    public string ToTable()
    {
        StringBuilder table = new();
        int names = Math.Max(16, _videoRows.Concat(_categoryRows).Select(row => Title(row).Length).DefaultIfEmpty().Max());
        table.AppendLine($"{"".PadRight(names)}  frames  recall  specif.     FPR     FNR      PWC  precis.       F      fps   Mpx/s");
        Append(table, names, _videoRows);
        table.AppendLine();
        Append(table, names, _categoryRows);
        table.AppendLine();
        Append(table, names, _overallRows);
        table.Append("fps and Mpx/s: the detector alone, on one core");
        foreach (string note in Notes)
            table.AppendLine().Append($"note: {note}");
        return table.ToString();
    }

    private static void Append(StringBuilder table, int names, IEnumerable<Row> rows)
    {
        foreach (Row row in rows)
        {
            table.Append(CultureInfo.InvariantCulture, $"{Title(row).PadRight(names)}  {row.Frames,6}");
            if (row.Score is { } s)
                table.Append(CultureInfo.InvariantCulture, $"  {s.Recall,6:0.0000}  {s.Specificity,7:0.0000} {s.FalsePositiveRate,7:0.0000} {s.FalseNegativeRate,7:0.0000} {s.WrongPercentage,8:0.0000}  {s.Precision,7:0.0000}  {s.FMeasure,6:0.0000}");
            else
                table.Append($"  {"-",6}  {"-",7} {"-",7} {"-",7} {"-",8}  {"-",7}  {"-",6}");
            table.AppendLine(string.Create(CultureInfo.InvariantCulture, $" {row.FramesPerSecond,8:0} {row.MegapixelsPerSecond,7:0.0}"));
        }
    }

    private static string Title(Row row) => row.Level switch { "video" => $"{row.Category}/{row.Video}", "category" => row.Category, _ => row.Level };

    /// <summary>One line a row, the level in front.</summary>
    public string ToCsv()
    {
        StringBuilder csv = new("level,category,video,frames,recall,specificity,fpr,fnr,pwc,precision,f_measure,frames_per_second,megapixels_per_second\n");
        foreach (Row row in _videoRows.Concat(_categoryRows).Concat(_overallRows))
        {
            csv.Append(CultureInfo.InvariantCulture, $"{row.Level},{Quote(row.Category)},{Quote(row.Video)},{row.Frames}");
            if (row.Score is { } s)
                csv.Append(CultureInfo.InvariantCulture, $",{s.Recall:0.######},{s.Specificity:0.######},{s.FalsePositiveRate:0.######},{s.FalseNegativeRate:0.######},{s.WrongPercentage:0.######},{s.Precision:0.######},{s.FMeasure:0.######}");
            else
                csv.Append(",,,,,,,");
            csv.Append(CultureInfo.InvariantCulture, $",{row.FramesPerSecond:0.#},{row.MegapixelsPerSecond:0.##}\n");
        }
        return csv.ToString();
    }

    private static string Quote(string text) => text.AsSpan().ContainsAny(",\"\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    /// <summary>For programs.</summary>
    public string ToJson(DateTimeOffset created) => JsonLine.Indented(new EvalDocument
    {
        Generator = $"gmmvision {typeof(EvalReport).Assembly.GetName().Version?.ToString(3)}",
        Created = created.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture),
        Preset = _preset,
        Set = _assignments,
        Videos = [.. _videos.Zip(_videoRows, (result, row) => VideoMeasures.Of(result, Measures(row)))],
        Categories = [.. _categoryRows.Select(row => new CategoryMeasures(row.Category, Measures(row)))],
        Overall = _overallRows.Count > 0 ? Measures(_overallRows[0]) : null,
        MeanOverVideos = _overallRows.Count > 0 ? Measures(_overallRows[1]) : null,
        Notes = [.. Notes],
        Failed = _problems,
    }, CliJson.Default.EvalDocument);

    private static EvalMeasures Measures(Row row) => EvalMeasures.Of(row.Frames, row.Score, row.FramesPerSecond, row.MegapixelsPerSecond);
}
