using GmmVision.Recording.Cameras;
using Xunit;

namespace GmmVision.Tests.Recording;

public sealed class LiveTuningTests
{
    private static CameraZone Zone(ZoneKind kind, double right) => new(kind, "", [[0, 0], [right, 0], [right, 1]]);

    // The camera's thread switches between day and night while the page changes settings: no change may be lost, whoever comes first.
    [Fact]
    public async Task No_change_is_lost_between_the_page_and_the_camera()
    {
        const int Changes = 20_000;
        LiveTuning tuning = new(new CameraTuning(new CameraProfiles(), []));
        Task page = Task.Run(() =>
        {
            for (int i = 0; i < Changes; i++)
                tuning.Change(now => now.With(now.Profiles with { NightBelow = i % 50 }));
        }, TestContext.Current.CancellationToken);
        Task button = Task.Run(() =>
        {
            for (int i = 0; i < Changes; i++)
                tuning.Change(now => now with { Relearns = now.Relearns + 1 });
        }, TestContext.Current.CancellationToken);
        for (int i = 1; i <= Changes; i++)
            tuning.Change(now => now.With(isNight: !now.IsNight));
        await page;
        await button;
        Assert.Equal((2 * Changes, Changes, (Changes - 1) % 50.0), (tuning.Now.Version, tuning.Now.Relearns, tuning.Now.Profiles.NightBelow));
    }

    [Fact]
    public void The_camera_is_opened_anew_only_where_clips_have_to_hide_something_else()
    {
        CameraTuning tuning = new(new CameraProfiles(), null);
        Assert.Equal(0, tuning.With([Zone(ZoneKind.Include, 0.5)], records: true).Reopens);
        CameraTuning hidden = tuning.With([Zone(ZoneKind.Privacy, 0.5)], records: true);
        Assert.Equal(1, hidden.Reopens);
        Assert.Equal(1, hidden.With([Zone(ZoneKind.Exclude, 0.1), Zone(ZoneKind.Privacy, 0.5)], records: true).Reopens);
        Assert.Equal(2, hidden.With([Zone(ZoneKind.Privacy, 0.6)], records: true).Reopens);
        Assert.Equal(0, tuning.With([Zone(ZoneKind.Privacy, 0.5)], records: false).Reopens);
    }

    [Fact]
    public void The_same_time_of_day_is_no_change() => Assert.Equal(0, new CameraTuning(new CameraProfiles(), null).With(isNight: false).Version);

    // Drawn on a large picture, kept over a restart, and now the camera sends a small one.
    [Fact]
    public void A_zone_without_a_pixel_in_a_smaller_picture_is_left_out_and_told_and_the_others_hold()
    {
        CameraZone door = Zone(ZoneKind.Include, 0.5), speck = new(ZoneKind.Privacy, "speck", [[0.501, 0.501], [0.502, 0.501], [0.502, 0.502]]), all = new(ZoneKind.Exclude, "", [[0, 0], [1, 0], [1, 1], [0, 1]]);
        List<string> told = [];
        Assert.Equal([door, speck], CameraPipeline.Usable([door, speck], 3840, 2160, told.Add));
        Assert.Empty(told);
        Assert.Equal([door], CameraPipeline.Usable([door, speck, all], 160, 90, told.Add));
        Assert.Equal(2, told.Count);
        Assert.Contains("\"speck\" has no pixel in the picture, which is 160x90", told[0], StringComparison.Ordinal);
        Assert.Contains("leave nothing", told[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Zones_that_cannot_be_used_are_refused_without_a_pipeline()
    {
        ArgumentException refused = Assert.ThrowsAny<ArgumentException>(() => CameraPipeline.Validate([new(ZoneKind.Exclude, "", [[0, 0], [1, 0], [1, 1], [0, 1]])], 64, 48));
        Assert.Contains("leave nothing", refused.Message, StringComparison.Ordinal);
        CameraPipeline.Validate([Zone(ZoneKind.Include, 0.5)], 64, 48);
    }
}
