using System.CommandLine;
using System.Globalization;
using GmmVision.Cli.Archive;
using GmmVision.Cli.Detect;
using GmmVision.Motion;

namespace GmmVision.Cli.Commands;

/// <summary><c>gmmvision search</c>: when did something move here? Out of the grids that results keep, without decoding again.</summary>
internal static class SearchCommand
{
    private sealed record Hit(string Result, string Camera, DateTime? Start, MotionSearch.Find Find);

    public static Command Create()
    {
        Argument<string> archive = new("DIR") { Description = "The folder that detect wrote results into (its --output)." };
        Option<Zone[]> zones = OptionOf.Zones("--zone", "Where: a polygon \"x,y x,y x,y\" in the videos' own pixels (anywhere). May be repeated.");
        Option<DateTime?> from = Moment("--from", "From this moment on, by the clock of --clock.");
        Option<DateTime?> to = Moment("--to", "Up to this moment; a day means its end.");
        Option<string?> clock = CollectCommand.Clock();
        Option<string?> camera = new("--camera") { Description = "Only this camera's, as collect names them.", HelpName = "name" };
        Option<double?> minScore = OptionOf.Part("--min-score", "Part of the zone that has to move (anything).");
        Option<int?> gap = OptionOf.Integer("--gap", "Seconds without motion that do not divide what is found (2).", 0, 86_400);
        Option<int?> most = OptionOf.Integer("--most", "Tell at most so many, those with most motion (all).", 1, int.MaxValue);
        Option<bool> json = new("--json") { Description = "Print a line of JSON on stdout for each." };
        Command command = new("search", "Find when something moved in a part of the picture, in all results of an archive, without decoding the videos again.") { archive, zones, from, to, clock, camera, minScore, gap, most, json };
        command.SetAction((parse, cancellation) =>
        {
            ClockPattern? pattern = parse.GetValue(clock) is string text ? ClockPattern.Parse(text) : null;
            if (pattern is null && (parse.GetResult(from) is { Implicit: false } || parse.GetResult(to) is { Implicit: false }))
                throw UserError.Usage($"--from and --to need to know when recordings began: give --clock with a pattern of their names such as %Y%m%d-%H%M%S, or {ClockPattern.Metadata}.");
            if (parse.GetValue(from) > parse.GetValue(to))
                throw UserError.Usage("--from lies behind --to: exchange them.");
            MotionSearch search = new(parse.GetValue(zones) ?? [], parse.GetValue(minScore) ?? 0, parse.GetValue(gap) ?? 2);
            return Task.FromResult(Run(parse, parse.GetRequiredValue(archive), search, pattern, parse.GetValue(camera), parse.GetValue(from), parse.GetValue(to), parse.GetValue(most) ?? int.MaxValue, parse.GetValue(json), cancellation));
        });
        return command;
    }

    private static int Run(ParseResult parse, string archive, MotionSearch search, ClockPattern? clock, string? camera, DateTime? from, DateTime? to, int most, bool isJson, CancellationToken cancellation)
    {
        (TextWriter output, TextWriter error) = (parse.InvocationConfiguration.Output, parse.InvocationConfiguration.Error);
        IReadOnlyList<string> names = [.. ArchiveResult.Find(archive).Where(name => File.Exists(Path.Combine(archive, name, OutputFolder.ReportName)))];
        IReadOnlyList<Hit>[] found = new IReadOnlyList<Hit>[names.Count];
        string?[] problems = new string?[names.Count];
        Parallel.For(0, names.Count, new ParallelOptions { CancellationToken = cancellation }, i =>
        {
            (found[i], problems[i]) = Look(archive, names[i], search, clock, camera, from, to);
        });
        IEnumerable<Hit> hits = found.SelectMany(each => each);
        if (most < int.MaxValue)
            hits = hits.OrderByDescending(hit => hit.Find.Score).Take(most);
        int count = 0;
        foreach (Hit hit in hits.OrderBy(hit => hit.Start?.AddSeconds(hit.Find.First) ?? DateTime.MaxValue).ThenBy(hit => hit.Result, StringComparer.Ordinal).ThenBy(hit => hit.Find.First))
        {
            count++;
            output.WriteLine(isJson ? Json(hit) : Line(hit, search.HasZones));
        }
        string[] bad = [.. problems.OfType<string>()];
        error.WriteLine($"{(count == 1 ? "1 find" : $"{count} finds")} in {names.Count - bad.Length} {(names.Count - bad.Length == 1 ? "result" : "results")}");
        if (bad.Length == 0)
            return ExitCode.Success;
        error.WriteLine($"gmmvision search: {bad.Length} results could not be searched:");
        foreach (string problem in bad.Take(20))
            error.WriteLine($"  {problem}");
        return ExitCode.Failed;
    }

    private static (IReadOnlyList<Hit> Hits, string? Problem) Look(string archive, string name, MotionSearch search, ClockPattern? clock, string? camera, DateTime? from, DateTime? to)
    {
        string path = Path.Combine(archive, name, MotionGrid.FileName);
        if (!File.Exists(path))
            return ([], $"{name}: it has no {MotionGrid.FileName}, since an earlier version made it: run detect again");
        try
        {
            // The folder's name says when it began, as a rule; so of thousands of reports only those are read that have something to tell.
            Lazy<Collection.Placed> placed = new(() => Collection.Place(ArchiveResult.Read(archive, name), clock));
            if (camera is not null && !placed.Value.Camera.Equals(camera, StringComparison.OrdinalIgnoreCase))
                return ([], null);
            DateTime? start = clock is null ? null : clock.Of(name[(name.LastIndexOf('/') + 1)..], null)?.Start ?? placed.Value.Start;
            bool isBounded = from is not null || to is not null;
            if (start is null && isBounded)
                return ([], $"{name}: --clock does not tell when it began");
            IReadOnlyList<MotionSearch.Find> finds = search.In(File.ReadAllBytes(path), isBounded ? second => !(start!.Value.AddSeconds(second + 1) <= from) && !(start.Value.AddSeconds(second) >= to) : null);
            return (finds.Count == 0 ? [] : [.. finds.Select(find => new Hit(name, placed.Value.Camera, start, find))], null);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return ([], $"{name}: {exception.Message}");
        }
    }

    private static string Line(Hit hit, bool hasZones)
    {
        string when = hit.Start is DateTime start ? start.AddSeconds(hit.Find.First).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + "  " : "";
        return string.Create(CultureInfo.InvariantCulture, $"{when}{hit.Result}  at {TimeSpan.FromSeconds(hit.Find.First):c}  {hit.Find.Last - hit.Find.First + 1,4} s  {hit.Find.Score:0.0%} of the {(hasZones ? "zone" : "picture")}");
    }

    private static string Json(Hit hit) => JsonLine.Of(new FindLine(hit.Result, hit.Camera.Length > 0 ? hit.Camera : null,
        hit.Start?.AddSeconds(hit.Find.First).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture), hit.Find.First, hit.Find.Last + 1, Math.Round(hit.Find.Score, 6)), CliJson.Default.FindLine);

    private static Option<DateTime?> Moment(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "moment",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            string[] forms = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss"];
            if (DateTime.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime moment))
                return name == "--to" && text.Length == 10 ? moment.AddDays(1) : moment;
            result.AddError($"{name} needs a day or a moment such as 2026-11-26 or 2026-11-26T08:30:00, not '{text}'.");
            return null;
        },
    };
}

/// <summary>A line of --json for a time at which something moved; the time by the recording's own clock where --clock tells it.</summary>
internal sealed record FindLine(string Result, string? Camera, string? Time, long StartSeconds, long EndSeconds, double Score);
