using System.Globalization;
using System.Text.RegularExpressions;

namespace GmmVision.Cli.Eval;

/// <summary>A video in the form of changedetection.net: input/, and where there are any, groundtruth/, ROI.bmp or ROI.png, temporalROI.txt.</summary>
internal sealed partial record EvalVideo(string Category, string Name, string Path)
{
    private static readonly string[] ImageExtensions = [".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp"];

    /// <summary>As it is told to people, and as result folders are named.</summary>
    public string FullName => $"{Category}/{Name}";

    public string InputFolder => System.IO.Path.Combine(Path, "input");

    public string GroundTruthFolder => System.IO.Path.Combine(Path, "groundtruth");

    public string? RegionFile => new[] { "ROI.bmp", "ROI.png" }.Select(name => System.IO.Path.Combine(Path, name)).FirstOrDefault(File.Exists);

    /// <summary>First and last scored frame; everything where there is no such file.</summary>
    /// <exception cref="UserError">It does not hold two numbers.</exception>
    public (int First, int Last) ReadTemporalRegion()
    {
        string file = System.IO.Path.Combine(Path, "temporalROI.txt");
        if (!File.Exists(file))
            return (0, int.MaxValue);
        string[] words = File.ReadAllText(file).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Length >= 2 && int.TryParse(words[0], CultureInfo.InvariantCulture, out int first)
            && int.TryParse(words[1], CultureInfo.InvariantCulture, out int last) && first <= last
            ? (first, last)
            : throw new UserError($"'{file}' must hold the numbers of the first and the last scored frame, as in \"470 1700\"; it holds \"{string.Join(' ', words.Take(4))}\".");
    }

    /// <summary>The numbers in the names of a folder's images, ascending, which is the order in which they are read.</summary>
    /// <exception cref="UserError">There are none, or two have the same number.</exception>
    public static int[] ImageNumbers(string folder) => [.. NumberedImages(folder).Select(image => image.Number)];

    /// <summary>A folder's images by the numbers in their names, ascending.</summary>
    /// <exception cref="UserError">There are none, or two have the same number.</exception>
    public static (int Number, string Path)[] NumberedImages(string folder)
    {
        (int Number, string Path)[] images = [.. Directory.EnumerateFiles(folder)
            .Where(file => ImageExtensions.Contains(System.IO.Path.GetExtension(file).ToLowerInvariant()))
            .Select(file => (Match: LastNumber().Match(System.IO.Path.GetFileNameWithoutExtension(file)), File: file))
            .Where(image => image.Match.Success)
            .Select(image => (int.Parse(image.Match.Value, CultureInfo.InvariantCulture), image.File))
            .Order()];
        if (images.Length == 0)
            throw new UserError($"'{folder}' holds no numbered images: name them as in in000001.jpg.");
        for (int i = 1; i < images.Length; i++)
            if (images[i].Number == images[i - 1].Number)
                throw new UserError($"'{folder}' holds two images with the number {images[i].Number}.");
        return images;
    }

    [GeneratedRegex(@"\d{1,9}(?=\D*$)")]
    private static partial Regex LastNumber();

    /// <summary>Finds videos: the folder itself, those of a category, or those of all categories in it.</summary>
    /// <param name="folder">What the user named.</param>
    /// <param name="exclude">A folder that is not looked into, where masks go.</param>
    /// <param name="problems">Receives a line for each folder that should be a video and is none.</param>
    /// <exception cref="UserError">There is no such folder, or no video in it.</exception>
    public static List<EvalVideo> Find(string folder, string? exclude, List<string> problems)
    {
        string root = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(folder));
        if (!Directory.Exists(root))
            throw new UserError($"there is no folder '{folder}': give one with <category>/<video>/input, as changedetection.net lays it out.");
        if (IsVideo(root))
            return [new EvalVideo(NameOf(System.IO.Path.GetDirectoryName(root) ?? root), NameOf(root), root)];

        string? hidden = exclude is null ? null : System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(exclude));
        string[] inside = Subfolders(root, hidden);
        var videos = new List<EvalVideo>();
        if (inside.Any(IsVideo))
            AddVideos(NameOf(root), inside, videos, problems);
        else
            foreach (string category in inside)
                AddVideos(NameOf(category), Subfolders(category, hidden), videos, problems);
        if (videos.Count == 0)
            throw new UserError($"there is no video in '{folder}': it must hold <category>/<video>/input with numbered images, as changedetection.net lays it out.");
        return videos;
    }

    private static void AddVideos(string category, string[] folders, List<EvalVideo> videos, List<string> problems)
    {
        foreach (string folder in folders)
        {
            if (IsVideo(folder))
                videos.Add(new EvalVideo(category, NameOf(folder), folder));
            else
                problems.Add($"{category}/{NameOf(folder)}: there is no folder 'input' in '{folder}'.");
        }
    }

    private static string[] Subfolders(string folder, string? hidden) => [.. Directory.GetDirectories(folder)
        .Where(inside => inside != hidden && !NameOf(inside).StartsWith('.'))
        .Order(StringComparer.Ordinal)];

    private static bool IsVideo(string folder) => Directory.Exists(System.IO.Path.Combine(folder, "input"));

    private static string NameOf(string folder) => System.IO.Path.GetFileName(folder) is { Length: > 0 } name ? name : folder;
}
