using System.Runtime.InteropServices;
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
        Assert.InRange(Allocation.LeastOfProcess(() =>
        {
            for (int i = 0; i < 5; i++)
                model.Apply(frames, masks);
            for (int i = 0; i < 20; i++)
                model.Apply(frames[i], masks[i]);
        }), 0, 4096);
    }

    /// <summary>As a watch does to save it, for months: the memory of one copy must serve the next, whatever is allocated in between.</summary>
    [Fact]
    public async Task Copies_of_a_model_that_are_disposed_elsewhere_give_their_memory_back()
    {
        var format = new FrameFormat(640, 360, PixelLayout.Yuv420);
        using var model = new BackgroundModel(format, new BackgroundOptions { Threads = 1 });
        model.Apply(new Frame(format), new Mask(640, 360));
        var small = new List<nint>();
        long begin = 0;
        for (int i = 0; i < 40; i++)
        {
            BackgroundModel copy = model.Clone();
            for (int j = 0; j < 50; j++)
                small.Add(Allocate(20 + 20 * j));
            await Task.Run(copy.Dispose, TestContext.Current.CancellationToken);
            if (i == 9)
                begin = Environment.WorkingSet;
        }
        long grown = Environment.WorkingSet - begin;
        small.ForEach(Free);
        Assert.True(grown < 5 * model.BytesPerPixel * format.PixelCount, $"30 copies, of which one lives at a time, took {grown >> 20} MB");
    }

    private static unsafe nint Allocate(int bytes) => (nint)NativeMemory.Alloc((nuint)bytes);

    private static unsafe void Free(nint memory) => NativeMemory.Free((void*)memory);
}
