using GmmVision.Background;
using GmmVision.Imaging;
using GmmVision.Threading;

namespace GmmVision.Foreground;

/// <summary>
/// Removes regions that are only background out of its place: leaves, waves, an edge that moved a little. A pixel is explained when
/// a background component of a neighbour would produce it (the idea of a region's mixture, RMoG, Varadarajan 2013); a region goes when
/// most of its pixels are explained. Deterministic: nothing is learnt from neighbours.
/// Nobody explains himself: while a model is young each frame weighs much, and whoever goes slowly is soon a component where he is.
/// So what a component has from the visit that goes on does not count; what comes again and again has been there before it.
/// </summary>
internal sealed class NeighborVote : IMaskStage
{
    private const int Samples = 1500;               // pixels looked at in a frame, spread over all regions: bounded in time
    private const int RegionSamples = 64;           // of one region: a share of 0.7 is then known to 0.06
    private const double LeastWeight = 0.15;        // of a second component that may explain
    private const double LeastBefore = 0.08;        // of it, from before the visit that goes on: two frames of the first second
    private const double LongestVisit = 1;          // seconds of it that do not count: what stays longer does not go, as a picture out of focus

    private readonly ConnectedComponentLabeler _labeler;
    private readonly int _radius, _smallest, _largest;
    private readonly double _majority;
    private readonly VisitMap _visits;
    private int[] _samples = new int[64], _explained = new int[64], _unexplained = new int[64], _steps = new int[64];
    private bool[] _unwanted = new bool[64];
    private readonly WorkerTeam _team;
    private readonly RowBands _bands;
    private readonly Action<int> _askBand;
    private Frame? _frame, _plain;
    private BackgroundView? _background;
    private double _rate;
    private int _longest = VisitMap.Longest;
    private TimeSpan _last;

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
        _visits = new VisitMap(format.Width, format.Height);
        (_radius, _smallest, _largest, _majority) = (radius, smallest, largest, majority);
    }

    void IMaskStage.Apply(in StageContext seen, Mask mask)
    {
        double seconds = (seen.Lit.Time - _last).TotalSeconds;
        (_longest, _last) = (seconds > 0 ? (int)Math.Clamp(LongestVisit / seconds, 1, VisitMap.Longest) : _longest, seen.Lit.Time);
        long age = seen.Background.FrameCount;
        bool isYoung = age < seen.Background.Options.History;       // later a frame weighs too little for a visit to matter
        if (isYoung && seen.Learns)
            _visits.Follow(mask);
        Apply(seen.Lit, seen.IsOtherLight ? seen.Plain : null, seen.Background.View, isYoung ? 1.0 / age : 0, mask);
    }

    /// <inheritdoc/>
    public void Forget() => _visits.Forget();

    /// <summary>Takes explained regions out of a mask.</summary>
    /// <param name="frame">In the light of the background.</param>
    /// <param name="plain">As the camera gave it where that differs: what fits as it is (sky over a shadow) is explained too, however large; null for none.</param>
    /// <param name="background">What the model knows.</param>
    /// <param name="rate">What one frame of a visit weighs, 0 to 1; 0 for nothing.</param>
    /// <param name="mask">The foreground.</param>
    public void Apply(Frame frame, Frame? plain, BackgroundView background, double rate, Mask mask)
    {
        ReadOnlySpan<Region> regions = _labeler.Label(mask);
        if (regions.Length == 0)
            return;
        (_frame, _plain, _background, _rate) = (frame, plain, background, rate);
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
        return region.Area <= _largest && IsExplained(_frame, x, y, near) || _plain != null && IsExplained(_plain, x, y, new Box(x, y, 1, 1));
    }

    private bool IsExplained(Frame frame, int x, int y, Box near)
    {
        // Most are decided by all neighbours together: not even with what their visits gave them, or in spite of the longest.
        if (!_background!.Explains(frame, x, y, near, LeastWeight))
            return false;
        if (_rate == 0 || _background.Explains(frame, x, y, near, WeightAfter(_visits.LongestIn(near))))
            return true;
        for (int v = near.Y; v < near.Bottom; v++)
            for (int u = near.X; u < near.Right; u++)
                if (_background.Explains(frame, x, y, new Box(u, v, 1, 1), WeightAfter(_visits.At(u, v))))
                    return true;
        return false;
    }

    private double WeightAfter(int visit) => Math.Clamp(LeastBefore + _rate * Math.Min(visit, _longest), LeastWeight, 1);
}
