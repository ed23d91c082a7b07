using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using GmmVision.Cli.Segment;
using GmmVision.Evaluation;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Mixtures;
using GmmVision.Segmentation;

namespace GmmVision.Cli.Commands;

/// <summary><c>gmmvision bench segment</c>: how well segmentations agree with people's, beside k-means in RGB with as many labels.</summary>
internal static class BenchSegmentCommand
{
    public static Command Create()
    {
        Argument<string[]> images = new("IMAGE") { Description = "Pictures, patterns, folders.", Arity = ArgumentArity.OneOrMore };
        Option<string> truth = new("--truth") { Description = "Folder with people's segmentations: NAME_1.png, NAME_2.png and so on, grey of 8 or 16 bits, a value for each region.", HelpName = "dir", Required = true };
        Option<int?> threads = OptionOf.Integer("--threads", "Pictures worked on at the same time (one a processor).", 1, 256);
        Option<bool> json = new("--json") { Description = "Print one line of JSON." };
        SegmentCommand.FitOptions fit = new();
        Command command = new("segment", "Covering and probabilistic Rand index of segmentations against those of people.") { images, truth };
        fit.AddTo(command);
        command.Add(threads);
        command.Add(json);
        command.SetAction((parse, cancellation) =>
        {
            SegmentSettings settings = new SegmentSettings { Output = "", Fit = fit.Read(parse), Smoothing = fit.ReadSmoothing(parse), Regions = fit.ReadRegions(parse), Threads = parse.GetValue(threads) ?? 0 }.Validate();
            Run(ImageList.Expand(parse.GetRequiredValue(images)), parse.GetRequiredValue(truth), settings, parse.GetValue(json), Console.Out, cancellation);
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    /// <summary>Scores all pictures.</summary>
    /// <exception cref="UserError">A picture has no segmentation by people, or one of another size.</exception>
    internal static void Run(IReadOnlyList<ImageInput> inputs, string truth, SegmentSettings settings, bool asJson, TextWriter output, CancellationToken cancellation)
    {
        var ours = new SegmentationScore[inputs.Count];
        var theirs = new SegmentationScore[inputs.Count];
        int[] labels = new int[inputs.Count];
        double[] seconds = new double[inputs.Count];
        ManyImages.ForEach(inputs, settings.ActualThreads, "bench segment", Console.Error, (input, i) =>
        {
            Frame image = StillImage.Load(input.Path, PixelLayout.Rgb, cancellation);
            List<ushort[]> people = People(input, truth, image, cancellation);
            long start = Stopwatch.GetTimestamp();
            LabelMap map = Segment(image, settings, cancellation);
            seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            ours[i] = SegmentationScore.Of(map.Labels, people);
            labels[i] = map.LabelCount;
            theirs[i] = SegmentationScore.Of(ByKMeans(image, map.LabelCount, settings, cancellation), people);
        }, cancellation);
        Write(SegmentationScore.Mean(ours), SegmentationScore.Mean(theirs), inputs.Count, labels.Average(), seconds.Sum(), asJson, output);
    }

    private static LabelMap Segment(Frame image, SegmentSettings settings, CancellationToken cancellation)
    {
        if (settings.Regions is { } regions)
            return RegionSegmenter.Divide(image, regions with { Mixture = regions.Mixture with { Threads = 1 } }, cancellation: cancellation).Cut();
        SegmentationSamples samples = SegmentationSamples.Of(image, settings.Fit.Features, settings.Fit.MaxSize, settings.Fit.Seed);
        SegmentationModel model = SegmentationFit.Of(samples, settings.Fit with { Threads = 1 }, cancellation).Model;
        return Segmenter.Label(image, model, settings.Smoothing, 1, cancellation: cancellation);
    }

    private static List<ushort[]> People(ImageInput input, string truth, Frame image, CancellationToken cancellation)
    {
        string[] files = Directory.Exists(truth) ? Directory.GetFiles(truth, $"{input.Name}_*.png") : throw new UserError($"there is no folder '{truth}' with people's segmentations.");
        if (files.Length == 0)
            throw new UserError($"'{truth}' holds no segmentation of '{input.Name}' by people (it would be named {input.Name}_1.png).");
        Array.Sort(files, StringComparer.Ordinal);
        List<ushort[]> people = [];
        foreach (string file in files)
        {
            (ushort[] values, int width, int height) = StillImage.LoadLabels(file, cancellation);
            if ((width, height) != (image.Width, image.Height))
                throw new UserError($"'{file}' is of {width}x{height} pixels, its picture of {image.Width}x{image.Height}.");
            people.Add(values);
        }
        return people;
    }

    // The plain method that a mixture has to beat: every pixel's R, G, B; no smoothing.
    private static byte[] ByKMeans(Frame image, int labels, SegmentSettings settings, CancellationToken cancellation)
    {
        var features = new FeatureOptions { Color = ColorSpace.Rgb, Standardize = false };
        SegmentationSamples samples = SegmentationSamples.Of(image, features, settings.Fit.MaxSize, settings.Fit.Seed);
        SampleSet set = SampleSet.Create(samples.Rows, 3, samples.Weights);
        KMeans clusters = KMeans.Fit(set, labels, new KMeansOptions { Restarts = settings.Fit.Restarts, Seed = settings.Fit.Seed, Threads = 1 }, cancellation);
        double[] pixels = new double[3 * image.Width * image.Height];
        new FeatureExtractor(image, features).Extract(0, image.Height, pixels);
        int[] nearest = new int[image.Width * image.Height];
        clusters.Predict(pixels, nearest);
        return [.. nearest.Select(label => (byte)label)];
    }

    private static void Write(SegmentationScore ours, SegmentationScore theirs, int pictures, double labels, double seconds, bool asJson, TextWriter output)
    {
        if (asJson)
        {
            output.WriteLine(JsonLine.Of(new SegmentBenchDocument(pictures, ours.People, labels, seconds, SegmentScoreDocument.Of(ours), SegmentScoreDocument.Of(theirs)), CliJson.Default.SegmentBenchDocument));
            return;
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{pictures} pictures, {ours.People} segmentations by people, {labels:0.0} labels a picture, fit and labels in {seconds:0.0} s of one thread"));
        output.WriteLine("                   covering   probabilistic Rand index   variation of information");
        foreach ((string name, SegmentationScore score) in ((string, SegmentationScore)[])[("mixture", ours), ("k-means in RGB", theirs)])
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-16}   {score.Covering,8:0.0000}   {score.RandIndex,24:0.0000}   {score.VariationOfInformation,24:0.0000}"));
    }
}

/// <summary>What --json prints.</summary>
internal sealed record SegmentBenchDocument(int Pictures, int HumanSegmentations, double MeanK, double Seconds, SegmentScoreDocument Mixture, SegmentScoreDocument KmeansRgb);

/// <summary>How well segments agree with those of people.</summary>
internal sealed record SegmentScoreDocument(double Covering, double ProbabilisticRandIndex, double VariationOfInformation)
{
    public static SegmentScoreDocument Of(SegmentationScore score) => new(score.Covering, score.RandIndex, score.VariationOfInformation);
}
