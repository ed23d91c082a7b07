using GmmVision.Foreground;
using GmmVision.Motion;

namespace GmmVision;

/// <summary>All that can be set of a <see cref="MotionPipeline"/>. Immutable.</summary>
public sealed record PipelineOptions
{
    /// <summary>How masks are made, by name; used where <see cref="Foreground"/> is not given.</summary>
    public Preset Preset { get; init; } = Preset.Balanced;

    /// <summary>How masks are made, in every detail; null (the default) takes the <see cref="Preset"/>.</summary>
    public ForegroundOptions? Foreground { get; init; }

    /// <summary>What counts as motion and as an event.</summary>
    public MotionOptions Motion { get; init; } = new();

    /// <summary>
    /// Whether only the include zones and what is around them by an eighth of the picture's longer side are learnt and looked at
    /// (<see cref="Background.BackgroundModel.RegionOfInterest"/>), which saves the work elsewhere; default false. What changes the
    /// whole picture, as a light does, is not told from motion then, so it holds only for settings without stages that look at the
    /// picture as a whole, as <see cref="Preset.Fast"/>; with others it is an error. Without include zones it does nothing.
    /// </summary>
    public bool NearZones { get; init; }
}
