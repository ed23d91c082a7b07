using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace GmmVision.Cli;

/// <summary>
/// A hidden folder beside a result, in which it is made or in which an earlier one waits until it is replaced. No other process has the
/// same, on whatever machine or in whatever container; while its owner lives it holds a lock in it.
/// </summary>
internal sealed class HiddenFolder : IDisposable
{
    private const string PartialMark = ".partial-", BeforeMark = ".before-", LockName = ".lock";

    // A process on another machine cannot be asked whether it lives: its folder counts as left behind when nothing was written into it
    // for so long. The same, much shorter, for the moment between making a folder and locking it, and between unlocking and renaming.
    private static readonly TimeSpan Patience = TimeSpan.FromHours(24), Moment = TimeSpan.FromMinutes(10);

    private static readonly string Owner = string.Create(CultureInfo.InvariantCulture,
        $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Environment.MachineName)).AsSpan(0, 4))}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..6]}");

    private FileStream? _lock;

    /// <summary>Makes it.</summary>
    /// <param name="parent">Where the result will lie.</param>
    /// <param name="name">Of the result.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    public HiddenFolder(string parent, string name)
    {
        Path = System.IO.Path.Combine(parent, $".{name}{PartialMark}{Owner}");
        Directory.CreateDirectory(Path);
        _lock = new FileStream(System.IO.Path.Combine(Path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Where the result that is being replaced waits, by a name of this process.</summary>
    public static string Before(string parent, string name) => System.IO.Path.Combine(parent, $".{name}{BeforeMark}{Owner}");

    /// <summary>Takes the lock out, so that the folder holds nothing but results and can be renamed.</summary>
    public void Release()
    {
        if (_lock is null)
            return;
        _lock.Dispose();
        _lock = null;
        File.Delete(System.IO.Path.Combine(Path, LockName));
    }

    public void Dispose()
    {
        _lock?.Dispose();
        _lock = null;
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }

    /// <summary>Removes such folders of runs that were killed; an earlier result that was being replaced then is put back.</summary>
    /// <param name="parent">Where results lie.</param>
    /// <param name="name">Of the result; null: of all results there.</param>
    /// <exception cref="IOException">One cannot be removed.</exception>
    public static void RemoveDead(string parent, string? name = null)
    {
        foreach (string left in Directory.EnumerateDirectories(parent).Where(folder => System.IO.Path.GetFileName(folder).StartsWith(name is null ? "." : $".{name}.", StringComparison.Ordinal)).ToArray())
        {
            string file = System.IO.Path.GetFileName(left);
            int before = file.LastIndexOf(BeforeMark, StringComparison.Ordinal), at = Math.Max(before, file.LastIndexOf(PartialMark, StringComparison.Ordinal));
            if (at < 2 || (name is not null && at != name.Length + 1) || !IsDead(left, file[(file.IndexOf('-', at) + 1)..]))
                continue;
            string result = System.IO.Path.Combine(parent, file[1..at]);
            if (at == before && !Directory.Exists(result))
                Directory.Move(left, result);
            else
                Directory.Delete(left, recursive: true);
        }
    }

    private static bool IsDead(string folder, string owner)
    {
        if (owner == Owner)
            return false;
        string[] parts = owner.Split('-');
        if (parts.Length == 1)      // of versions before 0.2: a process of this machine
            return !int.TryParse(owner, NumberStyles.None, CultureInfo.InvariantCulture, out int process) || !IsRunning(process);
        TimeSpan silent = DateTime.UtcNow - LastWrite(folder);
        if (parts[0] != Owner.Split('-')[0])
            return silent > Patience;
        try
        {
            using FileStream held = new(System.IO.Path.Combine(folder, LockName), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (FileNotFoundException)
        {
            // An earlier result has none, and waits for a moment only.
            return silent > Moment || (folder.Contains(BeforeMark, StringComparison.Ordinal) && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int replacing) && !IsRunning(replacing));
        }
        catch (IOException)
        {
            return false;      // somebody holds it
        }
    }

    private static DateTime LastWrite(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Select(file => file.LastWriteTimeUtc).Append(Directory.GetLastWriteTimeUtc(folder)).Max();

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
}
