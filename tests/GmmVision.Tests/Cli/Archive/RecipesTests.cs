using System.Diagnostics;
using System.Text.Json;
using GmmVision.Cli.Archive;
using Xunit;

namespace GmmVision.Tests.Cli.Archive;

/// <summary>The recipes for engines that cannot be run here: held against these services' own schemas, and their command against ours.</summary>
public class RecipesTests
{
    private static string Cluster(string name) => Path.Combine(ReadmeTests.Root, "tests", "cluster", name);

    [Fact]
    public void The_recipes_for_Kubernetes_and_AWS_fit_their_schemas_and_their_command_is_ours()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "there is no python3, so the recipes for Kubernetes and AWS are not checked");
        using Process check = Process.Start(new ProcessStartInfo("/usr/bin/python3", [Cluster("check.py")]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string output = check.StandardOutput.ReadToEnd(), error = check.StandardError.ReadToEnd();
        check.WaitForExit();
        Assert.SkipWhen(check.ExitCode == 77, output.Trim());
        Assert.True(check.ExitCode == 0, error);
        string[] words = JsonSerializer.Deserialize<string[]>(output)!;
        // All is understood; what is missing is the list.
        (int code, _, string said) = CommandLineRun.Here(words);
        Assert.Equal(2, code);
        Assert.Contains("cannot read the manifest '/archive/list.txt'", said);
    }

    [Fact]
    public void The_variables_that_the_recipes_set_are_those_that_are_read()
    {
        string job = File.ReadAllText(Cluster("kubernetes.yaml"));
        Assert.Contains("GMMVISION_SHARDS", job);
        Assert.Contains("completionMode: Indexed", job);
        Assert.Equal(20, Shard.FromEnvironment(name => name switch { "JOB_COMPLETION_INDEX" => "19", "GMMVISION_SHARDS" => "20", _ => null }, null)!.Index);
    }

    [Fact]
    public void The_container_runs_without_root_from_pinned_images_and_copies_what_is_there()
    {
        string[] lines = File.ReadAllText(Path.Combine(ReadmeTests.Root, "Dockerfile")).Replace("\\\n", " ", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[][] steps = [.. lines.Where(line => line[0] != '#').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        string[] known = ["FROM", "WORKDIR", "COPY", "RUN", "USER", "ENTRYPOINT", "CMD"];
        Assert.All(steps, step => Assert.Contains(step[0], known));
        Assert.All(steps.Where(step => step[0] == "FROM"), step => Assert.Matches(@":\d", step[1]));
        string ignored = File.ReadAllText(Path.Combine(ReadmeTests.Root, ".dockerignore"));
        foreach (string source in steps.Where(step => step[0] == "COPY" && !step[1].StartsWith("--from", StringComparison.Ordinal)).SelectMany(step => step[1..^1]))
        {
            Assert.True(Path.Exists(Path.Combine(ReadmeTests.Root, source)), source);
            Assert.Contains($"!{source}\n", ignored);
        }
        foreach (string[] run in steps.Where(step => step[0] == "RUN" && step.Contains("apt-get")))
        {
            Assert.Contains("--no-install-recommends", run);
            Assert.Contains("/var/lib/apt/lists/*", run);
        }
        string user = steps.Last(step => step[0] == "USER")[1];
        Assert.DoesNotContain(user, (string[])["root", "0"]);
        Assert.True(Array.FindLastIndex(steps, step => step[0] == "USER") > Array.FindLastIndex(steps, step => step[0] == "RUN"), "nothing is installed as the user");
        // A form that a shell does not stand in front of, so that the signals of an engine arrive.
        Assert.All(steps.Where(step => step[0] is "ENTRYPOINT" or "CMD"), step => Assert.NotEmpty(JsonSerializer.Deserialize<string[]>(string.Join(' ', step[1..]))!));
    }
}
