using System.Globalization;
using System.Net;
using System.Text;
using GmmVision.Imaging;
using GmmVision.Mixtures;
using GmmVision.Segmentation;

namespace GmmVision.Cli.Segment;

/// <summary>What the report shows of one picture.</summary>
internal static class ReportSection
{
    private const int Side = 480, Dots = 1200;

    // A JPEG goes into the page as it is unless that would make the page much larger than a small version does.
    private const int MostBytesAsIs = 200_000;

    public static string Html(ImageResult result, SegmentSettings settings)
    {
        var html = new StringBuilder();
        Frame small = Thumbnail.Of(result.Image, Side);
        LabelMap labels = Thumbnail.Of(result.Labels, Side);
        int k = result.Count;
        html.Append(CultureInfo.InvariantCulture, $"<h2>{Encode(Path.GetFileName(result.Input.Path))}</h2>\n");
        html.Append(CultureInfo.InvariantCulture, $"<p class=\"facts\">{result.Image.Width} × {result.Image.Height} pixels · {k} {(result.Regions is null ? "label" : "region")}{(k == 1 ? "" : "s")} · {Encode(How(result, settings))} · {result.Seconds.Total:0.00} s (read {result.Seconds.Load:0.00}, fit {result.Seconds.Fit:0.00}, label {result.Seconds.Label:0.00})</p>\n");
        foreach (string warning in result.Warnings)
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"warning\">{Encode(warning)}</p>\n");
        html.Append("<div class=\"pictures\">\n");
        Figure("picture", Original(result, small));
        byte[] palette = [.. result.MeanColors.SelectMany(color => (byte[])[(byte)(color >> 16), (byte)(color >> 8), (byte)color])];
        Figure("segments in their mean colours", Png(stream => PngWriter.WriteIndexed(stream, labels.Memory, labels.Width, labels.Height, palette, result.HasTransparent ? k : -1)));
        labels.DrawBoundaries(small);
        Figure("boundaries", Png(stream => PngWriter.Write(stream, small)));
        html.Append("</div>\n<div class=\"plots\">\n");
        GaussianMixture mixture = result.Model.Mixture;
        if (result.Fit is { Bounds.Count: > 0 })
            html.Append(ByIteration("Lower bound of the evidence per pixel", result.Fit.Bounds, mixture.Converged)).Append('\n');
        else if (!mixture.LogLikelihoods.IsEmpty)
            html.Append(ByIteration("Log-likelihood per pixel", mixture.LogLikelihoods, mixture.Converged)).Append('\n');
        if (result.Fit is { Curve.Count: > 1 } fit)
            html.Append(Criteria(fit)).Append('\n');
        (int X, int Y)[] views = result.Model.Features.Color is ColorSpace.Rgb or ColorSpace.Hsv ? [(0, 1), (0, 2)] : [(1, 2), (1, 0)];
        foreach ((int x, int y) in views)
            html.Append(Scatter(result, x, y)).Append('\n');
        html.Append("</div>\n");
        Table(html, result);
        return html.ToString();

