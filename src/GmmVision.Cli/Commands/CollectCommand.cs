using System.CommandLine;
using GmmVision.Cli.Archive;
using GmmVision.Ffmpeg;

namespace GmmVision.Cli.Commands;

/// <summary><c>gmmvision collect</c>: the results of many inputs, by however many machines, as one.</summary>
internal static class CollectCommand
{
    public static Command Create()
    {
        Argument<string> archive = new("DIR") { Description = "The folder that detect wrote results into (its --output)." };
        Option<string?> manifest = new("--manifest") { Description = "The list that the results were made by: what of it has no result is told, results of other inputs are left out.", HelpName = "file" };
        Option<string?> clock = Clock();
        Option<string?> output = new("--output", "-o") { Description = "Folder for events.csv, events.jsonl, summary.json and index.html (DIR itself).", HelpName = "dir" };
        Option<string?> failed = new("--failed") { Description = "Write what failed or is missing as a manifest for the next try.", HelpName = "file" };
        Option<bool> noPage = new("--no-page") { Description = "Write no index.html." };
        Option<bool> json = new("--json") { Description = "Print the summary as JSON on stdout." };
        Command command = new("collect", "Join the results of many inputs: one list of events, a page with a calendar, and what is missing.") { archive, manifest, clock, output, failed, noPage, json };
        command.SetAction((parse, cancellation) => Task.FromResult(Run(parse, parse.GetRequiredValue(archive), parse.GetValue(manifest), parse.GetValue(clock), parse.GetValue(output), parse.GetValue(failed), !parse.GetValue(noPage), parse.GetValue(json), cancellation)));
        return command;
    }

    /// <summary>The option that says when recordings began.</summary>
    public static Option<string?> Clock() => new("--clock")
    {
        Description = $"When recordings began, by their names: a pattern such as %Y%m%d-%H%M%S (also %y %j, %s for seconds since 1970), found anywhere in the name, what stands in front of it being the camera; or {ClockPattern.Metadata} for the time in the container.",
        HelpName = $"pattern|{ClockPattern.Metadata}",
    };

    private static int Run(ParseResult parse, string archive, string? manifest, string? clock, string? output, string? failed, bool hasPage, bool isJson, CancellationToken cancellation)
    {
        (TextWriter standard, TextWriter error) = (parse.InvocationConfiguration.Output, parse.InvocationConfiguration.Error);
        ClockPattern? pattern = clock is null ? null : ClockPattern.Parse(clock);
        string folder = output ?? archive;
        Folders.Require(folder, "--output");
        Collection collection = Collection.Read(archive, manifest is null ? null : Manifest.Read(manifest, withOptions: true, error), pattern, cancellation);
        Folders.Create(folder, "--output");
        OutputFile.Write(Path.Combine(folder, "events.csv"), collection.WriteCsv);
        OutputFile.Write(Path.Combine(folder, "events.jsonl"), collection.WriteJsonLines);
        if (hasPage)
            OutputFile.Write(Path.Combine(folder, "index.html"), stream => ArchivePage.Write(stream, collection, Path.GetRelativePath(folder, archive)));
        string summary = collection.Summary();
        OutputFile.Write(Path.Combine(folder, "summary.json"), summary);
        if (failed is not null)
            OutputFile.Write(failed, string.Concat(collection.LinesToTryAgain.Select(line => line + "\n")));
        if (isJson)
            standard.Write(summary);
        else
            standard.WriteLine($"{collection.Results.Count} results with {collection.EventCount} motion events{(hasPage ? $"; open {Path.Combine(folder, "index.html")}" : $"; results in {folder}")}");
        Tell(error, collection, failed);
        return collection.IsWhole ? ExitCode.Success : ExitCode.Failed;
    }

    private static void Tell(TextWriter error, Collection collection, string? failed)
    {
        List("failed, or were not done to their end", collection.Failed.Select(each => $"{each.Name}: {each.Reason}"));
        List("of the manifest have no result", collection.Missing.Select(each => each.Line));
        List("are of the same input and settings as another and were left out", collection.Duplicates.Select(each => $"{each.Name}: as {each.SameAs}"));
        List("are not in the manifest and were left out", collection.Strangers);
        List("have no time by --clock and stand at the end", [.. collection.WithoutTime]);
        int known = collection.LinesToTryAgain.Count, all = collection.Failed.Count + collection.Missing.Count;
        if (failed is not null && known == 0 && all > 0)
            error.WriteLine($"gmmvision collect: of what failed no input is known, so '{failed}' has none: give --manifest.");

        void List(string what, IEnumerable<string> lines)
        {
            const int Most = 20;
            string[] those = [.. lines];
            if (those.Length == 0)
                return;
            error.WriteLine($"gmmvision collect: {those.Length} {what}:");
            foreach (string line in those.Take(Most))
                error.WriteLine($"  {line}");
            if (those.Length > Most)
                error.WriteLine($"  and {those.Length - Most} more, see summary.json");
        }
    }
}
