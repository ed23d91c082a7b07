using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using GmmVision.Foreground;

namespace GmmVision.Benchmarks.Blindness;

/// <summary>
/// How long motion goes unseen after something has happened to the picture as a whole: rendered scenes, one for each seed and
/// kind, straight through the pipeline; a table.
/// </summary>
internal static class BlindnessReport
{
    private const string Usage = """
        usage: blindness [--seeds N | A-B] [--preset fast|balanced|accurate] [--fps 5,10,15,25] [--kind NAME,...] [--after SECONDS]
                         [--night BRIGHTNESS] [--threads N] [--runs] [--dump SEED KIND FOLDER]
        --night 0.2 makes everything a fifth as bright. Frame rates take turns from seed to seed. --runs prints every run. --dump writes pictures of one run: frame, truth (white
        where an object can be told from what it covers), foreground, motion.
        """;

    /// <summary>Runs the command.</summary>
    public static int Run(string[] args)
    {
        (int first, int last) = (1, 100);
        var preset = Preset.Balanced;
        double[] rates = [5, 10, 15, 25];
        DisturbanceKind[] kinds = Enum.GetValues<DisturbanceKind>();
        double after = 45, brightness = 1;
        int threads = Environment.ProcessorCount;
        bool printRuns = false;
        (int Seed, DisturbanceKind Kind, string Folder)? dump = null;
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
                    case "--seeds":
                        int[] range = [.. args[++i].Split('-').Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
                        (first, last) = range.Length == 1 ? (1, range[0]) : (range[0], range[1]);
                        break;
                    case "--preset": preset = Enum.Parse<Preset>(args[++i], ignoreCase: true); break;
                    case "--fps": rates = [.. args[++i].Split(',').Select(text => double.Parse(text, CultureInfo.InvariantCulture))]; break;
                    case "--kind": kinds = [.. args[++i].Split(',').Select(ParseKind)]; break;
                    case "--after": after = double.Parse(args[++i], CultureInfo.InvariantCulture); break;
                    case "--night": brightness = double.Parse(args[++i], CultureInfo.InvariantCulture); break;
                    case "--threads": threads = int.Parse(args[++i], CultureInfo.InvariantCulture); break;
                    case "--runs": printRuns = true; break;
                    case "--dump": dump = (int.Parse(args[++i], CultureInfo.InvariantCulture), ParseKind(args[++i]), args[++i]); break;
                    default: throw new ArgumentException($"'{args[i]}' is no option.");
                }
            }
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or IndexOutOfRangeException)
        {
            Console.Error.WriteLine($"blindness: {exception.Message}\n{Usage}");
            return 2;
        }
        double Rate(int seed) => rates[seed % rates.Length];
        if (dump is var (seed, kind, folder))
        {
            PrintRun(BlindnessRun.Measure(kind, seed, Rate(seed), preset, after, brightness, new FrameDump(folder)));
            return 0;
        }
        BlindnessResult[] results = MeasureAll(kinds, first, last, Rate, preset, after, brightness, threads, printRuns);
        PrintTable(results, kinds, preset, rates);
        return 0;
    }

    // light-on, LightOn and lighton are one kind.
    private static DisturbanceKind ParseKind(string name) => Enum.TryParse(name.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out DisturbanceKind kind)
        ? kind
        : throw new ArgumentException($"'{name}' is no kind of disturbance: they are {string.Join(", ", Enum.GetNames<DisturbanceKind>())}.");

    private static BlindnessResult[] MeasureAll(DisturbanceKind[] kinds, int first, int last, Func<int, double> rate, Preset preset, double after, double brightness, int threads, bool printRuns)
    {
        int seeds = last - first + 1, done = 0;
        var results = new BlindnessResult[kinds.Length * seeds];
        var clock = Stopwatch.StartNew();
        // Taken in order, so that kinds are finished one after the other.
        var inOrder = Partitioner.Create(Enumerable.Range(0, results.Length), EnumerablePartitionerOptions.NoBuffering);
        Parallel.ForEach(inOrder, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
        {
            int seed = first + i % seeds;
            results[i] = BlindnessRun.Measure(kinds[i / seeds], seed, rate(seed), preset, after, brightness);
            lock (results)
            {
                if (printRuns)
                    PrintRun(results[i]);
                if (++done % Math.Max(1, results.Length / 40) == 0 || done == results.Length)
                    Console.Error.WriteLine($"blindness: {done} of {results.Length} runs, {clock.Elapsed.TotalSeconds:f0} s, {kinds[i / seeds]}");
            }
        });
        return results;
    }

    private static void PrintRun(BlindnessResult run) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{run.Kind,-12} seed {run.Seed,3} {run.FrameRate,3} fps: blind {(run.IsBlindToTheEnd ? ">" : "")}{run.Blind:f1} s, false area {run.FalseArea:f1} s, false event {run.FalseEvent:f1} s, missed {run.MissedWalks} of {run.Walks}{(run.MissedTruck ? " and the truck" : "")}, found {run.FoundBefore:p0} before, {run.FoundAfter:p0} after"));

    private static void PrintTable(BlindnessResult[] results, DisturbanceKind[] kinds, Preset preset, double[] rates)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"preset {preset}, {string.Join(", ", rates)} frames a second; {results.Length / kinds.Length} seeds a kind; seconds"));
        Console.WriteLine($"{"",-12}{"blind:",8}{"",8}{"",8}{"",6}{"never",7}{"false area:",12}{"",8}{"false",7}{"missed",12}{"missed",8}{"found",7}{"found",7}");
        Console.WriteLine($"{"kind",-12}{"median",8}{"90 %",8}{"worst",8}{"seed",6}{"back",7}{"median",12}{"worst",8}{"events",7}{"walks",12}{"trucks",8}{"before",7}{"after",7}");
        foreach (DisturbanceKind kind in kinds)
        {
            BlindnessResult[] runs = [.. results.Where(run => run.Kind == kind).OrderBy(run => run.Blind)];
            double[] falseArea = [.. runs.Select(run => run.FalseArea).Order()];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{kind,-12}{At(runs, 0.5).Blind,8:f1}{At(runs, 0.9).Blind,8:f1}{runs[^1].Blind,8:f1}{runs[^1].Seed,6}{runs.Count(run => run.IsBlindToTheEnd),7}{At(falseArea, 0.5),12:f1}{falseArea[^1],8:f1}{runs.Count(run => run.FalseEvent > 1),7}{runs.Sum(run => run.MissedWalks) + " of " + runs.Sum(run => run.Walks),12}{runs.Count(run => run.MissedTruck),8}{runs.Average(run => run.FoundBefore),7:p0}{runs.Average(run => run.FoundAfter),7:p0}"));
        }
    }

    private static T At<T>(T[] ordered, double part) => ordered[Math.Min(ordered.Length - 1, (int)(part * ordered.Length))];
}
