using System.Globalization;
using GmmVision.Tests.Cli;

namespace GmmVision.Benchmarks.Mutations;

/// <summary>Runs the application on many damaged files and tells of each kind how that went.</summary>
internal static class MutationsReport
{
    private const string Usage = """
        usage: mutations --app GmmVision.Cli.dll [--runs 1000] [--seed 1] [--jobs 2] [--only KIND:SEED]
        Every run must end within 60 s with exit code 0, 1 or 2, one clear line where it is not 0, no process and no temporary file left.
        """;

    public static int Run(string[] args)
    {
        Dictionary<string, string> options = [];
        for (int i = 0; i < args.Length; i += 2)
        {
            if (args[i] is not ("--app" or "--runs" or "--seed" or "--jobs" or "--only") || i + 1 == args.Length)
            {
                Console.Error.WriteLine(Usage);
                return args[i] is "--help" or "-h" ? 0 : 2;
            }
            options[args[i]] = args[i + 1];
        }
        if (!options.TryGetValue("--app", out string? application) || !File.Exists(application))
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }
        int runs = Number("--runs", 1000), first = Number("--seed", 1), jobs = Number("--jobs", 2);
        IEnumerable<(string Kind, int Seed)> wanted = options.TryGetValue("--only", out string? only)
            ? [(only.Split(':')[0], int.Parse(only.Split(':')[1], CultureInfo.InvariantCulture))]
            : Enumerable.Range(0, runs).Select(i => (MutatedFile.Kinds[i % MutatedFile.Kinds.Length], first + i / MutatedFile.Kinds.Length));

        string folder = Directory.CreateTempSubdirectory("gmmvision-mutations").FullName;
        MutatedFile files = new(folder);
        Dictionary<string, int[]> counts = MutatedFile.Kinds.ToDictionary(kind => kind, _ => new int[4]);      // exit codes 0, 1, 2; faults
        int done = 0, faults = 0;
        Parallel.ForEach(wanted, new ParallelOptions { MaxDegreeOfParallelism = jobs }, run =>
        {
            (int code, string? fault) = MutationRun.Run(application, files, run.Kind, run.Seed, folder);
            lock (counts)
            {
                counts[run.Kind][fault is null ? code : 3]++;
                if (fault is not null)
                {
                    faults++;
                    Console.WriteLine($"{run.Kind}:{run.Seed}: {fault.Trim()}");
                }
                if (++done % 100 == 0)
                    Console.Error.WriteLine($"mutations: {done} runs, {faults} faults");
            }
        });
        Console.WriteLine($"{"kind",-6}{"done",8}{"failed",8}{"usage",8}{"faults",8}");
        foreach ((string kind, int[] count) in counts)
            Console.WriteLine($"{kind,-6}{count[0],8}{count[1],8}{count[2],8}{count[3],8}");
        if (faults == 0)
            Directory.Delete(folder, recursive: true);
        else
            Console.WriteLine($"their files are in {folder}");
        return faults == 0 ? 0 : 1;

        int Number(string name, int otherwise) => options.TryGetValue(name, out string? text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
    }
}
