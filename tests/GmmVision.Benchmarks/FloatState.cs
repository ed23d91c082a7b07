using GmmVision.Background;
using GmmVision.Evaluation;
using GmmVision.Ffmpeg;
using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Tests.Background;

namespace GmmVision.Benchmarks;

/// <summary>
/// What the 16-bit state costs in accuracy: F of the kernel beside that of the same mixture in double precision with branches,
/// both with the median of the preset fast, on videos in the form of changedetection.net.
/// </summary>
internal static class FloatState
{
    // In what order a folder is listed does not matter: names are numbered with leading zeros.
    private static readonly SourceOptions Input = new() { Threads = 1 };

    public static int Run(string folder)
    {
        string[] videos = [.. Directory.GetDirectories(folder).SelectMany(Directory.GetDirectories).Where(video => Directory.Exists(Path.Combine(video, "groundtruth"))).Order(StringComparer.Ordinal)];
        var scores = new (double Fixed, double Exact)[videos.Length];
        Parallel.For(0, videos.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i => scores[i] = Score(videos[i]));
        for (int i = 0; i < videos.Length; i++)
            Console.WriteLine($"{Path.GetRelativePath(folder, videos[i]),-30} 16 bits {scores[i].Fixed:f4}   double {scores[i].Exact:f4}   {scores[i].Fixed - scores[i].Exact:+0.0000;-0.0000;0.0000}");
        Console.WriteLine($"{"largest difference",-30} {scores.Max(score => Math.Abs(score.Fixed - score.Exact)):f4}");
        return 0;
    }

    private static (double Fixed, double Exact) Score(string video)
    {
        using IFrameSource frames = FrameSources.Open(Path.Combine(video, "input"), Input);
        FrameFormat format = frames.Format;
        int[] inputs = [.. Numbered(video, "input").Keys.Order()];
        Dictionary<int, string> truths = Numbered(video, "groundtruth");
        int[] range = [.. File.ReadAllText(Path.Combine(video, "temporalROI.txt")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
        string? region = new[] { "ROI.bmp", "ROI.png" }.Select(name => Path.Combine(video, name)).FirstOrDefault(File.Exists);
        Mask? inside = region == null ? null : ToMask(StillImage.Load(region, PixelLayout.Gray8));

        ForegroundOptions options = ForegroundOptions.For(Preset.Fast);
        BackgroundOptions mixture = options.Background with { Threads = 1 };
        using ForegroundDetector detector = new(format, frames.FrameRate, options with { Background = mixture });
        ReferenceMixture[] exact = [.. Enumerable.Range(0, format.PixelCount).Select(_ => new ReferenceMixture(mixture, format.PlaneCount))];
        int median = 2 * (int)Math.Round((options.MedianSize * Math.Min(format.Width, format.Height) / 240 - 1) / 2) + 1;
        MajorityFilter filter = new(format.Width, format.Height, Math.Min(MajorityFilter.MaxSize, median));
        ChangeDetectionScorer fixedScore = new(inside), exactScore = new(inside);
        Frame frame = new(format);
        Mask mask = new(format.Width, format.Height);
        Span<byte> sample = stackalloc byte[3];
        for (int t = 0; t < inputs.Length && frames.TryRead(frame); t++)
        {
            detector.Apply(frame, mask);
            byte[]? truth = inputs[t] >= range[0] && inputs[t] <= range[1] && truths.TryGetValue(inputs[t], out string? file) ? StillImage.LoadLabels(file).ToBytes() : null;
            if (truth is not null)
                fixedScore.Add(mask, truth, format.Width);
            double rate = Math.Min(0.49999, Math.Max(1.0 / mixture.History, 1.0 / (t + 1)));
            mask.Clear();
            for (int i = 0; i < exact.Length; i++)
            {
                (int y, int x) = Math.DivRem(i, format.Width);
                for (int channel = 0; channel < format.PlaneCount; channel++)
                {
                    int scale = channel > 0 && format.Layout == PixelLayout.Yuv420 ? 2 : 1;
                    sample[channel] = frame.Row(channel, y / scale)[x / scale];
                }
                if (exact[i].Step(sample[..format.PlaneCount], rate))
                    mask[x, y] = true;
            }
            filter.Apply(mask, mask);
            if (truth is not null)
                exactScore.Add(mask, truth, format.Width);
        }
        return (fixedScore.Counts.Score.FMeasure, exactScore.Counts.Score.FMeasure);
    }

    private static Dictionary<int, string> Numbered(string video, string folder) =>
        Directory.GetFiles(Path.Combine(video, folder)).ToDictionary(file => int.Parse(string.Concat(Path.GetFileNameWithoutExtension(file).Where(char.IsAsciiDigit))));

    private static Mask ToMask(Frame picture)
    {
        var mask = new Mask(picture.Width, picture.Height);
        mask.CopyFrom(picture.Data, picture.Width);
        return mask;
    }
}
