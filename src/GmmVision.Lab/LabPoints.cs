namespace GmmVision.Lab;

/// <summary>Points that a mixture is tried on: a table's rows, a made data set, or a picture's colours.</summary>
/// <param name="Names">What the features are called, d of them.</param>
/// <param name="Rows">n x d numbers.</param>
public sealed record LabPoints(IReadOnlyList<string> Names, double[] Rows)
{
    /// <summary>How much each point counts; empty: 1 each.</summary>
    public double[] Weights { get; init; } = [];

    /// <summary>0xRRGGBB of each point where it has a colour of its own; empty otherwise.</summary>
    public int[] Colors { get; init; } = [];

    /// <summary>Features, d.</summary>
    public int Features => Names.Count;

    /// <summary>Points, n.</summary>
    public int Count => Rows.Length / Features;

    /// <summary>At most as many points, evenly spread, where there are more.</summary>
    internal LabPoints Thinned(int most)
    {
        if (Count <= most)
            return this;
        int d = Features, step = (Count + most - 1) / most;
        int[] kept = [.. Enumerable.Range(0, Count).Where(i => i % step == 0)];
        return this with
        {
            Rows = [.. kept.SelectMany(i => Rows.AsSpan(i * d, d).ToArray())],
            Weights = Weights.Length == 0 ? [] : [.. kept.Select(i => Weights[i])],
            Colors = Colors.Length == 0 ? [] : [.. kept.Select(i => Colors[i])],
        };
    }
}
