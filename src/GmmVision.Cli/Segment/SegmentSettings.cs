using System.Security.Cryptography;
using System.Text;
using GmmVision.Mixtures;
using GmmVision.Segmentation;

namespace GmmVision.Cli.Segment;

/// <summary>What the command line asks for.</summary>
internal sealed record SegmentSettings
{
    public required string Output { get; init; }

    public SegmentationOptions Fit { get; init; } = new();

    public SmoothingOptions Smoothing { get; init; } = new();

    /// <summary>How connected regions are made; null: each component of the mixture has a label.</summary>
    public RegionOptions? Regions { get; init; }

    /// <summary>A saved model that is applied instead of fitting one; null: none.</summary>
    public string? Model { get; init; }

    /// <summary>One model for all pictures.</summary>
    public bool SharedModel { get; init; }

    /// <summary>By what pictures are decoded.</summary>
    public Reader Reader { get; init; }

    /// <summary>Values of samples that count as black and white; null: as the picture's samples say.</summary>
    public (int Low, int High)? Levels { get; init; }

    public bool Posterior { get; init; }

    public bool SoftMasks { get; init; }

    public bool Uncertainty { get; init; }

    public bool Report { get; init; }

    /// <summary>Which part of a list these are, whose report has a name of its own; null: all of it.</summary>
    public Archive.Shard? Part { get; init; }

    public bool Resume { get; init; }

    public bool JsonLines { get; init; }

    /// <summary>Threads of the whole command; 0: one for each processor.</summary>
    public int Threads { get; init; }

    public int ActualThreads => Threads == 0 ? Environment.ProcessorCount : Threads;

    /// <summary>Throws where a value is out of range or two exclude each other.</summary>
    public SegmentSettings Validate()
    {
        Fit.Validate();
        Smoothing.Validate();
        Regions?.Validate();
        if (Model is not null && SharedModel)
            throw UserError.Usage("--model and --shared-model exclude each other: the first applies a saved model, the second fits one.");
        return this;
    }

    /// <summary>Where a result of a picture goes.</summary>
    public string PathOf(ImageInput input, string kind) => Path.Combine(Output, $"{input.Name}.{kind}");

    /// <summary>Identifies a result: the same parameters, model and picture give the same text.</summary>
    /// <param name="pictures">Files that the result depends on: the picture, and for a shared model all pictures.</param>
    public string Fingerprint(params IEnumerable<string> pictures)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(JsonLine.Of(SegmentParameters.Of(this), CliJson.Default.SegmentParameters)));
        if (Reader != Reader.Auto)
            hash.AppendData(Encoding.UTF8.GetBytes(Reader.ToString()));
        foreach (string path in Model is null ? pictures : pictures.Append(Model))
            hash.AppendData(Encoding.UTF8.GetBytes($"{Archive.InputStamp.Of(path) ?? path}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    public static string Name(CovarianceType covariance) => covariance switch
    {
        CovarianceType.Diagonal => "diag",
        _ => covariance.ToString().ToLowerInvariant(),
    };
}
