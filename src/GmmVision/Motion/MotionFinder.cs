using GmmVision.Imaging;

namespace GmmVision.Motion;

/// <summary>From a foreground mask to what moves where it matters: regions of the right size inside the zones, and the frame's score.</summary>
/// <remarks>
/// First regions too large to be motion go, unless they grew out of what moved before (seen in the whole picture, so that a light
/// switched on is large in a small zone too), then what lies outside the zones or in the smart mask, then regions too small. Holds scratch memory: one instance per input.
/// No allocation in steady state.
/// </remarks>
public sealed class MotionFinder
{
    // Largest first; the rest is only there to have one order.
    private static readonly Comparison<Region> LargestFirst = (a, b) =>
        (b.Area, a.Box.Y, a.Box.X, a.CentroidY, a.CentroidX).CompareTo((a.Area, b.Box.Y, b.Box.X, b.CentroidY, b.CentroidX));

    private readonly ConnectedComponentLabeler _labeler;
    private readonly ConnectedComponentLabeler? _whole;        // of the picture before the zones cut it; null without zones
    private readonly Mask? _zone;
    private readonly Mask[] _zones;
    private readonly ZoneLimits[] _limits;
    private readonly double[] _zoneMinPixels;
    private readonly int[] _zonePixels;
    private readonly Mask? _counting;                          // what zones hold whose limits are met; null where no zone has limits
    private readonly int _zoneArea;
    private readonly double _minPixels, _maxPixels;
    private readonly Mask _before;                             // what moved in the frame before, in the whole picture
    private bool[] _unwanted = new bool[64];
    private Region[] _regions = new Region[64];
    private int _regionCount;
    private int[] _objects = [], _places = [];      // of each piece, which object it is of; of each object, where it is among the regions, or -1

    /// <summary>For masks of one size.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="options">Zones and sizes; null: the defaults.</param>
    /// <exception cref="ArgumentException">A value is out of range, a zone lies outside the picture, or the excluded zones leave nothing.</exception>
    public MotionFinder(int width, int height, MotionOptions? options = null)
    {
        options = (options ?? new MotionOptions()).Validate();
        _labeler = new ConnectedComponentLabeler(width, height);
        _before = new Mask(width, height);
        _minPixels = options.MinArea * width * height;
        _maxPixels = options.MaxArea * width * height;
        _zones = [.. options.Include.Select(zone => Zone.Union([zone], width, height))];
        _limits = [.. options.Include.Select(zone => zone.Limits)];
        _zoneMinPixels = [.. _limits.Select(limits => (limits.MinArea ?? options.MinArea) * width * height)];
        _zonePixels = new int[_zones.Length];
        _zoneArea = width * height;
        if (options.SmartMask is { } span)
            SmartMask = new SmartMask(width, height, span, options.MergeWindow);
        if (options.Include.Count + options.Exclude.Count == 0 && SmartMask is null)
            return;
        _whole = new ConnectedComponentLabeler(width, height);
        _zone = Zone.Union(options.Include, width, height);
        if (_zones.Length == 0)
            _zone.Fill();
        _zone.AndNot(Zone.Union(options.Exclude, width, height));
        _zoneArea = _zone.Count();
        if (_zoneArea == 0)
            throw new ArgumentException("The excluded zones leave nothing of the picture to look at: make them smaller.");
        if (_limits.All(limits => limits is { MinArea: null, Threshold: null }))
            return;
        _counting = new Mask(width, height);
        for (int zone = 0; zone < _zones.Length; zone++)
        {
            _zones[zone].And(_zone);
            _zonePixels[zone] = _zones[zone].Count();
        }
    }

    /// <summary>Where something moves most of the time, and nothing is told; null where <see cref="MotionOptions.SmartMask"/> is not set.</summary>
    public SmartMask? SmartMask { get; }

    /// <summary>What moves in the frame that was looked at last, largest first. Overwritten by the next.</summary>
    /// <remarks>What reaches over a zone's edge has the box and the centroid of the whole object, and the area inside the zones only, which is what the score counts.</remarks>
    public ReadOnlySpan<Region> Regions => _regions.AsSpan(0, _regionCount);

