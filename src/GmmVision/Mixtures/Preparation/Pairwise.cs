namespace GmmVision.Mixtures;

/// <summary>Sums by halves: always in the same order, with an error that grows with the logarithm of the count.</summary>
internal static class Pairwise
{
    public static double Sum(ReadOnlySpan<double> values) => values.Length switch
    {
        0 => 0,
        1 => values[0],
        _ => Sum(values[..(values.Length / 2)]) + Sum(values[(values.Length / 2)..]),
    };
}
