using BenchmarkDotNet.Attributes;
using GmmVision.Background;
using GmmVision.Imaging;
using GmmVision.Scenes;

namespace GmmVision.Benchmarks;

/// <summary>One core's time for a frame of a rendered scene, for each lane width, colour and grey, one by one and in batches.</summary>
public class BackgroundKernel
{
    private const int SceneFrames = 48;
    private Frame[] _frames = [];
    private Mask[] _masks = [];
    private BackgroundModel? _model;

    [Params(8, 16, 32)]
    public int Lanes { get; set; }

    [Params(PixelLayout.Yuv420, PixelLayout.Gray8)]
    public PixelLayout Layout { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        using SceneFrameSource scene = new(new SceneOptions { Width = 1280, Height = 720, Layout = Layout, FrameCount = SceneFrames, Noise = 1, Shadows = 1, FoliageSway = 1 });
        _frames = new Frame[SceneFrames];
        _masks = new Mask[SceneFrames];
        for (int i = 0; i < SceneFrames; i++)
        {
            (_frames[i], _masks[i]) = (new Frame(scene.Format), new Mask(scene.Format.Width, scene.Format.Height));
            scene.TryRead(_frames[i]);
        }
        _model = new BackgroundModel(scene.Format, new BackgroundOptions { Threads = 1 }, Lanes);
        _model.Apply(_frames, _masks);      // what is measured is a model that knows the scene
    }

    [GlobalCleanup]
    public void Clean() => _model?.Dispose();

    [Benchmark(OperationsPerInvoke = SceneFrames)]
    public void OneByOne()
    {
        for (int i = 0; i < SceneFrames; i++)
            _model!.Apply(_frames[i], _masks[i]);
    }

    [Benchmark(OperationsPerInvoke = SceneFrames)]
    public void BatchesOf16()
    {
        for (int i = 0; i < SceneFrames; i += 16)
            _model!.Apply(_frames.AsSpan(i, 16), _masks.AsSpan(i, 16));
    }
}
