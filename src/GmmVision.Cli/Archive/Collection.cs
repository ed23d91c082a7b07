using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GmmVision.Cli.Detect;

namespace GmmVision.Cli.Archive;

/// <summary>All results of an archive as one: in order of time, what is missing of it, the same input not twice.</summary>
internal sealed class Collection
{
    /// <summary>A result with its place in time.</summary>
    /// <param name="Result">What is in its folder.</param>
    /// <param name="Start">When the recording began; null where that cannot be told.</param>
    /// <param name="Camera">What the manifest says, else what stands in front of the clock in the name, else the folder; empty for none.</param>
    public sealed record Placed(ArchiveResult Result, DateTime? Start, string Camera);

    private readonly ClockPattern? _clock;

    private Collection(ClockPattern? clock, IReadOnlyList<Placed> results) => (_clock, Results) = (clock, results);

    /// <summary>Those that have events to tell, in order of time, then of name.</summary>
    public IReadOnlyList<Placed> Results { get; }

    /// <summary>Results and reasons, of those that failed or were not done to their end; the latter are among <see cref="Results"/> too.</summary>
    public required IReadOnlyList<(string Name, string Reason, string? Line)> Failed { get; init; }

    /// <summary>Of a manifest, what has no result; as it stands there.</summary>
    public required IReadOnlyList<(string Name, string Line)> Missing { get; init; }

    /// <summary>Results of an input and settings of which there is one already.</summary>
    public required IReadOnlyList<(string Name, string SameAs)> Duplicates { get; init; }

    /// <summary>Results that no line of the manifest asks for; left out.</summary>
    public required IReadOnlyList<string> Strangers { get; init; }

    /// <summary>Results without a time where a clock was asked for.</summary>
    public IEnumerable<string> WithoutTime => _clock is null ? [] : Results.Where(placed => placed.Start is null).Select(placed => placed.Result.Name);

    /// <summary>Whether all is there.</summary>
    public bool IsWhole => Failed.Count == 0 && Missing.Count == 0 && Duplicates.Count == 0;

    /// <summary>How many events there are.</summary>
    public int EventCount => Results.Sum(placed => placed.Result.Events.Count);

    /// <summary>All events with their result, in order of time.</summary>
    public IEnumerable<(Placed Of, ArchiveEvent Event)> Events => Results.SelectMany(placed => placed.Result.Events.Select(each => (placed, each)));

    /// <summary>Reads an archive.</summary>
    /// <param name="archive">The folder.</param>
    /// <param name="entries">Of the manifest that it was made by; null: what is there is what should be there.</param>
    /// <param name="clock">Tells when recordings began; null: nothing does.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="UserError">There is no such folder, or nothing in it.</exception>
    public static Collection Read(string archive, IReadOnlyList<ManifestEntry>? entries, ClockPattern? clock, CancellationToken cancellation)
    {
        IReadOnlyList<string> names = ArchiveResult.Find(archive);
        Dictionary<string, ManifestEntry>? wanted = entries is null ? null : InputList.Expand([], entries, archive).ToDictionary(input => input.Name, input => input.Entry!);
        string[] strangers = wanted is null ? [] : [.. names.Where(name => !wanted.ContainsKey(name))];
        if (wanted is not null)
            names = [.. names.Where(wanted.ContainsKey)];
        else if (names.Count == 0)
            throw new UserError($"'{archive}' holds no result of gmmvision detect: give the folder that it wrote into (its --output).");
        ArchiveResult[] read = new ArchiveResult[names.Count];
        Parallel.For(0, names.Count, new ParallelOptions { CancellationToken = cancellation }, i => read[i] = ArchiveResult.Read(archive, names[i]));

        IReadOnlyList<ArchiveResult> results = JoinedParts.Join(archive, read);
        List<(string, string)> duplicates = [];
        List<Placed> placed = [];
        Dictionary<ResultFingerprint, string> seen = [];
        foreach (ArchiveResult result in results.OrderBy(result => result.Name, StringComparer.Ordinal))
        {
            if (result.Fingerprint is not null && !seen.TryAdd(result.Fingerprint, result.Name))
                duplicates.Add((result.Name, seen[result.Fingerprint]));
            else if (result.Input.Length > 0)
                placed.Add(Place(result, clock));
        }
        HashSet<string> there = [.. names];
        return new Collection(clock, [.. placed.OrderBy(each => each.Start ?? DateTime.MaxValue).ThenBy(each => each.Result.Name, StringComparer.Ordinal)])
        {
            // Of divided inputs each part that failed, which can be tried again by itself, and what is wrong with the parts together.
            Failed = [.. read.Where(result => result.Problem is not null).Select(result => (result.Name, result.Problem!, RetryLine(archive, result.Name, wanted?[result.Name], result.ManifestLine))),
                .. results.Except(read).Where(joined => joined.Problem is not null).Select(joined => (joined.Name, joined.Problem!, (string?)null))],
            Missing = wanted is null ? [] : [.. wanted.Where(each => !there.Contains(each.Key)).OrderBy(each => each.Value.Line).Select(each => (each.Key, RetryLine(archive, each.Key, each.Value, null)!))],
            Duplicates = duplicates,
            Strangers = strangers,
        };
    }

