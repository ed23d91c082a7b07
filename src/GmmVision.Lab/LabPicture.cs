using GmmVision.Imaging;
using GmmVision.Segmentation;

namespace GmmVision.Lab;

/// <summary>A picture in the lab, with the fits that were made of it lately.</summary>
/// <remarks>May be used from any number of threads.</remarks>
public sealed class LabPicture
{
    /// <summary>The most pixels of a picture in the lab: 640 x 480, which is what a page shows.</summary>
    public const int MostPixels = 640 * 480;

    private const int Kept = 12, Dots = 3000;
    private readonly Lock _lock = new();
    private readonly List<(object Key, object Value)> _lately = [];
    private volatile FeatureExtractor? _pixels;

    /// <summary>A picture, Rgb.</summary>
    /// <exception cref="ArgumentException">It is not Rgb, or has more than <see cref="MostPixels"/> pixels.</exception>
    public LabPicture(Frame image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Format.Layout != PixelLayout.Rgb)
            throw new ArgumentException($"The lab takes Rgb pictures, not {image.Format.Layout}.");
        if ((long)image.Width * image.Height > MostPixels)
            throw new ArgumentException($"A picture of {image.Width}x{image.Height} is more than the lab takes, {MostPixels} pixels: make it smaller.");
        Image = image;
    }

    /// <summary>Its pixels.</summary>
    public Frame Image { get; }

    /// <summary>The mixture, or the regions' mixture, that settings ask for; fitted again only where what it depends on has changed.</summary>
    public SegmentationFit Fit(PictureSettings settings, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        return settings.Regions is not null
            ? Regions(settings, cancellation).Fit
            : Once(settings.Fit, () => SegmentationFit.Of(SegmentationSamples.Of(Pixels(settings.Fit.Features), settings.Fit.MaxSize, settings.Seed), settings.Fit, cancellation));
    }

    /// <summary>The labels that settings ask for.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="uncertainty">Receives the entropy of each pixel's responsibilities, 0 to 255: a Gray8 frame of the picture's size; null: none.</param>
    /// <param name="posterior">Receives the smoothed probabilities; null: none. Not with regions.</param>
    /// <param name="cancellation">Ends the work.</param>
    public LabelMap Label(PictureSettings settings, Frame? uncertainty = null, PosteriorRows? posterior = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        SegmentationModel model = Fit(settings, cancellation).Model;
        if (settings.Regions is not { } regions)
            return Segmenter.Label(Pixels(model.Features), model, settings.Smoothing, 0, uncertainty, posterior, cancellation: cancellation);
        if (uncertainty is not null)
            Segmenter.Label(Image, model, new SmoothingOptions { Method = Smoothing.None }, 0, uncertainty, cancellation: cancellation);
        return Regions(settings, cancellation).CutAt(regions.Threshold);
    }

    /// <summary>How probable each component is at a pixel, by its own features alone.</summary>
    /// <exception cref="ArgumentException">There is no such pixel.</exception>
    public double[] Responsibilities(PictureSettings settings, int x, int y, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (x < 0 || y < 0 || x >= Image.Width || y >= Image.Height)
            throw new ArgumentException($"there is no pixel ({x}, {y}) in a picture of {Image.Width}x{Image.Height}.");
        SegmentationModel model = Fit(settings, cancellation).Model;
        double[] row = new double[Image.Width * model.Features.Dimensions], probabilities = new double[model.Labels];
        new FeatureExtractor(Image, model.Features).Extract(y, 1, row);
        model.Responsibilities(row.AsSpan(x * model.Features.Dimensions, model.Features.Dimensions), probabilities);
        return probabilities;
    }

    /// <summary>Colours of pixels on a grid, each distinct one once with its count: what the scatter shows and EM is stepped through.</summary>
    /// <param name="space">The colour space.</param>
    public LabPoints Points(ColorSpace space) => Once(("points", space), () =>
    {
        SortedDictionary<int, int> counts = [];
        int step = Math.Max(1, (int)Math.Ceiling(Math.Sqrt((double)Image.Width * Image.Height / Dots)));
        // A picture that is narrower than a step has its middle.
        for (int y = Math.Min(step, Image.Height - 1) / 2; y < Image.Height; y += step)
        {
            for (int x = Math.Min(step, Image.Width - 1) / 2; x < Image.Width; x += step)
            {
                int color = Image.Row(0, y)[x] << 16 | Image.Row(1, y)[x] << 8 | Image.Row(2, y)[x];
                counts[color] = counts.GetValueOrDefault(color) + 1;
            }
        }
        double[] rows = new double[3 * counts.Count];
        int at = 0;
        foreach (int color in counts.Keys)
        {
            (rows[at], rows[at + 1], rows[at + 2]) = ColorConversion.Convert(space, (byte)(color >> 16), (byte)(color >> 8), (byte)color);
            at += 3;
        }
        return new LabPoints([.. new FeatureOptions { Color = space }.Names], rows) { Weights = [.. counts.Values.Select(count => (double)count)], Colors = [.. counts.Keys] };
    });

    // Described once: a slider that moves a weight changes none of it. One description only, of 15 MB at most: another colour space takes its place.
    private FeatureExtractor Pixels(FeatureOptions features)
    {
        FeatureOptions kind = features with { PositionWeight = 0, TextureWeight = features.TextureWeight > 0 ? 1 : 0 };
        FeatureExtractor? pixels = _pixels;
        if (pixels?.Options != kind)
            _pixels = pixels = FeatureExtractor.Keep(Image, kind);
        return pixels.With(features);
    }

    // Joining goes by the threshold at the very end, so one hierarchy serves all of them.
    private RegionHierarchy Regions(PictureSettings settings, CancellationToken cancellation)
    {
        RegionOptions options = settings.Regions! with { Threshold = 0 };
        return Once(options, () => RegionSegmenter.Divide(Image, options, null, cancellation));
    }

    private T Once<T>(object key, Func<T> make)
        where T : notnull
    {
        lock (_lock)
        {
            int found = _lately.FindIndex(pair => pair.Key.Equals(key) && pair.Value is T);
            if (found >= 0)
                return (T)_lately[found].Value;
        }
        T value = make();
        lock (_lock)
        {
            _lately.Add((key, value));
            if (_lately.Count > Kept)
                _lately.RemoveAt(0);
        }
        return value;
    }
}
