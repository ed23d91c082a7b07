namespace GmmVision.Segmentation;

/// <summary>How strongly neighbouring pixels are made to agree.</summary>
public sealed record SmoothingOptions
{
    /// <summary>The largest radius of the guided filter.</summary>
    public const int MaxRadius = 64;

    /// <summary>The method; <see cref="Smoothing.Guided"/> by default.</summary>
    public Smoothing Method { get; init; } = Smoothing.Guided;

    /// <summary>
    /// ICM: what a neighbour of another label costs, in nats of the pixel's own log-probability, where there is no
    /// edge; 0 to 100, 2 by default. Diagonal neighbours count 1/√2 of it.
    /// </summary>
    public double Strength { get; init; } = 2;

    /// <summary>ICM: sweeps over the picture at most, 1 to 100; 10 by default. It ends earlier when nothing changes any more.</summary>
    public int Sweeps { get; init; } = 10;

    /// <summary>
    /// Guided filter: half the window's side in pixels, 1 to <see cref="MaxRadius"/>; null, the default, takes 1/30 of the
    /// picture's longer side, but no more than <see cref="MaxRadius"/>.
    /// </summary>
    public int? Radius { get; init; }

    /// <summary>
    /// Guided filter: luma variance (luma 0 to 1) below which a window counts as flat and is averaged, over which an edge
    /// is kept; above 0, up to 1; 0.01 by default.
    /// </summary>
    public double Epsilon { get; init; } = 1e-2;

    /// <summary>Rows beyond a run of rows that can reach into it: what must be worked on with it, so that it comes out as in the whole picture.</summary>
    internal int Halo(int width, int height) => Method switch { Smoothing.Icm => 2 * Sweeps, Smoothing.Guided => 2 * RadiusFor(width, height), _ => 0 };

    /// <summary>The guided filter's radius for a picture.</summary>
    internal int RadiusFor(int width, int height) => Radius ?? Math.Clamp(Math.Max(width, height) / 30, 1, MaxRadius);

    /// <summary>Throws where a value is out of range.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message says which, and what is allowed.</exception>
    public SmoothingOptions Validate()
    {
        Range.Check(Method);
        Range.Check(Strength, 0, 100, "0: no effect");
        Range.Check(Sweeps, 1, 100);
        Range.Check(Radius is null or (>= 1 and <= MaxRadius), Radius, $"1 to {MaxRadius} pixels, or none");
        Range.Check(Epsilon is > 0 and <= 1, Epsilon, "above 0, up to 1");
        return this;
    }
}
