using System.Text.Json;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Motion;
using Xunit;

namespace GmmVision.Tests;

/// <summary>Events of real and rendered clips that are known, with default settings; each start (and end, where known) within half a second.</summary>
public class GoldenEventTests
{
    private const string TrafficZone = "631,532 841,532 841,659 631,659";

    private static string Root
    {
        get
        {
            string folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "GmmVision.sln")))
                folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not lie in the repository.");
            return folder;
        }
    }

    private static string Shared(string name)
    {
        string path = Path.Combine(Root, "..", "shared", "data", "clips", name);
        if (!File.Exists(path))
            Assert.Skip($"../shared/data/clips/{name} is not there.");
        return path;
    }

    private static List<MotionEvent> Run(string path, params string[] zones)
    {
        using IFrameSource source = FrameSources.Open(path);
        using var pipeline = new MotionPipeline(source.Format, source.FrameRate, new PipelineOptions { Motion = new MotionOptions { Include = [.. zones.Select(Zone.Parse)] } });
        Frame[] frames = [.. Enumerable.Range(0, 16).Select(_ => new Frame(source.Format))];
        FrameResult[] results = [.. frames.Select(_ => new FrameResult(source.Format))];
        var events = new List<MotionEvent>();
        int count;
        do
        {
            for (count = 0; count < frames.Length && source.TryRead(frames[count]);)
                count++;
            pipeline.Process(frames.AsSpan(0, count), results);
            for (int i = 0; i < count; i++)
                if (results[i].Ended is { } ended)
                    events.Add(ended);
        }
        while (count == frames.Length);
        if (pipeline.Finish() is { } last)
            events.Add(last);
        return events;
    }

    [Theory]
    [InlineData("traffic_720p.mp4")]
    [InlineData("traffic_720p_vfr.mp4")]      // the same frames at other times
    public void Three_cars_come_through_the_zone_of_the_traffic_clip(string name)
    {
        List<MotionEvent> events = Run(Shared(name), TrafficZone);
        Assert.Equal(3, events.Count);
        const int Tolerance = 12;      // half a second at 25 frames a second
        Assert.InRange(events[0].StartFrame, 9 - Tolerance, 9 + Tolerance);
        Assert.InRange(events[1].StartFrame, 358 - Tolerance, 358 + Tolerance);
        Assert.InRange(events[2].StartFrame, 542 - Tolerance, 542 + Tolerance);
    }

    [Fact]
    public void A_change_of_light_is_no_event() => Assert.Empty(Run(Shared("brightness_change.avi")));

    [Fact]
    public void The_sample_street_has_the_events_that_its_renderer_says()
    {
        using JsonDocument truth = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, "media", "street.events.json")));
        JsonElement[] expected = [.. truth.RootElement.GetProperty("events").EnumerateArray()];
        List<MotionEvent> events = Run(Path.Combine(Root, "media", "street.mp4"));
        Assert.Equal(expected.Length, events.Count);
        foreach ((JsonElement should, MotionEvent found) in expected.Zip(events))
        {
            Assert.Equal(should.GetProperty("start").GetDouble(), found.Start.TotalSeconds, 0.5);
            Assert.Equal(should.GetProperty("end").GetDouble(), found.End.TotalSeconds, 0.5);
        }
    }
}