    /// <summary>The fraction of the area that counts that was moving, 0 to 1.</summary>
    public double Score { get; private set; }

    /// <summary>The smallest box around all that moved; empty where nothing did.</summary>
    public Box Box { get; private set; }

    /// <summary>A bit for every include zone in which something moved.</summary>
    public ulong Zones { get; private set; }

    /// <summary>A bit for every include zone whose own threshold is reached.</summary>
    public ulong Reached { get; private set; }

    /// <summary>Looks at a mask.</summary>
    /// <param name="foreground">The clean foreground of a frame.</param>
    /// <param name="motion">Receives the pixels that count as motion; may be the same mask.</param>
    /// <param name="time">The frame's, for the smart mask; null where there is none, or it shall not learn.</param>
    /// <exception cref="ArgumentException">A mask has another size.</exception>
    public void Find(Mask foreground, Mask motion, TimeSpan? time = null)
    {
        ArgumentNullException.ThrowIfNull(motion);
        motion.CopyFrom(foreground);
        if (_zone is null)
        {
            Filter(_labeler, motion, _minPixels, _maxPixels);
            _before.CopyFrom(motion);
        }
        else
        {
            Filter(_whole!, motion, 0, _maxPixels);
            _before.CopyFrom(motion);
            motion.And(_zone);
            if (SmartMask is not null)
            {
                if (time is { } now)
                    SmartMask.Learn(_whole!, _minPixels, _maxPixels, now);
                motion.AndNot(SmartMask.Pixels);
            }
            if (_counting is not null)
                KeepWhatCounts(motion);
            Filter(_labeler, motion, _counting is null ? _minPixels : 0, double.MaxValue);
            MakeWhole();
        }
        Measure(motion);
    }

    private void Filter(ConnectedComponentLabeler labeler, Mask mask, double minPixels, double maxPixels)
    {
        ReadOnlySpan<Region> found = labeler.Label(mask);
        if (_unwanted.Length < found.Length)
            (_unwanted, _regions) = (new bool[2 * found.Length], new Region[2 * found.Length]);
        _regionCount = 0;
        for (int i = 0; i < found.Length; i++)
        {
            _unwanted[i] = found[i].Area < minPixels || (found[i].Area > maxPixels && !HasGrown(labeler, i));
            if (!_unwanted[i])
                _regions[_regionCount++] = found[i];
        }
        if (_regionCount < found.Length)
            labeler.Flip(mask, _unwanted);
    }

    /// <summary>Whether at least half of a region moved in the frame before: somebody who comes up to the lens grows into it, a light is there at once.</summary>
    private bool HasGrown(ConnectedComponentLabeler labeler, int region)
    {
        Box box = labeler.Regions[region].Box;
        int common = 0;
        for (int y = box.Y; y < box.Bottom; y++)
            for (int run = labeler.FirstRun(y); run < labeler.FirstRun(y + 1); run++)
            {
                (int of, int start, int end) = labeler.Run(run);
                if (of == region)
                    common += CountBits(_before.Row(y), start, end);
            }
        return 2L * common >= labeler.Regions[region].Area;
    }

    private static int CountBits(ReadOnlySpan<ulong> row, int start, int end)
    {
        int count = 0;
        for (int word = start >> 6; word <= (end - 1) >> 6; word++)
            count += System.Numerics.BitOperations.PopCount(Within(row, word, start, end));
        return count;
    }

    /// <summary>Goes on where another one for the same pictures has stopped.</summary>
    internal void TakeOver(MotionFinder other)
    {
        _before.CopyFrom(other._before);
        if (other.SmartMask is { } learnt)
            SmartMask?.TakeOver(learnt);
    }

