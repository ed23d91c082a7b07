using GmmVision.Imaging;

namespace GmmVision.Foreground;

/// <summary>
/// Keeps regions that are too small to be believed in one frame when they come back along a path over several: track before detect.
/// What flickers in its place, as leaves and noise do, gets nowhere.
/// </summary>
internal sealed class SmallTargets : IMaskStage
{
    private const int Most = 48;                    // candidates in a frame; more are rain, snow or noise, among which no path can be told
    private const int LeastHits = 5, FewestHits = 3;      // frames of a path, or fewer that took longer ...
    private static readonly TimeSpan LeastTime = TimeSpan.FromSeconds(0.4);
    private const double LeastTravel = 1.3;         // ... which leads away from its start by so many of the target's own sides ...
    private const double LeastStraightness = 0.6;   // ... and is not much longer than that: a leaf comes back
    // A background that is young does not know its leaves yet: they are many, and sway.
    private static readonly TimeSpan Young = TimeSpan.FromSeconds(2);
    private const int YoungMost = 10;
    private const double YoungStraightness = 0.87;
    private const double YoungMostOfOneStep = 0.6;       // of the way: what goes most of it at once is another leaf
    private const int MostMisses = 2;               // frames in a row
    private const double Growth = 3;                // by which the area may change from frame to frame

    private readonly ConnectedComponentLabeler _labeler;
    private readonly int _smallest, _largest;
    private readonly double _reach, _speed;
    private readonly Mask _kept;
    private bool _any;
    private TimeSpan _last;
    private TimeSpan? _first;
    private readonly List<Path> _paths = [], _next = [];
    private readonly List<int> _found = [];
    private readonly bool[] _taken = new bool[Most];
    private bool[] _unwanted = new bool[64];

    private struct Path
    {
        public double X, Y, StartX, StartY, Length, Longest, Vx, Vy;
        public int Area, Hits, Misses;
        public TimeSpan Start;
        public bool Confirmed;
    }

    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="smallest">Pixels of the smallest target.</param>
    /// <param name="largest">Pixels of the largest that needs a path.</param>
    /// <param name="reach">Pixels by which a target may miss where it is expected, beside what it may gain in speed.</param>
    /// <param name="speed">Pixels a second of the fastest target that is followed from its first frame on.</param>
    public SmallTargets(int width, int height, int smallest, int largest, double reach, double speed)
    {
        _labeler = new ConnectedComponentLabeler(width, height);
        _kept = new Mask(width, height);
        (_smallest, _largest, _reach, _speed) = (smallest, largest, reach, speed);
    }

    /// <summary>The stage that gives back what stages in between took away of what this one kept.</summary>
    public IMaskStage Return => new Returning(this);

    /// <summary>Keeps what is on a path.</summary>
    void IMaskStage.Apply(in StageContext seen, Mask mask)
    {
        _kept.CopyFrom(mask);
        _any = Keep(_kept, seen.Lit.Time);
    }

    private sealed class Returning(SmallTargets targets) : IMaskStage
    {
        public void Apply(in StageContext seen, Mask mask)
        {
            if (targets._any)
                mask.Or(targets._kept);
        }
    }

    /// <summary>Forgets all paths.</summary>
    public void Forget()
    {
        _paths.Clear();
        _first = null;
    }

    /// <summary>Leaves the regions of a mask that are small and on a path.</summary>
    /// <param name="candidates">The foreground before anything small was taken out of it; what is no target is cleared.</param>
    /// <param name="time">Of the frame.</param>
    /// <returns>Whether any is left.</returns>
    public bool Keep(Mask candidates, TimeSpan time)
    {
        double reach = _reach + _speed * Math.Clamp((time - _last).TotalSeconds, 0, 1);
        _last = time;
        _first ??= time;
        ReadOnlySpan<Region> regions = _labeler.Label(candidates);
        if (_unwanted.Length < regions.Length)
            _unwanted = new bool[2 * regions.Length];
        _unwanted.AsSpan(0, regions.Length).Fill(true);
        int count = 0;
        foreach (ref readonly Region region in regions)
            count += IsSmall(region) ? 1 : 0;
        _next.Clear();
        if (count > (IsYoung ? YoungMost : Most))
        {
            _paths.Clear();
            return false;
        }
        bool any = Follow(regions, reach);
        if (any)
            _labeler.Flip(candidates, _unwanted);
        return any;
    }

