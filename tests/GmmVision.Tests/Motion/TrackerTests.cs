using GmmVision.Imaging;
using GmmVision.Motion;
using Xunit;

namespace GmmVision.Tests.Motion;

public class TrackerTests
{
    private static Region At(double x, double y, int size) =>
        new(new Box((int)x - size / 2, (int)y - size / 2, size, size), size * size, x, y);

    private static TimeSpan Time(int frame) => TimeSpan.FromSeconds(frame / 25.0);

    [Fact]
    public void A_region_that_moves_keeps_its_number_and_gets_a_velocity()
    {
        var tracker = new Tracker();
        for (int frame = 0; frame < 50; frame++)
            tracker.Update([At(20 + 4 * frame, 30 + frame, 20)], Time(frame));
        Track track = Assert.Single(tracker.Tracks.ToArray());
        Assert.Equal((1, 50, true), (track.Number, track.Frames, track.IsVisible));
        Assert.Equal(100, track.VelocityX, 1.0);
        Assert.Equal(25, track.VelocityY, 1.0);
        Assert.Equal((Time(0), Time(49)), (track.FirstSeen, track.LastSeen));
    }

    [Fact]
    public void Two_that_pass_each_other_keep_their_numbers_whatever_the_order_they_come_in()
    {
        var tracker = new Tracker();
        for (int frame = 0; frame < 60; frame++)
        {
            Region right = At(10 + 5 * frame, 40, 16), left = At(305 - 5 * frame, 52, 14);
            tracker.Update(frame % 2 == 0 ? [right, left] : [left, right], Time(frame));
        }
        Assert.Equal(2, tracker.Tracks.Length);
        Assert.True(tracker.Tracks[0].VelocityX > 0 && tracker.Tracks[0].Number == 1);
        Assert.True(tracker.Tracks[1].VelocityX < 0 && tracker.Tracks[1].Number == 2);
    }

    [Fact]
    public void A_short_absence_is_bridged_and_a_long_one_is_not()
    {
        var tracker = new Tracker();
        int frame = 0;
        for (; frame < 20; frame++)
            tracker.Update([At(50 + 3 * frame, 50, 20)], Time(frame));
        for (; frame < 28; frame++)
            tracker.Update([], Time(frame));
        Assert.False(Assert.Single(tracker.Tracks.ToArray()).IsVisible);
        tracker.Update([At(50 + 3 * frame, 50, 20)], Time(frame++));
        Assert.Equal((1, true), (tracker.Tracks[0].Number, tracker.Tracks[0].IsVisible));

        for (; frame < 60; frame++)
            tracker.Update([], Time(frame));
        Assert.Equal(0, tracker.Tracks.Length);
        tracker.Update([At(50, 50, 20)], Time(frame));
        Assert.Equal(2, tracker.Tracks[0].Number);
    }

    [Fact]
    public void A_slow_camera_is_given_three_frames_of_patience()
    {
        var tracker = new Tracker();
        tracker.Update([At(50, 50, 20)], TimeSpan.Zero);
        for (int second = 1; second <= 3; second++)
            Assert.Equal(1, tracker.Update([], TimeSpan.FromSeconds(second)).Length);
        Assert.Equal(0, tracker.Update([], TimeSpan.FromSeconds(4)).Length);
    }

    [Fact]
    public void More_regions_than_it_follows_do_no_harm_and_nothing_is_allocated()
    {
        var tracker = new Tracker();
        Region[] regions = [.. Enumerable.Range(0, 300).Select(i => At(10 + 40 * (i % 20), 10 + 40 * (i / 20), 30))];
        int frames = 0;
        tracker.Update(regions, Time(frames++));
        tracker.Update(regions, Time(frames++));
        Assert.Equal(0, Allocation.LeastOf(() => tracker.Update(regions, Time(frames++))));
        Assert.Equal(Tracker.MaxTracks, tracker.Tracks.Length);
        for (int i = 0; i < Tracker.MaxTracks; i++)
            Assert.Equal((i + 1, frames, regions[i]), (tracker.Tracks[i].Number, tracker.Tracks[i].Frames, tracker.Tracks[i].Region));
    }
}
