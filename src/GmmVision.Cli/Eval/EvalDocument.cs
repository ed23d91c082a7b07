using GmmVision.Evaluation;

namespace GmmVision.Cli.Eval;

/// <summary>The results of all videos as JSON.</summary>
internal sealed record EvalDocument
{
    public int Version { get; } = 1;

    public required string Generator { get; init; }

    public required string Created { get; init; }

    public required string Preset { get; init; }

    /// <summary>What was set beside the preset.</summary>
    public required IReadOnlyList<string> Set { get; init; }

    public required IReadOnlyList<VideoMeasures> Videos { get; init; }

    public required IReadOnlyList<CategoryMeasures> Categories { get; init; }

    /// <summary>Mean over categories; null where nothing was done.</summary>
    public EvalMeasures? Overall { get; init; }

    public EvalMeasures? MeanOverVideos { get; init; }

    public required IReadOnlyList<string> Notes { get; init; }

    public required IReadOnlyList<string> Failed { get; init; }
}

/// <summary>The measures of changedetection.net; those of quality are null where no label was there.</summary>
internal record EvalMeasures
{
    public long Frames { get; init; }

    public double? Recall { get; init; }

    public double? Specificity { get; init; }

    public double? Fpr { get; init; }

    public double? Fnr { get; init; }

    public double? Pwc { get; init; }

    public double? Precision { get; init; }

    public double? FMeasure { get; init; }

    public double FramesPerSecond { get; init; }

    public double MegapixelsPerSecond { get; init; }

    public static EvalMeasures Of(long frames, ChangeDetectionScore? score, double framesPerSecond, double megapixelsPerSecond) => new()
    {
        Frames = frames,
        Recall = score?.Recall,
        Specificity = score?.Specificity,
        Fpr = score?.FalsePositiveRate,
        Fnr = score?.FalseNegativeRate,
        Pwc = score?.WrongPercentage,
        Precision = score?.Precision,
        FMeasure = score?.FMeasure,
        FramesPerSecond = Math.Round(framesPerSecond, 1),
        MegapixelsPerSecond = Math.Round(megapixelsPerSecond, 2),
    };
}

/// <summary>Of the videos of a category.</summary>
internal sealed record CategoryMeasures : EvalMeasures
{
    public CategoryMeasures(string category, EvalMeasures measures) : base(measures) => Category = category;

    public string Category { get; }
}

/// <summary>Of a video; counts of pixels where labels were there.</summary>
internal sealed record VideoMeasures : EvalMeasures
{
    private VideoMeasures(EvalMeasures measures) : base(measures)
    {
    }

    public required string Category { get; init; }

    public required string Video { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    public required long ScoredFrames { get; init; }

    public long? TruePositives { get; private init; }

    public long? FalsePositives { get; private init; }

    public long? FalseNegatives { get; private init; }

    public long? TrueNegatives { get; private init; }

    public static VideoMeasures Of(EvalResult result, EvalMeasures measures) => new(measures)
    {
        Category = result.Video.Category,
        Video = result.Video.Name,
        Width = result.Width,
        Height = result.Height,
        ScoredFrames = result.ScoredFrames,
        TruePositives = result.Counts?.TruePositives,
        FalsePositives = result.Counts?.FalsePositives,
        FalseNegatives = result.Counts?.FalseNegatives,
        TrueNegatives = result.Counts?.TrueNegatives,
    };
}
