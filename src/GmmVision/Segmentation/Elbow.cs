namespace GmmVision.Segmentation;

/// <summary>Where a falling curve turns from steep to flat.</summary>
internal static class Elbow
{
    /// <summary>
    /// The point farthest below the chord from the curve's first point to its lowest; both axes are scaled to 0 to 1,
    /// so that units do not matter.
    /// </summary>
    /// <remarks>
    /// Source: Satopaa, Albrecht, Irwin and Raghavan 2011, "Finding a 'kneedle' in a haystack". The lowest point takes the
    /// place of the last, so that a curve which rises again is not judged by what lies behind its minimum.
    /// </remarks>
    /// <param name="values">The curve at equal steps; finite, at least one.</param>
    /// <returns>The position in <paramref name="values"/>; that of the lowest value where there is nothing in between that lies below the chord.</returns>
    public static int Of(ReadOnlySpan<double> values)
    {
        int lowest = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] < values[lowest])
                lowest = i;
        }
        int elbow = lowest;
        double farthest = 0;
        for (int i = 1; i < lowest; i++)
        {
            double below = (values[0] - values[i]) / (values[0] - values[lowest]) - (double)i / lowest;
            if (below > farthest)
                (elbow, farthest) = (i, below);
        }
        return elbow;
    }
}