    /// <summary>Takes out pieces that are too small for every zone that they are in, and then what lies in zones of which too little moves.</summary>
    private void KeepWhatCounts(Mask motion)
    {
        ReadOnlySpan<Region> pieces = _labeler.Label(motion);
        if (_unwanted.Length < pieces.Length)
            (_unwanted, _regions) = (new bool[2 * pieces.Length], new Region[2 * pieces.Length]);
        _unwanted.AsSpan(0, pieces.Length).Fill(true);
        for (int y = 0; y < motion.Height; y++)
            for (int run = _labeler.FirstRun(y); run < _labeler.FirstRun(y + 1); run++)
            {
                (int piece, int start, int end) = _labeler.Run(run);
                for (int zone = 0; zone < _zones.Length && _unwanted[piece]; zone++)
                    _unwanted[piece] = pieces[piece].Area < _zoneMinPixels[zone] || !Reaches(_zones[zone].Row(y), start, end);
            }
        _labeler.Flip(motion, _unwanted);
        Reached = 0;
        _counting!.Clear();
        for (int zone = 0; zone < _zones.Length; zone++)
        {
            if (_limits[zone].Threshold is double threshold)
            {
                int moving = motion.CountCommon(_zones[zone]);
                if (moving == 0 || moving < threshold * _zonePixels[zone])
                    continue;
                Reached |= 1UL << zone;
            }
            _counting.Or(_zones[zone]);
        }
        motion.And(_counting);
    }

    private static bool Reaches(ReadOnlySpan<ulong> row, int start, int end)
    {
        for (int word = start >> 6; word <= (end - 1) >> 6; word++)
            if (Within(row, word, start, end) != 0)
                return true;
        return false;
    }

    /// <summary>Of a word of a row, the pixels from start to end.</summary>
    private static ulong Within(ReadOnlySpan<ulong> row, int word, int start, int end)
    {
        ulong bits = row[word];
        if (word == start >> 6)
            bits &= ulong.MaxValue << (start & 63);
        if (word == (end - 1) >> 6)
            bits &= ulong.MaxValue >> (63 - ((end - 1) & 63));
        return bits;
    }

    /// <summary>Joins the pieces into which zones cut an object, and gives them its box: a person who stands half in a zone is one person, head and all.</summary>
    private void MakeWhole()
    {
        ReadOnlySpan<Region> pieces = _labeler.Regions, objects = _whole!.Regions;
        if (_places.Length < objects.Length)
            _places = new int[2 * objects.Length];
        _places.AsSpan(0, objects.Length).Fill(-1);
        if (_objects.Length < pieces.Length)
            _objects = new int[2 * pieces.Length];
        for (int y = 0; y < _zone!.Height; y++)
        {
            int around = _whole.FirstRun(y);
            for (int run = _labeler.FirstRun(y); run < _labeler.FirstRun(y + 1); run++)
            {
                (int piece, int start, _) = _labeler.Run(run);
                while (_whole.Run(around).End <= start)
                    around++;
                _objects[piece] = _whole.Run(around).Region;
            }
        }
        _regionCount = 0;
        for (int piece = 0; piece < pieces.Length; piece++)
        {
            if (_unwanted[piece])
                continue;
            ref int place = ref _places[_objects[piece]];
            int area = place < 0 ? 0 : _regions[place].Area;
            if (place < 0)
                place = _regionCount++;
            _regions[place] = objects[_objects[piece]] with { Area = area + pieces[piece].Area };
        }
    }

    private void Measure(Mask motion)
    {
        long area = 0;
        Box box = default;
        foreach (Region region in Regions)
        {
            area += region.Area;
            box = box.Union(region.Box);
        }
        (Score, Box, Zones) = ((double)area / _zoneArea, box, 0);
        _regions.AsSpan(0, _regionCount).Sort(LargestFirst);
        for (int zone = 0; zone < _zones.Length; zone++)
            if ((_limits[zone].Threshold is null || (Reached >> zone & 1) != 0) && Overlap(motion, _zones[zone], box))
                Zones |= 1UL << zone;
    }

    private static bool Overlap(Mask a, Mask b, Box box)
    {
        for (int y = box.Y; y < box.Bottom; y++)
        {
            ReadOnlySpan<ulong> left = a.Row(y), right = b.Row(y);
            for (int i = 0; i < left.Length; i++)
                if ((left[i] & right[i]) != 0)
                    return true;
        }
        return false;
    }
}
