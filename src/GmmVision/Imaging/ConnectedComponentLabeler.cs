using System.Numerics;

namespace GmmVision.Imaging;

/// <summary>Which neighbours of a pixel belong to the same region.</summary>
public enum Connectivity
{
    /// <summary>Left, right, above and below.</summary>
    Four,

    /// <summary>The diagonal ones too.</summary>
    Eight,
}

/// <summary>Finds the connected regions of a mask, or those of its background.</summary>
/// <remarks>
/// One pass over runs (stretches of set pixels within a row, found word by word) with union and find; cost grows
/// with the number of runs, hardly with the number of pixels (Rosenfeld and Pfaltz 1966; He, Chao, Suzuki 2008, for
/// the form with runs). Regions are numbered by their first pixel in reading order. Holds scratch memory, which
/// grows when a mask has more runs than any before: one instance per thread, no allocation in steady state.
/// </remarks>
public sealed class ConnectedComponentLabeler
{
    private readonly int _width, _height;
    private readonly int[] _firstRun;              // per row, and one behind the last
    private ushort[] _ends = new ushort[256];      // start, end, start, end: a run holds columns start to end - 1
    private int[] _labels = new int[128];          // per run; after Label, the region's number
    private int[] _parents = new int[64];          // per label; after Label, the region's number
    private Statistics[] _statistics = new Statistics[64];
    private Region[] _regions = new Region[64];
    private int _labelCount, _regionCount;
    private bool _ofBackground;

    private struct Statistics
    {
        public int Left, Right, Top, Bottom, Area;      // right and bottom: the last column and row
        public long TwiceSumX, SumY;
    }

    /// <summary>A labeller for masks of one size.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <exception cref="ArgumentException">The size is out of range.</exception>
    public ConnectedComponentLabeler(int width, int height)
    {
        _ = new FrameFormat(width, height, PixelLayout.Gray8).Validate();
        (_width, _height) = (width, height);
        _firstRun = new int[height + 1];
    }

    /// <summary>What the last <see cref="Label"/> found, in reading order of first pixels. Overwritten by the next.</summary>
    public ReadOnlySpan<Region> Regions => _regions.AsSpan(0, _regionCount);

    /// <summary>Finds the connected regions of the pixels that are set, or of those that are clear.</summary>
    /// <param name="mask">Of the size of this labeller.</param>
    /// <param name="connectivity">Which neighbours are connected. Regions and holes are consistent with eight for the one and four for the other.</param>
    /// <param name="ofBackground">True for the regions of clear pixels.</param>
    /// <returns><see cref="Regions"/>.</returns>
    /// <exception cref="ArgumentException">The mask has another size.</exception>
    public ReadOnlySpan<Region> Label(Mask mask, Connectivity connectivity = Connectivity.Eight, bool ofBackground = false)
    {
        RequireSize(mask);
        _ofBackground = ofBackground;
        FindRuns(mask);
        Connect(connectivity == Connectivity.Eight ? 1 : 0);
        NumberRegions();
        return Regions;
    }

    /// <summary>Clears (where the regions are of set pixels) or sets (where they are of the background) every pixel of the regions that are not wanted.</summary>
    /// <param name="mask">The mask that was labelled last.</param>
    /// <param name="unwanted">One value a region, in the order of <see cref="Regions"/>: whether it is to go.</param>
    /// <exception cref="ArgumentException">The mask has another size, or there are fewer values than regions.</exception>
    public void Flip(Mask mask, ReadOnlySpan<bool> unwanted)
    {
        RequireSize(mask);
        if (unwanted.Length < _regionCount)
            throw new ArgumentException($"There are {_regionCount} regions, but values for {unwanted.Length} only.", nameof(unwanted));
        for (int y = 0; y < _height; y++)
        {
            int end = _firstRun[y + 1];
            for (int run = _firstRun[y]; run < end; run++)
            {
                if (unwanted[_parents[_labels[run]]])
                    FlipRun(mask.Row(y), _ends[2 * run], _ends[2 * run + 1]);
            }
        }
    }

    /// <summary>The first run of a row, or, for the height, how many there are.</summary>
    internal int FirstRun(int y) => _firstRun[y];

    /// <summary>A run of the last <see cref="Label"/>: its region, its first column and the one behind its last.</summary>
    internal (int Region, int Start, int End) Run(int run) => (_parents[_labels[run]], _ends[2 * run], _ends[2 * run + 1]);

    private static void FlipRun(Span<ulong> row, int start, int end)
    {
        int first = start >> 6, last = (end - 1) >> 6;
        ulong from = ulong.MaxValue << (start & 63), to = ulong.MaxValue >> (63 - ((end - 1) & 63));
        if (first == last)
        {
            row[first] ^= from & to;
            return;
        }
        row[first] ^= from;
        for (int i = first + 1; i < last; i++)
            row[i] = ~row[i];
        row[last] ^= to;
    }

