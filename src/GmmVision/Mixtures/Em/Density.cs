namespace GmmVision.Mixtures;

/// <summary>Log densities of a single sample, in double precision.</summary>
internal static class Density
{
    /// <summary>log(weight · density) of every component, and of their sum.</summary>
    /// <param name="state">The mixture.</param>
    /// <param name="x">The sample.</param>
    /// <param name="logs">Gets one number per component.</param>
    /// <param name="difference">d numbers of work space.</param>
    /// <returns>log p(x).</returns>
    public static double LogSum(FittedParameters state, ReadOnlySpan<double> x, Span<double> logs, Span<double> difference)
    {
        double max = double.NegativeInfinity;
        for (int c = 0; c < state.Components; c++) max = Math.Max(max, logs[c] = LogOf(state, c, x, difference));
        double sum = 0;
        for (int c = 0; c < state.Components; c++) sum += Math.Exp(logs[c] - max);
        return max + Math.Log(sum);
    }

    private static double LogOf(FittedParameters state, int component, ReadOnlySpan<double> x, Span<double> difference)
    {
        int d = state.Features;
        ReadOnlySpan<double> mean = state.Mean(component), whitening = state.WhiteningOf(component);
        for (int i = 0; i < d; i++) difference[i] = x[i] - mean[i];
        double distance = 0;
        for (int i = 0; i < d; i++)
        {
            double y = 0;
            if (state.HasMatrices) for (int j = 0; j <= i; j++) y += whitening[i * d + j] * difference[j];
            else y = whitening[i] * difference[i];
            distance += y * y;
        }

        return state.LogFactors[component] - 0.5 * distance;
    }
}