    // What the border cuts has no place of its own: a leaf that sways in and out is now a smaller part and now a larger one.
    private bool IsCut(in Box box) => box.X == 0 || box.Y == 0 || box.Right == _kept.Width || box.Bottom == _kept.Height;

    private bool IsYoung => _last - _first < Young;

    private bool IsSmall(in Region region) => region.Area >= _smallest && region.Area <= _largest;

    private bool Follow(ReadOnlySpan<Region> regions, double reach)
    {
        _taken.AsSpan().Clear();
        _found.Clear();
        bool any = false;
        // First come those that are where they are expected: what was there before is not what another path leaps to.
        foreach (Path path in _paths)
            _found.Add(Find(path, regions, Math.Min(_reach, reach)));
        for (int i = 0; i < _paths.Count; i++)
        {
            Path path = _paths[i];
            int found = _found[i] >= 0 ? _found[i] : Find(path, regions, reach * (1 + path.Misses));
            if (found < 0)
            {
                if (++path.Misses <= MostMisses)
                    _next.Add(path);
                continue;
            }
            Go(ref path, regions[found], _last);
            _unwanted[found] = !path.Confirmed;
            any |= path.Confirmed;
            _next.Add(path);
        }
        for (int region = 0, place = 0; region < regions.Length; region++)
            if (IsSmall(regions[region]) && !_taken[place++])
                _next.Add(StartOf(regions[region]));
        _paths.Clear();
        _paths.AddRange(_next);
        return any;
    }

    /// <summary>The nearest region that nobody has taken to where a path is expected, within a reach, which is taken; -1 for none.</summary>
    private int Find(in Path path, ReadOnlySpan<Region> regions, double nearest)
    {
        int place = 0, best = -1, bestPlace = 0;
        for (int region = 0; region < regions.Length; region++)
        {
            if (!IsSmall(regions[region]))
                continue;
            double dx = regions[region].CentroidX - path.X - path.Vx, dy = regions[region].CentroidY - path.Y - path.Vy, distance = Math.Sqrt(dx * dx + dy * dy);
            if (!_taken[place] && distance < nearest && regions[region].Area < Growth * path.Area && path.Area < Growth * regions[region].Area)
                (nearest, best, bestPlace) = (distance, region, place);
            place++;
        }
        if (best >= 0)
            _taken[bestPlace] = true;
        return best;
    }

    private Path StartOf(in Region region) =>
        new() { X = region.CentroidX, Y = region.CentroidY, StartX = region.CentroidX, StartY = region.CentroidY, Area = region.Area, Hits = 1, Start = _last };

    private void Go(ref Path path, in Region region, TimeSpan time)
    {
        double dx = region.CentroidX - path.X, dy = region.CentroidY - path.Y;
        double step = Math.Sqrt(dx * dx + dy * dy);
        path.Length += step;
        path.Longest = Math.Max(path.Longest, step);
        (path.X, path.Y, path.Area) = (region.CentroidX, region.CentroidY, region.Area);
        (path.Vx, path.Vy) = (0.5 * (path.Vx + dx), 0.5 * (path.Vy + dy));
        (path.Hits, path.Misses) = (path.Hits + 1, 0);
        double away = Math.Sqrt((path.X - path.StartX) * (path.X - path.StartX) + (path.Y - path.StartY) * (path.Y - path.StartY));
        path.Confirmed |= (path.Hits >= LeastHits || (path.Hits >= FewestHits && time - path.Start >= LeastTime))
            && away >= LeastTravel * Math.Sqrt(path.Area) && away >= (IsYoung ? YoungStraightness : LeastStraightness) * path.Length
            && (!IsYoung || path.Longest <= YoungMostOfOneStep * away && !IsCut(region.Box));
    }
}