    // A list of a few is named otherwise than the whole, so where a name would change it is given. Null where nobody knows the input.
    private static string? RetryLine(string archive, string name, ManifestEntry? entry, string? line)
    {
        if (entry is null && string.IsNullOrEmpty(line))
            return null;
        try
        {
            entry ??= Manifest.Entry(FailureRecord.FileName, 1, line!, withOptions: true);
        }
        catch (UserError)
        {
            return null;
        }
        if (InputList.Expand([], [entry], archive)[0].Name == name)
            return entry.Text;
        JsonObject again = entry.Text[0] == '{' ? JsonNode.Parse(entry.Text)!.AsObject() : new JsonObject { ["input"] = entry.Input };
        again["name"] = entry.Part is null ? name : name[..name.LastIndexOf('/')];
        return again.ToJsonString(Readable);
    }

    private static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A result's place in time and its camera.</summary>
    public static Placed Place(ArchiveResult result, ClockPattern? clock)
    {
        string last = result.Name[(result.Name.LastIndexOf('/') + 1)..];
        (DateTime Start, string? Camera)? told = clock?.Of(Path.GetFileNameWithoutExtension(result.Input), result.Recorded) ?? clock?.Of(last, result.Recorded) ?? clock?.Of(result.Name, result.Recorded);
        string folder = last.Length < result.Name.Length ? result.Name[..(result.Name.Length - last.Length - 1)] : "";
        return new Placed(result, told?.Start, result.Camera ?? (folder.Length > 0 ? folder : told?.Camera ?? ""));
    }

    /// <summary>One line an event, with a line of names in front.</summary>
    public void WriteCsv(Stream stream)
    {
        using StreamWriter csv = new(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        csv.WriteLine("camera,result,input,number,start,end,start_seconds,end_seconds,duration_seconds,peak_score,peak_seconds,x,y,width,height,zones,thumbnail,clip");
        foreach ((Placed of, ArchiveEvent each) in Events)
        {
            csv.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{Field(of.Camera)},{Field(of.Result.Name)},{Field(of.Result.Input)},{each.Number},{Moment(of, each.Start)},{Moment(of, each.End)},{each.Start},{each.End},{Math.Round(each.End - each.Start, 3)},{each.PeakScore},{each.PeakSeconds},{each.Box.X},{each.Box.Y},{each.Box.Width},{each.Box.Height},{Field(string.Join(' ', each.Zones))},{Field(FileOf(of, each.Thumbnail))},{Field(FileOf(of, each.Clip))}"));
        }
    }

    /// <summary>One line of JSON an event.</summary>
    public void WriteJsonLines(Stream stream)
    {
        foreach ((Placed of, ArchiveEvent each) in Events)
            JsonLine.Write(stream, CollectedEventLine.Of(of, each), CliJson.Default.CollectedEventLine);
    }

    /// <summary>What there is, what is missing, and by camera.</summary>
    public string Summary() => JsonLine.Indented(CollectionDocument.Of(this, _clock), CliJson.Default.CollectionDocument);

    /// <summary>A manifest of what is to be tried again; a failure of which no line is known has none, and none is needed where parts of an input are missing that have lines of their own.</summary>
    public IReadOnlyList<string> LinesToTryAgain => [.. Failed.Select(failed => failed.Line).Concat(Missing.Select(missing => missing.Line)).OfType<string>().Where(line => line.Length > 0)];

    internal static string Moment(Placed of, double seconds) => of.Start is DateTime start ? EventsDocument.Moment(start, TimeSpan.FromSeconds(seconds)) : "";

    internal static string? FileOf(Placed of, string? name) => name is null ? null : $"{of.Result.Name}/{name}";

    private static string Field(string? text) => text is null ? "" : text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