        void Figure(string caption, string source) =>
            html.Append(CultureInfo.InvariantCulture, $"<figure><img alt=\"{Encode(caption)}\" src=\"{source}\"><figcaption>{Encode(caption)}</figcaption></figure>\n");
    }

    private static string How(ImageResult result, SegmentSettings settings)
    {
        string fitted = result.Fit is null
            ? settings.SharedModel ? "shared model" : "saved model"
            : string.Create(CultureInfo.InvariantCulture, $"{SegmentSettings.Name(settings.Fit.Covariance)} covariance, fitted to {result.Fit.Samples:N0} {(settings.Fit.Features.ColorOnly ? "distinct colours of " : "of ")}{result.Fit.Pixels:N0} pixels");
        if (result.Regions is not null)
            return string.Create(CultureInfo.InvariantCulture, $"{result.Regions.Superpixels} superpixels joined by the posteriors of {result.Model.Labels} components ({result.Model.Features.Color}, {fitted}) and by edges");
        string smoothed = settings.Smoothing.Method == Smoothing.None ? "not smoothed" : $"smoothed ({settings.Smoothing.Method.ToString().ToLowerInvariant()})";
        return $"{result.Model.Features.Color} · {fitted} · {smoothed}";
    }

    private static string ByIteration(string title, IReadOnlyList<double> values, bool converged)
    {
        (double X, double Y)[] points = [.. values.Select((value, i) => (i + 1.0, value))];
        var plot = new SvgPlot(title, converged ? "iteration (converged)" : "iteration (not converged)", "nats", points.Select(p => p.X), values);
        plot.Line(points, "#1f5fa8");
        return plot.ToString();
    }

    private static string Criteria(SegmentationFit fit)
    {
        var plot = new SvgPlot("BIC and AIC", "components k", "lower is better", fit.Curve.Select(p => (double)p.Components), fit.Curve.SelectMany(p => (double[])[p.Bic, p.Aic]));
        plot.Line(fit.Curve.Select(p => ((double)p.Components, p.Aic)), "#c4cfdc", "AIC", width: 5);
        plot.Line(fit.Curve.Select(p => ((double)p.Components, p.Bic)), "#1f5fa8", "BIC", markers: true);
        plot.Mark(fit.Model.Labels, $"k = {fit.Model.Labels}");
        plot.Ring(fit.Minimum, fit.Curve.First(p => p.Components == fit.Minimum).Bic, "#1f5fa8");
        return plot.ToString();
    }

    private static string Scatter(ImageResult result, int horizontal, int vertical)
    {
        SegmentationModel model = result.Model;
        int d = model.Mixture.Features;
        List<(double X, double Y, int Color)> dots = [];
        // Pixels at equal steps through the picture; the step has no common factor with most widths.
        long step = Math.Max(1, result.Labels.Labels.Length / Dots) | 1;
        for (long i = step / 2; i < result.Labels.Labels.Length; i += step)
        {
            if (result.Labels.Labels[(int)i] >= result.Count)
                continue;       // transparent
            (int x, int y) = ((int)(i % result.Image.Width), (int)(i / result.Image.Width));
            (byte r, byte g, byte b) = (result.Image.Row(0, y)[x], result.Image.Row(1, y)[x], result.Image.Row(2, y)[x]);
            (double first, double second, double third) = ColorConversion.Convert(model.Features.Color, r, g, b);
            double[] values = [first, second, third];
            dots.Add((values[horizontal], values[vertical], r << 16 | g << 8 | b));
        }
        IReadOnlyList<string> names = model.Features.Names;
        var plot = new SvgPlot($"Colours and components ({names[horizontal]}, {names[vertical]})", names[horizontal], names[vertical],
            dots.Select(dot => dot.X).Concat(Means(horizontal)), dots.Select(dot => dot.Y).Concat(Means(vertical)), equalUnits: horizontal != 0 && vertical != 0);
        foreach ((double x, double y, int color) in dots)
            plot.Dot(x, y, ResultDocument.Hex(color));
        for (int label = 0; label < model.Labels; label++)
        {
            double[] mean = model.Mean(label), covariance = model.Covariance(label);
            plot.Ellipse(mean[horizontal], mean[vertical], covariance[horizontal * d + horizontal], covariance[horizontal * d + vertical], covariance[vertical * d + vertical],
                ResultDocument.Hex(result.Regions is null ? result.MeanColors[label] : 0x808080), label.ToString(CultureInfo.InvariantCulture));
        }
        return plot.ToString();

        IEnumerable<double> Means(int feature) => Enumerable.Range(0, model.Labels).Select(label => model.Mean(label)[feature]);
    }

    private static void Table(StringBuilder html, ImageResult result)
    {
        html.Append("<table><tr><th>label</th><th>mean colour</th><th>area</th><th>pixels</th>");
        foreach (string name in result.Regions is null ? result.Model.Features.Names.Prepend("weight") : [])
            html.Append(CultureInfo.InvariantCulture, $"<th>{Encode(name)}</th>");
        html.Append("</tr>\n");
        int[] distinct = LabelColors.Distinct(result.Count);
        for (int label = 0; label < result.Count; label++)
        {
            string color = ResultDocument.Hex(result.MeanColors[label]);
            html.Append(CultureInfo.InvariantCulture, $"<tr><td><i style=\"background:{ResultDocument.Hex(distinct[label])}\"></i>{label}</td>");
            html.Append(result.Areas[label] > 0 ? $"<td class=\"left\"><i style=\"background:{color}\"></i>{color}</td>" : "<td class=\"left\">no pixel</td>");
            html.Append(CultureInfo.InvariantCulture, $"<td>{100 * result.Share(label):0.0} %</td><td>{result.Areas[label]:N0}</td>");
            if (result.Regions is null)
                html.Append(CultureInfo.InvariantCulture, $"<td>{result.Model.Mixture.Weights[label]:0.000}</td>");
            foreach (double value in result.Regions is null ? result.Model.Mean(label) : [])
                html.Append(CultureInfo.InvariantCulture, $"<td>{value:0.00}</td>");
            html.Append("</tr>\n");
        }
        if (result.HasTransparent)
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{result.Count}</td><td class=\"left\">transparent</td><td>{100 * result.Share(result.Count):0.0} %</td><td>{result.Areas[^1]:N0}</td></tr>\n");
        html.Append("</table>\n");
    }

    private static string Original(ImageResult result, Frame small)
    {
        var file = new FileInfo(result.Input.Path);
        bool isJpeg = file.Extension.ToLowerInvariant() is ".jpg" or ".jpeg";
        return isJpeg && file.Exists && file.Length <= MostBytesAsIs
            ? "data:image/jpeg;base64," + Convert.ToBase64String(File.ReadAllBytes(file.FullName))
            : Png(stream => PngWriter.Write(stream, small));
    }

    private static string Png(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        return "data:image/png;base64," + Convert.ToBase64String(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
