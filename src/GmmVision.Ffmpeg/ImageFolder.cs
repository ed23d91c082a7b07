using System.Globalization;
using System.Text;

namespace GmmVision.Ffmpeg;

/// <summary>The images of a folder, in number order.</summary>
internal static class ImageFolder
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".pgm", ".ppm", ".pnm", ".jp2", ".exr", ".dpx", ".tga"];

    /// <summary>Finds the images of a folder; null where it holds none.</summary>
    /// <returns>Full paths in order, and what was odd about them.</returns>
    public static (IReadOnlyList<string> Paths, IReadOnlyList<string> Warnings)? Find(string folder)
    {
        List<string> images = [.. Directory.EnumerateFiles(folder).Where(IsImage)];
        if (images.Count == 0)
            return null;
        var warnings = new List<string>();

        // ffmpeg reads a sequence with one decoder: the most common kind of image it is.
        IGrouping<string, string> kind = images.GroupBy(Kind).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).First();
        if (kind.Count() < images.Count)
            warnings.Add($"'{InputName.Of(folder)}' holds images of several kinds: {kind.Count()} {kind.Key} are read, {images.Count - kind.Count()} others are not.");

        List<(string Prefix, long? Number, string Path)> ordered = [.. kind.Select(Split)];
        ordered.Sort(static (a, b) =>
        {
            int order = string.CompareOrdinal(a.Prefix, b.Prefix);
            if (order == 0)
                order = Nullable.Compare(a.Number, b.Number);
            return order != 0 ? order : string.CompareOrdinal(a.Path, b.Path);
        });
        AddHoles(folder, ordered, warnings);
        return ([.. ordered.Select(image => image.Path)], warnings);
    }

    /// <summary>The list that ffmpeg's concat demuxer reads.</summary>
    public static string ConcatList(IEnumerable<string> paths, double frameRate)
    {
        var list = new StringBuilder("ffconcat version 1.0\n");
        string duration = (1 / frameRate).ToString("0.#########", CultureInfo.InvariantCulture);
        foreach (string path in paths)
        {
            list.Append("file 'file:").Append(path.Replace("'", "'\\''", StringComparison.Ordinal)).Append("'\n");
            list.Append("duration ").Append(duration).Append('\n');
        }
        return list.ToString();
    }

    private static bool IsImage(string path) =>
        Extensions.Contains(Path.GetExtension(path).ToLowerInvariant()) && !Path.GetFileName(path).StartsWith('.');

    private static string Kind(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".jpeg" => ".jpg",
        ".tiff" => ".tif",
        string extension => extension,
    };

    /// <summary>"in000012.jpg" is "in" and 12; the last number in a name counts.</summary>
    private static (string Prefix, long? Number, string Path) Split(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        int end = name.Length;
        while (end > 0 && !char.IsAsciiDigit(name[end - 1]))
            end--;
        int start = end;
        while (start > 0 && char.IsAsciiDigit(name[start - 1]) && end - start < 18)
            start--;
        return start == end
            ? (name, null, Path.GetFullPath(path))
            : (name[..start], long.Parse(name.AsSpan(start, end - start), CultureInfo.InvariantCulture), Path.GetFullPath(path));
    }

    private static void AddHoles(string folder, List<(string Prefix, long? Number, string Path)> images, List<string> warnings)
    {
        long missing = 0;
        (long From, long To)? first = null;
        for (int i = 1; i < images.Count; i++)
        {
            if (images[i].Prefix != images[i - 1].Prefix || images[i].Number is not long number || images[i - 1].Number is not long before || number <= before + 1)
                continue;
            missing += number - before - 1;
            first ??= (before + 1, number - 1);
        }
        if (first is not (long from, long to))
            return;
        string which = from == to ? from.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{from} to {to}");
        string more = missing > to - from + 1 ? string.Create(CultureInfo.InvariantCulture, $", {missing} in all") : "";
        warnings.Add($"'{InputName.Of(folder)}' has a hole in its numbering: {which} {(from == to ? "is" : "are")} missing{more}; the images that are there are read one after the other.");
    }
}
