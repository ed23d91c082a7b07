using System.Text;
using GmmVision.Cli.Archive;
using Xunit;

namespace GmmVision.Tests.Cli.Archive;

public sealed class ArchiveResultTests : IDisposable
{
    private const string Event = """{"number":1,"start":{"frame":5,"seconds":0.2,"timecode":"00:00:00.200"},"end":{"frame":9,"seconds":0.36,"timecode":"00:00:00.360"},"peak":{"score":0.5,"seconds":0.3,"frame":7},"box":{"x":1,"y":2,"width":3,"height":4},"zones":["Tür"],"thumbnail":"event-001.jpg","clip":null}""";
    private const string Report = $$$"""{"version":1,"status":"complete","input":{"name":"Küche.mp4","camera":"Küche","frame_rate":25,"frames":50},"parameters":{"preset":"balanced","threshold":0.001},"mask_hash":null,"scene_changes":[{"state":"light_changed","frame":3,"seconds":0.12,"timecode":"00:00:00.120"},{"state":"moved","frame":4,"seconds":0.16,"timecode":"00:00:00.160","shift":{"x":3,"y":-2}}],"size_changes":[{"frame":4,"seconds":0.16,"timecode":"00:00:00.160","width":320,"height":240}],"events":[{{{Event}}}]}""";

    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-result").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ArchiveResult Read(string report)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "a"));
        File.WriteAllText(Path.Combine(_folder, "a", "events.json"), report);
        return ArchiveResult.Read(_folder, "a");
    }

    [Fact]
    public void A_report_is_read()
    {
        ArchiveResult result = Read(Report);
        Assert.Null(result.Problem);
        ArchiveEvent happened = Assert.Single(result.Events);
        Assert.Equal(("Küche.mp4", 50, 25, 0.2, (1, 2, 3, 4), "event-001.jpg", null), (result.Input, result.Frames, result.FrameRate, happened.Start, happened.Box, happened.Thumbnail, happened.Clip));
    }

    /// <summary>Nothing that is missing or null becomes 0 in silence, and none of it an unexpected error.</summary>
    [Theory]
    [InlineData(Report, "null")]
    [InlineData(Event, "null")]
    [InlineData("\"Tür\"", "null")]
    [InlineData("\"complete\"", "null")]
    [InlineData("\"status\":\"complete\",", "")]
    [InlineData("\"name\":\"Küche.mp4\",", "")]
    [InlineData("\"frames\":50", "\"frames\":1e99")]
    [InlineData("\"frame_rate\":25", "\"frame_rate\":-1")]
    [InlineData("\"parameters\":{\"preset\":\"balanced\",\"threshold\":0.001}", "\"parameters\":null")]
    [InlineData("{\"frame\":5,\"seconds\":0.2,\"timecode\":\"00:00:00.200\"}", "{}")]
    [InlineData("{\"frame\":5,\"seconds\":0.2,\"timecode\":\"00:00:00.200\"}", "null")]
    [InlineData("\"score\":0.5,", "")]
    [InlineData("\"score\":0.5", "\"score\":7")]
    [InlineData("\"x\":1,", "")]
    [InlineData("\"thumbnail\":\"event-001.jpg\",", "")]
    [InlineData("\"thumbnail\":\"event-001.jpg\"", "\"thumbnail\":5")]
    [InlineData(",\"clip\":null", "")]
    [InlineData("\"number\":1", "\"number\":\"1\"")]
    public void A_report_with_something_wrong_is_damaged(string part, string by)
    {
        string damaged = Report.Replace(part, by, StringComparison.Ordinal);
        Assert.NotEqual(Report, damaged);
        Assert.Equal("events.json is damaged, or of another program", Read(damaged).Problem);
    }

    [Fact]
    public void Names_stay_readable_in_what_is_collected()
    {
        Read(Report);
        using MemoryStream lines = new();
        Collection.Read(_folder, null, null, default).WriteJsonLines(lines);
        string text = Encoding.UTF8.GetString(lines.ToArray());
        Assert.StartsWith("{\"camera\":\"Küche\",\"result\":\"a\",\"input\":\"Küche.mp4\",\"number\":1,", text, StringComparison.Ordinal);
        Assert.Contains("\"zones\":[\"Tür\"]", text, StringComparison.Ordinal);
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
    }
}
