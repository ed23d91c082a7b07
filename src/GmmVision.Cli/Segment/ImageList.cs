using System.IO.Enumeration;

namespace GmmVision.Cli.Segment;

/// <summary>A picture to segment.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Name">What its results are called: NAME.labels.png and so on; different for every picture.</param>
internal sealed record ImageInput(string Path, string Name);

/// <summary>Turns the words of the command line into pictures: files, patterns, folders with everything below them.</summary>
internal static class ImageList
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".gif", ".pgm", ".ppm", ".pnm", ".tga", ".jp2"];

    // What this command itself writes: never taken from a folder, so that a folder can be its own output.
    private static readonly string[] Results = [".labels.png", ".segments.png", ".overlay.png", ".uncertainty.png"];

    /// <summary>All pictures, in the order given; those of a folder or pattern in the order of their names.</summary>
    /// <exception cref="UserError">A pattern or folder holds no picture.</exception>
    public static IReadOnlyList<ImageInput> Expand(IEnumerable<string> words) => Expand(words, []);

    /// <summary>The same, and those of a manifest behind them.</summary>
    /// <param name="words">As above.</param>
    /// <param name="entries">Of a manifest; taken as they are.</param>
    public static IReadOnlyList<ImageInput> Expand(IEnumerable<string> words, IReadOnlyList<Archive.ManifestEntry> entries)
    {
        List<string> paths = [];
        foreach (string word in words)
        {
            if (Directory.Exists(word))
                paths.AddRange(Found(word, "*", recurse: true, $"'{word}' holds no picture ({string.Join(", ", Extensions)})."));
            else if (word.AsSpan().IndexOfAny('*', '?') >= 0 && !File.Exists(word) && !word.Contains("://", StringComparison.Ordinal))
                paths.AddRange(OfPattern(word));
            else
                paths.Add(word);      // where it is missing its job says so, and the others are done
        }
        Dictionary<string, string?> names = [];
        foreach (Archive.ManifestEntry entry in entries)
        {
            paths.Add(entry.Input);
            names.TryAdd(entry.Input, entry.Name);
        }
        return Name([.. paths.DistinctBy(path => path.Contains("://", StringComparison.Ordinal) ? path : Path.GetFullPath(path))], names);
    }

    private static string[] OfPattern(string pattern)
    {
        string folder = Path.GetDirectoryName(pattern) is { Length: > 0 } given ? given : ".";
        if (!Directory.Exists(folder))
            throw UserError.Usage($"there is no folder '{folder}' to look for '{Path.GetFileName(pattern)}' in.");
        return Found(folder, Path.GetFileName(pattern), recurse: false, $"no picture matches '{pattern}'.");
    }

    private static string[] Found(string folder, string name, bool recurse, string otherwise)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = recurse };
        string[] found = [.. new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(), options)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                !entry.IsDirectory && FileSystemName.MatchesSimpleExpression(name, entry.FileName) && (name != "*" || IsPicture(entry.FileName)),
        }];
        if (found.Length == 0)
            throw UserError.Usage(otherwise);
        Array.Sort(found, StringComparer.Ordinal);
        return found;
    }

    private static bool IsPicture(ReadOnlySpan<char> file)
    {
        if (file.StartsWith('.'))
            return false;
        foreach (string result in Results)
        {
            if (file.EndsWith(result, StringComparison.OrdinalIgnoreCase))
                return false;
        }
        if (file.Contains(".soft-", StringComparison.OrdinalIgnoreCase))
            return false;
        foreach (string extension in Extensions)
        {
            if (file.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    // The name that a manifest gives, else one by its path.
    private static List<ImageInput> Name(List<string> paths, Dictionary<string, string?> given)
    {
        Archive.ResultNames names = new([.. paths.Where(path => given.GetValueOrDefault(path) is null).Select(path => (Stem(path), Path.GetFileName(path)))], given.Values.OfType<string>());
        return [.. paths.Select(path => new ImageInput(path, given.GetValueOrDefault(path)
            ?? names.Next(Stem(path), Path.GetFileName(path), given.ContainsKey(path) ? Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path))) : null)))];
    }

    private static string Stem(string path)
    {
        string file = path.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(path, UriKind.Absolute, out Uri? address) ? Path.GetFileName(address.AbsolutePath) : Path.GetFileName(path);
        string stem = Path.GetFileNameWithoutExtension(file).Trim(' ', '.');
        return stem.Length > 0 ? stem : "picture";
    }
}
