namespace GmmVision.Cli.Detect;

/// <summary>All inputs of one command, in order; while one's files are made the next is looked at. A bad one does not keep the others from being done.</summary>
internal sealed class DetectRun(IReadOnlyList<JobInput> inputs, DetectOptions options)
{
    private readonly List<(string Name, string Problem)> _bad = [];

    /// <summary>For what a program may read: the lines of --json, or the summary.</summary>
    public TextWriter Output { get; init; } = Console.Out;

    /// <summary>For everything else.</summary>
    public TextWriter Error { get; init; } = Console.Error;

    /// <returns>The exit code.</returns>
    /// <exception cref="UserError">What all inputs need is not there; nothing was written.</exception>
    public int Execute(CancellationToken cancellation)
    {
        Folders.Require(options.Output, "--output");
        if (options.MaskImages is string masks)
            Folders.Require(masks, "--masks");
        if (options.Model is string model && !File.Exists(model))
            throw new UserError($"cannot load the model '{model}': there is no such file.");
        if (inputs.Count == 1)
        {
            JobResult only = new DetectJob(inputs[0], options, Output).Run(cancellation);
            Tell(only);
            cancellation.ThrowIfCancellationRequested();
            return only.Problem is null ? ExitCode.Success : throw new UserError(only.Problem);
        }
        DoAll(cancellation);
        cancellation.ThrowIfCancellationRequested();
        if (_bad.Count == 0)
            return ExitCode.Success;
        Error.WriteLine($"gmmvision detect: {_bad.Count} of {inputs.Count} inputs could not be done, or not to their end:");
        foreach ((string name, string problem) in _bad)
            Error.WriteLine($"  {name}: {problem}");
        return ExitCode.Failed;
    }

    private void DoAll(CancellationToken cancellation)
    {
        Task<JobResult>? before = null;
        JobInput? inputBefore = null;
        try
        {
            foreach (JobInput input in inputs)
            {
                TaskCompletionSource seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
                Task<JobResult> job = Task.Factory.StartNew(() => new DetectJob(input, ForInput(input), Output).Run(cancellation, () => seen.TrySetResult()),
                    CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                (Task<JobResult>? due, JobInput? dueInput) = (before, inputBefore);
                (before, inputBefore) = (job, input);
                if (due is not null)
                    End(due, dueInput!);
                Task.WhenAny(job, seen.Task).GetAwaiter().GetResult();
                if (cancellation.IsCancellationRequested)
                    break;
            }
        }
        finally
        {
            if (before is not null)
                End(before, inputBefore!);
        }
    }

    // Waits for a job and tells what came of it. What is wrong with the whole command, not with this input, is thrown.
    private void End(Task<JobResult> job, JobInput input)
    {
        try
        {
            JobResult result = job.GetAwaiter().GetResult();
            Tell(result);
            if (result.Problem is string problem)
                _bad.Add((input.Path, problem));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException or UserError { ExitCode: ExitCode.Failed })
        {
            _bad.Add((input.Path, CommandFrame.Describe(exception)));
        }
    }

    // With --json stdout belongs to the program that reads it.
    private void Tell(JobResult result) => (options.JsonLines ? Error : Output).WriteLine(result.Summary());

    private DetectOptions ForInput(JobInput input) => options.MaskImages is null ? options : options with { MaskImages = Path.Combine(options.MaskImages, input.Name) };
}
