using System.Runtime.CompilerServices;
using GmmVision.Background;
using GmmVision.Foreground;
using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Background;

/// <summary>What lives in memory of the system must not be touched once that is freed: the process would end without a word.</summary>
public class DisposedModelTests
{
    private static readonly FrameFormat Format = new(96, 64, PixelLayout.Yuv420);

    private static BackgroundModel Learnt(int threads = 1)
    {
        BackgroundModel model = new(Format, new BackgroundOptions { Threads = threads });
        model.Apply(new Frame(Format), new Mask(96, 64));
        return model;
    }

    public static TheoryData<string, Action<BackgroundModel>> Members => new()
    {
        { "Apply", model => model.Apply(new Frame(Format), new Mask(96, 64)) },
        { "Apply many", model => model.Apply([new Frame(Format)], [new Mask(96, 64)]) },
        { "Apply none", model => model.Apply([], []) },
        { "Initialize", model => model.Initialize(new Frame(Format)) },
        { "Adopt", model => model.Adopt(new Frame(Format), new Mask(96, 64)) },
        { "Move", model => model.Move(new Frame(Format), 1, 0) },
        { "Reset", model => model.Reset() },
        { "Clone", model => model.Clone() },
        { "Clone with options", model => model.Clone(model.Options) },
        { "Save", model => model.Save(new MemoryStream()) },
        { "GetComponent", model => model.GetComponent(0, 0, 0) },
        { "CopyWeightsTo", model => model.CopyWeightsTo(0, new float[96 * 64]) },
        { "CopyMeansTo", model => model.CopyMeansTo(0, 0, new float[96 * 64]) },
        { "CopyVariancesTo", model => model.CopyVariancesTo(0, 0, new float[96 * 64]) },
        { "CopyBackgroundTo", model => model.CopyBackgroundTo(new Frame(Format)) },
        { "CopyDeviationTo", model => model.CopyDeviationTo(new Frame(Format)) },
        { "ComputeLogLikelihood", model => model.ComputeLogLikelihood(new Frame(Format), new float[96 * 64]) },
        { "ComputeForegroundProbability", model => model.ComputeForegroundProbability(new Frame(Format), new float[96 * 64]) },
        { "DoNotLearn", model => model.DoNotLearn = null },
        { "RegionOfInterest", model => model.RegionOfInterest = null },
        { "Detector", model => new ForegroundDetector(model, 25).Apply(new Frame(Format), new Mask(96, 64)) },
        { "Detector of many", model => new ForegroundDetector(model, 25, ForegroundOptions.For(Preset.Fast)).Apply([new Frame(Format)], [new Mask(96, 64)]) },
        { "Pipeline", model => new MotionPipeline(new ForegroundDetector(model, 25)).Process(new Frame(Format), new FrameResult(Format)) },
        { "Pipeline's end", model => new MotionPipeline(new ForegroundDetector(model, 25)).Finish() },
    };

    [Theory]
    [MemberData(nameof(Members))]
    public void Every_member_of_a_disposed_model_says_that_it_is_disposed(string name, Action<BackgroundModel> call)
    {
        foreach (int threads in (int[])[1, 3])
        {
            using (BackgroundModel alive = Learnt(threads))
                call(alive);      // what is tested works before
            BackgroundModel model = Learnt(threads);
            model.Dispose();
            model.Dispose();
            Assert.Contains(nameof(BackgroundModel), Assert.Throws<ObjectDisposedException>(() => call(model)).ObjectName);
        }
        Assert.NotEmpty(name);
    }

    [Fact]
    public void Every_public_method_is_in_that_list()
    {
        string[] values = [nameof(BackgroundModel.Load), nameof(IDisposable.Dispose), nameof(ToString), nameof(Equals), nameof(GetHashCode), nameof(GetType)];
        string[] listed = [.. Members.Select(row => row.Data.Item1.Split(' ')[0])];
        Assert.Empty(typeof(BackgroundModel).GetMethods().Where(method => !method.IsSpecialName).Select(method => method.Name).Except(values).Except(listed));
        Assert.Empty(typeof(BackgroundModel).GetProperties().Where(property => property.SetMethod is { IsPublic: true }).Select(property => property.Name).Except(listed));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_model_may_be_disposed_by_another_thread_in_the_middle_of_a_frame(int threads)
    {
        FrameFormat format = new(640, 480, PixelLayout.Yuv420);      // large enough for all threads to have work
        for (int round = 0; round < 30; round++)
        {
            MotionPipeline pipeline = new(format, 25, new PipelineOptions { Foreground = ForegroundOptions.For(Preset.Balanced) with { Background = new BackgroundOptions { Threads = threads } } });
            using ManualResetEventSlim running = new();
            Task<long> work = Task.Run(() =>
            {
                FrameResult result = new(format);
                Frame frame = new(format);
                for (long count = 0; ; count++)
                {
                    try
                    {
                        pipeline.Process(frame, result);
                        running.Set();
                    }
                    catch (ObjectDisposedException)
                    {
                        return count;
                    }
                }
            }, TestContext.Current.CancellationToken);
            Assert.True(running.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
            Thread.Sleep(round % 7);
            pipeline.Dispose();
            Assert.True(await work.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken) > 0);
        }
    }

    [Fact]
    public void The_threads_of_a_model_that_nobody_disposes_end_with_it()
    {
        Thread[] threads = MakeAndForget();
        Assert.Equal(20 * 2, threads.Length);
        for (int tries = 0; tries < 100 && threads.Any(thread => thread.IsAlive); tries++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Thread.Sleep(50);
        }
        Assert.DoesNotContain(threads, thread => thread.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Thread[] MakeAndForget()
    {
        FrameFormat format = new(640, 480, PixelLayout.Yuv420);
        List<Thread> threads = [];
        for (int i = 0; i < 20; i++)
        {
            ForegroundDetector detector = new(format, 25, ForegroundOptions.For(Preset.Balanced) with { Background = new BackgroundOptions { Threads = 3 } });
            detector.Apply(new Frame(format), new Mask(640, 480));
            detector.Apply(new Frame(format), new Mask(640, 480));      // the first is learnt by the caller alone
            threads.AddRange(detector.Background.Team.Threads);
        }
        return [.. threads];
    }
}
