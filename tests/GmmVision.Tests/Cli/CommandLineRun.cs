using System.CommandLine;
using System.Diagnostics;
using GmmVision.Cli;
using GmmVision.Cli.Commands;

namespace GmmVision.Tests.Cli;

/// <summary>Runs the command line: inside of this process where only words and errors matter, as a process where signals do.</summary>
internal static class CommandLineRun
{
    /// <summary>Runs a command here and returns its exit code and what it said.</summary>
    public static (int Code, string Output, string Error) Here(params string[] args)
    {
        StringWriter output = new(), error = new();
        int code = CommandFrame.Run(new RootCommand("Test.") { DetectCommand.Create(), ManifestCommand.Create(), CollectCommand.Create(), SearchCommand.Create(), BenchCommand.Create() }, args, error, output);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>Starts the built application.</summary>
    public static Process Start(params string[] args)
    {
        // What a shell starts in the background ignores Ctrl-C, and so would all that it starts.
        string[] command = IgnoresInterrupts ? ["env", "--default-signal=INT", "dotnet"] : ["dotnet"];
        ProcessStartInfo start = new(command[0], [.. command[1..], Path.Combine(AppContext.BaseDirectory, "GmmVision.Cli.dll"), .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    /// <summary>Runs the built application to its end.</summary>
    public static (int Code, string Output, string Error) Run(params string[] args)
    {
        using Process process = Start(args);
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }

    private static bool IgnoresInterrupts => OperatingSystem.IsLinux()
        && File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } ignored
        && (Convert.ToUInt64(ignored["SigIgn:".Length..].Trim(), 16) & 1 << 1) != 0;       // signal 2

    /// <summary>Sends a signal to one process, as kill does.</summary>
    public static void Signal(Process process, string signal)
    {
        using Process kill = Process.Start("kill", ["-" + signal, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
