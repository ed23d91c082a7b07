using GmmVision.Background;

namespace GmmVision.Foreground;

/// <summary>Everything that can be set of a <see cref="ForegroundDetector"/>. Immutable. Start from <see cref="For"/>.</summary>
public sealed record ForegroundOptions
{
    /// <summary>The mixture's settings.</summary>
    public BackgroundOptions Background { get; init; } = new();

    /// <summary>
    /// Side of the median's window in pixels of a picture 240 pixels high, 0 to 15; it grows with the picture and is rounded
    /// to an odd number. 0 or 1 leaves the median out.
    /// </summary>
    public double MedianSize { get; init; } = 5;

    /// <summary>
    /// Whether changes of light are told from motion and undone before the mixture sees a frame. Default true. Blocks of the
    /// picture whose texture agrees with the background's vote for a gain and an offset, and for a field of local gains.
    /// </summary>
    public bool IlluminationCompensation { get; init; } = true;

    /// <summary>
    /// Whether the shaking of a camera is measured, to a fraction of a pixel, and undone before the mixture sees a frame. Default
    /// true. Costs little while the camera is still.
    /// </summary>
    public bool ShiftCompensation { get; init; } = true;

    /// <summary>
    /// How far background may have moved (leaves, waves) for a small region that is made of it to be no foreground, in pixels of a
    /// picture 240 pixels high, 0 to 8; 0 switches the test off. Default 1.5.
    /// </summary>
    public double NeighborReach { get; init; } = 1.5;

    /// <summary>Which part of a region's pixels its neighbours' background must explain, 0.1 to 1. Default 0.7.</summary>
    public double NeighborMajority { get; init; } = 0.7;

    /// <summary>
    /// Whether a pixel is judged by its own and its eight neighbours' distances from the background together. Default true:
    /// noise is alone, an object is not.
    /// </summary>
    public bool EvidenceSmoothing { get; init; } = true;

    /// <summary>
    /// Whether pixels of the last clean mask, and a rim around them, learn at only
    /// <see cref="BackgroundOptions.HeldRateFactor"/> of the rate. Default true: who stands still is not absorbed in seconds.
    /// </summary>
    public bool SelectiveUpdate { get; init; } = true;

    /// <summary>
    /// Whether shadows at the rim of foreground are taken out of it: darker background of the same colour and texture. Default true.
    /// </summary>
    public bool ShadowTest { get; init; } = true;

    /// <summary>
    /// Whether foreground that is only the place that something left is recognised by where the edges are, and taken into the
    /// background after a second. Default true.
    /// </summary>
    public bool GhostTest { get; init; } = true;

    /// <summary>
    /// Whether the picture as a whole is watched: after another view, a light, darkness or a push the background is learnt anew
    /// within two seconds, and what happened is told. Default true.
    /// </summary>
    public bool SceneMonitor { get; init; } = true;

    /// <summary>
    /// Whether regions that the median and the smallest region would take away stay when they move along a path over several frames. Default true.
    /// </summary>
    public bool SmallTargets { get; init; } = true;

    /// <summary>
    /// Whether neighbours that are all a little improbable, and end at a contour, are together foreground. Default true. Needs <see cref="EvidenceSmoothing"/>.
    /// </summary>
    public bool FaintTest { get; init; } = true;

    /// <summary>
    /// Whether rain and snow are left out: while foreground is thin, all over the picture and in every frame elsewhere, only what is thicker
    /// than drops, and followed over three frames, stays; at under three frames a second, what is thicker. Default true. Needs <see cref="SceneMonitor"/>.
    /// </summary>
    public bool RainTest { get; init; } = true;

    /// <summary>
    /// Seconds after which foreground in which nothing moves at all becomes background, 0.5 to 100,000. Default 25: a thing that was put down.
    /// Who sits still moves a little all the time and stays. At most 4 s while the light or the view has just changed: then it is a patch
    /// of light. Needs <see cref="SceneMonitor"/>.
    /// </summary>
    public double StillRelease { get; init; } = 25;

