using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Recording.Loop;

namespace GmmVision.Cli.Detect;

/// <summary>Remembers the ways of objects for as long as the event lasts that they belong to.</summary>
/// <remarks>A place is kept only where it lies a hundredth of the picture from the one before, and a way only of those who go anywhere, so that neither who stands for an hour nor an hour of rain costs anything.</remarks>
/// <param name="pixels">Ways are told in the video's own.</param>
internal sealed class Trajectories(OwnPixels pixels) : IFrameObserver
{
    private const int FirstRoom = 256;      // ways, before those that went nowhere are looked for
    private const double Step = 0.01, Least = 0.1;      // of the picture's height; what has gone no further, as a wheel beside its car, has no way
    private readonly Dictionary<int, List<(TimeSpan Time, double X, double Y)>> _ways = [];
    private int _roomFor = FirstRoom;
    private readonly HashSet<int> _present = [];
    private readonly double _height = pixels.Format.Height;

    public void See(Frame frame, FrameResult result)
    {
        if (result is { State: EventState.Quiet, Ended: null })      // or the ways are still to be taken
            _ways.Clear();
        _present.Clear();
        foreach (Track track in result.Tracks)
        {
            _present.Add(track.Number);
            if (!track.IsVisible)
                continue;
            if (!_ways.TryGetValue(track.Number, out List<(TimeSpan Time, double X, double Y)>? way))
                _ways.Add(track.Number, way = []);
            (double x, double y) = pixels.Of(track.Region.CentroidX, track.Region.CentroidY);
            if (way.Count == 0 || Distance(way[^1], (x, y)) >= Step * _height)
                way.Add((frame.Time, x, y));
        }
        if (_ways.Count <= _roomFor)
            return;
        foreach (int number in _ways.Keys.Where(number => !_present.Contains(number) && !GoesAnywhere(_ways[number])).ToArray())
            _ways.Remove(number);
        _roomFor = Math.Max(FirstRoom, 2 * _ways.Count);
    }

    /// <summary>Takes the ways of an event that has ended; what comes after it stays.</summary>
    /// <returns>A way each for those who went anywhere, in the order in which they were seen first.</returns>
    public IReadOnlyList<(double X, double Y)[]> Take(MotionEvent ended)
    {
        List<(double X, double Y)[]> taken = [];
        foreach ((_, List<(TimeSpan Time, double X, double Y)> way) in _ways.OrderBy(way => way.Key))
        {
            (TimeSpan Time, double X, double Y)[] inside = [.. way.Where(point => point.Time >= ended.Start && point.Time <= ended.End)];
            if (GoesAnywhere(inside))
                taken.Add(Smooth(Array.ConvertAll(inside, point => (point.X, point.Y))));
            way.RemoveAll(point => point.Time <= ended.End);
        }
        return taken;
    }

    private bool GoesAnywhere(IReadOnlyList<(TimeSpan Time, double X, double Y)> way) => way.Any(point => Distance(way[0], (point.X, point.Y)) >= Least * _height);

    // A region's middle swings with every step and every shadow: each place is the mean of those around it, up to two before and two behind.
    private static (double X, double Y)[] Smooth((double X, double Y)[] way)
    {
        var smooth = new (double X, double Y)[way.Length];
        for (int i = 0; i < way.Length; i++)
        {
            int reach = Math.Min(2, Math.Min(i, way.Length - 1 - i));
            ReadOnlySpan<(double X, double Y)> around = way.AsSpan(i - reach, 2 * reach + 1);
            foreach ((double x, double y) in around)
                smooth[i] = (smooth[i].X + x / around.Length, smooth[i].Y + y / around.Length);
        }
        return smooth;
    }

    private static double Distance((TimeSpan Time, double X, double Y) from, (double X, double Y) to) => Math.Sqrt((to.X - from.X) * (to.X - from.X) + (to.Y - from.Y) * (to.Y - from.Y));
}
