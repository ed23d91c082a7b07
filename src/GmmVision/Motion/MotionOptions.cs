namespace GmmVision.Motion;

/// <summary>What counts as motion, and how motion is gathered into events.</summary>
/// <remarks>Areas are fractions and lengths are times, so that a setting holds at any resolution and frame rate.</remarks>
public sealed record MotionOptions
{
    /// <summary>The most zones of each kind.</summary>
    public const int MaxZones = 64;

    /// <summary>Where motion counts; none: everywhere.</summary>
    public IReadOnlyList<Zone> Include { get; init; } = [];

    /// <summary>Where motion does not count, even inside <see cref="Include"/>.</summary>
    public IReadOnlyList<Zone> Exclude { get; init; } = [];

    /// <summary>What nobody may see. The pipeline sees it, and motion there counts all the same (exclude it too where it should not); <see cref="MotionPipeline.Privacy"/> blackens frames before they are shown or written.</summary>
    public IReadOnlyList<Zone> Privacy { get; init; } = [];

    /// <summary>
    /// The smallest region that is motion, as a fraction of the frame's area, 0 to 1; default 0.0001: 92 pixels at
    /// 1280x720, a person at the far end of a car park. The mask is already clean of single pixels.
    /// </summary>
    public double MinArea { get; init; } = 0.0001;

    /// <summary>
    /// The largest region that is motion, as a fraction of the frame's area, 0 to 1; default 0.8: what covers more than
    /// that at once is a light, the camera itself or a hand on the lens, not something that passes.
    /// </summary>
    public double MaxArea { get; init; } = 0.8;

    /// <summary>
    /// The least score of a frame with motion, 0 to 1; default 0.0002. The score is the fraction of the area of the
    /// zones (of the frame, where there are none) that is moving, after regions too small or too large are gone.
    /// </summary>
    /// <remarks>The default asks for little more than one region of <see cref="MinArea"/>, which does the work of telling noise from objects: a small object in a wide view counts as much as a large one.</remarks>
    public double Threshold { get; init; } = 0.0002;

    /// <summary>Motion that lasts shorter is noise, and neither starts an event nor prolongs one; default 0.2 s, 0 to 1 hour.</summary>
    public TimeSpan MinDuration { get; init; } = TimeSpan.FromSeconds(0.2);

    /// <summary>Motion belongs to the event before it when it starts at most so long after that event's last motion; default 2 s, 0 to 1 day.</summary>
    public TimeSpan MergeWindow { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>An event that lasts longer is divided; null (the default): never. 1 s to 1,000 days.</summary>
    public TimeSpan? MaxDuration { get; init; }

    /// <summary>How much of what came before an event its clip shows; default 1.5 s, 0 to 1 hour.</summary>
    public TimeSpan PreRoll { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>How much of what came after an event its clip shows; default 2 s, 0 to 1 hour.</summary>
    public TimeSpan PostRoll { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>So long after the first frame nothing counts, while the background settles; default 0.2 s, 0 to 1 hour.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(0.2);

    /// <summary>Checks every range.</summary>
    /// <returns>These options.</returns>
    /// <exception cref="ArgumentException">A value is out of range; the message says which, its value and the range.</exception>
    public MotionOptions Validate()
    {
        Fraction(MinArea, "smallest region (min-area)");
        Fraction(MaxArea, "largest region (max-area)");
        Fraction(Threshold, "score of a frame with motion (threshold)");
        if (MinArea > MaxArea)
            throw new ArgumentException($"The smallest region (min-area) is {MinArea} and the largest (max-area) {MaxArea} of the frame: nothing lies between.");
        Time(MinDuration, "shortest motion (min-duration)", TimeSpan.Zero, TimeSpan.FromHours(1));
        Time(MergeWindow, "merge window (merge-window)", TimeSpan.Zero, TimeSpan.FromDays(1));
        if (MaxDuration is { } longest)
            Time(longest, "longest event (max-duration)", TimeSpan.FromSeconds(1), TimeSpan.FromDays(1000));
        Time(PreRoll, "pre-roll (pre-roll)", TimeSpan.Zero, TimeSpan.FromHours(1));
        Time(PostRoll, "post-roll (post-roll)", TimeSpan.Zero, TimeSpan.FromHours(1));
        Time(WarmUp, "warm-up (warm-up)", TimeSpan.Zero, TimeSpan.FromHours(1));
        if (MaxDuration < MinDuration)
            throw new ArgumentException($"The longest event (max-duration) is {MaxDuration.Value.TotalSeconds} s and the shortest motion (min-duration) {MinDuration.TotalSeconds} s: nothing lies between.");
        Count(Include, "include");
        Count(Exclude, "exclude");
        Count(Privacy, "privacy");
        return this;
    }

    private static void Fraction(double value, string what)
    {
        if (!(value is >= 0 and <= 1))
            throw new ArgumentException($"The {what} is {value}: it must be 0 to 1, a fraction of the area (0.01 is one per cent).");
    }

    private static void Time(TimeSpan value, string what, TimeSpan from, TimeSpan to)
    {
        if (value < from || value > to)
            throw new ArgumentException($"The {what} is {value.TotalSeconds} s: it must be {from.TotalSeconds} to {to.TotalSeconds} seconds.");
    }

    private static void Count(IReadOnlyList<Zone> zones, string kind)
    {
        if (zones.Count > MaxZones)
            throw new ArgumentException($"There are {zones.Count} {kind} zones: there may be up to {MaxZones}.");
    }
}
