using System.Globalization;

namespace GmmVision.Cli.Archive;

/// <summary>Which part of a list of inputs is this process's: the i-th of n, as arrays of Slurm, Kubernetes and AWS Batch number their tasks.</summary>
/// <param name="Index">From 1 to <paramref name="Count"/>.</param>
/// <param name="Count">How many parts there are.</param>
internal sealed record Shard(int Index, int Count)
{
    /// <summary>The most parts that a list can be divided into.</summary>
    public const int Most = 1_000_000;

    /// <summary>Where the number came from, for a note; null: it was given.</summary>
    public string? From { get; init; }

    /// <summary>Reads "3/20"; "auto" and "auto/20" take the number (and how many) that the scheduler tells in the environment.</summary>
    /// <exception cref="UserError">It is neither, or the environment does not say: exit code 2.</exception>
    public static Shard Parse(string text, Func<string, string?> environment)
    {
        string[] parts = text.Split('/');
        if (parts[0] == "auto" && parts.Length == 1)
            return FromEnvironment(environment, null) ?? throw UserError.Usage($"--shard auto needs to run in an array of Slurm, Kubernetes or AWS Batch, and none of {string.Join(", ", Schedulers.Select(scheduler => scheduler.Index))} is set here: give --shard i/n.");
        if (parts.Length == 2 && TryNumber(parts[1], out int count))
        {
            if (parts[0] == "auto")
                return FromEnvironment(environment, count) ?? throw UserError.Usage($"--shard {text} needs one of {string.Join(", ", Schedulers.Select(scheduler => scheduler.Index))} in the environment, and none is set here: give --shard i/{count}.");
            if (TryNumber(parts[0], out int index) && index <= count)
                return new Shard(index, count);
        }
        throw UserError.Usage($"--shard needs the number of this part and how many there are, such as 3/20 (1 to 20 of at most {Most}), auto, or auto/20 where a scheduler tells the number, not '{text}'.");
    }

    /// <summary>What a scheduler tells; null where none does.</summary>
    /// <param name="environment">Looks a variable up.</param>
    /// <param name="count">How many there are, where that is known; null: the scheduler says.</param>
    /// <exception cref="UserError">The scheduler's number does not fit, or how many there are is told nowhere: exit code 2.</exception>
    public static Shard? FromEnvironment(Func<string, string?> environment, int? count)
    {
        foreach ((string indexName, string? firstName, string? stepName, string[] countNames) in Schedulers)
        {
            if (environment(indexName) is not { Length: > 0 } text)
                continue;
            long index = Number(indexName, text), first = firstName is null ? 0 : OptionalNumber(firstName, 0), step = stepName is null ? 1 : Math.Max(1, OptionalNumber(stepName, 1));
            string? countName = countNames.FirstOrDefault(name => environment(name) is { Length: > 0 });
            long all = count ?? (countName is null
                ? throw UserError.Usage($"{indexName} says which part this is, but nothing says how many there are: give --shard auto/n, or set {countNames[^1]}.")
                : Number(countName, environment(countName)!));
            long number = (index - first) / step + 1;
            if (all is < 1 or > Most || number < 1 || number > all || (index - first) % step != 0)
                throw UserError.Usage($"{indexName}={text} is not one of {all} parts{(firstName is null ? "" : $" from {first} on")}{(step > 1 ? $" in steps of {step}" : "")}: number an array without gaps, or give --shard i/n.");
            return new Shard((int)number, (int)all) { From = indexName };
        }
        return null;

        long OptionalNumber(string name, long otherwise) => environment(name) is { Length: > 0 } text ? Number(name, text) : otherwise;

        static long Number(string name, string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw UserError.Usage($"the environment has {name}='{text}', which is no number: give --shard i/n.");
    }

    /// <summary>
    /// The inputs of this part, in their order. They are dealt out by weight, heaviest first, each to the part that has least
    /// (Graham's longest-processing-time rule, SIAM J. Appl. Math. 17, 1969, which is at worst 4/3 of the best), so parts take about equally long;
    /// the same list gives the same parts on every machine.
    /// </summary>
    /// <param name="inputs">All inputs.</param>
    /// <param name="weight">What an input costs, in any unit; asked once for each.</param>
    public IReadOnlyList<T> Take<T>(IReadOnlyList<T> inputs, Func<T, long> weight)
    {
        if (Count == 1)
            return inputs;
        // A fixed cost for each input beside its size: a process must be started for it, and thousands of empty files are work too.
        const long Each = 1 << 18;
        long[] weights = [.. inputs.Select(input => Each + Math.Max(0, weight(input)))];
        int[] heaviestFirst = [.. Enumerable.Range(0, inputs.Count).OrderByDescending(i => weights[i]).ThenBy(i => i)];
        PriorityQueue<int, (long Load, int Part)> parts = new(Enumerable.Range(1, Math.Min(Count, inputs.Count)).Select(part => (part, (0L, part))));
        bool[] isOurs = new bool[inputs.Count];
        foreach (int i in heaviestFirst)
        {
            parts.TryDequeue(out int part, out (long Load, int) least);
            isOurs[i] = part == Index;
            parts.Enqueue(part, (least.Load + weights[i], part));
        }
        return [.. inputs.Where((_, i) => isOurs[i])];
    }

    /// <summary>How heavy a path is: the bytes of a file, or of all files in a folder; 0 for what is not there or not a file.</summary>
    public static long Bytes(string path)
    {
        try
        {
            FileInfo file = new(path);
            return file.Exists ? file.Length : Directory.Exists(path) ? new DirectoryInfo(path).EnumerateFiles().Sum(each => each.Length) : 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return 0;      // its job will say what is wrong
        }
    }

    /// <summary>What inputs cost: their length, where a manifest says it of all; else their bytes, of a part its share.</summary>
    public static Func<Detect.JobInput, long> Weights(IReadOnlyList<Detect.JobInput> inputs)
    {
        const double BytesASecond = 500_000;      // of a usual recording, so that the cost of starting weighs as it should
        return inputs.All(input => input.Entry?.Seconds is not null)
            ? input => (long)(BytesASecond * input.Entry!.Seconds!.Value)
            : input => Bytes(input.Path) / (input.Entry?.Part?.Count ?? 1);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index} of {Count}");

    // The last of the names of a count is the one that a user can set.
    private static readonly (string Index, string? First, string? Step, string[] Counts)[] Schedulers =
    [
        ("SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_STEP", ["SLURM_ARRAY_TASK_COUNT"]),
        ("JOB_COMPLETION_INDEX", null, null, ["GMMVISION_SHARDS"]),
        ("AWS_BATCH_JOB_ARRAY_INDEX", null, null, ["AWS_BATCH_JOB_ARRAY_SIZE", "GMMVISION_SHARDS"]),
    ];

    private static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is >= 1 and <= Most;
}
