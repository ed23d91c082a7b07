using GmmVision.Mixtures;

namespace GmmVision.Segmentation;

/// <summary>Brings features to comparable units, and then weighs them: each less an offset, times a factor.</summary>
/// <remarks>
/// Colour and texture columns come to mean 0 and variance 1 if asked for; a column that does not vary is only centred.
/// Place has its unit already (see <see cref="FeatureExtractor"/>). Then place and texture are multiplied by their weights.
/// Immutable.
/// </remarks>
internal sealed class Standardization
{
    private readonly double[] _offsets, _factors;

    public Standardization(double[] offsets, double[] factors) => (_offsets, _factors) = (offsets, factors);

    public ReadOnlySpan<double> Offsets => _offsets;

    public ReadOnlySpan<double> Factors => _factors;

    public static Standardization Of(SegmentationSamples samples)
    {
        FeatureOptions features = samples.Features;
        int d = features.Dimensions, place = features.PositionWeight > 0 ? 2 : 0;
        double[] offsets = new double[d], factors = new double[d];
        StandardScaler scaler = StandardScaler.Fit(samples.Rows, samples.Weights);
        for (int column = 0; column < d; column++)
        {
            factors[column] = column < 3 ? 1 : column < 3 + place ? features.PositionWeight : features.TextureWeight;
            if (!features.Standardize || (column >= 3 && column < 3 + place))
                continue;
            offsets[column] = scaler.Mean[column];
            // Below this a column is constant but for rounding: all units here are of the order of 1 to 100.
            if (scaler.Deviation[column] > 1e-9)
                factors[column] /= scaler.Deviation[column];
        }
        return new Standardization(offsets, factors);
    }

    public void Apply(ReadOnlySpan<double> rows, Span<double> standardized)
    {
        int d = _offsets.Length;
        for (int i = 0; i < rows.Length; i += d)
        {
            for (int column = 0; column < d; column++)
                standardized[i + column] = (rows[i + column] - _offsets[column]) * _factors[column];
        }
    }
}
