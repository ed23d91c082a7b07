using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Imaging;

public sealed class FrameQueueTests
{
    private static readonly FrameFormat Format = new(4, 4, PixelLayout.Gray8);

    private static void Put(FrameQueue queue, long number)
    {
        Frame frame = queue.Rent();
        frame.Number = number;
        queue.Put(frame);
    }

    [Fact]
    public void A_slow_taker_loses_the_oldest_frames_and_their_number_is_known()
    {
        FrameQueue queue = new(Format, length: 3, dropsOldest: true);
        for (int i = 0; i < 10; i++)
            Put(queue, i);
        queue.End();
        Assert.Equal(7, queue.Dropped);
        foreach (long number in new long[] { 7, 8, 9 })
        {
            Assert.False(queue.IsEnded);
            Assert.Equal(number, queue.Take(TimeSpan.Zero)!.Value.Frame.Number);
        }
        Assert.True(queue.IsEnded);
        Assert.Null(queue.Take(Timeout.InfiniteTimeSpan));
    }

    [Fact]
    public async Task Of_a_file_nothing_is_lost_and_whoever_fills_waits()
    {
        FrameQueue queue = new(Format, length: 3, dropsOldest: false);
        Task filling = Task.Run(() =>
        {
            for (int i = 0; i < 500; i++)
                Put(queue, i);
            queue.End();
        }, TestContext.Current.CancellationToken);
        HashSet<Frame> frames = [];
        for (int i = 0; i < 500; i++)
        {
            QueuedFrame taken = queue.Take(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)!.Value;
            Assert.Equal(i, taken.Frame.Number);
            frames.Add(taken.Frame);
            queue.Return(taken.Frame);
        }
        await filling;
        Assert.Null(queue.Take(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        Assert.Equal(0, queue.Dropped);
        Assert.InRange(frames.Count, 1, 3 + 2);      // those that wait, one that is filled, one that is worked on
    }

    [Fact]
    public void Who_ends_is_not_given_the_frames_that_wait()
    {
        FrameQueue queue = new(Format, length: 3, dropsOldest: true);
        Put(queue, 0);
        Assert.Throws<OperationCanceledException>(() => queue.Take(TimeSpan.FromSeconds(1), new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Whoever_waits_for_room_or_for_a_frame_can_be_called_away()
    {
        FrameQueue full = new(Format, length: 1, dropsOldest: false), empty = new(Format, length: 1, dropsOldest: false);
        Put(full, 0);
        using CancellationTokenSource end = new();
        Task renting = Task.Run(() => full.Rent(end.Token), CancellationToken.None);
        Task taking = Task.Run(() => empty.Take(Timeout.InfiniteTimeSpan, end.Token), CancellationToken.None);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.False(renting.IsCompleted || taking.IsCompleted);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => renting.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => taking.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
    }

    // A frame that comes in the moment of the cancelling: the one who waits must not wait for the one who cancels.
    [Fact]
    public async Task A_frame_and_the_end_may_come_at_once()
    {
        for (int i = 0; i < 400; i++)
        {
            FrameQueue queue = new(Format, length: 1, dropsOldest: true);
            using CancellationTokenSource end = new();
            using Barrier together = new(2);
            Task taking = Task.Run(() => queue.Take(Timeout.InfiniteTimeSpan, end.Token), CancellationToken.None);
            Task putting = Task.Run(() =>
            {
                together.SignalAndWait();
                Put(queue, 0);
            }, CancellationToken.None);
            Task ending = Task.Run(() =>
            {
                together.SignalAndWait();
                end.Cancel();
            }, CancellationToken.None);
            try
            {
                await Task.WhenAll(taking, putting, ending).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            }
            catch (OperationCanceledException) when (taking.IsCompleted)
            {
            }
        }
    }

    [Fact]
    public void Nothing_in_time_is_no_frame_and_no_end()
    {
        FrameQueue queue = new(Format, length: 2, dropsOldest: true);
        Assert.Null(queue.Take(TimeSpan.FromMilliseconds(10), TestContext.Current.CancellationToken));
        Assert.False(queue.IsEnded);
    }

    [Fact]
    public void A_frame_in_work_is_not_filled_again()
    {
        FrameQueue queue = new(Format, length: 2, dropsOldest: true);
        Put(queue, 0);
        Frame working = queue.Take(TimeSpan.Zero, TestContext.Current.CancellationToken)!.Value.Frame;
        for (int i = 0; i < 20; i++)
        {
            Frame frame = queue.Rent();
            Assert.NotSame(working, frame);
            queue.Put(frame);
        }
    }

    [Fact]
    public void A_length_of_nothing_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new FrameQueue(Format, 0, dropsOldest: true));
}
