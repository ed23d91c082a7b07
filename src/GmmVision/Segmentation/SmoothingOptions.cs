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
        if (!Enum.IsDefined(Method))
            throw new ArgumentException($"Smoothing {(int)Method} is unknown: use one of {string.Join(", ", Enum.GetNames<Smoothing>())}.");
        if (Strength is not (>= 0 and <= 100))
            throw new ArgumentException($"Smoothing strength {Strength} is out of range: use 0 (no effect) to 100.");
        if (Sweeps is not (>= 1 and <= 100))
            throw new ArgumentException($"{Sweeps} sweeps are out of range: use 1 to 100.");
        if (Radius is not (null or (>= 1 and <= MaxRadius)))
            throw new ArgumentException($"A guided filter's radius of {Radius} pixels is out of range: use 1 to {MaxRadius}.");
        if (Epsilon is not (> 0 and <= 1))
            throw new ArgumentException($"A guided filter's epsilon of {Epsilon} is out of range: use a value above 0, up to 1.");
        return this;
    }
}
