using System.Globalization;
using System.Text.Json;
using GmmVision.Tests.Mixtures;
using Xunit;

namespace GmmVision.Tests.Cli;

public sealed class MixtureCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-mixture-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Output => Path.Combine(_folder, "out");

    [Fact]
    public void A_table_gets_labels_a_model_and_a_report_and_the_model_judges_it_again()
    {
        string table = Write(300);
        var (code, output, error) = CommandLineRun.Run("mixture", table, "--output", Output, "--json", "--max-k", "5");
        Assert.True(code == 0, error);
        using JsonDocument told = JsonDocument.Parse(output);
        Assert.Equal(3, told.RootElement.GetProperty("k").GetInt32());
        Assert.Equal(300, told.RootElement.GetProperty("counts").EnumerateArray().Sum(count => count.GetInt32()));
        Assert.Equal(["labels.csv", "model.json", "report.html"], Directory.GetFiles(Output).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(301, File.ReadLines(Path.Combine(Output, "labels.csv")).Count());
        Assert.Contains("k = 3", File.ReadAllText(Path.Combine(Output, "report.html")));

        string again = Path.Combine(_folder, "again");
        (code, output, error) = CommandLineRun.Run("mixture", table, "-o", again, "--model", Path.Combine(Output, "model.json"));
        Assert.True(code == 0, error);
        Assert.Contains("3 components", output);
        Assert.Equal(File.ReadAllText(Path.Combine(Output, "labels.csv")), File.ReadAllText(Path.Combine(again, "labels.csv")));
        Assert.False(File.Exists(Path.Combine(again, "model.json")));
    }

    [Theory]
    [InlineData(2, "-k", "0")]
    [InlineData(2, "--columns", "none")]
    [InlineData(2, "--model", "m.json", "-k", "3")]
    [InlineData(2, "-k", "500")]
    [InlineData(2, "-k", "3", "--criterion", "aic")]
    [InlineData(1, "--model", "none.json")]
    public void Wrong_options_are_told_and_nothing_is_written(int expected, params string[] options)
    {
        var (code, _, error) = CommandLineRun.Run(["mixture", Write(50), "-o", Output, .. options]);
        Assert.Equal(expected, code);
        Assert.StartsWith("gmmvision mixture: ", error);
        Assert.Single(error.TrimEnd('\n').Split('\n'));
        Assert.False(Directory.Exists(Output) && Directory.EnumerateFiles(Output).Any());
    }

    [Fact]
    public void A_table_that_cannot_be_read_is_a_failed_job()
    {
        var (code, _, error) = CommandLineRun.Run("mixture", Path.Combine(_folder, "none.csv"), "-o", Output);
        Assert.Equal(1, code);
        Assert.Contains("there is no table", error);
    }

    private string Write(int rows)
    {
        string path = Path.Combine(_folder, "table.csv");
        File.WriteAllLines(path, ["a,b,c", .. MixtureData.ThreeInSpace(rows, 1).Chunk(3).Select(row => string.Join(',', row.Select(value => value.ToString(CultureInfo.InvariantCulture))))]);
        return path;
    }
}
