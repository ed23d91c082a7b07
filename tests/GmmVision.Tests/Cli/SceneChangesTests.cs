using System.Text.Json;
using GmmVision.Cli.Detect;
using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Recording.Events;
using Xunit;

namespace GmmVision.Tests.Cli;

/// <summary>What happened to the picture as a whole, as detect tells it.</summary>
public sealed class SceneChangesTests
{
    private static readonly SceneChange Turned = new(SceneState.Moved, 250, TimeSpan.FromSeconds(10)), Bumped = new(SceneState.Moved, 900, TimeSpan.FromSeconds(36.04), 7, -4);

    private static EventReport Report(params IReadOnlyList<SceneChange> changes) => new()
    {
        Input = "yard.mp4",
        Format = new FrameFormat(64, 48, PixelLayout.Gray8),
        Working = new FrameFormat(64, 48, PixelLayout.Gray8),
        FrameRate = 25,
        Frames = 1000,
        Status = JobStatus.Complete,
        MaskHash = "0",
        Options = new DetectOptions { Output = "out" },
        SceneChanges = changes,
        Events = [],
    };

    [Fact]
    public void They_are_gathered_from_the_results_in_order()
    {
        Results results = new(64, 48);
        Frame frame = new(new FrameFormat(64, 48, PixelLayout.Gray8));
        SceneList list = new(new OwnPixels(frame.Format, frame.Format)), large = new(new OwnPixels(frame.Format, frame.Format with { Width = 128, Height = 144 }));
        foreach (SceneChange? change in (SceneChange?[])[null, Turned, null, Bumped])
        {
            list.See(frame, results.Next(TimeSpan.Zero, change: change));
            large.See(frame, results.Next(TimeSpan.Zero, change: change));
        }
        Assert.Equal([Turned, Bumped], list.Changes);
        Assert.Equal([Turned, Bumped with { ShiftX = 14, ShiftY = -12 }], large.Changes);
    }

    [Fact]
    public void The_report_lists_them_with_time_frame_and_shift()
    {
        using JsonDocument document = JsonDocument.Parse(Report(Turned, Bumped).ToJson(DateTimeOffset.UnixEpoch));
        JsonElement[] changes = [.. document.RootElement.GetProperty("scene_changes").EnumerateArray()];
        Assert.Equal("""{"state":"moved","frame":250,"seconds":10,"timecode":"00:00:10.000"}""", JsonSerializer.Serialize(changes[0]));
        Assert.Equal("""{"state":"moved","frame":900,"seconds":36.04,"timecode":"00:00:36.040","shift":{"x":7,"y":-4}}""", JsonSerializer.Serialize(changes[1]));
        Assert.Equal(0, JsonDocument.Parse(Report().ToJson(DateTimeOffset.UnixEpoch)).RootElement.GetProperty("scene_changes").GetArrayLength());
        Assert.Equal(Report().ToCsv(), Report(Turned).ToCsv());
    }

    [Fact]
    public void A_report_with_them_is_collected_as_any_other()
    {
        string folder = Directory.CreateTempSubdirectory("gmmvision-scenes").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "yard"));
            File.WriteAllText(Path.Combine(folder, "yard", "events.json"), Report(Turned, Bumped).ToJson(DateTimeOffset.UnixEpoch));
            GmmVision.Cli.Archive.ArchiveResult read = GmmVision.Cli.Archive.ArchiveResult.Read(folder, "yard");
            Assert.Equal((null, "yard.mp4", 1000), (read.Problem, read.Input, read.Frames));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_summary_has_a_line_for_each_but_not_for_hundreds()
    {
        string[] lines = Lines(Turned, Bumped);
        Assert.Contains("  at 00:00:10.000 the camera was moved: the background is learnt anew", lines);
        Assert.Contains("  at 00:00:36.040 the camera was moved, its picture by 7 pixels to the right and 4 up: the background was moved with it", lines);
        lines = Lines([.. Enumerable.Range(0, 100).Select(i => new SceneChange(SceneState.LightChanged, i, TimeSpan.FromSeconds(i)))]);
        Assert.Equal(20, lines.Count(line => line.EndsWith("the light changed", StringComparison.Ordinal)));
        Assert.Contains("  and 80 more changes of the scene in events.json", lines);

        static string[] Lines(params IReadOnlyList<SceneChange> changes) => new JobResult(Report(changes), "out", TimeSpan.FromSeconds(1), null).Summary().Split(Environment.NewLine);
    }

    [Fact]
    public void Every_state_has_a_name_and_words_of_its_own()
    {
        SceneState[] states = Enum.GetValues<SceneState>();
        Assert.Equal(["steady", "light_changed", "shaken", "moved", "covered", "dark", "blinded", "restarted"], states.Select(SceneWords.NameOf));
        Assert.Equal(states.Length, states.Select(state => SceneWords.Describe(new SceneChange(state, 0, TimeSpan.Zero))).Distinct().Count());
    }
}
