using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Ffmpeg;

/// <summary>What holds for every kind of source.</summary>
public class SourceContractTests(Clips clips) : IClassFixture<Clips>
{
    private static bool IsLive(SourceKind kind) => kind is SourceKind.Realtime or SourceKind.HttpStream or SourceKind.UdpStream or SourceKind.CameraFile or SourceKind.CameraStream;

    [Theory, CombinatorialKinds]
    public void Frames_come_in_order_with_growing_times_from_zero(SourceKind kind)
    {
        using OpenedSource opened = OpenedSource.Open(kind, clips);
        IFrameSource source = opened.Source;
        Assert.Equal((64, 48), (source.Format.Width, source.Format.Height));
        Assert.Equal(IsLive(kind), source.IsLive);
        Assert.Equal(kind == SourceKind.UdpStream ? 20 : 10, source.FrameRate, 0.01);
        Assert.DoesNotContain("secret", source.Name);

        var frame = new Frame(source.Format);
        TimeSpan last = TimeSpan.FromTicks(-1);
        long number = -1;
        int count = 0, wanted = kind == SourceKind.UdpStream ? 5 : int.MaxValue;
        byte[] before = [];
        while (count < wanted && source.TryRead(frame, TestContext.Current.CancellationToken))
        {
            Assert.True(frame.Time > last, $"{frame.Time} is not behind {last}");
            Assert.True(frame.Number > number, $"{frame.Number} is not behind {number}");
            if (!source.IsLive)
                Assert.Equal((count, count / 10.0), (frame.Number, frame.Time.TotalSeconds));
            Assert.False(frame.Data.SequenceEqual(before), "the same picture twice");
            before = frame.Data.ToArray();
            (last, number) = (frame.Time, frame.Number);
            count++;
        }
        Assert.Equal(kind == SourceKind.UdpStream ? 5 : OpenedSource.Frames, count + (int)source.Dropped * (kind == SourceKind.UdpStream ? 0 : 1));
        if (kind != SourceKind.UdpStream)
            Assert.False(source.TryRead(frame, TestContext.Current.CancellationToken), "there is something behind the end");
        if (!source.IsLive)
        {
            Assert.Equal(0, source.Dropped);
            if (source.FrameCount is long stated)
                Assert.Equal(OpenedSource.Frames, stated);
        }
    }

    [Theory, CombinatorialKinds]
    public void A_frame_of_another_format_is_refused(SourceKind kind)
    {
        using OpenedSource opened = OpenedSource.Open(kind, clips);
        Assert.Throws<ArgumentException>(() => opened.Source.TryRead(new Frame(new FrameFormat(32, 32, PixelLayout.Yuv420))));
    }

    [Theory, CombinatorialKinds]
    public void A_disposed_source_is_at_its_end_and_leaves_no_process(SourceKind kind)
    {
        OpenedSource opened = OpenedSource.Open(kind, clips);
        var frame = new Frame(opened.Source.Format);
        Assert.True(opened.Source.TryRead(frame, TestContext.Current.CancellationToken));
        int decoder = opened.DecoderId;
        opened.Source.Dispose();
        opened.Source.Dispose();
        if (!opened.Source.IsLive)
            Assert.False(opened.Source.TryRead(frame, TestContext.Current.CancellationToken));
        opened.Dispose();
        Children.AssertGone(decoder);
    }

    [Theory, CombinatorialKinds]
    public void A_cancelled_read_says_so(SourceKind kind)
    {
        using OpenedSource opened = OpenedSource.Open(kind, clips);
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => opened.Source.TryRead(new Frame(opened.Source.Format), cancel.Token));
    }

    private sealed class CombinatorialKindsAttribute : Xunit.v3.DataAttribute
    {
        public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(System.Reflection.MethodInfo testMethod, Xunit.Sdk.DisposalTracker disposalTracker) =>
            new([.. Enum.GetValues<SourceKind>().Select(kind => new TheoryDataRow<SourceKind>(kind))]);

        public override bool SupportsDiscoveryEnumeration() => true;
    }
}
