namespace GmmVision.Mixtures;

/// <summary>Where a falling curve turns from steep to flat.</summary>
internal static class Elbow
{
    /// <summary>
    /// The point farthest below the chord from the curve's first point to its last, none behind the curve's lowest
    /// point; the lowest point where none lies below the chord.
    /// </summary>
    /// <remarks>
    /// Source: Satopaa, Albrecht, Irwin and Raghavan 2011, "Finding a 'kneedle' in a haystack". Distances along the curve's
    /// axis put the points in the same order as distances at right angles to the chord, and in the same order in every unit.
    /// </remarks>
    /// <param name="values">The curve at equal steps; finite, at least one.</param>
    /// <returns>The position in <paramref name="values"/>.</returns>
    public static int Of(ReadOnlySpan<double> values)
    {
        int lowest = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] < values[lowest])
                lowest = i;
        }
        int elbow = lowest;
        // What rounding leaves of a straight line is no elbow.
        double farthest = 1e-9 * Math.Abs(values[0] - values[lowest]);
        for (int i = 1; i <= lowest && i < values.Length - 1; i++)
        {
            double below = values[0] + (values[^1] - values[0]) * i / (values.Length - 1) - values[i];
            if (below > farthest)
                (elbow, farthest) = (i, below);
        }
        return elbow;
    }
}
