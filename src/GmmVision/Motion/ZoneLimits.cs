using System.Globalization;

namespace GmmVision.Motion;

/// <summary>What a zone asks of motion beside, or instead of, what <see cref="MotionOptions"/> ask everywhere: a door may matter more than a road. Immutable.</summary>
public sealed record ZoneLimits
{
    /// <summary>Asks nothing of its own.</summary>
    public static ZoneLimits None { get; } = new();

    /// <summary>The smallest region that counts in the zone, as a fraction of the picture, 0 to 1; null (default): <see cref="MotionOptions.MinArea"/>. Of a region in several zones the least of theirs holds.</summary>
    public double? MinArea { get; init; }

    /// <summary>The part of the zone's own area that must move before anything in it counts, 0 to 1; from there on the frame has motion, whatever <see cref="MotionOptions.Threshold"/> says. Null (default): that threshold alone.</summary>
    public double? Threshold { get; init; }

    /// <summary>How long motion must last in the zone, 0 to 1 hour; null (default): <see cref="MotionOptions.MinDuration"/>, wherever it moves.</summary>
    public TimeSpan? MinDuration { get; init; }

    /// <summary>Throws where a value is out of range.</summary>
    /// <returns>The limits themselves.</returns>
    /// <exception cref="ArgumentOutOfRangeException">One is; the message names it, its value and the range.</exception>
    public ZoneLimits Validate() => Validate(nameof(MinArea), nameof(Threshold), nameof(MinDuration));

    private ZoneLimits Validate(string minArea, string threshold, string minDuration)
    {
        Range.Check(MinArea ?? 0, 0, 1, "a fraction of the picture", minArea);
        Range.Check(Threshold ?? 0, 0, 1, "a fraction of the zone", threshold);
        Range.Check(MinDuration ?? default, TimeSpan.Zero, TimeSpan.FromHours(1), minDuration);
        return this;
    }

    /// <summary>Reads "min-area=0.1%,threshold=5%,min-duration=2": any of the three, fractions or per cents, and seconds.</summary>
    /// <exception cref="FormatException">The text is not of this form, or a value is out of range; the message says what is.</exception>
    public static ZoneLimits Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        ZoneLimits limits = None;
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? part : part[..equals].TrimEnd(), value = equals < 0 ? "" : part[(equals + 1)..].TrimStart();
            bool perCent = value.EndsWith('%');
            if (!double.TryParse(perCent ? value[..^1] : value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || double.IsNaN(number) || perCent && name == "min-duration")
                throw new FormatException($"A zone's limits are such as [min-area=0.1%,threshold=5%,min-duration=2], not \"{part}\".");
            number = perCent ? number / 100 : number;
            limits = name switch
            {
                "min-area" => limits with { MinArea = number },
                "threshold" => limits with { Threshold = number },
                "min-duration" => limits with { MinDuration = TimeSpan.FromSeconds(Math.Clamp(number, -1, 1e6)) },
                _ => throw new FormatException($"A zone's limits are min-area, threshold and min-duration; there is no \"{name}\"."),
            };
        }
        try
        {
            return limits.Validate("min-area", "threshold", "min-duration");
        }
        catch (ArgumentException error)
        {
            throw new FormatException($"The zone's limits [{text}] cannot be used: {error.Message.Split(" (Parameter")[0]}", error);
        }
    }

    /// <summary>In the form that <see cref="Parse"/> reads; empty where nothing is asked.</summary>
    public string ToText()
    {
        List<string> parts = [];
        if (MinArea is double area)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"min-area={area}"));
        if (Threshold is double threshold)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"threshold={threshold}"));
        if (MinDuration is { } duration)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"min-duration={duration.TotalSeconds}"));
        return string.Join(',', parts);
    }
}
