using GmmVision.Fuzz;
using Xunit;

namespace GmmVision.Tests;

/// <summary>Some thousands of damaged inputs for everything that reads what others wrote, the same in every run; tests/GmmVision.Fuzz tries many more.</summary>
public sealed class FuzzTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-fuzz").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Names()
    {
        string folder = Directory.CreateTempSubdirectory("gmmvision-fuzz").FullName;
        try
        {
            return [.. new FuzzTargets(folder).All.Select(target => target.Name)];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // What afl.sh found new ground with, by minutes of guided fuzzing.
    [Theory]
    [InlineData("nut")]
    [InlineData("transport-stream")]
    [InlineData("background-model")]
    [InlineData("configuration-yaml")]
    [InlineData("camera-text", "configuration-yaml")]
    [InlineData("configuration-json")]
    [InlineData("mixture")]
    [InlineData("segmentation-model")]
    public void The_corpus_ends_in_what_is_documented(string name, string? corpus = null)
    {
        FuzzTarget target = new FuzzTargets(_folder).All.Single(target => target.Name == name);
        string[] inputs = Directory.GetFiles(Path.Combine(ReadmeTests.Root, "tests", "GmmVision.Fuzz", "corpus", corpus ?? name));
        Assert.NotEmpty(inputs);
        foreach (string input in inputs)
            Assert.Null(target.Try(File.ReadAllBytes(input)));
    }

    [Slow]
    [Theory, MemberData(nameof(Names))]
    public void Damaged_inputs_end_in_what_is_documented(string name)
    {
        FuzzTarget target = new FuzzTargets(_folder).All.Single(target => target.Name == name);
        (long tried, IReadOnlyList<FuzzRun.Finding> faults) = FuzzRun.Run(target, seed: 1, TimeSpan.FromSeconds(60), most: 2000);
        Assert.True(faults.Count == 0, string.Join('\n', faults.Select(finding => $"input {finding.Number} ({Convert.ToBase64String(finding.Input.AsSpan(0, Math.Min(300, finding.Input.Length)))}): {finding.Fault}")));
        Assert.Equal(2000, tried);
    }

    [Slow]
    [Fact]
    public void A_reader_that_hangs_throws_what_it_should_not_or_takes_too_much_is_found()
    {
        FuzzTarget throws = new("throws", ["12345678"u8.ToArray()], bytes => _ = bytes[7], typeof(InvalidDataException));
        Assert.Contains(FuzzRun.Run(throws, 1, TimeSpan.FromSeconds(30), 300).Faults, finding => finding.Fault.Contains("IndexOutOfRange", StringComparison.Ordinal));
        using ManualResetEvent never = new(false);
        FuzzTarget hangs = new("hangs", ["1"u8.ToArray()], bytes =>
        {
            if (bytes is not [(byte)'1'])
                never.WaitOne();
        });
        Assert.Contains(FuzzRun.Run(hangs, 1, TimeSpan.FromSeconds(30), 3000).Faults, finding => finding.Fault.Contains("does not end", StringComparison.Ordinal));
        never.Set();
        FuzzTarget large = new("large", ["1"u8.ToArray()], bytes => GC.KeepAlive(bytes is [(byte)'1'] ? null : new byte[(1 << 30) + 100]));
        Assert.Contains(FuzzRun.Run(large, 1, TimeSpan.FromSeconds(30), 3).Faults, finding => finding.Fault.Contains("MB", StringComparison.Ordinal));
    }

    // What the harness found, so that it stays mended.
    [Theory]
    [InlineData("--start", "NaN")]
    [InlineData("--merge-window", "NaN")]
    [InlineData("--end", "Infinity")]
    public void A_time_that_is_no_number_is_wrong_usage(string option, string value)
    {
        (int code, _, string error) = Cli.CommandLineRun.Here("detect", "x.mp4", option, value);
        Assert.Equal(2, code);
        Assert.Contains("needs a time such as", error);
    }

    [Fact]
    public void A_frame_rate_that_no_time_can_hold_is_refused() =>
        Assert.Contains("1E-05", Assert.Throws<ArgumentOutOfRangeException>(() => new GmmVision.Motion.EventDetector(1e-300)).Message);
}
