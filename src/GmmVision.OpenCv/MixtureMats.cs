using GmmVision.Mixtures;
using OpenCvSharp;

namespace GmmVision.OpenCv;

/// <summary>Gaussian mixtures on a Mat's rows, a sample a row, as OpenCV's own EM takes them.</summary>
/// <remarks>Samples are 32FC1 or 64FC1, of n rows and d columns. A picture becomes such a Mat by <c>ConvertTo(MatType.CV_32F)</c> and <c>Reshape(1, pixels)</c>.</remarks>
public static class MixtureMats
{
    /// <summary>The rows of a Mat as samples; copied.</summary>
    /// <param name="samples">32FC1 or 64FC1; n x d.</param>
    /// <param name="mergeEqualRows">Whether equal rows are fitted as one with their number as weight: much faster on pictures.</param>
    /// <exception cref="ArgumentException">The Mat is empty, of another type, or a number is not finite.</exception>
    /// <exception cref="ObjectDisposedException">The Mat was disposed.</exception>
    public static SampleSet ToSamples(this Mat samples, bool mergeEqualRows = false)
    {
        using Mat rows = Rows(samples);
        return rows.Type() == MatType.CV_32FC1
            ? SampleSet.Create((ReadOnlySpan<float>)MatExtensions.Samples<float>(rows), rows.Cols, mergeEqualRows: mergeEqualRows)
            : SampleSet.Create((ReadOnlySpan<double>)MatExtensions.Samples<double>(rows), rows.Cols, mergeEqualRows: mergeEqualRows);
    }

    /// <summary>Fits a mixture to the rows of a Mat.</summary>
    /// <param name="samples">32FC1 or 64FC1; n x d.</param>
    /// <param name="components">k, from 1 to n.</param>
    /// <param name="options">Default: <see cref="MixtureOptions"/> as they are.</param>
    /// <param name="cancellation">Ends the work between two iterations.</param>
    /// <exception cref="ArgumentException">The Mat is empty or of another type, there are fewer rows than components, or an option is out of range.</exception>
    public static GaussianMixture FitMixture(this Mat samples, int components, MixtureOptions? options = null, CancellationToken cancellation = default) =>
        GaussianMixture.Fit(samples.ToSamples(), components, options, cancellation: cancellation);

    /// <summary>The most probable component of each row.</summary>
    /// <param name="mixture">The mixture, of d features.</param>
    /// <param name="samples">32FC1 or 64FC1; n x d.</param>
    /// <returns>32SC1, n x 1.</returns>
    /// <exception cref="ArgumentException">The Mat is empty, of another type, or has another number of columns.</exception>
    public static Mat Predict(this GaussianMixture mixture, Mat samples)
    {
        SampleSet set = SamplesFor(mixture, samples);
        var labels = new Mat(set.Rows, 1, MatType.CV_32SC1);
        mixture.Predict(set, MatExtensions.Samples<int>(labels));
        return labels;
    }

    /// <summary>The responsibilities of each row.</summary>
    /// <returns>64FC1, n x k; each row adds up to 1.</returns>
    /// <inheritdoc cref="Predict(GaussianMixture, Mat)"/>
    public static Mat PredictProbabilities(this GaussianMixture mixture, Mat samples)
    {
        SampleSet set = SamplesFor(mixture, samples);
        var probabilities = new Mat(set.Rows, mixture.Components, MatType.CV_64FC1);
        mixture.PredictProbabilities(set, MatExtensions.Samples<double>(probabilities));
        return probabilities;
    }

    /// <summary>The logarithm of the density at each row; low where a sample is unlike those that were fitted.</summary>
    /// <returns>64FC1, n x 1.</returns>
    /// <inheritdoc cref="Predict(GaussianMixture, Mat)"/>
    public static Mat ScoreSamples(this GaussianMixture mixture, Mat samples)
    {
        SampleSet set = SamplesFor(mixture, samples);
        var densities = new Mat(set.Rows, 1, MatType.CV_64FC1);
        mixture.ScoreSamples(set, MatExtensions.Samples<double>(densities));
        return densities;
    }

    /// <summary>The means: 64FC1, k x d, as <c>EM.GetMeans</c> of OpenCV gives them.</summary>
    public static Mat GetMeans(this GaussianMixture mixture) => Table(mixture.Means.AsSpan(), mixture.Components, mixture.Features);

    /// <summary>The weights: 64FC1, 1 x k, as <c>EM.GetWeights</c> of OpenCV gives them.</summary>
    public static Mat GetWeights(this GaussianMixture mixture) => Table(mixture.Weights.AsSpan(), 1, mixture.Components);

    /// <summary>The covariance matrices, whatever the covariance type: k of 64FC1, d x d, as <c>EM.GetCovs</c> of OpenCV gives them.</summary>
    public static Mat[] GetCovariances(this GaussianMixture mixture)
    {
        var matrices = new Mat[mixture.Components];
        for (int component = 0; component < matrices.Length; component++)
            matrices[component] = Table(mixture.CovarianceMatrix(component), mixture.Features, mixture.Features);
        return matrices;
    }

    private static Mat Table(ReadOnlySpan<double> numbers, int rows, int columns)
    {
        var mat = new Mat(rows, columns, MatType.CV_64FC1);
        numbers.CopyTo(MatExtensions.Samples<double>(mat));
        return mat;
    }

    private static SampleSet SamplesFor(GaussianMixture mixture, Mat samples)
    {
        ArgumentNullException.ThrowIfNull(mixture);
        int columns = MatCheck.Require(samples, nameof(samples)).Cols;
        return columns == mixture.Features ? samples.ToSamples()
            : throw new ArgumentException($"The Mat has {columns} columns: this mixture is of {mixture.Features} features.", nameof(samples));
    }

    /// <summary>A continuous Mat with the samples, which the caller disposes: a header where it was continuous.</summary>
    private static Mat Rows(Mat samples)
    {
        MatType type = MatCheck.Require(samples, nameof(samples)).Type();
        if (type != MatType.CV_32FC1 && type != MatType.CV_64FC1)
            throw new ArgumentException($"A Mat of type {type} holds no samples: it must be CV_32FC1 or CV_64FC1, a sample a row; use ConvertTo, and Reshape(1, pixels) for a picture.", nameof(samples));
        return samples.IsContinuous() ? samples[0, samples.Rows, 0, samples.Cols] : samples.Clone();
    }
}
