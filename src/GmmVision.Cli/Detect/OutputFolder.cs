using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace GmmVision.Cli.Detect;

/// <summary>
/// The folder of one input's results. Files are made in a hidden folder beside it and moved in when all are done, so a
/// file under its final name is always whole, and a run that is killed leaves an earlier run's results as they were.
/// </summary>
internal sealed partial class OutputFolder : IDisposable
{
    /// <summary>The file that is moved in last: where it is, everything else is, but for clips, which it says are being cut.</summary>
    public const string ReportName = "events.json";

    private readonly string _parent, _partial;
    private readonly bool _isParentOurs;

    /// <summary>Makes the hidden folder; those that killed runs left are removed.</summary>
    /// <exception cref="UserError">The folder cannot be written.</exception>
    public OutputFolder(string parent, string name)
    {
        _parent = parent;
        Path = System.IO.Path.Combine(parent, name);
        string prefix = $".{name}.partial-";
        _partial = System.IO.Path.Combine(parent, prefix + Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        _isParentOurs = !Directory.Exists(parent);
        Folders.Create(parent, "--output");
        try
        {
            foreach (string left in Directory.GetDirectories(parent, prefix + "*"))
            {
                if (!int.TryParse(left.AsSpan(left.LastIndexOf('-') + 1), out int process) || process == Environment.ProcessId || !IsRunning(process))
                    Directory.Delete(left, recursive: true);
            }
            Directory.CreateDirectory(_partial);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Folders.Unusable(parent, "--output", exception);
        }
    }

    /// <summary>Where the results will lie.</summary>
    public string Path { get; }

    /// <summary>Where a file of that name lies in the end.</summary>
    public string Final(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Where to make a file of that name.</summary>
    public string this[string name] => System.IO.Path.Combine(_partial, name);

    /// <summary>Forgets all files that were made.</summary>
    public void Clear()
    {
        foreach (string file in Directory.GetFiles(_partial))
            File.Delete(file);
    }

    /// <summary>Removes an earlier run's results and moves the new ones in, the report last.</summary>
    public void Publish()
    {
        Directory.CreateDirectory(Path);
        string report = System.IO.Path.Combine(Path, ReportName);
        if (File.Exists(report))
        {
            File.Delete(report);
            foreach (string file in Directory.GetFiles(Path))
            {
                if (OurNames().IsMatch(System.IO.Path.GetFileName(file)))
                    File.Delete(file);
            }
        }
        foreach (string file in Directory.GetFiles(_partial).OrderBy(file => System.IO.Path.GetFileName(file) == ReportName))
            File.Move(file, System.IO.Path.Combine(Path, System.IO.Path.GetFileName(file)), overwrite: true);
        Directory.Delete(_partial, recursive: true);
    }

    public void Dispose()
    {
        if (Directory.Exists(_partial))
            Directory.Delete(_partial, recursive: true);
        if (_isParentOurs && Directory.Exists(_parent) && !Directory.EnumerateFileSystemEntries(_parent).Any())
            Directory.Delete(_parent);
    }

    private static bool IsRunning(int process)
    {
        try
        {
            using Process other = Process.GetProcessById(process);
            return !other.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^(events\.csv|background(-\d+)?\.(png|gmm)|heatmap(-\d+)?\.png|mask(-\d+)?\.mkv|overlay(-\d+)?\.mp4|event-\d{3,}\.\w+)$")]
    private static partial Regex OurNames();
}
