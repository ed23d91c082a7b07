using System.CommandLine;
using System.CommandLine.Invocation;
using GmmVision.Recording;

namespace GmmVision.Cli;

/// <summary>What all commands share: parsing, one line for every failure, exit codes, an end on Ctrl-C that keeps what was done.</summary>
internal static class CommandFrame
{
    /// <summary>Parses the command line and runs the command that it names.</summary>
    /// <remarks>
    /// An action gets a <see cref="CancellationToken"/> that Ctrl-C or SIGTERM cancels; it then finishes its files and
    /// either returns an exit code or throws <see cref="OperationCanceledException"/>. A second signal ends at once.
    /// </remarks>
    /// <param name="root">All commands.</param>
    /// <param name="args">The words after the program's name.</param>
    /// <param name="error">Where errors are told; stderr unless given.</param>
    /// <param name="output">Where results are told; stdout unless given. Actions find it in their ParseResult's InvocationConfiguration.</param>
    public static int Run(RootCommand root, string[] args, TextWriter? error = null, TextWriter? output = null)
    {
        (output, error) = (output ?? Console.Out, error ?? Console.Error);
        Option<bool> verbose = new("--verbose") { Description = "With an error, show where it was thrown.", Recursive = true };
        root.HelpName = "gmmvision";
        root.Add(verbose);
        ParseResult parse = root.Parse(args);
        if (args.Length == 0)
        {
            root.Parse("--help").Invoke(new InvocationConfiguration { Output = error });
            return ExitCode.Usage;
        }
        // Whoever asks for help gets it, whatever else was written.
        string? unknown = parse.Action is null or ParseErrorAction || parse.Action == parse.CommandResult.Command.Action ? UnknownWords.Of(parse, args) : null;
        if (unknown is not null || parse.Action is ParseErrorAction)
        {
            string path = CommandPath(parse);
            error.WriteLine($"{path}: {unknown ?? string.Join(" ", parse.Errors.Select(wrong => Trouble.OneLine(wrong.Message)))} (see: {path} --help)");
            return ExitCode.Usage;
        }

        using Interruption interruption = new();
        try
        {
            InvocationConfiguration configuration = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = output, Error = error };
            int code = parse.InvokeAsync(configuration, interruption.Token).GetAwaiter().GetResult();
            return interruption.ExitCode ?? code;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || interruption.ExitCode is null)
        {
            return Report(error, CommandPath(parse), exception, parse.GetValue(verbose));
        }
        catch (OperationCanceledException)
        {
            error.WriteLine($"{CommandPath(parse)}: interrupted");
            return interruption.ExitCode ?? ExitCode.Interrupted;
        }
    }

    /// <summary>The line that a failed part of a job is reported with.</summary>
    public static string Describe(Exception exception) => exception switch
    {
        UserError => Trouble.OneLine(exception.Message),
        IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException or OutOfMemoryException => Trouble.Describe(exception),
        _ => Trouble.Describe(exception) + " (--verbose shows where)",
    };

    private static int Report(TextWriter output, string path, Exception exception, bool verbose)
    {
        output.WriteLine($"{path}: {Describe(exception)}");
        if (verbose)
            output.WriteLine(exception);
        return exception switch
        {
            UserError error => error.ExitCode,
            ArgumentException => ExitCode.Usage,      // options are checked by the types that take them
            _ => ExitCode.Failed,
        };
    }

    private static string CommandPath(ParseResult parse)
    {
        string path = "";
        for (Symbol? command = parse.CommandResult.Command; command is not null and not RootCommand; command = command.Parents.FirstOrDefault())
            path = $" {command.Name}{path}";
        return "gmmvision" + path;
    }
}