    /// <summary>
    /// Seconds after which something small (under 2 % of the picture) that was there at once and whole, and has not changed since,
    /// becomes background, 0.1 to 100,000. Default 0.3, and at least three frames: it has not come from anywhere, so it is the next
    /// digit of a clock in the picture, a lamp, a sign. What is larger, or goes on growing for a quarter of a second, becomes background
    /// after two seconds (after this time where that is longer) if nothing moved around it in the second before and the frame rate
    /// is at least 4. Needs <see cref="SceneMonitor"/>.
    /// </summary>
    public double AppearanceRelease { get; init; } = 0.3;

    /// <summary>
    /// How wide the rim around foreground is that learns slowly too, in pixels of a picture 240 pixels high, 0 to 20. Default 2:
    /// blurred edges belong to nobody.
    /// </summary>
    public double SelectiveRim { get; init; } = 2;

    /// <summary>Largest hole that is filled, as a fraction of the picture, 0 to 1. Default 0.01: the inside of a person, not the inside of a room.</summary>
    public double HoleArea { get; init; } = 0.01;

    /// <summary>Smallest region that stays, as a fraction of the picture, 0 to 1. Default 0.0003: 23 pixels of 320x240, less than a distant person.</summary>
    public double RegionArea { get; init; } = 0.0003;

    /// <summary>The settings of a preset.</summary>
    public static ForegroundOptions For(Preset preset)
    {
        // Thresholds: a component learns from what it would produce once in a thousand times, the decision allows once in a hundred
        // thousand: 77,000 pixels and 25 frames a second make two million decisions a second. Deviations: compression and sensor
        // leave 3 grey levels at least, and 2.5 of chroma, which is quieter but coarsely quantised; leaves need up to 16, but a variance that may grow farther is widened by the traffic
        // that passes until cars match the road. Ratio: what is there 30 % of the time, like a leaf, is background.
        var mixture = new BackgroundOptions
        {
            History = 500,
            BackgroundRatio = 0.7,
            MatchThreshold = 1e-3,
            ForegroundThreshold = 1e-5,
            InitialDeviation = 5,
            MinimumDeviation = 3,
            MinimumChromaDeviation = 2.5,
            DarkDeviationFactor = 1.0 / 3,
            MaximumDeviation = 16,
            HeldRateFactor = 0.05,
        };
        return preset switch
        {
            Preset.Fast => new()
            {
                Background = mixture,
                MedianSize = 5,
                IlluminationCompensation = false,
                ShiftCompensation = false,
                NeighborReach = 0,
                EvidenceSmoothing = false,
                SelectiveUpdate = false,
                ShadowTest = false,
                GhostTest = false,
                SceneMonitor = false,
                SmallTargets = false,
                FaintTest = false,
                RainTest = false,
                HoleArea = 0,
                RegionArea = 0,
            },
            Preset.Balanced => new() { Background = mixture },
            // Who may call background only what is there 35 % of the time, and starts narrower components, tells more objects from leaves;
            // what was foreground is then kept apart four times as long.
            Preset.Accurate => new() { Background = mixture with { BackgroundRatio = 0.65, InitialDeviation = 4, HeldRateFactor = 0.02 } },
            _ => throw new ArgumentOutOfRangeException(nameof(preset), preset, "A preset is Fast, Balanced or Accurate."),
        };
    }

    /// <summary>Returns the options if every one is in its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is not; the message names it, its value and the range.</exception>
    public ForegroundOptions Validate()
    {
        _ = Background.Validate();
        Range.Check(MedianSize, 0, 15);
        Range.Check(NeighborReach, 0, 8);
        Range.Check(NeighborMajority, 0.1, 1);
        Range.Check(SelectiveRim, 0, 20);
        Range.Check(StillRelease, 0.5, 100_000);
        Range.Check(AppearanceRelease, 0.1, 100_000);
        Range.Check(HoleArea, 0, 1);
        Range.Check(RegionArea, 0, 1);
        return this;
    }
}
