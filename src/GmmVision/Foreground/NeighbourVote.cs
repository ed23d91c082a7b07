using GmmVision.Background;
using GmmVision.Imaging;

namespace GmmVision.Foreground;

/// <summary>
/// Removes regions that are only background out of its place: leaves, waves, an edge that moved a little. A pixel is explained when
/// a background mode of a neighbour would produce it (the idea of a region's mixture, RMoG, Varadarajan 2013); a region goes when
/// most of its pixels are explained. Deterministic: nothing is learnt from neighbours.
/// </summary>
internal sealed unsafe class NeighbourVote
{
    private const int Samples = 1500;               // pixels looked at in a frame, spread over all regions: enough to vote, bounded in time
    private const short LeastWeight = (short)(0.15 * KernelPass.FullWeight);

    private readonly RegionLabeller _labeller;
    private readonly int _radius, _largest;
    private readonly double _majority;
    private readonly short _threshold;
    private int[] _asked = new int[64], _explained = new int[64];
    private bool[] _unwanted = new bool[64];

    /// <param name="format">Size of the pictures.</param>
    /// <param name="radius">How far a neighbour may be, in pixels.</param>
    /// <param name="largest">Pixels of the largest region that may go: a leaf or a wave is small.</param>
    /// <param name="majority">Which part of a region's pixels must be explained.</param>
    /// <param name="threshold">The foreground threshold, as the kernel has it.</param>
    public NeighbourVote(FrameFormat format, int radius, int largest, double majority, short threshold)
    {
        _labeller = new RegionLabeller(format.Width, format.Height);
        (_radius, _largest, _majority, _threshold) = (radius, largest, majority, threshold);
    }

    public void Apply(Frame frame, BackgroundModel background, Mask mask)
    {
        ReadOnlySpan<Region> regions = _labeller.Label(mask);
        if (regions.Length == 0)
            return;
        if (_asked.Length < regions.Length)
            (_asked, _explained, _unwanted) = (new int[2 * regions.Length], new int[2 * regions.Length], new bool[2 * regions.Length]);
        _asked.AsSpan(0, regions.Length).Clear();
        _explained.AsSpan(0, regions.Length).Clear();
        int area = 0;
        foreach (Region region in regions)
            area += region.Area <= _largest ? region.Area : 0;
        int step = Math.Max(2, (int)Math.Ceiling(Math.Sqrt((double)area / Samples)));
        for (int y = 0; y < mask.Height; y++)
            for (int run = _labeller.FirstRun(y); run < _labeller.FirstRun(y + 1); run++)
            {
                (int region, int start, int end) = _labeller.Run(run);
                // A checkerboard, coarser where there is much to look at.
                if (regions[region].Area > _largest || y % Math.Max(1, step / 2) != 0)
                    continue;
                for (int x = start + (y / Math.Max(1, step / 2) + start) % step; x < end; x += step)
                {
                    _asked[region]++;
                    if (IsExplained(frame, background, x, y))
                        _explained[region]++;
                }
            }
        bool any = false;
        for (int i = 0; i < regions.Length; i++)
            any |= _unwanted[i] = _asked[i] > 0 && _explained[i] > _majority * _asked[i];
        if (any)
            _labeller.Flip(mask, _unwanted);
    }

    private bool IsExplained(Frame frame, BackgroundModel background, int x, int y)
    {
        Span<short> sample = stackalloc short[3];
        for (int channel = 0; channel < frame.Format.PlaneCount; channel++)
        {
            bool half = channel > 0 && frame.Format.Layout == PixelLayout.Yuv420;
            sample[channel] = (short)(frame.Pointer(channel)[(nint)(half ? y / 2 : y) * frame.Stride(channel) + (half ? x / 2 : x)] << KernelPass.MeanShift);
        }
        for (int j = Math.Max(0, y - _radius); j <= Math.Min(frame.Height - 1, y + _radius); j++)
            for (int i = Math.Max(0, x - _radius); i <= Math.Min(frame.Width - 1, x + _radius); i++)
                if (background.IsNear(i, j, sample, _threshold, LeastWeight))
                    return true;
        return false;
    }
}
