namespace GmmVision.Mixtures;

/// <summary>How <see cref="KMeans"/> clusters.</summary>
public sealed record KMeansOptions
{
    /// <summary>Starts, of which the one with the least inertia is kept; 1 to 10,000, default 1.</summary>
    public int Restarts { get; init; } = 1;

    /// <summary>Iterations at most; 1 to 1,000,000, default 300.</summary>
    public int MaxIterations { get; init; } = 300;

    /// <summary>Stops when the centres move by less than this times the mean variance of the features (squared); 0 or more, default 1e-4.</summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>The same seed gives the same clusters. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>Threads at most; 0, the default, takes as many as there are processors. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Lane width in bits, for tests; 0 takes the widest.</summary>
    internal int LaneBits { get; init; }

    /// <summary>Checks every range.</summary>
    /// <returns>The options themselves.</returns>
    /// <exception cref="ArgumentException">A value is out of its range; the message says which.</exception>
    public KMeansOptions Validate()
    {
        Range.Check(Restarts, 1, 10_000);
        Range.Check(MaxIterations, 1, 1_000_000);
        Range.Check(Tolerance >= 0 && double.IsFinite(Tolerance), Tolerance, "0 or more, and finite");
        Range.Check(Threads, 0, 1024, "0 for all processors");
        return this;
    }
}
