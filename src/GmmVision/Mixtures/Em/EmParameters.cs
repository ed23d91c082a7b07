namespace GmmVision.Mixtures;

/// <summary>
/// A mixture as the kernels want it: in the units of the planes, logarithms to base 2, rounded to the precision of the lanes; and
/// the way back from the kernels' sums to the caller's units.
/// </summary>
/// <remarks>
/// What rounding takes from a mean is given back through the offset c of its white coordinates y = W (x - μ) + c, and statistics
/// are taken back with the inverse of the rounded W, so that single precision costs digits of the samples' densities only.
/// </remarks>
internal sealed class EmParameters
{
    public const double Ln2 = 0.693147180559945309;

    /// <summary>|y|² is to be the loss in base-2 log density: W is whitening times the root of log₂(e) / 2.</summary>
    private static readonly double Halving = Math.Sqrt(0.5 / Ln2);

    private readonly EmLayout _layout;
    private readonly SampleSet _samples;
    private readonly double[] _back, _logErrors;

    public EmParameters(SampleSet samples, EmLayout layout, FittedParameters state)
    {
        (_samples, _layout) = (samples, layout);
        int k = state.Components, d = state.Features;
        Kernel = new double[k * layout.ParametersPerComponent];
        LogFactors = new double[k];
        _logErrors = new double[k];
        _back = new double[layout.Matrices ? k * d * d : k * d];
        var rounded = new double[layout.Matrices ? d * d : d];
        for (int c = 0; c < k; c++)
        {
            LogFactors[c] = Fill(state, c, rounded);
            if (layout.Matrices) LowerTriangle.Invert(rounded, _back.AsSpan(c * d * d, d * d), d);
            else for (int i = 0; i < d; i++) _back[c * d + i] = 1 / rounded[i];
        }

        LogOffset = LogFactors.Max();
        for (int c = 0; c < k; c++)
        {
            double exact = Math.Max(LogFactors[c] - LogOffset, -1e30);   // a weight of 0 has a log of minus infinity
            LogFactors[c] = Round(exact);
            _logErrors[c] = exact - LogFactors[c];
        }
    }

    /// <summary>Per component: by group μ, c and W, then W for pairs of groups (see <see cref="EmLayout"/>).</summary>
    public double[] Kernel { get; }

    /// <summary>log₂ of weight times density at the mean, less <see cref="LogOffset"/>.</summary>
    public double[] LogFactors { get; }

    /// <summary>To be added to every log density that the kernels give.</summary>
    public double LogOffset { get; }

    /// <summary>Takes the summed results of all chunks back to the caller's units, around the means of the state.</summary>
    /// <param name="results">Statistics of each component, then the weighted sum of log₂ densities.</param>
    /// <param name="statistics">Filled when not null.</param>
    /// <returns>Mean log-likelihood of a sample, in nats.</returns>
    public double Finish(ReadOnlySpan<double> results, MixtureStatistics? statistics)
    {
        int k = _layout.Components, d = _layout.Features;
        double total = results[^1], weight = _samples.TotalWeight / _samples.WeightScale;
        for (int c = 0; c < k; c++) total += _logErrors[c] * results[c * _layout.StatisticsPerComponent];   // dL / d log wₖ = Σ rₖ
        double[] first = new double[d], second = new double[_layout.Matrices ? d * d : d];
        for (int c = 0; c < k && statistics is not null; c++)
        {
            ReadOnlySpan<double> sums = results.Slice(c * _layout.StatisticsPerComponent, _layout.StatisticsPerComponent);
            statistics.Counts[c] = sums[0] * _samples.WeightScale;
            Collect(sums, first, second);
            TakeBack(c, first, second, statistics);
        }

        return (total / weight + LogOffset) * Ln2;
    }

