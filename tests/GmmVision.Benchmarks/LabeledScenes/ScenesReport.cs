using System.Globalization;
using GmmVision.Evaluation;
using GmmVision.Ffmpeg;
using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Scenes.Still;

namespace GmmVision.Benchmarks.LabeledScenes;

/// <summary>Rendered scenes of difficult situations, scored as changedetection.net does, beside the plain mixture.</summary>
internal static class ScenesReport
{
    private const string Usage = """
        usage: scenes [--preset fast|balanced|accurate] [--seeds N] [--scene NAME,...] [--threads N] [--dump FOLDER]
        F and its parts are means over the seeds. --dump writes a frame, its truth and its mask every two seconds of seed 1.
        """;

    /// <summary>Runs the command.</summary>
    public static int Run(string[] args)
    {
        var preset = Preset.Balanced;
        int seeds = 5, threads = Environment.ProcessorCount;
        string? dump = null;
        IReadOnlyList<(string Name, Func<int, LabeledScene> Make)> scenes = SceneCatalog.All;
        if (args is ["--help"])
        {
            Console.WriteLine(Usage);
            return 0;
        }
        try
        {
            for (int i = 0; i < args.Length; i++)
            {
                switch (args[i])
                {
                    case "--preset": preset = Enum.Parse<Preset>(args[++i], ignoreCase: true); break;
                    case "--seeds": seeds = int.Parse(args[++i], CultureInfo.InvariantCulture); break;
                    case "--threads": threads = int.Parse(args[++i], CultureInfo.InvariantCulture); break;
                    case "--dump": dump = args[++i]; break;
                    case "--scene":
                        string[] names = args[++i].Split(',');
                        scenes = [.. names.Select(name => SceneCatalog.All.FirstOrDefault(scene => scene.Name == name) is { Name: not null } scene
                            ? scene : throw new ArgumentException($"'{name}' is no scene: they are {string.Join(", ", SceneCatalog.All.Select(scene => scene.Name))}."))];
                        break;
                    default: throw new ArgumentException($"'{args[i]}' is no option.");
                }
            }
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or IndexOutOfRangeException)
        {
            Console.Error.WriteLine($"scenes: {exception.Message}\n{Usage}");
            return 2;
        }
        var counts = new (ChangeDetectionCounts Own, ChangeDetectionCounts Plain)[scenes.Count * seeds];
        int done = 0;
        Parallel.For(0, counts.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
        {
            (string name, Func<int, LabeledScene> make) = scenes[i / seeds];
            int seed = 1 + i % seeds;
            string? folder = dump is null || seed > 1 ? null : Path.Combine(dump, name);
            counts[i] = (Score(make(seed), preset, folder), preset == Preset.Fast ? default : Score(make(seed), Preset.Fast, null));
            if (Interlocked.Increment(ref done) % 8 == 0)
                Console.Error.WriteLine($"scenes: {done} of {counts.Length}");
        });
        Print(scenes, counts, seeds, preset);
        return 0;
    }

    private static void Print(IReadOnlyList<(string Name, Func<int, LabeledScene> Make)> scenes, (ChangeDetectionCounts Own, ChangeDetectionCounts Plain)[] counts, int seeds, Preset preset)
    {
        Console.WriteLine($"{$"{preset}, {seeds} seeds",-20}{"F",8}{"worst F",9}{"precis.",9}{"recall",8}{"FPR",9}{(preset == Preset.Fast ? "" : "   fast: F      FPR")}");
        for (int i = 0; i < scenes.Count; i++)
        {
            (ChangeDetectionCounts Own, ChangeDetectionCounts Plain)[] runs = counts[(i * seeds)..((i + 1) * seeds)];
            var own = ChangeDetectionScore.Mean([.. runs.Select(run => run.Own.Score)]);
            var plain = ChangeDetectionScore.Mean([.. runs.Select(run => run.Plain.Score)]);
            // Where nothing is foreground there is no F.
            bool hasObjects = runs.Any(run => run.Own.TruePositives + run.Own.FalseNegatives > 0);
            string Ratio(double value) => hasObjects ? value.ToString("f3", CultureInfo.InvariantCulture) : "-";
            string reference = preset == Preset.Fast ? "" : string.Create(CultureInfo.InvariantCulture, $"{Ratio(plain.FMeasure),10}{plain.FalsePositiveRate,9:f4}");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{scenes[i].Name,-20}{Ratio(own.FMeasure),8}{Ratio(runs.Min(run => run.Own.Score.FMeasure)),9}{Ratio(own.Precision),9}{Ratio(own.Recall),8}{own.FalsePositiveRate,9:f4}{reference}"));
        }
    }

    private static ChangeDetectionCounts Score(LabeledScene scene, Preset preset, string? dump)
    {
        ForegroundOptions foreground = ForegroundOptions.For(preset);
        foreground = foreground with { Background = foreground.Background with { Threads = 1 } };
        using MotionPipeline pipeline = new(scene.Format, scene.FrameRate, new PipelineOptions { Preset = preset, Foreground = foreground });
        var frame = new Frame(scene.Format);
        var result = new FrameResult(scene.Format);
        var truth = new Truth(scene.Format.Width, scene.Format.Height);
        byte[] labels = new byte[scene.Format.PixelCount];
        var scorer = new ChangeDetectionScorer();
        for (int number = 0; number < scene.Seconds * scene.FrameRate; number++)
        {
            scene.Render(number, frame, truth);
            pipeline.Process(frame, result);
            if (number < scene.ScoredFrom * scene.FrameRate)
                continue;
            truth.Objects.CopyTo(labels, scene.Format.Width);
            scorer.Add(result.Foreground, labels, scene.Format.Width);
            if (dump is not null && number % (int)(2 * scene.FrameRate) == 0)
                Write(Path.Combine(dump, $"{number:00000}.png"), frame, labels, result);
        }
        return scorer.Counts;
    }

    private static void Write(string path, Frame frame, byte[] labels, FrameResult result)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        int width = frame.Width;
        var picture = new Frame(new FrameFormat(3 * width, frame.Height, PixelLayout.Gray8, ColorRange.Full));
        for (int y = 0; y < frame.Height; y++)
        {
            Span<byte> row = picture.Row(0, y);
            frame.Row(0, y).CopyTo(row);
            labels.AsSpan(y * width, width).CopyTo(row[width..]);
            for (int x = 0; x < width; x++)
                row[2 * width + x] = result.Foreground[x, y] ? (byte)255 : (byte)0;
        }
        StillImage.Save(path, picture);
    }
}
