using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace GmmVision.Tests.Cli;

/// <summary>Programs that stand in for ffmpeg and ffprobe and talk nonsense, or nothing, without end: they cost little memory, and a signal ends everything at once.</summary>
public sealed class StandInTests : IDisposable
{
    private const string Real = "exec ffprobe \"$@\"";

    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-standin").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Script(string name, string body)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, $"#!/bin/bash\n{body}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    [Slow]
    [Theory]
    [InlineData("exec cat /dev/zero", Real)]
    [InlineData("exec cat /dev/urandom", Real)]
    [InlineData("exec yes >&2", Real)]
    [InlineData("exec cat /dev/zero >&2", Real)]
    [InlineData("tr '\\0' x </dev/zero >&2", Real)]
    [InlineData("exec sleep 600", Real)]
    [InlineData("trap '' TERM INT; while true; do sleep 1; done", Real)]
    [InlineData("exec ffmpeg \"$@\"", "exec sleep 600")]
    [InlineData("exec ffmpeg \"$@\"", "exec yes '{\"streams\":['")]
    [InlineData("exec ffmpeg \"$@\"", "exec cat /dev/urandom")]
    public async Task A_child_that_never_ends_is_ended_by_a_signal_and_costs_little_memory(string ffmpeg, string ffprobe)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "stand-ins are shell scripts, and memory is read from /proc");
        string mark = Guid.NewGuid().ToString("N");
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "GmmVision.Cli.dll"), "detect", SmallVideo.Path, "--output", Path.Combine(_folder, "out")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["GMMVISION_FFMPEG"] = Script("ffmpeg", ffmpeg), ["GMMVISION_FFPROBE"] = Script("ffprobe", ffprobe), ["GMMVISION_MARK"] = mark },
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        process.WaitForExit(3000);      // time to do harm in; some see by themselves that this is no video
        if (!process.HasExited)
        {
            Assert.True(Peak(process) < 400, $"{Peak(process)} MB");
            CommandLineRun.Signal(process, "TERM");
        }
        if (!process.WaitForExit(20_000))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail("a signal did not end it");
        }
        string said = await output + await error;
        Assert.True(process.ExitCode is 1 or 143, $"exit code {process.ExitCode}: {said}");
        Assert.DoesNotContain("unexpected", said);
        Assert.DoesNotContain("   at ", said);
        Assert.False(Directory.Exists(Path.Combine(_folder, "out")) && Directory.EnumerateFileSystemEntries(Path.Combine(_folder, "out")).Any(), said);
        SpinWait.SpinUntil(() => Left(mark) is null, TimeSpan.FromSeconds(5));
        Assert.Null(Left(mark));
    }

    /// <summary>An encoder beside a decoder that works.</summary>
    [Slow]
    [Theory]
    [InlineData("exec sleep 600")]                                     // takes nothing
    [InlineData("cat >/dev/null; exec sleep 600")]                     // takes all, and never ends
    [InlineData("cat >/dev/null; trap '' TERM INT; while true; do :; done")]
    public async Task An_encoder_that_never_ends_is_ended_by_a_signal_and_costs_its_own_file_only(string encoder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "stand-ins are shell scripts");
        string mark = Guid.NewGuid().ToString("N"), output = Path.Combine(_folder, "out");
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "GmmVision.Cli.dll"), "detect", SmallVideo.Path, "--output", output, "--overlay"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["GMMVISION_FFMPEG"] = Script("ffmpeg", $"case \"$*\" in *pipe:0*) {encoder};; *) exec ffmpeg \"$@\";; esac"), ["GMMVISION_MARK"] = mark },
        };
        using Process process = Process.Start(start)!;
        Task<string> said = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.False(process.WaitForExit(4000));
        CommandLineRun.Signal(process, "TERM");
        if (!process.WaitForExit(30_000))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail("a signal did not end it");
        }
        string all = await said + await error;
        Assert.True(process.ExitCode is 1 or 143, $"exit code {process.ExitCode}: {all}");
        Assert.DoesNotContain("unexpected", all);
        Assert.Contains("overlay.mp4 could not be written", all, StringComparison.Ordinal);
        Assert.Contains("the encoder did", all, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(output, "small", "events.json")), all);
        Assert.False(File.Exists(Path.Combine(output, "small", "overlay.mp4")));
        Assert.DoesNotContain("partial", all, StringComparison.Ordinal);
        SpinWait.SpinUntil(() => Left(mark) is null, TimeSpan.FromSeconds(5));
        Assert.Null(Left(mark));
    }

    [Fact]
    public void An_encoder_without_life_is_ended_by_itself()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the stand-in is a shell script");
        using GmmVision.Ffmpeg.Processes.ChildProcess child = GmmVision.Ffmpeg.Processes.ChildProcess.Start(Script("encoder", "exec sleep 600"), [], GmmVision.Ffmpeg.Processes.ChildInput.Pipe);
        using GmmVision.Ffmpeg.Processes.LifeWatch watch = new(child, idle: TimeSpan.FromSeconds(1));
        Assert.Null(watch.Reason);
        watch.Begin();
        Assert.NotEqual(0, child.WaitForExit());
        Assert.Equal("did nothing for 1 s and was ended", watch.Reason);
    }

    [Fact]
    public void An_encoder_that_works_is_waited_for_and_one_that_nobody_waits_for_may_rest()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the stand-in is a shell script");
        string body = "end=$((SECONDS+3)); while [ $SECONDS -lt $end ]; do :; done";
        using GmmVision.Ffmpeg.Processes.ChildProcess busy = GmmVision.Ffmpeg.Processes.ChildProcess.Start(Script("busy", body), [], GmmVision.Ffmpeg.Processes.ChildInput.None);
        using GmmVision.Ffmpeg.Processes.ChildProcess resting = GmmVision.Ffmpeg.Processes.ChildProcess.Start(Script("resting", "exec sleep 2"), [], GmmVision.Ffmpeg.Processes.ChildInput.None);
        using GmmVision.Ffmpeg.Processes.LifeWatch first = new(busy, idle: TimeSpan.FromSeconds(1)), second = new(resting, idle: TimeSpan.FromSeconds(1));
        first.Begin();
        second.Begin();
        second.End();
        Assert.Equal(0, busy.WaitForExit());
        Assert.Equal(0, resting.WaitForExit());
        Assert.Null(first.Reason);
        Assert.Null(second.Reason);
    }

    [Theory]
    [InlineData("echo null")]
    [InlineData("echo '[]'")]
    [InlineData("echo '{}'")]
    [InlineData("echo 'no JSON'")]
    [InlineData("exit 0")]
    [InlineData("exit 3")]
    [InlineData("echo '{\"streams\":[{\"index\":0,\"codec_type\":\"video\",\"width\":-1,\"height\":1e99}]}'")]
    [InlineData("echo '{\"streams\":[{\"index\":0,\"codec_type\":\"video\",\"codec_name\":\"h264\",\"width\":160,\"height\":120,\"avg_frame_rate\":\"0/0\",\"start_time\":\"nan\",\"duration\":\"-1e300\"}],\"format\":{\"duration\":\"x\",\"tags\":{\"creation_time\":\"99999\"}}}'")]
    public async Task A_probe_that_answers_nonsense_costs_one_clear_line_or_is_not_needed(string ffprobe)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "stand-ins are shell scripts");
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "GmmVision.Cli.dll"), "detect", SmallVideo.Path, "--output", Path.Combine(_folder, "out")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["GMMVISION_FFPROBE"] = Script("ffprobe", ffprobe) },
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode is 0 or 1, error);
        Assert.DoesNotContain("unexpected", error);
        string[] told = [.. error.Split('\n').Where(line => line.StartsWith("gmmvision detect:", StringComparison.Ordinal))];
        Assert.Equal(process.ExitCode, told.Length);
        _ = await output;
    }

    private static double Peak(Process process)
    {
        string? line = File.ReadLines($"/proc/{process.Id}/status").FirstOrDefault(each => each.StartsWith("VmHWM", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }

    private static string? Left(string mark)
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            try
            {
                if (int.TryParse(Path.GetFileName(folder), out _) && File.ReadAllText(Path.Combine(folder, "environ")).Contains(mark, StringComparison.Ordinal))
                    return File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile.
            }
        }
        return null;
    }
}
