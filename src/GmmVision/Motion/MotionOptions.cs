using System.Globalization;

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
    /// 1280x720, a person at the far end of a car park. The mask is already clean of what is smaller than
    /// <see cref="Foreground.ForegroundOptions.RegionArea"/> (0.0003), but for what goes along a path over several frames, which stays from 0.00005 on.
    /// </summary>
    public double MinArea { get; init; } = 0.0001;

    /// <summary>
    /// The largest region that is motion when it appears at once, as a fraction of the frame's area, 0 to 1; default 0.8: what covers
    /// more than that from one frame to the next is a light, the camera itself or a hand on the lens. What grows to more, as
    /// somebody who comes up to the camera does, goes on to be motion.
    /// </summary>
    public double MaxArea { get; init; } = 0.8;

    /// <summary>
    /// The least score of a frame with motion, 0 to 1; default 0.0002. The score is the fraction of the area of the
    /// zones (of the frame, where there are none) that is moving, after regions too small or too large are gone.
    /// </summary>
    /// <remarks>The default asks for little more than one region of <see cref="MinArea"/>, which does the work of telling noise from objects: a small object in a wide view counts as much as a large one.</remarks>
    public double Threshold { get; init; } = 0.0002;

    /// <summary>
    /// Where something has moved for so long without a pause, or again and again for longer, it is told no more until it
    /// has come to rest (<see cref="Motion.SmartMask"/>): a screen that plays, a tree in the wind. Null (the default):
    /// everything is told; else 1 s to 1 day. Longer than people stay in one place: five minutes out of doors, an hour in a room.
    /// </summary>
    public TimeSpan? SmartMask { get; init; }

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
        const string Fraction = "a fraction of the area: 0.01 is one per cent";
        Range.Check(MinArea, 0, 1, Fraction);
        Range.Check(MaxArea, 0, 1, Fraction);
        Range.Check(Threshold, 0, 1, Fraction);
        Range.Check(MaxArea >= MinArea, MaxArea, string.Create(CultureInfo.InvariantCulture, $"MinArea, {MinArea}, or more"));
        Range.Check(MinDuration, TimeSpan.Zero, TimeSpan.FromHours(1));
        Range.Check(MergeWindow, TimeSpan.Zero, TimeSpan.FromDays(1));
        if (SmartMask is { } span)
            CheckSmartMask(span, nameof(SmartMask));
        if (MaxDuration is { } longest)
            Range.Check(longest, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1000), nameof(MaxDuration));
        Range.Check(PreRoll, TimeSpan.Zero, TimeSpan.FromHours(1));
        Range.Check(PostRoll, TimeSpan.Zero, TimeSpan.FromHours(1));
        Range.Check(WarmUp, TimeSpan.Zero, TimeSpan.FromHours(1));
        Range.Check(!(MaxDuration < MinDuration), MaxDuration, string.Create(CultureInfo.InvariantCulture, $"MinDuration, {MinDuration.TotalSeconds} s, or more"));
        Range.Check(Include.Count, 0, MaxZones, name: "Include.Count");
        Range.Check(Exclude.Count, 0, MaxZones, name: "Exclude.Count");
        Range.Check(Privacy.Count, 0, MaxZones, name: "Privacy.Count");
        foreach (Zone zone in Exclude.Concat(Privacy))
            if (zone.Limits != ZoneLimits.None)
                throw new ArgumentException($"{zone} has limits ({zone.Limits.ToText()}), which only a zone where motion counts can have.");
        return this;
    }

    internal static TimeSpan CheckSmartMask(TimeSpan span, string name)
    {
        Range.Check(span, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), name);
        return span;
    }
}
