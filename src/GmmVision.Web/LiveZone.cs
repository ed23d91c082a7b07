namespace GmmVision.Web;

/// <summary>A polygon on the picture, in parts of its width and height, so that it holds when the camera changes its size.</summary>
/// <param name="Kind">include, exclude or privacy.</param>
/// <param name="Name">What a person calls it; empty for none.</param>
/// <param name="Points">3 to 64 corners, each x and y from 0 to 1.</param>
public sealed record LiveZone(string Kind, string Name, IReadOnlyList<double[]> Points)
{
    /// <summary>The most zones a camera may have.</summary>
    public const int Most = 64;

    private const int MostPoints = 64, LongestName = 40;

    /// <summary>Throws where something is out of range.</summary>
    /// <exception cref="FormatException">The message says what, and what is allowed.</exception>
    public static void Validate(IReadOnlyList<LiveZone>? zones)
    {
        if (zones is null || zones.Count > Most)
            throw new FormatException($"zones are a list of at most {Most}");
        foreach (LiveZone zone in zones)
        {
            if (zone?.Kind is not ("include" or "exclude" or "privacy"))
                throw new FormatException($"the kind of a zone is include, exclude or privacy, not '{zone?.Kind}'");
            if (zone.Name is null || zone.Name.Length > LongestName || zone.Name.Any(char.IsControl))
                throw new FormatException($"the name of a zone has at most {LongestName} characters");
            if (zone.Points is null || zone.Points.Count is < 3 or > MostPoints)
                throw new FormatException($"a zone has 3 to {MostPoints} corners, not {zone.Points?.Count ?? 0}");
            if (zone.Points.Any(point => point is not { Length: 2 } || !(point[0] is >= 0 and <= 1 && point[1] is >= 0 and <= 1)))
                throw new FormatException("a corner of a zone is [x, y], each from 0 to 1");
        }
    }
}
