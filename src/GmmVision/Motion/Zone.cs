using System.Globalization;
using GmmVision.Imaging;

namespace GmmVision.Motion;

/// <summary>A polygon in the picture: where motion counts, where it does not, or what must not be shown.</summary>
/// <remarks>
/// Corners are in pixels; the middle of the first pixel is 0,0. A pixel belongs to the zone when its middle is inside
/// the polygon or on its edge, so "0,0 9,0 9,9 0,9" is ten by ten pixels. Where the outline crosses itself, the
/// even-odd rule says what is inside. Immutable.
/// </remarks>
public sealed class Zone
{
    private readonly (double X, double Y)[] _corners;

    /// <summary>A polygon.</summary>
    /// <param name="corners">At least three corners, in order along the outline; the last is joined to the first.</param>
    /// <param name="name">What a person calls it; null for none.</param>
    /// <param name="limits">What motion in it must be like; null: what it must be everywhere.</param>
    /// <exception cref="ArgumentException">There are fewer than three corners, or one is not a number within ±1,000,000.</exception>
    public Zone(IEnumerable<(double X, double Y)> corners, string? name = null, ZoneLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(corners);
        _corners = [.. corners];
        Name = string.IsNullOrWhiteSpace(name) ? null : name.Trim();
        Limits = (limits ?? ZoneLimits.None).Validate();
        if (_corners.Length < 3)
            throw new ArgumentException($"{this} has {_corners.Length} corners: give at least three, as \"x,y x,y x,y\".");
        foreach ((double x, double y) in _corners)
            if (!(Math.Abs(x) <= 1e6 && Math.Abs(y) <= 1e6))
                throw new ArgumentException($"{this} has the corner {Number(x)},{Number(y)}: coordinates are pixels, -1000000 to 1000000.");
    }

    /// <summary>What a person calls it; null for none.</summary>
    public string? Name { get; }

    /// <summary>What motion in it must be like, where it is an include zone.</summary>
    public ZoneLimits Limits { get; }

    /// <summary>The corners, in order along the outline.</summary>
    public IReadOnlyList<(double X, double Y)> Corners => _corners;

    /// <summary>The smallest box of whole pixels that holds the zone, in the picture or not.</summary>
    public Box Bounds
    {
        get
        {
            (int left, int top) = ((int)Math.Floor(_corners.Min(c => c.X)), (int)Math.Floor(_corners.Min(c => c.Y)));
            return new Box(left, top, (int)Math.Ceiling(_corners.Max(c => c.X)) - left + 1, (int)Math.Ceiling(_corners.Max(c => c.Y)) - top + 1);
        }
    }

    /// <summary>Whether two edges cross, so that parts of what the outline encloses are not inside: corners in a wrong order, as a rule.</summary>
    public bool CrossesItself
    {
        get
        {
            int count = _corners.Length;
            for (int i = 0; i < count; i++)
                for (int j = i + 2; j < count; j++)
                    if ((j + 1) % count != i && Cross(_corners[i], _corners[i + 1], _corners[j], _corners[(j + 1) % count]))
                        return true;
            return false;

            static bool Cross((double X, double Y) a, (double X, double Y) b, (double X, double Y) c, (double X, double Y) d) =>
                Side(a, b, c) * Side(a, b, d) < 0 && Side(c, d, a) * Side(c, d, b) < 0;

            static int Side((double X, double Y) from, (double X, double Y) to, (double X, double Y) point) =>
                Math.Sign((to.X - from.X) * (point.Y - from.Y) - (to.Y - from.Y) * (point.X - from.X));
        }
    }

