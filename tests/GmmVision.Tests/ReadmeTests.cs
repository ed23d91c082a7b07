using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Tests.Cli;
using Xunit;

namespace GmmVision.Tests;

/// <summary>Holds the README to what is true: its snippet compiles and works, its files are there, its commands exist.</summary>
public class ReadmeTests
{
    internal static readonly string Root = FindRoot();

    private static List<MotionEvent> Snippet(string path)
    {
        // README {
        List<MotionEvent> events = [];
        using IFrameSource source = FrameSources.Open(path);      // a file, a folder of images, a camera, a URL
        using MotionPipeline pipeline = new(source.Format, source.FrameRate);
        Frame frame = new(source.Format);
        FrameResult result = new(source.Format);
        while (source.TryRead(frame))
        {
            pipeline.Process(frame, result);                      // result.Foreground is the mask, result.Tracks what moves
            if (result.Ended is MotionEvent ended)
                events.Add(ended);
        }
        if (pipeline.Finish() is MotionEvent last)
            events.Add(last);
        // } README
        return events;
    }

    [Fact]
    public void The_snippet_finds_the_events_of_a_video() => Assert.Equal(SmallVideo.Crossings.Length, Snippet(SmallVideo.Path).Count);

    [Fact]
    public void The_readme_shows_the_snippet_that_is_tested()
    {
        string[] source = File.ReadAllLines(Path.Combine(Root, "tests", "GmmVision.Tests", "ReadmeTests.cs"));
        int first = Array.FindIndex(source, line => line.EndsWith("// README {", StringComparison.Ordinal)), last = Array.FindIndex(source, line => line.EndsWith("// } README", StringComparison.Ordinal));
        string tested = string.Join('\n', source[(first + 1)..last].Select(line => line.Length > 8 ? line[8..] : ""));
        Assert.Contains($"```csharp\n{tested}\n```", Readme());
    }

    [Fact]
    public void Every_file_that_the_readme_links_is_there()
    {
        string[] links = [.. Readme().Split("](")[1..].Select(rest => rest[..rest.IndexOf(')', StringComparison.Ordinal)]).Where(link => !link.Contains("://", StringComparison.Ordinal))];
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(File.Exists(Path.Combine(Root, link)), link));
    }

    [Fact]
    public void The_readme_lists_only_commands_that_exist()
    {
        (int code, string help, _) = CommandLineRun.Run("--help");
        Assert.Equal(0, code);
        string[] lines = help[help.IndexOf("Commands:", StringComparison.Ordinal)..].Split('\n')[1..];
        string[] commands = [.. lines.Where(line => line.Length > 2 && line[2] != ' ').Select(line => line.Trim().Split(' ')[0])];
        string[] listed = [.. Readme().Split("\n| `")[1..].Select(row => row.Split(' ', '`')[0]).Distinct()];
        Assert.NotEmpty(listed);
        Assert.All(listed, command => Assert.Contains(command, commands));
    }

    private static string Readme() => File.ReadAllText(Path.Combine(Root, "README.md"));

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "GmmVision.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The tests do not run below the repository.");
    }
}
