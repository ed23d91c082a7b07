using System.Text.Json;
using Xunit;

namespace GmmVision.Tests.Cli;

/// <summary>detect on real footage whose events are known.</summary>
public sealed class GoldenEventsTests : IDisposable
{
    private const double Tolerance = 0.5;      // seconds: where a person begins to be in a zone is a matter of some frames
    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-golden").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private JsonElement[] EventsOf(string path, params string[] options)
    {
        (int code, _, string error) = CommandLineRun.Here(["detect", path, "--output", _folder, .. options]);
        Assert.Equal((0, ""), (code, error));
        string report = Path.Combine(_folder, Path.GetFileNameWithoutExtension(path), "events.json");
        return [.. JsonDocument.Parse(File.ReadAllText(report)).RootElement.GetProperty("events").EnumerateArray()];
    }

    private static string Clip(string name)
    {
        string path = Path.Combine(ReadmeTests.Root, "..", "shared", "data", "clips", name);
        if (!File.Exists(path))
            Assert.Skip($"needs ../shared/data/clips/{name}");
        return path;
    }

    [Theory, InlineData("ffmpeg"), InlineData("opencv")]
    public void The_sample_clip_has_exactly_its_true_events_whoever_reads_it(string reader)
    {
        if (reader == "opencv")
            OpenCv.OpenCvHere.Require();
        string media = Path.Combine(ReadmeTests.Root, "media");
        JsonElement[] truth = [.. JsonDocument.Parse(File.ReadAllText(Path.Combine(media, "street.events.json"))).RootElement.GetProperty("events").EnumerateArray()];
        JsonElement[] found = EventsOf(Path.Combine(media, "street.mp4"), "--reader", reader);
        Assert.Equal(truth.Length, found.Length);
        for (int i = 0; i < truth.Length; i++)
        {
            foreach (string moment in (string[])["start", "end"])
            {
                double expected = truth[i].GetProperty(moment).GetDouble();
                Assert.InRange(found[i].GetProperty(moment).GetProperty("seconds").GetDouble(), expected - Tolerance, expected + Tolerance);
            }
        }
    }

    [Theory]
    [InlineData("traffic_720p.mp4")]
    [InlineData("traffic_720p_vfr.mp4")]
    public void The_traffic_clip_has_three_events_in_the_zone(string name)
    {
        JsonElement[] events = EventsOf(Clip(name), "--zone", "631,532 841,532 841,659 631,659");
        long[] frames = [.. events.Select(motion => motion.GetProperty("start").GetProperty("frame").GetInt64())];
        Assert.Equal(3, frames.Length);
        // The same frames in both, whatever their times: the first clip has 25 a second.
        Assert.All(frames.Zip([9L, 358, 542]), pair => Assert.InRange(pair.First, pair.Second - 25 * Tolerance, pair.Second + 25 * Tolerance));
    }

    [Fact]
    public void A_change_of_brightness_is_no_event() => Assert.Empty(EventsOf(Clip("brightness_change.avi")));
}