    /// <summary>Reads "x,y x,y x,y", with at least three corners and an optional "name:" in front, for example "door:631,532 841,532 841,659"; behind the name its limits, as in "door[threshold=5%,min-duration=2]:..." (see <see cref="ZoneLimits.Parse"/>).</summary>
    /// <exception cref="FormatException">The text is not of this form; the message says where.</exception>
    public static Zone Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int colon = text.LastIndexOf(':');
        string? name = colon < 0 ? null : text[..colon].Trim();
        ZoneLimits limits = ZoneLimits.None;
        // A name may have brackets of its own; limits have an equals sign within.
        if (name is not null && name.EndsWith(']') && name.LastIndexOf('[') is >= 0 and int open && name.IndexOf('=', open) >= 0)
            (name, limits) = (name[..open], ZoneLimits.Parse(name[(open + 1)..^1]));
        var corners = new List<(double X, double Y)>();
        foreach (string corner in text[(colon + 1)..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = corner.Split(',');
            if (parts.Length != 2 || !TryNumber(parts[0], out double x) || !TryNumber(parts[1], out double y))
                throw new FormatException($"The zone \"{text}\" cannot be read at \"{corner}\": corners are two numbers with a comma between, as in \"x,y x,y x,y\".");
            corners.Add((x, y));
        }
        try
        {
            return new Zone(corners, name, limits);
        }
        catch (ArgumentException error)
        {
            throw new FormatException($"The zone \"{text}\" cannot be used: {error.Message}", error);
        }
    }

    private static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);

    /// <summary>Sets the pixels of the zone in a mask, and leaves the others as they are. Parts outside the picture are cut off.</summary>
    public void FillInto(Mask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        var crossings = new List<double>();
        for (int y = 0; y < mask.Height; y++)
        {
            crossings.Clear();
            for (int i = 0; i < _corners.Length; i++)
            {
                (double x, double y) from = _corners[i], to = _corners[(i + 1) % _corners.Length];
                if (from.y > to.y)
                    (from, to) = (to, from);
                if (y < from.y || y > to.y)
                    continue;
                if (from.y == to.y)
                {
                    SetSpan(mask, y, Math.Min(from.x, to.x), Math.Max(from.x, to.x));
                    continue;
                }
                double x = from.x + (y - from.y) / (to.y - from.y) * (to.x - from.x);
                SetSpan(mask, y, x, x);
                // An edge holds its upper end but not its lower one, so that a corner is crossed once.
                if (y < to.y)
                    crossings.Add(x);
            }
            crossings.Sort();
            for (int i = 0; i + 1 < crossings.Count; i += 2)
                SetSpan(mask, y, crossings[i], crossings[i + 1]);
        }
    }

    private static void SetSpan(Mask mask, int y, double from, double to)
    {
        const double Rounding = 1e-9;      // a crossing that is a whole number but for rounding is on the edge
        int first = (int)Math.Max(0, Math.Ceiling(from - Rounding)), last = (int)Math.Min(mask.Width - 1, Math.Floor(to + Rounding));
        for (int x = first; x <= last; x++)
            mask[x, y] = true;
    }

    /// <summary>The union of zones as a mask.</summary>
    /// <param name="zones">Each must have at least one pixel in the picture.</param>
    /// <param name="width">Pixels in a row of the picture.</param>
    /// <param name="height">Rows of the picture.</param>
    /// <exception cref="ArgumentException">A zone lies wholly outside the picture.</exception>
    public static Mask Union(IReadOnlyList<Zone> zones, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(zones);
        Mask union = new(width, height), one = new(width, height);
        foreach (Zone zone in zones)
        {
            one.Clear();
            zone.FillInto(one);
            if (one.IsEmpty)
                throw new ArgumentException($"{zone} has no pixel in the picture, which is {width}x{height}: its corners are {zone.CornersText}.");
            union.Or(one);
        }
        return union;
    }

    private string CornersText => string.Join(' ', _corners.Select(c => $"{Number(c.X)},{Number(c.Y)}"));

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>In the form that <see cref="Parse"/> reads.</summary>
    public string ToText() => Name is null && Limits == ZoneLimits.None ? CornersText : $"{Name}{(Limits == ZoneLimits.None ? "" : $"[{Limits.ToText()}]")}:{CornersText}";

    /// <summary>For messages: "the zone \"door\"".</summary>
    public override string ToString() => Name is null ? "The zone" : $"The zone \"{Name}\"";
}
