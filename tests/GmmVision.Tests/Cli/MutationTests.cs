using Xunit;

namespace GmmVision.Tests.Cli;

/// <summary>Whatever is in a file, a run ends soon, with one clear line, and leaves nothing behind. The benchmark "mutations" runs many more.</summary>
public sealed class MutationTests : IDisposable
{
    private const int RunsOfAKind = 3, FirstSeed = 1000;

    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-mutations").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Slow]
    [Fact]
    public void Damaged_files_end_with_a_clear_word_and_leave_nothing_behind()
    {
        MutatedFile files = new(_folder);
        string application = Path.Combine(AppContext.BaseDirectory, "GmmVision.Cli.dll");
        List<string> faults = [];
        int failed = 0;
        Parallel.ForEach(
            MutatedFile.Kinds.SelectMany(kind => Enumerable.Range(FirstSeed, RunsOfAKind).Select(seed => (kind, seed))),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            run =>
            {
                (int code, string? fault) = MutationRun.Run(application, files, run.kind, run.seed, _folder);
                if (code == 1)
                    Interlocked.Increment(ref failed);
                if (fault is not null)
                    lock (faults)
                        faults.Add($"{run.kind} {run.seed}: {fault}");
            });
        Assert.Empty(faults);
        Assert.InRange(failed, 2, 18);       // some are damaged beyond reading, and some are not
    }
}
