using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace GmmVision.Cli;

/// <summary>Folders for results, with errors in words of our own: which option, which path, what to do.</summary>
internal static class Folders
{
    /// <summary>Finds out, before any work is done, that a path can never be a folder.</summary>
    /// <exception cref="UserError">It, or a part of it, is a file.</exception>
    public static void Require(string path, string option)
    {
        for (string? part = Path.GetFullPath(path); part is not null; part = Path.GetDirectoryName(part))
        {
            if (File.Exists(part))
                throw new UserError($"cannot write results into '{path}': '{Path.GetRelativePath(".", part)}' is a file, not a folder. Give another folder with {option}.");
            if (Directory.Exists(part))
                return;
        }
    }

    /// <summary>Makes it where it is missing.</summary>
    /// <exception cref="UserError">It cannot be made.</exception>
    public static void Create(string path, string option)
    {
        Require(path, option);
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, option, exception);
        }
    }

    /// <summary>The hidden folder in which this run makes the files of a result; no other process has the same, on no machine that shares the disk.</summary>
    /// <param name="parent">Where the result will lie.</param>
    /// <param name="name">Of the result.</param>
    public static string Partial(string parent, string name) => Hidden(parent, name, PartialMark);

    /// <summary>The hidden folder in which the result that is being replaced waits until the new one is there.</summary>
    public static string Before(string parent, string name) => Hidden(parent, name, BeforeMark);

    private const string PartialMark = ".partial-", BeforeMark = ".before-";

    // A process on another machine cannot be asked whether it runs: its folder counts as left behind when nothing was written into it for so long.
    private static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    private static readonly string Host = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Environment.MachineName)).AsSpan(0, 4));

    private static string Hidden(string parent, string name, string mark) =>
        Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $".{name}{mark}{Host}-{Environment.ProcessId}"));

    /// <summary>Removes such folders of runs that were killed; an earlier result that was being replaced then is put back.</summary>
    /// <param name="parent">Where results lie.</param>
    /// <param name="name">Of the result; null: of all results there.</param>
    /// <exception cref="IOException">One cannot be removed.</exception>
    public static void RemoveDead(string parent, string? name = null)
    {
        foreach (string left in Directory.EnumerateDirectories(parent).Where(folder => Path.GetFileName(folder).StartsWith(name is null ? "." : $".{name}.", StringComparison.Ordinal)).ToArray())
        {
            string file = Path.GetFileName(left);
            int before = file.LastIndexOf(BeforeMark, StringComparison.Ordinal), at = Math.Max(before, file.LastIndexOf(PartialMark, StringComparison.Ordinal));
            if (at < 2 || (name is not null && at != name.Length + 1) || !IsDead(left, file[(file.IndexOf('-', at) + 1)..]))
                continue;
            string result = Path.Combine(parent, file[1..at]);
            if (at == before && !Directory.Exists(result))
                Directory.Move(left, result);
            else
                Directory.Delete(left, recursive: true);
        }
    }

    // Of this machine's processes one is dead that does not run, or has our number (we have made none yet).
    private static bool IsDead(string folder, string owner)
    {
        string[] parts = owner.Split('-');      // host and process; the process alone in folders of versions before 0.2
        if (parts.Length == 2 && parts[0] != Host)
            return DateTime.UtcNow - LastWrite(folder) > Patience;
        return !int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int process) || process == Environment.ProcessId || !IsRunning(process);
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

    /// <summary>What to say when a folder cannot be written into.</summary>
    public static UserError Unusable(string path, string option, Exception exception)
    {
        // The errors of the system that have words of their own: no space, read-only, a name that is too long.
        string reason = exception is UnauthorizedAccessException ? "no permission" : (exception.HResult & 0xFFFF) switch
        {
            28 or 112 => "the disk is full",
            30 or 19 => "the file system is read-only",
            36 or 206 => "the name is too long",
            _ => exception.Message.TrimEnd('.'),
        };
        return new UserError($"cannot write results into '{path}': {reason}. Give another folder with {option}.", inner: exception);
    }
}
