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
}
