namespace GmmVision.Cli.Archive;

/// <summary>
/// Gives the results of many inputs names that differ whatever the file system makes of letters: an input's own without its
/// extension; with it where two would be the same; with its folder's in front where they still are; with a number where nothing else tells them apart.
/// </summary>
/// <param name="inputs">Those that nobody has chosen a name for: name without extension, and with it.</param>
/// <param name="chosen">Names that are taken.</param>
internal sealed class ResultNames(IReadOnlyCollection<(string Stem, string File)> inputs, IEnumerable<string> chosen)
{
    private readonly Dictionary<string, int> _stems = Count(inputs.Select(input => input.Stem)), _files = Count(inputs.Select(input => input.File));
    private readonly HashSet<string> _taken = new(chosen, StringComparer.OrdinalIgnoreCase);

    /// <summary>The next name.</summary>
    /// <param name="stem">The input's name without its extension.</param>
    /// <param name="file">With it.</param>
    /// <param name="folder">Name of its folder; null where that is not to be told.</param>
    /// <param name="isForbidden">Whether a name can never be had.</param>
    public string Next(string stem, string file, string? folder = null, Predicate<string>? isForbidden = null)
    {
        bool isShared = _stems.GetValueOrDefault(stem) > 1;
        string wanted = !isShared ? stem : _files.GetValueOrDefault(file) > 1 && folder is { Length: > 0 } ? $"{folder}-{file}" : file, name = wanted;
        for (int number = 2; !_taken.Add(name) || isForbidden?.Invoke(name) == true; number++)
            name = $"{wanted}-{number}";
        return name;
    }

    private static Dictionary<string, int> Count(IEnumerable<string> names) =>
        names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).ToDictionary(group => group.Key, group => group.Count(), StringComparer.OrdinalIgnoreCase);
}
