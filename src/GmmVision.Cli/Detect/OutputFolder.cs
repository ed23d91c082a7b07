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

    private readonly string _parent, _name;
    private readonly HiddenFolder _partial;
    private readonly bool _isParentOurs;

    /// <summary>Makes the hidden folder; those that killed runs left are removed.</summary>
    /// <param name="parent">Where results lie.</param>
    /// <param name="name">Of this one.</param>
    /// <param name="isSwept">Whether what killed runs left there was removed already.</param>
    /// <exception cref="UserError">The folder cannot be written.</exception>
    public OutputFolder(string parent, string name, bool isSwept = false)
    {
        (_parent, _name) = (parent, name);
        Path = System.IO.Path.Combine(parent, name);
        _isParentOurs = !Directory.Exists(parent);
        Folders.Create(parent, "--output");
        try
        {
            if (!isSwept)
                HiddenFolder.RemoveDead(parent, name);
            _partial = new HiddenFolder(parent, name);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Folders.Unusable(parent, "--output", exception);
        }
    }

    /// <summary>The hidden folder in which files are made.</summary>
    public string Making => _partial.Path;

    /// <summary>Where the results will lie.</summary>
    public string Path { get; }

    /// <summary>Where a file of that name lies in the end.</summary>
    public string Final(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Where to make a file of that name.</summary>
    public string this[string name] => System.IO.Path.Combine(Making, name);

    /// <summary>Forgets all files that were made.</summary>
    public void Clear()
    {
        foreach (string file in Directory.GetFiles(Making).Where(file => !System.IO.Path.GetFileName(file).StartsWith('.')))
            File.Delete(file);
    }

    /// <summary>Gives the result its final name. An earlier one is replaced, the report last; where that fails it is there as before.</summary>
    /// <param name="isSame">Told the path of a report that is there: whether it is of this input and these settings, and whole, so that another process has done the same work meanwhile and its result stays. Null: it never stays.</param>
    /// <returns>Whether the files are this process's; not where another's stayed.</returns>
    /// <exception cref="IOException">A file cannot be moved in.</exception>
    public bool Publish(Func<string, bool>? isSame = null)
    {
        _partial.Release();
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return TryPublish(isSame);
            }
            catch (DirectoryNotFoundException) when (attempt < 5 && Directory.Exists(Making))
            {
                // Another process has just taken the earlier result away, to put its own there.
            }
        }
    }

    private bool TryPublish(Func<string, bool>? isSame)
    {
        if (TryMove(Making, Path))
            return true;
        if (isSame?.Invoke(Final(ReportName)) == true)
        {
            Directory.Delete(Making, recursive: true);
            return false;
        }
        if (EarlierResults([]).Count() == Directory.EnumerateFileSystemEntries(Path).Count())
            return Exchange(isSame);
        MoveIn();
        return true;
    }

    // Both renames are atomic; between them the earlier result is where RemoveDead finds it.
    private bool Exchange(Func<string, bool>? isSame)
    {
        string before = HiddenFolder.Before(_parent, _name);
        Directory.Move(Path, before);
        bool isMoved = false;
        try
        {
            isMoved = TryMove(Making, Path);
            if (!isMoved && isSame?.Invoke(Final(ReportName)) != true)
                throw new IOException($"cannot write '{Path}': another process writes other results there. Give each its own folder with --output.");
            return isMoved;
        }
        finally
        {
            if (isMoved || !TryMove(before, Path))
                Directory.Delete(before, recursive: true);
        }
    }

    private static bool TryMove(string from, string to)
    {
        if (Directory.Exists(to))
            return false;
        try
        {
            Directory.Move(from, to);
            return true;
        }
        catch (IOException) when (Directory.Exists(to))
        {
            return false;      // somebody was faster
        }
    }

    // Into a folder in which somebody keeps other files too.
    private void MoveIn()
    {
        string aside = System.IO.Path.Combine(Making, "before");
        Stack<(string From, string To)> moved = [];
        string[] made = [.. Directory.GetFiles(Making).OrderBy(file => System.IO.Path.GetFileName(file) == ReportName)];
        try
        {
            Directory.CreateDirectory(aside);
            foreach (string old in EarlierResults(made))
                Move(old, aside);
            foreach (string file in made)
                Move(file, Path);
        }
        catch
        {
            while (moved.TryPop(out (string From, string To) move))
                File.Move(move.To, move.From);
            throw;
        }
        Directory.Delete(Making, recursive: true);

        void Move(string file, string folder)
        {
            string to = System.IO.Path.Combine(folder, System.IO.Path.GetFileName(file));
            if (Directory.Exists(to))
                throw new IOException($"cannot write '{to}': there is a folder of that name. Move it away, or give another folder with --output.");
            File.Move(file, to);
            moved.Push((file, to));
        }
    }

    // An earlier run's, by their names; and whatever else has the name of a new one.
    private IEnumerable<string> EarlierResults(string[] made)
    {
        bool isOurs = File.Exists(Final(ReportName)) || File.Exists(Final(Archive.FailureRecord.FileName));
        HashSet<string?> names = [.. made.Select(System.IO.Path.GetFileName)];
        return Directory.GetFiles(Path).Select(file => (File: file, Name: System.IO.Path.GetFileName(file)))
            .Where(old => names.Contains(old.Name) || (isOurs && (old.Name == ReportName || OurNames().IsMatch(old.Name))))
            .OrderBy(old => old.Name != ReportName).Select(old => old.File);
    }

    public void Dispose()
    {
        _partial.Dispose();
        if (_isParentOurs && Directory.Exists(_parent) && !Directory.EnumerateFileSystemEntries(_parent).Any())
            Directory.Delete(_parent);
    }

    [GeneratedRegex(@"^(events\.csv|failed\.json|motion(-\d+)?\.grid|frames\.motion|background(-\d+)?\.(png|gmm)|heatmap(-\d+)?\.png|mask(-\d+)?\.mkv|tracks(-\d+)?\.jsonl|overlay(-\d+)?\.mp4|event-\d{3,}\.\w+|\..+\.[0-9a-f]{8}\.partial\.\w+)$")]
    private static partial Regex OurNames();
}
