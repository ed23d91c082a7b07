using GmmVision.Ffmpeg;
using GmmVision.Motion;

namespace GmmVision.Cli.Detect;

/// <summary>The settings that decide what is found, as "parameters" of events.json has them. Times are in seconds, areas and scores parts of 1.</summary>
internal sealed record DetectParameters
{
    public string? Preset { get; init; }

    public double? Threshold { get; init; }

    public double? MinArea { get; init; }

    public double? MaxArea { get; init; }

    public double? SmartMask { get; init; }

    public double? MinEventLength { get; init; }

    public double? MergeWindow { get; init; }

    public double? MaxEventLength { get; init; }

    public double? TimeBeforeEvent { get; init; }

    public double? TimePostEvent { get; init; }

    public int? Every { get; init; }

    public string? DetectHeight { get; init; }

    public int? Stream { get; init; }

    public bool? Deinterlace { get; init; }

    public double? Fps { get; init; }

    public string? Times { get; init; }

    public string? Levels { get; init; }

    public double? Start { get; init; }

    public double? End { get; init; }

    public string? Clock { get; init; }

    public string? Part { get; init; }

    public IReadOnlyList<string>? Zones { get; init; }

    public bool? NearZones { get; init; }

    public IReadOnlyList<string>? Exclude { get; init; }

    public IReadOnlyList<string>? Privacy { get; init; }

    public string? Model { get; init; }

    public static DetectParameters Of(DetectOptions options)
    {
        (MotionOptions motion, SourceOptions source) = (options.Motion, options.Source);
        return new DetectParameters
        {
            Preset = options.Preset.ToString().ToLowerInvariant(),
            Threshold = motion.Threshold,
            MinArea = motion.MinArea,
            MaxArea = motion.MaxArea,
            SmartMask = motion.SmartMask?.TotalSeconds,
            MinEventLength = motion.MinDuration.TotalSeconds,
            MergeWindow = motion.MergeWindow.TotalSeconds,
            MaxEventLength = motion.MaxDuration?.TotalSeconds,
            TimeBeforeEvent = motion.PreRoll.TotalSeconds,
            TimePostEvent = motion.PostRoll.TotalSeconds,
            Every = source.Every,
            DetectHeight = source.WorkingHeight.ToString(),
            Stream = source.Stream,
            Deinterlace = source.Deinterlace ? true : null,
            Fps = source.FrameRate,
            Times = source.Times == ImageTimes.Rate ? null : source.Times.ToString().ToLowerInvariant(),
            Levels = source.Levels is (int low, int high) ? $"{low}:{high}" : null,
            Start = source.Start?.TotalSeconds,
            End = source.End?.TotalSeconds,
            Clock = options.Clock?.Text,
            Part = options.Part?.ToString(),
            Zones = Texts(motion.Include),
            NearZones = options.NearZones ? true : null,
            Exclude = Texts(motion.Exclude),
            Privacy = Texts(motion.Privacy),
            Model = options.Model is null ? null : Path.GetFileName(options.Model),
        };
    }

    /// <summary>What makes events of motion, for the parts of an input to be joined by.</summary>
    /// <exception cref="FormatException">A value is missing, or out of range.</exception>
    /// <exception cref="ArgumentException">Likewise.</exception>
    public MotionOptions ToMotion()
    {
        MotionOptions motion = new()
        {
            Threshold = Threshold ?? throw new FormatException("there is no threshold"),
            MinDuration = Seconds(MinEventLength),
            MergeWindow = Seconds(MergeWindow),
            MaxDuration = MaxEventLength is null ? null : Seconds(MaxEventLength),
            PreRoll = Seconds(TimeBeforeEvent),
            PostRoll = Seconds(TimePostEvent),
            Include = [.. (Zones ?? []).Select(Zone.Parse)],
        };
        motion.Validate();
        return motion;

        static TimeSpan Seconds(double? seconds) => TimeSpan.FromSeconds(Archive.ArchiveResult.Within(seconds ?? throw new FormatException("a time is missing"), Archive.ArchiveResult.MostSeconds));
    }

    private static IReadOnlyList<string>? Texts(IReadOnlyList<Zone> zones) => zones.Count == 0 ? null : [.. zones.Select(zone => zone.ToText())];
}
