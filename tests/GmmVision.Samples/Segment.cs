using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Segmentation;

namespace GmmVision.Samples;

/// <summary>A picture divided by colour; how many colours, the picture says.</summary>
internal static class Segment
{
    public static void Run(string path)
    {
        Frame image = StillImage.Load(path);
        SegmentationOptions options = new() { Choice = ComponentChoice.Bic, MaxComponents = 8 };
        SegmentationSamples samples = SegmentationSamples.Of(image, options.Features, options.MaxSize, options.Seed);
        SegmentationFit fit = SegmentationFit.Of(samples, options);
        LabelMap labels = Segmenter.Label(image, fit.Model);
        int[] colors = labels.MeanColors(image);
        long[] areas = labels.Areas();
        for (int label = 0; label < labels.LabelCount; label++)
            Console.WriteLine($"label {label}: #{colors[label]:x6}, {(double)areas[label] / (image.Width * image.Height):P1} of the picture");
    }
}
