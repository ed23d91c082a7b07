using System.Globalization;
using System.Net;
using System.Text;

namespace GmmVision.Cli.Segment;

/// <summary>A small plot as inline SVG: axes with round numbers, lines, dots, ellipses.</summary>
internal sealed class SvgPlot
{
    private const int Width = 400, Height = 270, Left = 62, Right = 14, Top = 30, Bottom = 42;
    private readonly StringBuilder _body = new();
    private readonly string _title, _xName, _yName;
    private readonly bool _equalUnits;
    private double _x0, _x1, _y0, _y1;

    /// <summary>A plot of a range of values.</summary>
    /// <param name="title">Above it.</param>
    /// <param name="xName">Below the x axis.</param>
    /// <param name="yName">Beside the y axis.</param>
    /// <param name="x">The values along x that must fit in.</param>
    /// <param name="y">The values along y that must fit in.</param>
    /// <param name="equalUnits">One unit is as long along y as along x.</param>
    public SvgPlot(string title, string xName, string yName, IEnumerable<double> x, IEnumerable<double> y, bool equalUnits = false)
    {
        (_title, _xName, _yName, _equalUnits) = (title, xName, yName, equalUnits);
        (_x0, _x1) = Range(x);
        (_y0, _y1) = Range(y);
        if (!_equalUnits)
            return;
        double unitX = (_x1 - _x0) / (Width - Left - Right), unitY = (_y1 - _y0) / (Height - Top - Bottom), unit = Math.Max(unitX, unitY);
        (_x0, _x1) = Around(_x0, _x1, unit * (Width - Left - Right));
        (_y0, _y1) = Around(_y0, _y1, unit * (Height - Top - Bottom));
    }

    public void Line(IEnumerable<(double X, double Y)> points, string color, string? name = null, bool markers = false, double width = 1.8)
    {
        (double X, double Y)[] all = [.. points];
        Append($"<polyline fill=\"none\" stroke=\"{color}\" stroke-width=\"{width}\" stroke-linejoin=\"round\" points=\"{string.Join(' ', all.Select(p => Invariant($"{X(p.X):0.#},{Y(p.Y):0.#}")))}\"/>");
        foreach ((double x, double y) in markers || all.Length == 1 ? all : [])
            Append($"<circle cx=\"{X(x):0.#}\" cy=\"{Y(y):0.#}\" r=\"2.6\" fill=\"{color}\"/>");
        if (name is not null && all.Length > 0)
            _legend.Add((name, color));
    }

    /// <summary>A vertical line with a word at its head.</summary>
    public void Mark(double x, string word)
    {
        Append($"<line x1=\"{X(x):0.#}\" x2=\"{X(x):0.#}\" y1=\"{Top}\" y2=\"{Height - Bottom}\" stroke=\"#c0392b\" stroke-dasharray=\"4 3\"/>");
        bool atRight = X(x) > Width - Right - 70;
        Append($"<text x=\"{X(x) + (atRight ? -4 : 4):0.#}\" y=\"{Top + 11}\" text-anchor=\"{(atRight ? "end" : "start")}\" style=\"fill:#c0392b\">{Encode(word)}</text>");
    }

    public void Ring(double x, double y, string color) =>
        Append($"<circle cx=\"{X(x):0.#}\" cy=\"{Y(y):0.#}\" r=\"5.5\" fill=\"none\" stroke=\"{color}\" stroke-width=\"1.5\"/>");

    public void Dot(double x, double y, string color) => Append($"<circle cx=\"{X(x):0.#}\" cy=\"{Y(y):0.#}\" r=\"1.5\" fill=\"{color}\"/>");

    /// <summary>The points that lie two standard deviations from the mean of a normal distribution.</summary>
    public void Ellipse(double x, double y, double varianceX, double covariance, double varianceY, string color, string word)
    {
        // The factor of the covariance turns the unit circle into the ellipse.
        double a = Math.Sqrt(Math.Max(0, varianceX)), b = a > 0 ? covariance / a : 0, c = Math.Sqrt(Math.Max(0, varianceY - b * b));
        IEnumerable<string> points = Enumerable.Range(0, 60).Select(i => Math.SinCos(i * Math.PI / 30)).Select(t => Invariant($"{X(x + 2 * a * t.Cos):0.#},{Y(y + 2 * (b * t.Cos + c * t.Sin)):0.#}"));
        Append($"<polygon points=\"{string.Join(' ', points)}\" fill=\"{color}\" fill-opacity=\"0.14\" stroke=\"#222\" stroke-width=\"1.2\"/>");
        Append($"<text x=\"{X(x):0.#}\" y=\"{Y(y) + 4:0.#}\" text-anchor=\"middle\" class=\"on\">{Encode(word)}</text>");
    }

    public override string ToString()
    {
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"plot\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Encode(_title)}\">");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"16\" class=\"title\">{Encode(_title)}</text>");
        foreach (double tick in Ticks(_x0, _x1, 6))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{X(tick):0.#}\" x2=\"{X(tick):0.#}\" y1=\"{Top}\" y2=\"{Height - Bottom}\" class=\"grid\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(tick):0.#}\" y=\"{Height - Bottom + 15}\" text-anchor=\"middle\">{Number(tick)}</text>");
        }
        foreach (double tick in Ticks(_y0, _y1, 5))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(tick):0.#}\" y2=\"{Y(tick):0.#}\" class=\"grid\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 6}\" y=\"{Y(tick) + 4:0.#}\" text-anchor=\"end\">{Number(tick)}</text>");
        }
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 8}\" text-anchor=\"middle\" class=\"axis\">{Encode(_xName)}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text transform=\"translate(12 {(Top + Height - Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\" class=\"axis\">{Encode(_yName)}</text>");
        svg.Append(_body);
        double at = Width - Right;
        foreach ((string name, string color) in Enumerable.Reverse(_legend))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{at}\" y=\"16\" text-anchor=\"end\" style=\"fill:{color}\">{Encode(name)}</text>");
            at -= 8 * name.Length + 10;
        }
        return svg.Append("</svg>").ToString();
    }

    private readonly List<(string Name, string Color)> _legend = [];

    private double X(double value) => Left + (value - _x0) / (_x1 - _x0) * (Width - Left - Right);

    private double Y(double value) => Height - Bottom - (value - _y0) / (_y1 - _y0) * (Height - Top - Bottom);

    private static (double, double) Range(IEnumerable<double> values)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (double value in values)
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        double size = high - low, margin = size > 1e-9 * Math.Abs(high) ? 0.05 * size : Math.Max(0.5, 0.05 * Math.Abs(high));
        return (low - margin, high + margin);
    }

    private static (double, double) Around(double low, double high, double size) => ((low + high - size) / 2, (low + high + size) / 2);

    // Steps of 1, 2 or 5 times a power of ten.
    private static IEnumerable<double> Ticks(double low, double high, int about)
    {
        double rough = (high - low) / about, power = Math.Pow(10, Math.Floor(Math.Log10(rough))), step = power * (rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 };
        for (double i = Math.Ceiling(low / step); i * step <= high; i++)
            yield return i == 0 ? 0 : i * step;      // not -0
    }

    private static string Number(double value) => (Math.Abs(value) switch
    {
        >= 1e6 => Invariant($"{value / 1e6:0.###}M"),
        >= 1e4 => Invariant($"{value / 1e3:0.#}k"),
        _ => Invariant($"{value:0.###}"),
    }).Replace('-', '−');

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private void Append(FormattableString text) => _body.Append(FormattableString.Invariant(text));
}
