using System.Text.Json.Serialization;
using GmmVision.Cli.Detect;

namespace GmmVision.Cli.Archive;

/// <summary>How much there is; first and last by the recordings' own clock, where it is known.</summary>
internal record CollectionTotals
{
    public int Results { get; init; }

    public long Frames { get; init; }

    public double VideoSeconds { get; init; }

    public int Events { get; init; }

    public double MotionSeconds { get; init; }

    public string? First { get; init; }

    public string? Last { get; init; }

    public static CollectionTotals Of(IReadOnlyList<Collection.Placed> results)
    {
        Collection.Placed[] timed = [.. results.Where(placed => placed.Start is not null)];
        return new CollectionTotals
        {
            Results = results.Count,
            Frames = results.Sum(placed => placed.Result.Frames),
            VideoSeconds = Math.Round(results.Sum(placed => placed.Result.Seconds), 3),
            Events = results.Sum(placed => placed.Result.Events.Count),
            MotionSeconds = Math.Round(results.Sum(placed => placed.Result.Events.Sum(each => each.End - each.Start)), 3),
            First = timed.Length == 0 ? null : EventsDocument.Moment(timed.Min(placed => placed.Start!.Value), TimeSpan.Zero),
            Last = timed.Length == 0 ? null : EventsDocument.Moment(timed.Max(placed => placed.Start!.Value.AddSeconds(placed.Result.Skipped + placed.Result.Seconds)), TimeSpan.Zero),
        };
    }
}

/// <summary>The totals of one camera.</summary>
internal sealed record CameraTotals : CollectionTotals
{
    public CameraTotals(string camera, CollectionTotals totals) : base(totals) => Camera = camera;

    public string Camera { get; }
}

/// <summary>summary.json: what there is, by camera too, and what is missing.</summary>
internal sealed record CollectionDocument : CollectionTotals
{
    private CollectionDocument(CollectionTotals totals) : base(totals)
    {
    }

    [JsonPropertyOrder(-2)]
    public int Version { get; } = 1;

    [JsonPropertyOrder(-1)]
    public string? Clock { get; private init; }

    [JsonPropertyOrder(1)]
    public IReadOnlyList<CameraTotals> Cameras { get; private init; } = [];

    [JsonPropertyOrder(1)]
    public IReadOnlyList<NotCollected> Failed { get; private init; } = [];

    [JsonPropertyOrder(1)]
    public IReadOnlyList<NotCollected> Missing { get; private init; } = [];

    [JsonPropertyOrder(1)]
    public IReadOnlyList<NotCollected> Duplicates { get; private init; } = [];

    [JsonPropertyOrder(1)]
    public IReadOnlyList<string>? NotInManifest { get; private init; }

    [JsonPropertyOrder(1)]
    public IReadOnlyList<string>? WithoutTime { get; private init; }

    public static CollectionDocument Of(Collection collection, ClockPattern? clock) => new(CollectionTotals.Of(collection.Results))
    {
        Clock = clock?.Text,
        Cameras = [.. collection.Results.GroupBy(placed => placed.Camera).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new CameraTotals(group.Key, CollectionTotals.Of([.. group])))],
        Failed = [.. collection.Failed.Select(failed => new NotCollected(failed.Name, Reason: failed.Reason))],
        Missing = [.. collection.Missing.Select(missing => new NotCollected(missing.Name, Input: missing.Line))],
        Duplicates = [.. collection.Duplicates.Select(duplicate => new NotCollected(duplicate.Name, SameAs: duplicate.SameAs))],
        NotInManifest = collection.Strangers.Count > 0 ? collection.Strangers : null,
        WithoutTime = collection.WithoutTime.Any() ? [.. collection.WithoutTime] : null,
    };
}

/// <summary>A result that is not among those collected: failed for a reason, missing with its manifest's line, or the same as another.</summary>
internal sealed record NotCollected(string Result, string? Reason = null, string? Input = null, string? SameAs = null);

/// <summary>A line of events.jsonl; its files seen from the archive's folder.</summary>
internal sealed record CollectedEventLine
{
    public string? Camera { get; private init; }

    public required string Result { get; init; }

    public required string Input { get; init; }

    public required int Number { get; init; }

    public string? Start { get; private init; }

    public string? End { get; private init; }

    public double StartSeconds { get; private init; }

    public double EndSeconds { get; private init; }

    public double PeakScore { get; private init; }

    public double PeakSeconds { get; private init; }

    public required int[] Box { get; init; }

    public IReadOnlyList<string>? Zones { get; private init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Thumbnail { get; private init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Clip { get; private init; }

    public static CollectedEventLine Of(Collection.Placed of, ArchiveEvent each) => new()
    {
        Camera = of.Camera.Length > 0 ? of.Camera : null,
        Result = of.Result.Name,
        Input = of.Result.Input,
        Number = each.Number,
        Start = of.Start is null ? null : Collection.Moment(of, each.Start),
        End = of.Start is null ? null : Collection.Moment(of, each.End),
        StartSeconds = each.Start,
        EndSeconds = each.End,
        PeakScore = each.PeakScore,
        PeakSeconds = each.PeakSeconds,
        Box = [each.Box.X, each.Box.Y, each.Box.Width, each.Box.Height],
        Zones = each.Zones.Length > 0 ? each.Zones : null,
        Thumbnail = Collection.FileOf(of, each.Thumbnail),
        Clip = Collection.FileOf(of, each.Clip),
    };
}
