using System.CommandLine;
using GmmVision.Cli.Detect;
using GmmVision.Ffmpeg;

namespace GmmVision.Cli.Commands;

/// <summary><c>gmmvision manifest</c>: a list of inputs for --manifest, with their lengths, long ones divided.</summary>
internal static class ManifestCommand
{
    private static readonly TimeSpan ShortestPart = TimeSpan.FromMinutes(5);

    public static Command Create()
    {
        Argument<string[]> inputs = new("INPUT") { Description = "Videos, patterns such as 'cam*.mp4', folders with all videos below them, folders of images.", Arity = ArgumentArity.OneOrMore };
        Option<TimeSpan?> part = OptionOf.Time("--part-length", "Divide longer videos into parts of about this length, each a line, which collect joins: at least 5 minutes, since each part learns the background in the two minutes before it.");
        Option<string?> output = new("--output", "-o") { Description = "Write the list into this file (stdout).", HelpName = "file" };
        Command command = new("manifest", "Write a list of videos for --manifest: a line of JSON for each with its length, so that parts of the list take equally long.") { inputs, part, output };
        command.SetAction((parse, cancellation) =>
        {
            if (parse.GetValue(part) is TimeSpan length && length < ShortestPart)
                throw UserError.Usage($"--part-length needs {ShortestPart.TotalMinutes:0} minutes or more, such as 30:00, not {length}.");
            return Task.FromResult(Run(parse, parse.GetRequiredValue(inputs), parse.GetValue(part), parse.GetValue(output), cancellation));
        });
        return command;
    }

    private static int Run(ParseResult parse, string[] words, TimeSpan? partLength, string? output, CancellationToken cancellation)
    {
        IReadOnlyList<JobInput> inputs = InputList.Expand(words.SelectMany(word => Directory.Exists(word) ? InputList.VideosBelow(word) : [word]), ".");
        string[] lines = new string[inputs.Count];
        string?[] problems = new string?[inputs.Count];
        using (Progress progress = new("lengths", inputs.Count, "inputs"))
        {
            int done = 0;
            Lock told = new();
            Parallel.For(0, inputs.Count, new ParallelOptions { CancellationToken = cancellation }, i =>
            {
                (lines[i], problems[i]) = Lines(inputs[i], partLength, cancellation);
                lock (told)
                    progress.Report(++done);
            });
        }
        string text = string.Concat(lines);
        if (output is null)
            parse.InvocationConfiguration.Output.Write(text);
        else
            OutputFile.Write(output, text);
        string[] bad = [.. problems.OfType<string>()];
        if (bad.Length == 0)
            return ExitCode.Success;
        parse.InvocationConfiguration.Error.WriteLine($"gmmvision manifest: of {bad.Length} of {inputs.Count} inputs the length is not known; they are in the list all the same:");
        foreach (string problem in bad.Take(20))
            parse.InvocationConfiguration.Error.WriteLine($"  {problem}");
        return ExitCode.Failed;
    }

    private static (string Lines, string? Problem) Lines(JobInput input, TimeSpan? partLength, CancellationToken cancellation)
    {
        TimeSpan? length = null;
        string? problem = null;
        try
        {
            if (!InputList.IsAddress(input.Path) && !Directory.Exists(input.Path))
                length = MediaInfo.Read(input.Path, cancellation).Duration;
        }
        catch (Exception exception) when (exception is IOException or UserError)
        {
            problem = $"{input.Path}: {CommandFrame.Describe(exception)}";
        }
        int parts = length is TimeSpan known && partLength is TimeSpan most ? Math.Max(1, (int)Math.Round(known / most)) : 1;
        return (string.Concat(Enumerable.Range(1, parts).Select(number => JsonLine.Of(new ManifestLine(input.Path, length is TimeSpan whole ? Math.Round((whole / parts).TotalSeconds, 3) : null,
            parts == 1 ? null : $"{number}/{parts}", number > 1 ? Border(number - 1) : null, number < parts ? Border(number) : null), CliJson.Default.ManifestLine) + "\n")), problem);

        double Border(int number) => Math.Round((length!.Value * number / parts).TotalSeconds, 3);
    }
}

/// <summary>A line of a manifest: an input, or a part of one with where it begins and ends in seconds.</summary>
internal sealed record ManifestLine(string Input, double? Seconds, string? Part, double? Start, double? End);
