using System.IO.Enumeration;

namespace GmmVision.Cli.Detect;

/// <summary>What to work on and where its results go.</summary>
/// <param name="Path">File, folder of images, "-", camera or URL.</param>
/// <param name="Name">Name of its folder below the output folder, different for every input.</param>
internal sealed record JobInput(string Path, string Name)
{
    /// <summary>What a manifest says of it; null where it stands on the command line.</summary>
    public Archive.ManifestEntry? Entry { get; init; }
}

/// <summary>Turns the words of the command line into inputs: patterns and folders of videos become the files in them, and every input gets a name of its own.</summary>
internal static class InputList
{
    private static readonly string[] ImageExtensions = [".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".pgm", ".ppm"];

    private static readonly string[] VideoExtensions =
        [".mp4", ".mkv", ".avi", ".mov", ".m4v", ".webm", ".ts", ".m2ts", ".mts", ".mpg", ".mpeg", ".wmv", ".flv", ".3gp", ".ogv", ".y4m", ".h264", ".264", ".h265", ".265", ".hevc", ".dav", ".asf", ".vob", ".mxf", ".gif"];

    /// <summary>All inputs, in the order given; files of a folder or pattern in order of their names.</summary>
    /// <param name="words">Files, patterns such as cam*.mp4, folders of images or of videos, cameras, URLs, "-".</param>
    /// <param name="outputFolder">No input's results go into the input itself.</param>
    /// <exception cref="UserError">A pattern or a folder holds nothing to work on.</exception>
    public static IReadOnlyList<JobInput> Expand(IEnumerable<string> words, string outputFolder) => Expand(words, [], outputFolder);

    /// <summary>The same, and those of a manifest behind them.</summary>
    /// <param name="words">As above.</param>
    /// <param name="entries">Of a manifest; taken as they are.</param>
    /// <param name="outputFolder">No input's results go into the input itself.</param>
    public static IReadOnlyList<JobInput> Expand(IEnumerable<string> words, IReadOnlyList<Archive.ManifestEntry> entries, string outputFolder)
    {
        List<string> paths = [];
        foreach (string word in words)
        {
            if (IsAddress(word) || File.Exists(word))
                paths.Add(word);
            else if (Directory.Exists(word))
                paths.AddRange(OfFolder(word));
            else if (word.AsSpan().IndexOfAny('*', '?') >= 0)
                paths.AddRange(OfPattern(word));
            else
                paths.Add(word);      // it is missing: its job says so, and the others are done
        }
        return Name(paths, entries, outputFolder);
    }

    /// <summary>All videos in a folder and below it, in order of their paths, whatever else lies there; the folder itself where there are none.</summary>
    public static IReadOnlyList<string> VideosBelow(string folder)
    {
        string[] videos = [.. Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true }).Where(file => HasExtension(file, VideoExtensions))];
        Array.Sort(videos, StringComparer.Ordinal);
        return videos.Length == 0 ? [folder] : videos;
    }

    /// <summary>Whether a word names a stream or a camera instead of something in the file system.</summary>
    public static bool IsAddress(string word) =>
        word == "-" || word.Contains("://", StringComparison.Ordinal) || word.StartsWith("camera:", StringComparison.Ordinal) || word.StartsWith("/dev/", StringComparison.Ordinal);

    private static IEnumerable<string> OfFolder(string folder)
    {
        string[] files = Directory.GetFiles(folder);
        string[] videos = Array.FindAll(files, file => HasExtension(file, VideoExtensions));
        if (videos.Length == 0 || Array.Exists(files, file => HasExtension(file, ImageExtensions)))
            return [folder];      // images: the folder itself is one input, and its source says what is wrong with it
        Array.Sort(videos, StringComparer.Ordinal);
        return videos;
    }

    private static string[] OfPattern(string pattern)
    {
        string folder = Path.GetDirectoryName(pattern) is { Length: > 0 } given ? given : ".";
        string name = Path.GetFileName(pattern);
        if (!Directory.Exists(folder))
            throw UserError.Usage($"No folder '{folder}' to look for '{name}' in.");
        string[] found = [.. new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath())
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && FileSystemName.MatchesSimpleExpression(name, entry.FileName),
        }];
        if (found.Length == 0)
            throw UserError.Usage($"No file matches '{pattern}'.");
        Array.Sort(found, StringComparer.Ordinal);
        return found;
    }

    // The name that the manifest gives, else one by its path; the parts of an input have one.
    private static List<JobInput> Name(List<string> paths, IReadOnlyList<Archive.ManifestEntry> entries, string outputFolder)
    {
        (string Path, Archive.ManifestEntry? Entry)[] all = [.. paths.Select(path => (path, (Archive.ManifestEntry?)null)), .. entries.Select(entry => (entry.Input, (Archive.ManifestEntry?)entry))];
        string output = Path.TrimEndingDirectorySeparator(Path.GetFullPath(outputFolder));
        Archive.ResultNames names = new([.. all.Where(input => input.Entry is null or { Name: null, Part: null or { Number: 1 } }).Select(input => OwnNames(input.Path))], entries.Select(entry => entry.Name).OfType<string>());
        Dictionary<(string?, string), string> divided = [];      // the name of an input of which parts have come
        List<JobInput> inputs = [];
        foreach ((string path, Archive.ManifestEntry? entry) in all)
        {
            string? name = entry?.Name;
            if (name is null && (entry?.Part is null || !divided.TryGetValue((entry.Name, path), out name)))
            {
                (string stem, string file) = OwnNames(path);
                string? folder = entry is null || IsAddress(path) ? null : FileName(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "");
                name = names.Next(stem, file, folder, name => IsSame(Path.Combine(output, name), path));
            }
            if (entry?.Part is Archive.InputSlice part)
            {
                divided.TryAdd((entry.Name, path), name);
                name = $"{name}/{part.Folder}";
            }
            inputs.Add(new JobInput(path, name) { Entry = entry });
        }
        return inputs;
    }

    private static (string Stem, string File) OwnNames(string path) => (Stem(path), IsAddress(path) ? Stem(path) : FileName(path));

    private static string FileName(string path) => Path.GetFileName(Path.TrimEndingDirectorySeparator(path));

    private static string Stem(string path)
    {
        if (path == "-")
            return "stdin";
        bool isUrl = path.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(path, UriKind.Absolute, out _);
        string last = Path.GetFileName(Path.TrimEndingDirectorySeparator(isUrl ? new Uri(path).AbsolutePath : path));
        string stem = Directory.Exists(path) ? last : Path.GetFileNameWithoutExtension(last);
        stem = string.Concat(stem.Select(letter => char.IsLetterOrDigit(letter) || "-_.+ ()[]".Contains(letter, StringComparison.Ordinal) ? letter : '_')).Trim(' ', '.');
        return stem.Length > 0 ? stem : "input";
    }

    private static bool IsSame(string folder, string path) =>
        !IsAddress(path) && folder == Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    private static bool HasExtension(string file, string[] extensions) => Array.Exists(extensions, extension => file.EndsWith(extension, StringComparison.OrdinalIgnoreCase));
}
