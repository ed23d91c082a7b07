using System.Text.Json;
using GmmVision.Cli.Archive;
using GmmVision.Ffmpeg;

namespace GmmVision.Cli.Detect;

/// <summary>All inputs of one command, in order; while one's files are made the next is looked at. A bad one does not keep the others from being done.</summary>
/// <param name="inputs">All of them, or those of this process's shard.</param>
/// <param name="options">The same for all but for what a manifest says.</param>
internal sealed class DetectRun(IReadOnlyList<JobInput> inputs, DetectOptions options)
{
    private readonly List<(JobInput Input, string Problem)> _bad = [];
    private ListProgress? _progress;

    /// <summary>For what a program may read: the lines of --json, or the summary.</summary>
    public TextWriter Output { get; init; } = Console.Out;

    /// <summary>For everything else.</summary>
    public TextWriter Error { get; init; } = Console.Error;

    /// <summary>Whether the inputs are (a shard of) a list, which other processes may work on too: then each has a line when it is finished, and failures are recorded for <c>collect</c>.</summary>
    public bool IsList { get; init; }

    /// <returns>The exit code.</returns>
    /// <exception cref="UserError">What all inputs need is not there; nothing was written.</exception>
    public int Execute(CancellationToken cancellation)
    {
        Folders.Require(options.Output, "--output");
        if (options.MaskImages is string masks)
            Folders.Require(masks, "--masks");
        if (options.Model is string model && !File.Exists(model))
            throw new UserError($"cannot load the model '{model}': there is no such file.");
        if (IsList)
        {
            Folders.Create(options.Output, "--output");
            HiddenFolder.RemoveDead(options.Output);
            _progress = new ListProgress(inputs, options.JsonLines, Output, Error);
        }
        else if (inputs.Count == 1)
        {
            int code = DoOne(cancellation);
            JoinClips(cancellation);
            return code;
        }
        DoAll(cancellation);
        _progress?.End();
        cancellation.ThrowIfCancellationRequested();
        JoinClips(cancellation);
        if (_bad.Count == 0)
            return ExitCode.Success;
        Error.WriteLine($"gmmvision detect: {_bad.Count} of {inputs.Count} inputs could not be done, or not to their end:");
        foreach ((JobInput input, string problem) in _bad)
            Error.WriteLine($"  {input.Path}: {problem}");
        return ExitCode.Failed;
    }

    private int DoOne(CancellationToken cancellation)
    {
        if (IsDone(inputs[0]))
        {
            TellDone(inputs[0]);
            return ExitCode.Success;
        }
        JobResult only = new DetectJob(inputs[0], options.For(inputs[0], isAlone: true), Output).Run(cancellation);
        Tell(inputs[0], only);
        cancellation.ThrowIfCancellationRequested();
        return only.Problem is null ? ExitCode.Success : throw new UserError(only.Problem);
    }

    private void DoAll(CancellationToken cancellation)
    {
        Task<JobResult>? before = null;
        JobInput? inputBefore = null;
        try
        {
            foreach (JobInput input in inputs)
            {
                if (cancellation.IsCancellationRequested)
                    break;
                if (IsDone(input))
                {
                    TellDone(input);
                    continue;
                }
                TaskCompletionSource seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
                Task<JobResult> job = Task.Factory.StartNew(() => new DetectJob(input, options.For(input), Output, IsList).Run(cancellation, () => seen.TrySetResult()),
                    CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                (Task<JobResult>? due, JobInput? dueInput) = (before, inputBefore);
                (before, inputBefore) = (job, input);
                if (due is not null)
                    End(due, dueInput!, cancellation);
                Task.WhenAny(job, seen.Task).GetAwaiter().GetResult();
            }
        }
        finally
        {
            if (before is not null)
                End(before, inputBefore!, cancellation);
        }
    }

    // Of what is there, whichever run has made it: the reports name their clips.
    private void JoinClips(CancellationToken cancellation)
    {
        if (options.Joined is not string joined)
            return;
        string[] clips = [.. inputs.SelectMany(input => ClipsOf(Path.Combine(options.Output, input.Name)))];
        if (clips.Length == 0)
        {
            Error.WriteLine($"gmmvision detect: there is no event, so nothing to join: '{joined}' was not written.");
            return;
        }
        bool copied = ClipJoiner.Join(clips, joined, cancellation);
        (options.JsonLines ? Error : Output).WriteLine($"{joined}: {clips.Length} {(clips.Length == 1 ? "clip" : "clips")} joined{(copied ? "" : ", encoded again")}");
    }

    private static IEnumerable<string> ClipsOf(string folder)
    {
        string report = Path.Combine(folder, OutputFolder.ReportName);
        if (!File.Exists(report))
            yield break;
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(report));
        foreach (JsonElement happened in document.RootElement.GetProperty("events").EnumerateArray())
        {
            if (happened.TryGetProperty("clip", out JsonElement clip) && clip.GetString() is string name && File.Exists(Path.Combine(folder, name)))
                yield return Path.Combine(folder, name);
        }
    }

    private bool IsDone(JobInput input) =>
        options.Resume
        && ResultFingerprint.Read(Path.Combine(options.Output, input.Name, OutputFolder.ReportName)) is ResultFingerprint earlier
        && !File.Exists(Path.Combine(options.Output, input.Name, FailureRecord.FileName))
        && earlier == ResultFingerprint.Of(input, options.For(input));

    // Waits for a job and tells what came of it. What is wrong with the whole command, not with this input, is thrown.
    private void End(Task<JobResult> job, JobInput input, CancellationToken cancellation)
    {
        try
        {
            JobResult result = job.GetAwaiter().GetResult();
            if (result.Problem is string problem)
                Fail(input, problem);
            Tell(input, result);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Ended before its first frame: the next try does it.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException or UserError { ExitCode: ExitCode.Failed } || (IsList && exception is UserError or ArgumentException))
        {
            Fail(input, CommandFrame.Describe(exception));
            _progress?.Failed(input, CommandFrame.Describe(exception));
        }
    }

    private void Fail(JobInput input, string problem)
    {
        _bad.Add((input, problem));
        if (IsList)
            new FailureRecord(input.Entry?.Text ?? input.Path, problem).Write(Path.Combine(options.Output, input.Name));
    }

    private void TellDone(JobInput input)
    {
        if (_progress is not null)
            _progress.Skipped(input);
        else
            (options.JsonLines ? Error : Output).WriteLine($"{input.Path}: done already, with these settings; results in {Path.Combine(options.Output, input.Name)}");
    }

    // With --json stdout belongs to the program that reads it.
    private void Tell(JobInput input, JobResult result)
    {
        if (_progress is not null)
            _progress.Finished(input, result);
        else
            (options.JsonLines ? Error : Output).WriteLine(result.Summary());
    }
}
