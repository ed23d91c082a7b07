using GmmVision.Foreground;
using GmmVision.Imaging;

namespace GmmVision.Cli.Detect;

/// <summary>What was found in an input, however it was gone through.</summary>
internal sealed record Findings
{
    /// <summary>Size at which motion was looked for.</summary>
    public required FrameFormat Working { get; init; }

    /// <summary>Frames that were looked at.</summary>
    public required long Frames { get; init; }

    /// <summary>Why the input ended early; null at its end.</summary>
    public required Exception? Failure { get; init; }

    public required IReadOnlyList<DetectedEvent> Events { get; init; }

    /// <summary>What happened to the picture as a whole.</summary>
    public required IReadOnlyList<SceneChange> SceneChanges { get; init; }

    /// <summary>What else a reader should know.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Files that were asked for and are not there, and why.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>The first is what the input begins with.</summary>
    public required IReadOnlyList<SizeChange> Sizes { get; init; }

    /// <summary>Over the masks of all frames; null where not all were looked at, or not in one go.</summary>
    public string? MaskHash { get; init; }

    /// <summary>How the input was skimmed; null where all of it was looked at.</summary>
    public SkimReport? Skim { get; init; }
}
