using GmmVision.Imaging;
using GmmVision.Threading;

namespace GmmVision.Segmentation;

/// <summary>Labels every pixel of a picture by a model.</summary>
/// <remarks>
/// The picture is worked through in runs of rows, several at once, each with as many rows beyond its ends as smoothing
/// reaches. Beside the picture and its labels this takes, for each thread, 4 bytes a label and pixel of the run for
/// probabilities and up to 60 bytes a pixel for smoothing: 400 MB at most, whatever the picture's height. How the
/// picture is cut depends on its size and the number of labels alone, so the result does not depend on threads.
/// </remarks>
public static class Segmenter
{
    private const int RunValues = 1 << 23;      // probabilities in a run: 32 MB
    private const int LeastRows = 16;           // of a run, beside four times what smoothing reaches

    /// <summary>Labels a picture.</summary>
    /// <param name="image">Rgb or Gray8.</param>
    /// <param name="model">The model.</param>
    /// <param name="smoothing">How neighbours are made to agree.</param>
    /// <param name="threads">0 takes as many as there are processors.</param>
    /// <param name="uncertainty">A Gray8 frame of the picture's size that receives the entropy of each pixel's probabilities: 0 for certain, 255 for all labels equally probable. Null: none.</param>
    /// <param name="posterior">Receives the probabilities (smoothed by the guided filter, as the mixture gave them otherwise), in order, from one thread at a time. Null: none.</param>
    /// <param name="transparent">
    /// Pixels that get a label of their own, the one behind the model's: a mask of the picture's size. Their probabilities and entropy are 0,
    /// and smoothing passes over them. Null: none.
    /// </param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ArgumentException">A layout, size or option does not fit.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static LabelMap Label(
        Frame image, SegmentationModel model, SmoothingOptions? smoothing = null, int threads = 0, Frame? uncertainty = null, PosteriorRows? posterior = null, Mask? transparent = null, CancellationToken cancellation = default) =>
        Label(image, model, smoothing, threads, uncertainty, posterior, transparent, RunValues, cancellation);

    /// <summary>Labels a picture that is described.</summary>
    /// <param name="pixels">What describes it, by the model's features.</param>
    /// <param name="model">The model.</param>
    /// <param name="smoothing">As in the other overload.</param>
    /// <param name="threads">As in the other overload.</param>
    /// <param name="uncertainty">As in the other overload.</param>
    /// <param name="posterior">As in the other overload.</param>
    /// <param name="transparent">As in the other overload.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ArgumentException">A layout, size or option does not fit, or the features are others.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static LabelMap Label(
        FeatureExtractor pixels, SegmentationModel model, SmoothingOptions? smoothing = null, int threads = 0, Frame? uncertainty = null, PosteriorRows? posterior = null, Mask? transparent = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(model);
        return Label(pixels.With(model.Features), model, smoothing, threads, uncertainty, posterior, transparent, RunValues, cancellation);
    }

    internal static LabelMap Label(
        Frame image, SegmentationModel model, SmoothingOptions? smoothing, int threads, Frame? uncertainty, PosteriorRows? posterior, Mask? transparent, int runValues, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(model);
        return Label(new FeatureExtractor(image, model.Features), model, smoothing, threads, uncertainty, posterior, transparent, runValues, cancellation);
    }

    private static LabelMap Label(
        FeatureExtractor extractor, SegmentationModel model, SmoothingOptions? smoothing, int threads, Frame? uncertainty, PosteriorRows? posterior, Mask? transparent, int runValues, CancellationToken cancellation)
    {
        Frame image = extractor.Image;
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        smoothing = (smoothing ?? new SmoothingOptions()).Validate();
        if (uncertainty is not null && (uncertainty.Width != image.Width || uncertainty.Height != image.Height))
            throw new ArgumentException($"An uncertainty map of {uncertainty.Width}x{uncertainty.Height} does not fit a picture of {image.Width}x{image.Height}.");
        if (transparent is not null && (transparent.Width != image.Width || transparent.Height != image.Height))
            throw new ArgumentException($"A mask of {transparent.Width}x{transparent.Height} does not fit a picture of {image.Width}x{image.Height}.");
        if (transparent is not null && model.Labels == LabelMap.MaxLabels)
            throw new ArgumentException($"A picture with transparent pixels needs a label for them, so its model may have {LabelMap.MaxLabels - 1} at most.");
        int k = model.Labels, leastRows = 4 * smoothing.Halo(image.Width, image.Height) + LeastRows;
        int runRows = Math.Clamp(runValues / (k * image.Width), leastRows, Math.Max(image.Height, leastRows));
        int runs = (image.Height + runRows - 1) / runRows;
        double contrast = smoothing.Method == Smoothing.Icm ? PottsField.ContrastScale(image, transparent) : 0;
        var labels = new LabelMap(image.Width, image.Height, transparent is null ? k : k + 1);
        int all = threads == 0 ? Environment.ProcessorCount : threads, together = Math.Min(runs, all), within = Math.Max(1, all / together);
        float[]?[] results = new float[together][];
        for (int next = 0; next < runs; next += together)
        {
            cancellation.ThrowIfCancellationRequested();
            int start = next;
            Parallelism.For(Math.Min(runs, next + together) - start, together, i =>
            {
                int run = start + i;
                int first = run * runRows, rows = Math.Min(runRows, image.Height - first);
                float[]? planes = LabelRun(image, extractor, model, smoothing, contrast, first, rows, labels, uncertainty, transparent, posterior is not null, within);
                results[i] = planes;
            });
            for (int run = next; posterior is not null && run < Math.Min(runs, next + together); run++)
                posterior(run * runRows, Math.Min(runRows, image.Height - run * runRows), results[run - next]);
        }
        return labels;
    }

    private static float[]? LabelRun(
        Frame image, FeatureExtractor extractor, SegmentationModel model, SmoothingOptions smoothing, double contrast, int first, int rows, LabelMap labels, Frame? uncertainty, Mask? transparent, bool keep, int threads)
    {
        int k = model.Labels, width = image.Width;
        int halo = smoothing.Halo(width, image.Height), from = Math.Max(0, first - halo), to = Math.Min(image.Height, first + rows + halo);
        int all = (to - from) * width, before = (first - from) * width, pixels = rows * width;
        float[] planes = new float[k * all];
        model.Probabilities(extractor, width, from, to - from, planes, threads);
        if (smoothing.Method == Smoothing.Guided)
            Guide(image, transparent, from, to - from, smoothing, planes, k);
        bool[]? left = transparent is null ? null : LeftOut(transparent, from, to - from);
        for (int i = 0; i < left?.Length; i++)
        {
            for (int label = 0; left[i] && label < k; label++)
                planes[label * all + i] = 0;
        }
        byte[] most = MostProbable(planes, k);
        if (uncertainty is not null)
            Entropy(planes, k, before, first, rows, uncertainty);
        float[]? kept = null;
        if (keep)
        {
            kept = new float[k * pixels];
            for (int label = 0; label < k; label++)
                planes.AsSpan(label * all + before, pixels).CopyTo(kept.AsSpan(label * pixels));
        }
        if (smoothing.Method == Smoothing.Icm)
            PottsField.Relabel(planes, k, image, from, to - from, contrast, smoothing, most, left);
        for (int i = 0; i < left?.Length; i++)
        {
            if (left[i])
                most[i] = (byte)k;
        }
        most.AsSpan(before, pixels).CopyTo(labels.Labels[(first * width)..]);
        return kept;
    }

    private static bool[] LeftOut(Mask transparent, int first, int rows)
    {
        bool[] left = new bool[rows * transparent.Width];
        for (int i = 0; i < left.Length; i++)
            left[i] = transparent[i % transparent.Width, first + i / transparent.Width];
        return left;
    }

    // The filter may overshoot below 0; what is left of the probabilities is brought back to a sum of 1.
    private static void Guide(Frame image, Mask? transparent, int first, int rows, SmoothingOptions smoothing, float[] planes, int k)
    {
        int pixels = planes.Length / k;
        var filter = new GuidedFilter(image, first, rows, smoothing.RadiusFor(image.Width, image.Height), smoothing.Epsilon, transparent is null ? null : LeftOut(transparent, first, rows));
        float[] sums = new float[pixels];
        for (int label = 0; label < k; label++)
        {
            Span<float> plane = planes.AsSpan(label * pixels, pixels);
            filter.Apply(plane);
            for (int i = 0; i < plane.Length; i++)
                sums[i] += plane[i] = MathF.Max(plane[i], 0);
        }
        for (int i = 0; i < sums.Length; i++)
            sums[i] = sums[i] > 0 ? 1 / sums[i] : 0;
        for (int label = 0; label < k; label++)
        {
            Span<float> plane = planes.AsSpan(label * pixels, pixels);
            for (int i = 0; i < plane.Length; i++)
                plane[i] *= sums[i];
        }
    }

    private static byte[] MostProbable(float[] planes, int k)
    {
        int pixels = planes.Length / k;
        byte[] labels = new byte[pixels];
        float[] most = planes[..pixels];
        for (int label = 1; label < k; label++)
        {
            ReadOnlySpan<float> plane = planes.AsSpan(label * pixels, pixels);
            for (int i = 0; i < plane.Length; i++)
            {
                if (plane[i] > most[i])
                    (most[i], labels[i]) = (plane[i], (byte)label);
            }
        }
        return labels;
    }

    private static void Entropy(float[] planes, int k, int before, int first, int rows, Frame uncertainty)
    {
        int all = planes.Length / k, width = uncertainty.Width;
        double unit = k == 1 ? 0 : 255 / Math.Log(k);
        for (int y = 0; y < rows; y++)
        {
            Span<byte> row = uncertainty.Row(0, first + y);
            for (int x = 0; x < width; x++)
            {
                double entropy = 0;
                for (int label = 0; label < k; label++)
                {
                    float p = planes[label * all + before + y * width + x];
                    if (p > 1e-12f)
                        entropy -= p * MathF.Log(p);
                }
                row[x] = (byte)Math.Clamp(Math.Round(entropy * unit), 0, 255);
            }
        }
    }
}
