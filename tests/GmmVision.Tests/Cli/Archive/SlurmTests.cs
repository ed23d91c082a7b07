using System.Diagnostics;
using Xunit;

namespace GmmVision.Tests.Cli.Archive;

/// <summary>The recipe for Slurm on a real cluster of three nodes, all on this machine, of which one is killed in the middle.</summary>
public sealed class SlurmTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-slurm").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string In(params string[] parts) => Path.Combine([_folder, .. parts]);

    [Slow]
    [Fact]
    public void An_array_of_which_a_node_dies_gives_what_one_machine_gives()
    {
        string[] tools = ["slurmctld", "slurmd", "sbatch", "munged"];
        string[] missing = [.. tools.Where(tool => !((string[])["/usr/bin", "/usr/sbin"]).Any(folder => File.Exists(Path.Combine(folder, tool))))];
        Assert.SkipWhen(missing.Length > 0, $"{string.Join(", ", missing)} {(missing.Length == 1 ? "is" : "are")} not here (apt-get install slurm-wlm, as root), so the recipe for Slurm is not run");
        Assert.SkipUnless(Environment.UserName == "root", "slurmd has to be root, so the recipe for Slurm is not run");
        Directory.CreateDirectory(In("in"));
        string first = In("in", "yard-00.mp4");
        SmallVideo.Cut(first, 4);
        for (int i = 0; i < 24; i++)
        {
            string path = In("in", $"yard-{i:00}.mp4");
            if (path != first)
                File.Copy(first, path);
            File.SetLastWriteTimeUtc(path, new DateTime(2026, 11, 26, 9, i, 0, DateTimeKind.Utc));
        }
        File.WriteAllLines(In("list.txt"), Directory.GetFiles(In("in")).Order(StringComparer.Ordinal));

        (int code, string output) = Bash(Path.Combine(ReadmeTests.Root, "tests", "cluster", "slurm.sh"), In("cluster"), In("list.txt"), In("out"));
        Assert.True(code == 0, output);
        Assert.Contains("killed n2", output);
        Assert.Contains("24 results with 24 motion events", output);
        Assert.Equal(0, CommandLineRun.Here("detect", "--manifest", In("list.txt"), "--output", In("whole")).Code);
        Assert.Equal(0, CommandLineRun.Here("collect", In("whole"), "--manifest", In("list.txt"), "--failed", In("whole", "again.txt")).Code);
        Assert.Equal(ListRunTests.Contents(In("whole")), ListRunTests.Contents(In("out")));
    }

    private (int Code, string Output) Bash(string script, params string[] arguments)
    {
        ProcessStartInfo start = new("bash", [script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GMMVISION"] = $"dotnet {Path.Combine(AppContext.BaseDirectory, "GmmVision.Cli.dll")}";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.GetAwaiter().GetResult());
    }
}
