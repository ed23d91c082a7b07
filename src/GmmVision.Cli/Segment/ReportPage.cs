using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using GmmVision.Ffmpeg;

namespace GmmVision.Cli.Segment;

/// <summary>report.html: one page with a section for every picture, which needs no other file.</summary>
/// <remarks>A resumed run takes the sections of pictures that it skips from the page that is there. Any number of threads may add sections.</remarks>
internal sealed class ReportPage
{
    /// <summary>The most pictures that a page shows: beyond that no browser would like to open it.</summary>
    public const int MostSections = 300;

    private const string Begin = "<section class=\"picture\" ", End = "</section>";
    private readonly string _path;
    private readonly ConcurrentDictionary<string, string> _sections = new();

    /// <summary>Takes over the sections of an earlier page of that name.</summary>
    public ReportPage(string path)
    {
        _path = path;
        if (File.Exists(path))
            ReadSections(path);
    }

    /// <summary>Whether there is a section of a picture's result.</summary>
    public bool Has(string name, string fingerprint) => _sections.TryGetValue(name, out string? section) && section.StartsWith(Opening(name, fingerprint), StringComparison.Ordinal);

    public void Add(ImageResult result, SegmentSettings settings, string fingerprint) =>
        _sections[result.Input.Name] = $"{Opening(result.Input.Name, fingerprint)}\n{ReportSection.Html(result, settings)}{End}\n";

    /// <summary>Writes the page with the sections of those pictures that are done.</summary>
    public void Write(IReadOnlyList<string> names)
    {
        string[] all = [.. names.Where(_sections.ContainsKey)], shown = all[..Math.Min(all.Length, MostSections)];
        OutputFile.Write(_path, stream =>
        {
            using var page = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
            page.WriteLine(Head("Colour segmentation"));
            page.WriteLine("<h1>Colour segmentation</h1>");
            string more = all.Length > shown.Length ? string.Create(CultureInfo.InvariantCulture, $"; the first {shown.Length} are shown") : "";
            page.WriteLine(string.Create(CultureInfo.InvariantCulture, $"<p class=\"facts\">{all.Length} {(all.Length == 1 ? "picture" : "pictures")}{more} · labels by a Gaussian mixture of colours, fitted by EM · ellipses hold what lies within two standard deviations</p>"));
            if (shown.Length > 1)
                page.WriteLine($"<nav>{string.Join(' ', shown.Select(name => $"<a href=\"#{Id(name)}\">{WebUtility.HtmlEncode(name)}</a>"))}</nav>");
            foreach (string name in shown)
                page.Write(_sections[name]);
            page.WriteLine("</main></body></html>");
        });
    }

    private static string Opening(string name, string fingerprint) => $"{Begin}id=\"{Id(name)}\" data-name=\"{WebUtility.HtmlEncode(name)}\" data-fingerprint=\"{fingerprint}\">";

    private static string Id(string name) => "p-" + Uri.EscapeDataString(name).Replace('%', '_');

    private void ReadSections(string path)
    {
        StringBuilder? section = null;
        string name = "";
        foreach (string line in File.ReadLines(path))
        {
            if (line.StartsWith(Begin, StringComparison.Ordinal))
            {
                const string Attribute = "data-name=\"";
                int from = line.IndexOf(Attribute, StringComparison.Ordinal) + Attribute.Length;
                name = WebUtility.HtmlDecode(line[from..line.IndexOf('"', from)]);
                section = new StringBuilder();
            }
            section?.Append(line).Append('\n');
            if (line != End || section is null)
                continue;
            _sections[name] = section.ToString();
            section = null;
        }
    }

    /// <summary>What a report's page begins with.</summary>
    public static string Head(string title) => HeadWithoutTitle.Replace("TITLE", WebUtility.HtmlEncode(title), StringComparison.Ordinal);

    private const string HeadWithoutTitle = """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>TITLE</title>
        <style>
        :root { color-scheme: light; }
        body { margin: 0; background: #f5f5f2; color: #222; font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
        main { max-width: 1240px; margin: 0 auto; padding: 28px 24px 60px; }
        h1 { font-size: 26px; font-weight: 650; margin: 0; }
        h2 { font-size: 19px; font-weight: 650; margin: 0; overflow-wrap: anywhere; }
        .facts { color: #666; margin: 2px 0 14px; }
        .warning { background: #fdf3dc; border-left: 4px solid #e2a92c; padding: 6px 12px; margin: 0 0 12px; }
        nav { display: flex; flex-wrap: wrap; gap: 4px 14px; margin: 0 0 18px; }
        nav a { color: #1f5fa8; text-decoration: none; }
        section { background: #fff; border: 1px solid #e2e2dc; border-radius: 8px; padding: 20px 22px; margin: 0 0 22px; }
        .pictures { display: grid; grid-template-columns: repeat(3, 1fr); gap: 14px; align-items: start; }
        figure { margin: 0; }
        figure img { width: 100%; max-height: 420px; object-fit: contain; object-position: left top; display: block; image-rendering: auto; }
        figcaption { color: #666; font-size: 13px; padding-top: 4px; }
        .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(270px, 1fr)); gap: 14px; margin: 16px 0 10px; }
        .plot { width: 100%; height: auto; max-width: 520px; }
        .plot text { font: 11px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: #555; }
        .plot .title { font-size: 12.5px; font-weight: 600; fill: #222; }
        .plot .axis { fill: #777; }
        .plot .on { font-weight: 700; fill: #111; paint-order: stroke; stroke: #fff; stroke-width: 3px; }
        .plot .grid { stroke: #e6e6e2; }
        table { border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums; }
        th { color: #666; font-weight: 500; text-align: right; padding: 3px 14px 3px 0; border-bottom: 1px solid #ddd; }
        td { text-align: right; padding: 3px 14px 3px 0; border-bottom: 1px solid #f0f0ec; }
        td.left { text-align: left; }
        td i { display: inline-block; width: 13px; height: 13px; border-radius: 3px; margin-right: 7px; vertical-align: -2px; box-shadow: inset 0 0 0 1px #0002; }
        @media (max-width: 800px) { .pictures { grid-template-columns: 1fr; } main { padding: 16px 10px; } section { padding: 14px; overflow-x: auto; } }
        </style></head><body><main>
        """;
}
