using GmmVision.Imaging;
using GmmVision.Scenes;
using Xunit;

namespace GmmVision.Tests.Scenes;

public class SceneFrameSourceTests
{
    private static SceneOptions Options => new() { Width = 64, Height = 36, FrameCount = 12, FrameRate = 12.5, BusyStart = 1, Noise = 2 };

    [Fact]
    public void Gives_every_frame_of_the_scene_with_its_truth_and_time()
    {
        var scene = new Scene(Options);
        using var source = new SceneFrameSource(Options);
        Assert.Equal((scene.Format, 12.5, 12L, false), (source.Format, source.FrameRate, source.FrameCount!.Value, source.IsLive));
        Frame frame = new(source.Format), expected = new(source.Format);
        byte[] truth = new byte[64 * 36];
        for (int number = 0; number < 12; number++)
        {
            Assert.True(source.TryRead(frame, TestContext.Current.CancellationToken));
            scene.Render(number, expected, truth);
            Assert.Equal(expected.Data, frame.Data);
            Assert.Equal(truth, source.Truth);
            Assert.Equal((number, TimeSpan.FromSeconds(number / 12.5)), (frame.Number, frame.Time));
        }
        Assert.False(source.TryRead(frame, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Keeps_the_contract_of_a_source()
    {
        var source = new SceneFrameSource(Options);
        Assert.Throws<ArgumentException>(() => source.TryRead(new Frame(source.Format with { Layout = PixelLayout.Rgb }), TestContext.Current.CancellationToken));
        Assert.ThrowsAny<OperationCanceledException>(() => source.TryRead(new Frame(source.Format), new CancellationToken(canceled: true)));
        source.Dispose();
        Assert.Throws<ObjectDisposedException>(() => source.TryRead(new Frame(source.Format), TestContext.Current.CancellationToken));
    }
}
