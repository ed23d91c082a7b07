namespace GmmVision.Cli.Detect;

/// <summary>All inputs of one command, one after the other; a bad one does not keep the others from being done.</summary>
internal sealed class DetectRun(IReadOnlyList<JobInput> inputs, DetectOptions options)
{
    /// <summary>For what a program may read: the lines of --json, or the summary.</summary>
    public TextWriter Output { get; init; } = Console.Out;

    /// <summary>For everything else.</summary>
    public TextWriter Error { get; init; } = Console.Error;

    /// <returns>The exit code.</returns>
    public int Execute(CancellationToken cancellation)
    {
        // With --json stdout belongs to the program that reads it.
        TextWriter summary = options.JsonLines ? Error : Output;
        List<(string Name, string Problem)> bad = [];
        foreach (JobInput input in inputs)
        {
            try
            {
                JobResult result = new DetectJob(input, ForInput(input), Output).Run(cancellation);
                summary.WriteLine(result.Summary());
                if (result.Problem is string problem)
                    bad.Add((input.Path, problem));
            }
            catch (Exception exception) when (inputs.Count > 1 && exception is IOException or UnauthorizedAccessException or InvalidDataException or UserError { ExitCode: ExitCode.Failed })
            {
                bad.Add((input.Path, CommandFrame.Describe(exception)));
            }
            cancellation.ThrowIfCancellationRequested();
        }
        if (bad.Count == 0)
            return ExitCode.Success;
        if (inputs.Count == 1)
            throw new UserError(bad[0].Problem);
        Error.WriteLine($"gmmvision detect: {bad.Count} of {inputs.Count} inputs could not be done, or not to their end:");
        foreach ((string name, string problem) in bad)
            Error.WriteLine($"  {name}: {problem}");
        return ExitCode.Failed;
    }

    private DetectOptions ForInput(JobInput input) => inputs.Count == 1 || options.MaskImages is null
        ? options
        : options with { MaskImages = Path.Combine(options.MaskImages, input.Name) };
}
