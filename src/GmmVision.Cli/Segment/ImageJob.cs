using System.Diagnostics;
using System.Globalization;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Segmentation;

namespace GmmVision.Cli.Segment;

/// <summary>One picture: loaded, a mixture fitted (unless there is a model), labelled, its files written.</summary>
/// <param name="input">The picture.</param>
/// <param name="settings">What is asked for.</param>
/// <param name="shared">The model of all pictures or a saved one; null: fit one to this picture.</param>
/// <param name="threads">Threads for this picture.</param>
internal sealed class ImageJob(ImageInput input, SegmentSettings settings, SegmentationModel? shared, int threads)
{
    private readonly List<string> _files = [];

    /// <summary>Does it all; NAME.json is written last, so that where it is, everything is.</summary>
    /// <param name="fingerprint">Goes into the document.</param>
    /// <param name="report">Receives the result where the report is asked for.</param>
    /// <param name="cancellation">Ends the work; no half-written file is left.</param>
    public ImageResult Run(string fingerprint, Action<ImageResult>? report, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        (Frame image, Mask? transparent, (int Low, int High)? levels) = Picture.Load(input, settings, cancellation);
        double load = Lap(ref start);
        RegionHierarchy? regions = settings.Regions is { } asked ? RegionSegmenter.Divide(image, asked with { Mixture = asked.Mixture with { Threads = threads } }, transparent, cancellation) : null;
        SegmentationFit? fit = regions is not null ? regions.Fit : shared is null
            ? SegmentationFit.Of(SegmentationSamples.Of(image, settings.Fit.Features, settings.Fit.MaxSize, settings.Fit.Seed, transparent), settings.Fit with { Threads = threads }, cancellation)
            : null;
        SegmentationModel model = shared ?? fit!.Model;
        double fitting = Lap(ref start);
        // What an earlier run left must not pass for this one's.
        File.Delete(settings.PathOf(input, "json"));
        Frame? uncertainty = settings.Uncertainty ? new Frame(new FrameFormat(image.Width, image.Height, PixelLayout.Gray8, ColorRange.Full)) : null;
        LabelMap labels = regions?.Cut() ?? Label(image, model, uncertainty, transparent, cancellation);
        double labelling = Lap(ref start);
        int[] colors = labels.MeanColors(image);
        int seenThrough = transparent is null ? -1 : labels.LabelCount - 1;
        WritePictures(image, labels, colors, seenThrough, uncertainty, cancellation);
        var result = new ImageResult(input, image, model, fit, labels, colors, fit?.Warnings ?? [], new StepSeconds(load, fitting, labelling, Lap(ref start))) { Levels = levels, Regions = regions };
        report?.Invoke(result);
        OutputFile.Write(settings.PathOf(input, "json"), ResultDocument.Text(result, settings, fingerprint, _files));
        return result;
    }

    // Probabilities leave as they come, run of rows by run of rows, so that those of a large picture need no memory.
    private LabelMap Label(Frame image, SegmentationModel model, Frame? uncertainty, Mask? transparent, CancellationToken cancellation)
    {
        int k = model.Labels, width = image.Width, height = image.Height;
        if (!settings.Posterior && !settings.SoftMasks)
            return Segmenter.Label(image, model, settings.Smoothing, threads, uncertainty, null, transparent, cancellation);
        using OutputFile? file = settings.Posterior ? new OutputFile(settings.PathOf(input, "posterior.npy")) : null;
        using FileStream? stream = file is null ? null : new FileStream(file.TemporaryPath, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
        NpyWriter? npy = stream is null ? null : new NpyWriter(stream, height, width, k);
        byte[][] masks = settings.SoftMasks ? [.. Enumerable.Range(0, k).Select(_ => new byte[width * height])] : [];
        float[] line = new float[width * k];
        LabelMap labels = Segmenter.Label(image, model, settings.Smoothing, threads, uncertainty, (first, rows, planes) =>
        {
            int pixels = rows * width;
            for (int label = 0; label < masks.Length; label++)
            {
                for (int i = 0; i < pixels; i++)
                    masks[label][first * width + i] = (byte)MathF.Round(255 * planes[label * pixels + i]);
            }
            for (int y = 0; npy is not null && y < rows; y++)
            {
                for (int label = 0; label < k; label++)
                {
                    ReadOnlySpan<float> plane = planes.Slice(label * pixels + y * width, width);
                    for (int x = 0; x < width; x++)
                        line[x * k + label] = plane[x];
                }
                npy.Write(line);
            }
        }, transparent, cancellation);
        if (npy is not null)
        {
            npy.Complete();
            stream!.Dispose();
            file!.Complete();
            _files.Add(Path.GetFileName(file.FinalPath));
        }
        for (int label = 0; label < masks.Length; label++)
            Write(string.Create(CultureInfo.InvariantCulture, $"soft-{label}.png"), output => PngWriter.WriteGray(output, masks[label], width, height));
        return labels;
    }

    private void WritePictures(Frame image, LabelMap labels, int[] colors, int seenThrough, Frame? uncertainty, CancellationToken cancellation)
    {
        byte[] palette = Palette(LabelColors.Distinct(labels.LabelCount));
        Write("labels.png", output => PngWriter.WriteIndexed(output, labels.Memory, labels.Width, labels.Height, palette, seenThrough));
        cancellation.ThrowIfCancellationRequested();
        var picture = new Frame(image.Format);
        if (seenThrough < 0)
        {
            labels.Paint(colors, picture);
            Write("segments.png", output => PngWriter.Write(output, picture));
        }
        else
        {
            Write("segments.png", output => PngWriter.WriteIndexed(output, labels.Memory, labels.Width, labels.Height, Palette(colors), seenThrough));
        }
        cancellation.ThrowIfCancellationRequested();
        picture.CopyFrom(image);
        labels.DrawBoundaries(picture);
        Write("overlay.png", output => PngWriter.Write(output, picture));
        if (uncertainty is not null)
            Write("uncertainty.png", output => PngWriter.Write(output, uncertainty));
    }

    private static byte[] Palette(int[] colors) => [.. colors.SelectMany(color => (byte[])[(byte)(color >> 16), (byte)(color >> 8), (byte)color])];

    private void Write(string kind, Action<Stream> write)
    {
        string path = settings.PathOf(input, kind);
        OutputFile.Write(path, write);
        _files.Add(Path.GetFileName(path));
    }

    private static double Lap(ref long start)
    {
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        start = Stopwatch.GetTimestamp();
        return seconds;
    }
}
