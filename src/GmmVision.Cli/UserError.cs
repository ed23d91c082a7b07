namespace GmmVision.Cli;

/// <summary>A failure that the user can understand and act on: one line that says what was being done, with which value, what is allowed and what to do.</summary>
/// <param name="message">The line, without the program's name in front.</param>
/// <param name="exitCode"><see cref="ExitCode.Failed"/> unless the command line itself is wrong.</param>
/// <param name="inner">What was thrown underneath, shown with --verbose.</param>
internal sealed class UserError(string message, int exitCode = ExitCode.Failed, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the process returns.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>Wrong usage: an option out of its range, options that exclude each other.</summary>
    public static UserError Usage(string message, Exception? inner = null) => new(message, Cli.ExitCode.Usage, inner);
}