    // A run starts and ends where a bit differs from the one before it, so the ends come in order, one for every such
    // bit. For the runs of the background the pixel before the first is taken as set, which begins one more run there.
    private void FindRuns(Mask mask)
    {
        ulong background = _ofBackground ? ulong.MaxValue : 0;
        ulong lastWord = mask.LastWordMask;
        int count = 0;
        for (int y = 0; y < _height; y++)
        {
            _firstRun[y] = count >> 1;
            if (count + _width + 2 > _ends.Length)
                Array.Resize(ref _ends, Math.Max(2 * _ends.Length, count + _width + 2));
            ushort[] ends = _ends;
            ReadOnlySpan<ulong> row = mask.Row(y);
            ulong before = 0;
            for (int i = 0; i < row.Length; i++)
            {
                // Most of a mask is clear: many such words are passed at once. What was before them goes on to the row's end.
                if (row[i] == 0 && before == (background & 1))
                {
                    int clear = row[i..].IndexOfAnyExcept(0UL);
                    if (clear < 0)
                        break;
                    i += clear;
                }
                ulong word = row[i] ^ background;
                if (i == row.Length - 1)
                    word &= lastWord;
                ulong changes = word ^ (word << 1 | before);
                before = word >> 63;
                int x = i << 6;
                while (changes != 0)
                {
                    ends[count++] = (ushort)(x + BitOperations.TrailingZeroCount(changes));
                    changes &= changes - 1;
                }
            }
            if ((count & 1) != 0)
                ends[count++] = (ushort)_width;
        }
        _firstRun[_height] = count >> 1;
        if (count >> 1 > _labels.Length)
            _labels = new int[Math.Max(2 * _labels.Length, count >> 1)];
    }

    private void Connect(int reach)
    {
        _labelCount = 0;
        for (int y = 0; y < _height; y++)
        {
            int above = y == 0 ? 0 : _firstRun[y - 1], aboveEnd = _firstRun[y];
            int runEnd = _firstRun[y + 1];
            ushort[] ends = _ends;
            for (int run = _firstRun[y]; run < runEnd; run++)
            {
                int start = ends[2 * run], end = ends[2 * run + 1];
                while (above < aboveEnd && ends[2 * above + 1] + reach <= start)
                    above++;
                int label = -1;
                // The last run above that touches this one may touch the next one too: it is not passed yet.
                for (int touching = above; touching < aboveEnd && ends[2 * touching] < end + reach; touching++)
                    label = label < 0 ? Find(_labels[touching]) : Unite(label, _labels[touching]);
                _labels[run] = label = label < 0 ? NewLabel(start, end, y) : label;
                Add(ref _statistics[label], start, end, y);
            }
        }
    }

    private int NewLabel(int start, int end, int y)
    {
        if (_labelCount == _parents.Length)
        {
            Array.Resize(ref _parents, 2 * _parents.Length);
            Array.Resize(ref _statistics, 2 * _statistics.Length);
        }
        _parents[_labelCount] = _labelCount;
        _statistics[_labelCount] = new Statistics { Left = start, Right = end - 1, Top = y, Bottom = y };
        return _labelCount++;
    }

    private static void Add(ref Statistics region, int start, int end, int y)
    {
        int area = end - start;
        region.Left = Math.Min(region.Left, start);
        region.Right = Math.Max(region.Right, end - 1);
        region.Bottom = y;
        region.Area += area;
        region.TwiceSumX += (long)area * (start + end - 1);
        region.SumY += (long)area * y;
    }

    private int Find(int label)
    {
        int[] parents = _parents;
        while (parents[label] != label)
            label = parents[label] = parents[parents[label]];
        return label;
    }

    // The lower number wins, so that a parent is always lower than its child.
    private int Unite(int a, int b)
    {
        (a, b) = (Find(a), Find(b));
        return a < b ? _parents[b] = a : _parents[a] = b;
    }

    private void NumberRegions()
    {
        // Roots hold the statistics of all labels united with them.
        for (int label = _labelCount - 1; label >= 0; label--)
        {
            int parent = _parents[label];
            if (parent == label)
                continue;
            ref Statistics from = ref _statistics[label];
            ref Statistics to = ref _statistics[parent];
            to.Left = Math.Min(to.Left, from.Left);
            to.Right = Math.Max(to.Right, from.Right);
            to.Top = Math.Min(to.Top, from.Top);
            to.Bottom = Math.Max(to.Bottom, from.Bottom);
            to.Area += from.Area;
            to.TwiceSumX += from.TwiceSumX;
            to.SumY += from.SumY;
        }
        _regionCount = 0;
        for (int label = 0; label < _labelCount; label++)
        {
            if (_parents[label] != label)
            {
                _parents[label] = _parents[_parents[label]];
                continue;
            }
            if (_regionCount == _regions.Length)
                Array.Resize(ref _regions, 2 * _regions.Length);
            ref Statistics s = ref _statistics[label];
            _regions[_regionCount] = new Region(
                new Box(s.Left, s.Top, s.Right - s.Left + 1, s.Bottom - s.Top + 1), s.Area,
                (double)s.TwiceSumX / (2L * s.Area), (double)s.SumY / s.Area);
            _parents[label] = _regionCount++;
        }
    }

    private void RequireSize(Mask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        if (mask.Width != _width || mask.Height != _height)
            throw new ArgumentException($"The mask is {mask.Width}x{mask.Height}, but this labeller was made for {_width}x{_height}: make one for each size.");
    }
}
