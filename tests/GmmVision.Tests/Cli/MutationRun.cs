using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace GmmVision.Tests.Cli;

/// <summary>Runs the application on a damaged file, and says what is wrong with how that went.</summary>
internal static class MutationRun
{
    private const string Mark = "GMMVISION_MUTATION";
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60), Grace = TimeSpan.FromSeconds(2);

    /// <summary>Runs it to its end.</summary>
    /// <param name="application">GmmVision.Cli.dll, or the executable.</param>
    /// <param name="files">Makes the file.</param>
    /// <param name="kind">Kind of the file.</param>
    /// <param name="seed">Its seed.</param>
    /// <param name="folder">For everything that this run writes; removed at the end where all went well.</param>
    /// <returns>The exit code, and what is wrong: one sentence; null where nothing is.</returns>
    public static (int Code, string? Fault) Run(string application, MutatedFile files, string kind, int seed, string folder)
    {
        string run = Path.Combine(folder, $"{kind}-{seed}"), output = Path.Combine(run, "out"), temporary = Path.Combine(run, "tmp"), mark = Guid.NewGuid().ToString("N");
        Directory.CreateDirectory(temporary);
        string path = files.Write(kind, seed);
        string[] arguments = MutatedFile.Arguments(path, seed, output);
        bool isManaged = application.EndsWith(".dll", StringComparison.Ordinal);
        ProcessStartInfo start = new(isManaged ? "dotnet" : application, isManaged ? [application, .. arguments] : arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [Mark] = mark, ["TMPDIR"] = temporary, ["DOTNET_EnableDiagnostics"] = "0" },
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> outputText = process.StandardOutput.ReadToEndAsync(), errorText = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Longest))
        {
            process.Kill(entireProcessTree: true);
            return (-1, $"still runs after {Longest.TotalSeconds} s");
        }
        string? orphan = Orphan(mark);
        if (orphan is not null)
            return (process.ExitCode, $"left a process behind: {orphan}");
        _ = outputText.GetAwaiter().GetResult();
        string? fault = Judge(process.ExitCode, errorText.GetAwaiter().GetResult(), arguments[0], path, output, temporary);
        if (fault is null)
        {
            Directory.Delete(run, recursive: true);
            File.Delete(path);
        }
        return (process.ExitCode, fault);
    }

    private static string? Judge(int code, string error, string command, string path, string folder, string temporary)
    {
        if (code is not (0 or 1 or 2))
            return $"exit code {code}: {error}";
        string[] lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] told = [.. lines.Where(line => line.StartsWith($"gmmvision {command}:", StringComparison.Ordinal))];
        if (code != 0 && (told.Length != 1 || !told[0].Contains(Path.GetFileNameWithoutExtension(path), StringComparison.Ordinal)))
            return $"exit code {code}, but not one line that names the file: {error}";
        if (error.Contains("   at ", StringComparison.Ordinal) || error.Contains("nhandled", StringComparison.Ordinal))
            return $"a stack trace: {error}";
        foreach (string left in Directory.Exists(folder) ? Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories) : [])
        {
            if (left.Contains("partial", StringComparison.Ordinal))
                return $"left {left}";
            if (left.EndsWith(".json", StringComparison.Ordinal) && !IsJson(left))
                return $"'{left}' is no JSON";
        }
        if (code == 0 && (!Directory.Exists(folder) || Directory.GetFiles(folder, "*.json", SearchOption.AllDirectories).Length == 0))
            return "exit code 0, but there are no results";
        string[] kept = Directory.GetFileSystemEntries(temporary);
        return kept.Length > 0 ? $"left {kept[0]}" : null;
    }

    private static bool IsJson(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // A child has the mark in its environment; one that ends just now gets time to.
    private static string? Orphan(string mark)
    {
        if (!Directory.Exists("/proc/self"))
            return null;
        string? found = null;
        SpinWait.SpinUntil(() => (found = Marked(mark)) is null, Grace);
        return found;
    }

    private static string? Marked(string mark)
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out _))
                continue;
            try
            {
                if (Encoding.Latin1.GetString(File.ReadAllBytes(Path.Combine(folder, "environ"))).Contains(mark, StringComparison.Ordinal))
                    return File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
            }
        }
        return null;
    }
}
