using GmmVision.Cli;
using GmmVision.Cli.Archive;
using GmmVision.Cli.Detect;
using Xunit;

namespace GmmVision.Tests.Cli.Archive;

public sealed class ManifestTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-manifest").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string text)
    {
        string path = Path.Combine(_folder, "list.txt");
        File.WriteAllText(path, text);
        return path;
    }

    private IReadOnlyList<ManifestEntry> Read(string text, out string said)
    {
        StringWriter error = new();
        IReadOnlyList<ManifestEntry> entries = Manifest.Read(Write(text), withOptions: true, error);
        said = error.ToString();
        return entries;
    }

    [Fact]
    public void Lines_are_paths_and_json_lines_have_options()
    {
        IReadOnlyList<ManifestEntry> entries = Read("\uFEFF# a comment\r\n\r\n a b.mp4 \r\n./#odd.mp4\n{\"input\":\"c.mp4\",\"name\":\"C\",\"camera\":\"Door\",\"zones\":[\"in:0,0 9,0 9,9\"],\"exclude\":[\"0,0 5,0 5,5\"],\"privacy\":[],\"start\":1.5,\"end\":\"00:01:00\"}\n", out string said);
        Assert.Equal(["a b.mp4", "./#odd.mp4", "c.mp4"], entries.Select(entry => entry.Input));
        Assert.Equal(3, entries[0].Line);
        ManifestEntry json = entries[2];
        Assert.Equal(("C", "Door", "in", TimeSpan.FromSeconds(1.5), TimeSpan.FromMinutes(1)), (json.Name, json.Camera, json.Zones![0].Name, json.Start, json.End));
        Assert.Single(json.Exclude!);
        Assert.Empty(json.Privacy!);
        Assert.Empty(said);
    }

    [Fact]
    public void A_line_that_is_there_twice_is_done_once_and_told()
    {
        Assert.Equal(["a.mp4", "b.mp4"], Read("a.mp4\nb.mp4\na.mp4\n", out string said).Select(entry => entry.Input));
        Assert.Contains("line 3", said);
    }

    [Theory]
    [InlineData("a.mp4\n{\"input\":\"b.mp4\"", "line 2", "no whole JSON object")]
    [InlineData("{\"name\":\"b\"}", "line 1", "\"input\" is missing")]
    [InlineData("{\"input\":7}", "line 1", "has to be text")]
    [InlineData("{\"input\":\"b\",\"zone\":[]}", "\"zone\" is not known", "zones")]
    [InlineData("{\"input\":\"b\",\"zones\":\"0,0 1,1\"}", "\"zones\"", "list of polygons")]
    [InlineData("{\"input\":\"b\",\"zones\":[\"0,0 1,1\"]}", "line 1", "at least three")]
    [InlineData("{\"input\":\"b\",\"start\":\"soon\"}", "\"start\"", "12.5")]
    [InlineData("{\"input\":\"b\",\"name\":\"../b\"}", "\"name\"", "folder")]
    [InlineData("{\"input\":\"b\",\"name\":\".b\"}", "\"name\"", "dot")]
    [InlineData("{\"input\":\"a\",\"name\":\"x\"}\n{\"input\":\"b\",\"name\":\"X\"}", "line 2", "taken by line 1")]
    [InlineData("# nothing\n\n", "names no input", "one a line")]
    public void What_makes_no_sense_is_told_with_its_line(string text, string first, string second)
    {
        UserError error = Assert.Throws<UserError>(() => Read(text, out _));
        Assert.Contains(first, error.Message);
        Assert.Contains(second, error.Message);
        Assert.Equal(ExitCode.Usage, error.ExitCode);
    }

    [Fact]
    public void A_list_that_is_not_there_is_told() =>
        Assert.Contains("there is no such file", Assert.Throws<UserError>(() => Manifest.Read(Path.Combine(_folder, "none.txt"), true, TextWriter.Null)).Message);

    [Fact]
    public void Inputs_of_one_name_in_many_folders_are_told_apart_by_them_and_chosen_names_stay()
    {
        ManifestEntry[] entries = [new(1, "", "cam1/a.mp4"), new(2, "", "cam2/a.mp4"), new(3, "", "cam2/b.mp4"), new(4, "", "b.mp4") { Name = "a" }, new(5, "", "x/cam1/a.mp4")];
        Assert.Equal(["cam1-a.mp4", "cam2-a.mp4", "b", "a", "cam1-a.mp4-2"], InputList.Expand([], entries, _folder).Select(input => input.Name));
    }

    [Fact]
    public void Ten_thousand_inputs_are_named_and_dealt_out_in_no_time()
    {
        ManifestEntry[] entries = [.. Enumerable.Range(0, 10_000).Select(i => new ManifestEntry(i, "", $"/nowhere/cam{i % 7}/{i / 7}.mp4"))];
        IReadOnlyList<JobInput> inputs = InputList.Expand([], entries, _folder);
        Assert.Equal(10_000, inputs.Select(input => input.Name).Distinct().Count());
        Assert.Equal(10_000, Enumerable.Range(1, 40).Sum(i => new Shard(i, 40).Take(inputs, input => Shard.Bytes(input.Path)).Count));
    }
}
