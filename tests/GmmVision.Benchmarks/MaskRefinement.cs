using BenchmarkDotNet.Attributes;
using GmmVision.Foreground;
using GmmVision.Imaging;

namespace GmmVision.Benchmarks;

/// <summary>The stages that clean a mask of 1920x1080 in which one pixel in fifty is noise and a few boxes move.</summary>
public class MaskRefinement
{
    private const int Width = 1920, Height = 1080;
    private readonly Mask _noisy = new(Width, Height), _clean = new(Width, Height);
    private readonly MajorityFilter _median = new(Width, Height, 5);
    private readonly ConnectedComponentLabeler _labeler = new(Width, Height);

    [GlobalSetup]
    public void Prepare()
    {
        Random random = new(1);
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
                _noisy[x, y] = random.Next(50) == 0 || (x / 200 % 3 == 1 && y / 150 % 3 == 1);
        }
        _median.Apply(_noisy, _clean);
    }

    [Benchmark]
    public void Median() => _median.Apply(_noisy, _clean);

    [Benchmark]
    public int Regions() => _labeler.Label(_clean).Length;
}