    /// <summary>Sums by group into a vector and a full matrix (or its diagonal).</summary>
    private void Collect(ReadOnlySpan<double> sums, double[] first, double[] second)
    {
        int d = _layout.Features;
        for (int i = 0; i < d; i++)
        {
            int g = i / 3, a = i % 3, group = _layout.GroupStatistics(g);
            first[i] = sums[group + 1 + a];
            if (!_layout.Matrices)
            {
                second[i] = sums[group + 4 + a];
                continue;
            }

            for (int j = 0; j <= i; j++)
            {
                int h = j / 3, b = j % 3;
                second[i * d + j] = second[j * d + i] = g == h ? sums[group + 4 + a * (a + 1) / 2 + b] : sums[_layout.PairStatistics(g, h) + a * 3 + b];
            }
        }
    }

    private void TakeBack(int c, double[] first, double[] second, MixtureStatistics statistics)
    {
        int d = _layout.Features;
        double unit = _samples.WeightScale;
        double[] scale = _samples.Scale;
        if (!_layout.Matrices)
        {
            for (int i = 0; i < d; i++)
            {
                double back = scale[i] * _back[c * d + i];
                statistics.First[c * d + i] = unit * back * first[i];
                statistics.Second[c * d + i] = unit * back * back * second[i];
            }

            return;
        }

        ReadOnlySpan<double> inverse = _back.AsSpan(c * d * d, d * d);
        Span<double> half = d <= 16 ? stackalloc double[d * d] : new double[d * d], result = statistics.Second.AsSpan(c * d * d, d * d);
        for (int i = 0; i < d; i++)
        {
            double sum = 0;
            for (int j = 0; j <= i; j++) sum += inverse[i * d + j] * first[j];
            statistics.First[c * d + i] = unit * scale[i] * sum;
            for (int j = 0; j < d; j++)
            {
                double product = 0;
                for (int m = 0; m <= i; m++) product += inverse[i * d + m] * second[m * d + j];
                half[i * d + j] = product;
            }
        }

        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double product = 0;
                for (int m = 0; m <= j; m++) product += half[i * d + m] * inverse[j * d + m];
                result[i * d + j] = result[j * d + i] = unit * scale[i] * scale[j] * product;
            }
        }
    }

    /// <summary>Writes a component's parameters and its rounded W.</summary>
    /// <returns>log₂ of weight times the density at the mean that the rounded W has.</returns>
    private double Fill(FittedParameters state, int c, double[] rounded)
    {
        int d = _layout.Features;
        Span<double> kernel = Kernel.AsSpan(c * _layout.ParametersPerComponent, _layout.ParametersPerComponent);
        ReadOnlySpan<double> whitening = state.WhiteningOf(c);
        double log = Math.Log2(state.Weights[c]) - 0.5 * d * Math.Log2(2 * Math.PI);
        Span<double> error = d <= 64 ? stackalloc double[d] : new double[d];
        for (int i = 0; i < d; i++)
        {
            double mean = (state.Means[c * d + i] - _samples.Center[i]) / _samples.Scale[i];
            ref double kept = ref kernel[i / 3 * _layout.GroupParameters + i % 3];
            kept = Round(mean);
            error[i] = mean - kept;
        }

        for (int i = 0; i < d; i++)
        {
            int g = i / 3, a = i % 3, group = g * _layout.GroupParameters;
            double offset = 0;
            for (int j = _layout.Matrices ? 0 : i; j <= i; j++)
            {
                int at = _layout.Matrices ? i * d + j : i, h = j / 3, b = j % 3;
                double w = rounded[at] = Round(Halving * whitening[at] * _samples.Scale[j]);
                offset -= w * error[j];
                if (!_layout.Matrices) kernel[group + 6 + a] = w;
                else if (g == h) kernel[group + 6 + a * (a + 1) / 2 + b] = w;
                else kernel[_layout.PairParameters(g, h) + a * 3 + b] = w;
                if (i == j) log += Math.Log2(w / (Halving * _samples.Scale[i]));
            }

            kernel[group + 3 + a] = Round(offset);
        }

        return log;
    }

    private double Round(double value) => _samples.Precision == SamplePrecision.Single ? (float)value : value;
}
