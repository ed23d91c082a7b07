namespace GmmVision.Scenes.Actors;

/// <summary>One passage of one object through the scene, from the edge of the picture to the other edge.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Lane">Where it moves.</param>
/// <param name="Start">Seconds at which it reaches the edge of the picture; negative where it is under way when the scene begins.</param>
/// <param name="Speed">Metres a second.</param>
public sealed record ActorScript(ActorKind Kind, Lane Lane, double Start, double Speed)
{
    /// <summary>Whether it comes from the left.</summary>
    public bool FromLeft { get; init; } = true;

    /// <summary>Chooses its colours and build.</summary>
    public int Look { get; init; }

    /// <summary>Part of its way, 0 to 1, after which it stands still; NaN where it does not.</summary>
    public double StopAt { get; init; } = double.NaN;

    /// <summary>Seconds that it stands still; infinity where it stays to the end of the scene.</summary>
    public double StopFor { get; init; }

    /// <summary>Metres that its lane is shifted, away from the camera where positive: for two people side by side.</summary>
    public double Aside { get; init; }

    /// <exception cref="ArgumentException">A value is out of range.</exception>
    internal void Validate()
    {
        if (!double.IsFinite(Start))
            throw new ArgumentException($"An actor's Start is {Start}; it must be a number of seconds.");
        if (!(Speed is >= 0.2 and <= 40))
            throw new ArgumentException($"An actor's Speed is {Speed}; it must be 0.2 to 40 metres a second.");
        if (!double.IsNaN(StopAt) && !(StopAt is >= 0 and <= 1))
            throw new ArgumentException($"An actor's StopAt is {StopAt}; it must be a part of its way, 0 to 1, or NaN for no stop.");
        if (!(StopFor >= 0))
            throw new ArgumentException($"An actor's StopFor is {StopFor}; it must be 0 seconds or more, infinity to stay.");
        if (!(Math.Abs(Aside) <= 0.5))
            throw new ArgumentException($"An actor's Aside is {Aside}; it must be -0.5 to 0.5 metres.");
    }
}
