using GmmVision.Imaging;

namespace GmmVision.Motion;

/// <summary>Gives regions an identity: joins those of a frame to the tracks of the frames before.</summary>
/// <remarks>
/// Greedy association: of all pairs of a track (moved on by its velocity) and a region that overlap or lie within half
/// a diagonal of each other, the best are joined first. The best overlap most (intersection over union) and have the
/// closest centroids. A track that nothing was joined to is kept for half a second and at least three frames.
/// Holds scratch memory: one instance per camera. Allocates nothing after construction.
/// </remarks>
public sealed class Tracker
{
    /// <summary>The most tracks at a time; of more regions the first ones given are followed.</summary>
    public const int MaxTracks = 128;

    private const int PatienceFrames = 3;
    private const double VelocityWeight = 0.3;      // of the newest measurement: smooths the jumping of a box's edges over three frames
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.5);

    private readonly Track[] _tracks = new Track[MaxTracks];
    private readonly int[] _missed = new int[MaxTracks];
    private readonly bool[] _regionTaken = new bool[MaxTracks];
    private readonly Pair[] _pairs = new Pair[MaxTracks * MaxTracks];
    private int _count, _lastNumber;

    private readonly record struct Pair(double Cost, int Track, int Region) : IComparable<Pair>
    {
        public int CompareTo(Pair other) => (Cost, Track, Region).CompareTo((other.Cost, other.Track, other.Region));
    }

    /// <summary>The tracks after the last <see cref="Update"/>, by number. Overwritten by the next.</summary>
    public ReadOnlySpan<Track> Tracks => _tracks.AsSpan(0, _count);

    /// <summary>Takes in the regions of the next frame.</summary>
    /// <param name="regions">Largest first.</param>
    /// <param name="time">Time of the frame, not before the last one's.</param>
    /// <returns><see cref="Tracks"/>.</returns>
    public ReadOnlySpan<Track> Update(ReadOnlySpan<Region> regions, TimeSpan time)
    {
        if (regions.Length > MaxTracks)
            regions = regions[..MaxTracks];
        Join(regions, time);
        Forget(time);
        Begin(regions, time);
        return Tracks;
    }

    /// <summary>Forgets every track; numbers go on.</summary>
    public void Reset() => _count = 0;

    private void Join(ReadOnlySpan<Region> regions, TimeSpan time)
    {
        int pairs = 0;
        for (int t = 0; t < _count; t++)
        {
            _tracks[t] = _tracks[t] with { IsVisible = false };
            for (int r = 0; r < regions.Length; r++)
                if (Cost(_tracks[t], regions[r], time) is { } cost)
                    _pairs[pairs++] = new Pair(cost, t, r);
        }
        _regionTaken.AsSpan().Clear();
        Span<Pair> sorted = _pairs.AsSpan(0, pairs);
        sorted.Sort();
        foreach (Pair pair in sorted)
        {
            if (_tracks[pair.Track].IsVisible || _regionTaken[pair.Region])
                continue;
            _regionTaken[pair.Region] = true;
            _tracks[pair.Track] = Moved(_tracks[pair.Track], regions[pair.Region], time);
        }
    }

    // 0 for the same place, about 2 at the limit; null where the two are too far apart to be the same.
    private static double? Cost(in Track track, in Region region, TimeSpan time)
    {
        double seconds = (time - track.LastSeen).TotalSeconds;
        double dx = track.VelocityX * seconds, dy = track.VelocityY * seconds;
        Box from = track.Region.Box, box = region.Box;
        var expected = new Box(from.X + (int)Math.Round(dx), from.Y + (int)Math.Round(dy), from.Width, from.Height);
        Box common = expected.Intersect(box);
        double overlap = (double)common.Width * common.Height;
        double union = (double)expected.Width * expected.Height + (double)box.Width * box.Height - overlap;
        double distance = Math.Sqrt(Square(track.Region.CentroidX + dx - region.CentroidX) + Square(track.Region.CentroidY + dy - region.CentroidY));
        double diagonal = Math.Sqrt(Math.Max(Square(from.Width) + Square(from.Height), Square(box.Width) + Square(box.Height)));
        return overlap > 0 || 2 * distance <= diagonal ? 1 - overlap / union + distance / diagonal : null;
    }

    private static double Square(double value) => value * value;

    private static Track Moved(in Track track, in Region region, TimeSpan time)
    {
        double seconds = (time - track.LastSeen).TotalSeconds;
        (double vx, double vy) = (track.VelocityX, track.VelocityY);
        if (seconds > 0)
        {
            double weight = track.Frames == 1 ? 1 : VelocityWeight;
            vx += weight * ((region.CentroidX - track.Region.CentroidX) / seconds - vx);
            vy += weight * ((region.CentroidY - track.Region.CentroidY) / seconds - vy);
        }
        return track with { Region = region, LastSeen = time, Frames = track.Frames + 1, VelocityX = vx, VelocityY = vy, IsVisible = true };
    }

    private void Forget(TimeSpan time)
    {
        int kept = 0;
        for (int t = 0; t < _count; t++)
        {
            int missed = _tracks[t].IsVisible ? 0 : _missed[t] + 1;
            if (missed > PatienceFrames && time - _tracks[t].LastSeen > Patience)
                continue;
            _tracks[kept] = _tracks[t];
            _missed[kept++] = missed;
        }
        _count = kept;
    }

    private void Begin(ReadOnlySpan<Region> regions, TimeSpan time)
    {
        for (int r = 0; r < regions.Length && _count < MaxTracks; r++)
        {
            if (_regionTaken[r])
                continue;
            _missed[_count] = 0;
            _tracks[_count++] = new Track(++_lastNumber, regions[r], time, time, 1, 0, 0, true);
        }
    }
}
