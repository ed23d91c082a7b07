using GmmVision.Background;
using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Background;

/// <summary>Alone, since allocations are counted over the whole process.</summary>
[CollectionDefinition(nameof(BackgroundModelAllocationTests), DisableParallelization = true)]
[Collection(nameof(BackgroundModelAllocationTests))]
public class BackgroundModelAllocationTests
{
    [Fact]
    public void One_hundred_frames_allocate_nothing()
    {
        var format = new FrameFormat(320, 40, PixelLayout.Yuv420);
        Frame[] frames = BackgroundModelTests.Footage(format, 20);
        var masks = frames.Select(_ => new Mask(320, 40)).ToArray();
        using var model = new BackgroundModel(format, new BackgroundOptions { Threads = 2 });
        model.Apply(frames, masks);
        model.Apply(frames[0], masks[0]);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < 5; i++)
            model.Apply(frames, masks);
        for (int i = 0; i < 20; i++)
            model.Apply(frames[i], masks[i]);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 4096);
    }
}
