using GmmVision.Background;
using GmmVision.Imaging;
using GmmVision.Threading;

namespace GmmVision.Foreground;

/// <summary>
/// Removes regions that are only background out of its place: leaves, waves, an edge that moved a little. A pixel is explained when
/// a background component of a neighbour would produce it (the idea of a region's mixture, RMoG, Varadarajan 2013); a region goes when
/// most of its pixels are explained. Deterministic: nothing is learnt from neighbours.
/// </summary>
internal sealed class NeighborVote : IMaskStage
{
    private const int Samples = 1500;               // pixels looked at in a frame, spread over all regions: bounded in time
    private const int RegionSamples = 64;           // of one region: a share of 0.7 is then known to 0.06
    private const double LeastWeight = 0.15;        // of a second component that may explain

    private readonly ConnectedComponentLabeler _labeler;
    private readonly int _radius, _smallest, _largest;
    private readonly double _majority;
    private int[] _samples = new int[64], _explained = new int[64], _unexplained = new int[64], _steps = new int[64];
    private bool[] _unwanted = new bool[64];
    private readonly WorkerTeam _team;
    private readonly RowBands _bands;
    private readonly Action<int> _askBand;
    private Frame? _frame, _plain;
    private BackgroundView? _background;

    /// <param name="format">Size of the pictures.</param>
    /// <param name="radius">How far a neighbour may be, in pixels.</param>
    /// <param name="smallest">Pixels of the smallest region that is asked about; smaller ones go without.</param>
    /// <param name="largest">Pixels of the largest region that may go: a leaf or a wave is small.</param>
    /// <param name="majority">Which part of a region's pixels must be explained.</param>
    /// <param name="team">Threads to share the work; null for the caller alone.</param>
    public NeighborVote(FrameFormat format, int radius, int smallest, int largest, double majority, WorkerTeam? team = null)
    {
        _team = team ?? WorkerTeam.Alone;
        _bands = _team.Share(format);
        _askBand = AskBand;
        _labeler = new ConnectedComponentLabeler(format.Width, format.Height);
        (_radius, _smallest, _largest, _majority) = (radius, smallest, largest, majority);
    }

    void IMaskStage.Apply(in StageContext seen, Mask mask) => Apply(seen.Lit, seen.IsOtherLight ? seen.Plain : null, seen.Background.View, mask);

    /// <summary>Takes explained regions out of a mask.</summary>
    /// <param name="frame">In the light of the background.</param>
    /// <param name="plain">As the camera gave it where that differs: what fits as it is (sky over a shadow) is explained too, however large; null for none.</param>
    /// <param name="background">What the model knows.</param>
    /// <param name="mask">The foreground.</param>
    public void Apply(Frame frame, Frame? plain, BackgroundView background, Mask mask)
    {
        ReadOnlySpan<Region> regions = _labeler.Label(mask);
        if (regions.Length == 0)
            return;
        (_frame, _plain, _background) = (frame, plain, background);
        if (_samples.Length < regions.Length)
        {
            int room = 2 * regions.Length;
            (_samples, _explained, _unexplained, _steps, _unwanted) = (new int[room], new int[room], new int[room], new int[room], new bool[room]);
        }
        int area = 0;
        foreach (Region region in regions)
            area += IsAskedAbout(region) ? region.Area : 0;
        int coarsest = (int)Math.Ceiling(Math.Sqrt((double)area / Samples));
        for (int i = 0; i < regions.Length; i++)
        {
            (_samples[i], _explained[i], _unexplained[i]) = (0, 0, 0);
            _steps[i] = Math.Max(Math.Max(2, coarsest), (int)Math.Sqrt((double)regions[i].Area / RegionSamples));
        }
        for (int y = 0; y < mask.Height; y++)
            for (int run = _labeler.FirstRun(y); run < _labeler.FirstRun(y + 1); run++)
            {
                (int region, int first, int end, int step) = SamplesOf(run, y);
                _samples[region] += Math.Max(0, end - first + step - 1) / step;
            }
        _team.Run(_bands.Count, _askBand);
        (_frame, _plain, _background) = (null, null, null);
        bool any = false;
        for (int i = 0; i < regions.Length; i++)
            any |= _unwanted[i] = regions[i].Area < _smallest || _explained[i] > _majority * _samples[i];
        if (any)
            _labeler.Flip(mask, _unwanted);
    }

    /// <summary>Which pixels of a run are looked at: a checkerboard, coarser where there is much to look at.</summary>
    private (int Region, int First, int End, int Step) SamplesOf(int run, int y)
    {
        (int region, int start, int end) = _labeler.Run(run);
        int step = _steps[region], rows = step / 2;
        return y % rows != 0 || !IsAskedAbout(_labeler.Regions[region]) ? (region, end, end, step) : (region, start + (y / rows + start) % step, end, step);
    }

    private bool IsAskedAbout(in Region region) => region.Area >= _smallest && (region.Area <= _largest || _plain != null);

    private void AskBand(int band)
    {
        (int from, int to) = _bands[band];
        for (int y = from; y < to; y++)
            for (int run = _labeler.FirstRun(y); run < _labeler.FirstRun(y + 1); run++)
            {
                (int region, int first, int end, int step) = SamplesOf(run, y);
                // A region may lie in several bands, so who asks last depends on the threads; what the votes decide does not:
                // enough of them on one side, and the rest need not be asked.
                double enough = _majority * _samples[region];
                for (int x = first; x < end && Volatile.Read(ref _explained[region]) <= enough && _samples[region] - Volatile.Read(ref _unexplained[region]) > enough; x += step)
                    Interlocked.Increment(ref IsExplained(_labeler.Regions[region], x, y) ? ref _explained[region] : ref _unexplained[region]);
            }
    }

    private bool IsExplained(in Region region, int x, int y)
    {
        int left = Math.Max(0, x - _radius), top = Math.Max(0, y - _radius);
        var near = new Box(left, top, Math.Min(_frame!.Width, x + _radius + 1) - left, Math.Min(_frame.Height, y + _radius + 1) - top);
        return region.Area <= _largest && _background!.Explains(_frame, x, y, near, LeastWeight) || _plain != null && _background!.Explains(_plain, x, y, new Box(x, y, 1, 1), LeastWeight);
    }
}
