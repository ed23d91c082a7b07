using System.Globalization;
using GmmVision.Fuzz;

// dotnet run -c Release --project tests/GmmVision.Fuzz -- [TARGET...] [--seconds 120] [--seed 1] [--save DIR] [--input FILE]
const string Usage = """
    usage: fuzz [TARGET...] [--seconds 120] [--seed 1] [--save DIR] [--input FILE]
           fuzz TARGET --seeds DIR | --afl
    Damages inputs of each reader for so long; ends with 1 where one throws what it does not document, does not end in 10 s or takes a gigabyte.
    --save keeps the inputs that show it; --input tries one of them again.
    --seeds writes the whole inputs of a target; --afl reads them from stdin for afl-fuzz, which afl.sh starts (coverage guides it).
    """;
List<string> names = [];
Dictionary<string, string> options = [];
for (int i = 0; i < args.Length; i++)
{
    if (!args[i].StartsWith('-'))
        names.Add(args[i]);
    else if (args[i] is "--seconds" or "--seed" or "--save" or "--input" or "--seeds" && i + 1 < args.Length)
        options[args[i]] = args[++i];
    else if (args[i] == "--afl")
        options[args[i]] = "";
    else
    {
        Console.Error.WriteLine(Usage);
        return args[i] is "--help" or "-h" ? 0 : 2;
    }
}
string folder = Directory.Exists("/dev/shm") ? Directory.CreateDirectory($"/dev/shm/gmmvision-fuzz-{Environment.ProcessId}").FullName : Directory.CreateTempSubdirectory("gmmvision-fuzz").FullName;
try
{
    if (options.ContainsKey("--afl"))
    {
        // Instrumented code may run only in there; and what is not documented is a crash to afl-fuzz.
        FuzzTarget? under = null;
        SharpFuzz.Fuzzer.Run((Stream stream) =>
        {
            under ??= new FuzzTargets(folder).All.Single(target => target.Name == names[0]);
            using MemoryStream input = new();
            stream.CopyTo(input);
            if (under.Try(input.ToArray()) is string fault)
                throw new InvalidOperationException(fault);
        });
        return 0;
    }
    IReadOnlyList<FuzzTarget> targets = new FuzzTargets(folder).All;
    string[] unknown = [.. names.Where(name => targets.All(target => target.Name != name))];
    if (unknown.Length > 0)
    {
        Console.Error.WriteLine($"fuzz: there is no {unknown[0]}; there are {string.Join(", ", targets.Select(target => target.Name))}");
        return 2;
    }
    TimeSpan time = TimeSpan.FromSeconds(double.Parse(options.GetValueOrDefault("--seconds", "120"), CultureInfo.InvariantCulture));
    int seed = int.Parse(options.GetValueOrDefault("--seed", "1"), CultureInfo.InvariantCulture), faults = 0;
    foreach (FuzzTarget target in targets.Where(target => names.Count == 0 || names.Contains(target.Name)))
    {
        if (options.TryGetValue("--seeds", out string? seeds))
        {
            Directory.CreateDirectory(seeds);
            for (int i = 0; i < target.Seeds.Count; i++)
                File.WriteAllBytes(Path.Combine(seeds, $"seed-{i}"), target.Seeds[i]);
            continue;
        }
        if (options.TryGetValue("--input", out string? file))
        {
            Console.WriteLine($"{target.Name}: {target.Try(File.ReadAllBytes(file)) ?? "nothing is wrong"}");
            continue;
        }
        (long tried, IReadOnlyList<FuzzRun.Finding> found) = FuzzRun.Run(target, seed, time, long.MaxValue);
        Console.WriteLine($"{target.Name,-20}{tried,12} inputs{found.Count,6} faults");
        foreach (FuzzRun.Finding finding in found)
        {
            faults++;
            Console.WriteLine($"  input {finding.Number}: {finding.Fault}");
            if (options.TryGetValue("--save", out string? save))
            {
                Directory.CreateDirectory(save);
                File.WriteAllBytes(Path.Combine(save, string.Create(CultureInfo.InvariantCulture, $"{target.Name}-{seed}-{finding.Number}.bin")), finding.Input);
            }
        }
    }
    return faults == 0 ? 0 : 1;
}
finally
{
    Directory.Delete(folder, recursive: true);
}
