namespace GmmVision.Benchmarks.Blindness;

/// <summary>What was measured of one scene.</summary>
internal sealed record BlindnessResult
{
    public required DisturbanceKind Kind { get; init; }

    public required int Seed { get; init; }

    public required double FrameRate { get; init; }

    /// <summary>Seconds in which a walker could be seen and was not found, until sight was back.</summary>
    public required double Blind { get; init; }

    /// <summary>Whether sight was never back.</summary>
    public required bool IsBlindToTheEnd { get; init; }

    /// <summary>Seconds in which more than 5 % of the picture was called motion where nobody was.</summary>
    public required double FalseArea { get; init; }

    /// <summary>The longest that an event went on with nobody in the picture, more than five seconds after the disturbance.</summary>
    public required double FalseEvent { get; init; }

    /// <summary>Walks that began after the disturbance.</summary>
    public required int Walks { get; init; }

    /// <summary>Those in which there was no event.</summary>
    public required int MissedWalks { get; init; }

    /// <summary>Share of the time before the disturbance in which a walker who could be seen was found.</summary>
    public required double FoundBefore { get; init; }

    /// <summary>The same from two seconds after it on.</summary>
    public required double FoundAfter { get; init; }

    /// <summary>Whether the truck itself was missed; false where there is none.</summary>
    public required bool MissedTruck { get; init; }
}
