using GmmVision.Background;
using GmmVision.Imaging;
using GmmVision.Motion;

namespace GmmVision.Recording.Loop;

/// <summary>A frame and what was found in it, valid while it is being shown to an <see cref="ICameraView"/>.</summary>
public readonly ref struct CameraFrame()
{
    /// <summary>The picture, what is private already black.</summary>
    public required Frame Picture { get; init; }

    /// <summary>What moves.</summary>
    public required Mask Foreground { get; init; }

    /// <summary>The mixture that has just learnt the frame.</summary>
    public required BackgroundModel Background { get; init; }

    /// <summary>What was found.</summary>
    public required ReadOnlySpan<TrackedBox> Regions { get; init; }

    /// <summary>Part of the watched area in motion.</summary>
    public required double Score { get; init; }

    /// <summary>From which score on there is motion.</summary>
    public required double Threshold { get; init; }

    /// <summary>Number of the event under way; 0 for none.</summary>
    public required long Event { get; init; }

    /// <summary>Names of the zones where motion counts, empty for none; the same list while they stay as they are.</summary>
    public IReadOnlyList<string> ZoneNames { get; init; } = [];

    /// <summary>A bit for each of them that has motion.</summary>
    public ulong MovingZones { get; init; }

    /// <summary>A bit for every zone whose own threshold is reached.</summary>
    public ulong ReachedZones { get; init; }

    /// <summary>Where nothing is told since something always moves there; null without a smart mask.</summary>
    public MaskedCells? Masked { get; init; }

    /// <summary>When it arrived.</summary>
    public required DateTimeOffset Captured { get; init; }

    /// <summary>What is private: black in the picture, and not to be shown of anything else; null where nothing is.</summary>
    public Mask? Hidden { get; init; }
}

/// <summary>A box on the picture.</summary>
/// <param name="Track">Number of the object, the same from frame to frame; 0 where it has none.</param>
/// <param name="Box">In pixels of the picture.</param>
public readonly record struct TrackedBox(int Track, Box Box);
