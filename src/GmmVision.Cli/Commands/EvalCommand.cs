using System.CommandLine;
using GmmVision.Cli.Eval;
using GmmVision.Ffmpeg;
using GmmVision.Foreground;

namespace GmmVision.Cli.Commands;

/// <summary>gmmvision eval: masks and scores of whole data sets.</summary>
internal static class EvalCommand
{
    public static Command Create()
    {
        Argument<string?> folder = new("folder") { Arity = ArgumentArity.ZeroOrOne, Description = "Videos as changedetection.net lays them out, <category>/<video>/{input,groundtruth,ROI.bmp|png,temporalROI.txt}; or one category, or one video. Without groundtruth there are masks but no scores." };
        ListOptions list = new("{\"input\": ...}");
        Option<string?> masks = new("--masks") { Description = "Write masks as DIR/<category>/<video>/bin000001.png and so on.", HelpName = "DIR" };
        Option<string?> csv = new("--csv") { Description = "Write the table as CSV.", HelpName = "FILE" };
        Option<string?> json = new("--json") { Description = "Write the results, with pixel counts, as JSON.", HelpName = "FILE" };
        Option<Preset?> preset = OptionOf.OneOf<Preset>("--preset", "Which set of parameters (default: balanced).");
        Option<string[]> set = new("--set") { Description = "Set an option of the detector beside the preset, for example history=1000; may be repeated. A wrong name lists all.", HelpName = "option=value" };
        Option<int?> threads = OptionOf.Integer("--threads", "Videos at a time (default: one a processor).", 1, 256);
        Command command = new("eval", "Score the detector on videos with ground truth, as changedetection.net does.") { folder, masks, csv, json, preset, set, threads };
        list.AddTo(command);
        command.SetAction((parse, cancellation) => Task.FromResult(Run(
            Videos(parse, list, parse.GetValue(folder), parse.GetValue(masks)), parse.GetValue(masks), parse.GetValue(csv), parse.GetValue(json),
            parse.GetValue(preset) ?? Preset.Balanced, parse.GetValue(set) ?? [], parse.GetValue(threads) ?? Environment.ProcessorCount, cancellation)));
        return command;
    }

    private static (IReadOnlyList<EvalVideo> Videos, List<string> Problems) Videos(ParseResult parse, ListOptions list, string? folder, string? masks)
    {
        if (folder is null && !list.HasManifest(parse))
            throw UserError.Usage("there is nothing to score: give a folder of videos, or a list of folders with --manifest.");
        List<string> problems = [];
        List<EvalVideo> videos = folder is null ? [] : EvalVideo.Find(folder, masks, problems);
        foreach (Archive.ManifestEntry entry in list.ReadManifest(parse, withOptions: false))
        {
            try
            {
                videos.AddRange(EvalVideo.Find(entry.Input, masks, problems));
            }
            catch (UserError error)
            {
                problems.Add($"{entry.Input}: {error.Message}");
            }
        }
        return (list.Share(parse, [.. videos.DistinctBy(video => video.Path)], video => Archive.Shard.Bytes(video.InputFolder)), problems);
    }

    private static int Run((IReadOnlyList<EvalVideo> Videos, List<string> Problems) found, string? masks, string? csv, string? json, Preset preset, string[] assignments, int threads, CancellationToken cancellation)
    {
        ForegroundOptions options = assignments.Aggregate(ForegroundOptions.For(preset), OptionAssignment.Apply).Validate();
        List<string> problems = found.Problems;
        EvalRun run = new(found.Videos, options, masks, threads);
        run.Run(cancellation);

        // What was done is told and kept, whatever ended it.
        problems.AddRange(run.Problems);
        EvalReport report = new(run.Results, preset.ToString().ToLowerInvariant(), assignments, problems);
        if (run.Results.Any())
            Console.Out.WriteLine(report.ToTable());
        if (csv is not null)
            OutputFile.Write(csv, report.ToCsv());
        if (json is not null)
            OutputFile.Write(json, report.ToJson(DateTimeOffset.Now));
        foreach (string problem in problems)
            Console.Error.WriteLine($"gmmvision eval: {problem}");
        cancellation.ThrowIfCancellationRequested();
        return problems.Count == 0 ? ExitCode.Success : ExitCode.Failed;
    }
}
