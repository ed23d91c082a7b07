using GmmVision.Imaging;

namespace GmmVision.Motion;

/// <summary>Where something moves most of the time: a screen that plays, a tree in the wind, a flag. What moves there is not told until it has come to rest.</summary>
/// <remarks>
/// <para>
/// The picture is divided into cells, 64 in a row. Each keeps the share of the last time in which it alone would have
/// kept an event going, s += (m - s) (1 - exp(-0.288 dt / T)): m is 1 while a region of motion reaches into the cell,
/// and for the time after it in which motion is joined to one event; T is <see cref="Span"/>. A cell is masked when s
/// exceeds a quarter, and no more when it falls below a tenth. From such a cell on, a tenth is enough for up to three
/// cells side by side: where a tree ends its twigs move less often, and would be told all the same. What moves in more
/// than half of the picture is weather, not a place: then nothing is masked, or nothing would be told at all.
/// </para>
/// <para>
/// So what moves without a pause is masked after T, and what moves for a third of the time after 5 T. Somebody who stays
/// in one place for T is masked too, so T is to be longer than people stay. Shares end at 0.4: 5 T after it has come to
/// rest anything is told again, though it had moved for days.
/// </para>
/// <para>One instance per input; not thread-safe. Nothing is allocated per frame, but where other cells are masked than before.</para>
/// </remarks>
public sealed class SmartMask
{
    private const int MostColumns = 64, Reach = 3;
    private const double MaskedAbove = 0.25, MaskedBeside = 0.1, MostShare = 0.4, MostOfPicture = 0.5;
    private static readonly double PerSpan = -Math.Log(1 - MaskedAbove);      // so that what moves without a pause is masked after the span
    private const double LongestStep = 0.1;     // of the span: a pause of the camera says nothing about what moved in it
    private readonly int _width, _height, _columns, _rows;
    private readonly int[] _columnOf, _rowOf;
    private readonly bool[] _moving, _isSeed, _isMasked;
    private readonly int[] _far;        // how many cells from one that is masked for its own sake; more than can be reached: not masked
    private readonly double[] _shares, _lastMoved;      // seconds: times of frames may lie farther apart than a TimeSpan tells
    private readonly double _joined;
    private double _last = double.PositiveInfinity;     // no frame yet

    /// <summary>Nothing is masked yet.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="span">After how long what moves without a pause is masked, see <see cref="MotionOptions.SmartMask"/>.</param>
    /// <param name="joined">For how long after it motion is joined to one event, see <see cref="MotionOptions.MergeWindow"/>; more than a tenth of the span counts as that.</param>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public SmartMask(int width, int height, TimeSpan span, TimeSpan joined)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(joined, TimeSpan.Zero);
        Pixels = new Mask(width, height);
        Span = MotionOptions.CheckSmartMask(span, nameof(span));
        _joined = Math.Min(joined.TotalSeconds, LongestStep * span.TotalSeconds);
        (_width, _height) = (width, height);
        _columns = Math.Min(MostColumns, width);
        _rows = Math.Clamp((int)Math.Round((double)_columns * height / width), 1, Math.Min(height, MostColumns));
        (_columnOf, _rowOf) = (CellsOf(width, _columns), CellsOf(height, _rows));
        int cells = _columns * _rows;
        (_moving, _isSeed, _isMasked, _shares, _far) = (new bool[cells], new bool[cells], new bool[cells], new double[cells], new int[cells]);
        _lastMoved = new double[cells];
        _lastMoved.AsSpan().Fill(double.NegativeInfinity);
        Masked = new MaskedCells(width, height, _columns, _rows, _isMasked);
    }

    /// <summary>After how long what moves without a pause is masked.</summary>
    public TimeSpan Span { get; }

    /// <summary>The cells in which nothing is told.</summary>
    public MaskedCells Masked { get; private set; }

    /// <summary>The pixels of these cells.</summary>
    public Mask Pixels { get; }

    /// <summary>Of each cell, row by row, the share of the last time in which it would have kept an event going, 0 to 0.4.</summary>
    public ReadOnlySpan<double> Shares => _shares;

    /// <summary>Learns from a frame in which nothing is masked yet.</summary>
    /// <param name="motion">All regions.</param>
    /// <param name="minPixels">Regions smaller than this do not count.</param>
    /// <param name="maxPixels">Nor those that are larger.</param>
    /// <param name="time">The frame's.</param>
    internal void Learn(ConnectedComponentLabeler motion, double minPixels, double maxPixels, TimeSpan time)
    {
        double now = time.TotalSeconds, step = Math.Max(0, now - _last);
        _last = now;
        _moving.AsSpan().Clear();
        ReadOnlySpan<Region> regions = motion.Regions;
        for (int y = 0; y < _height; y++)
            for (int run = motion.FirstRun(y); run < motion.FirstRun(y + 1); run++)
            {
                (int region, int start, int end) = motion.Run(run);
                if (regions[region].Area >= minPixels && regions[region].Area <= maxPixels)
                    _moving.AsSpan(_rowOf[y] * _columns)[_columnOf[start]..(_columnOf[end - 1] + 1)].Fill(true);
            }
        double rate = 1 - Math.Exp(-Math.Min(step / Span.TotalSeconds, LongestStep) * PerSpan);
        for (int cell = 0; cell < _shares.Length; cell++)
        {
            if (_moving[cell] || _lastMoved[cell] > now)
                _lastMoved[cell] = _moving[cell] ? now : double.NegativeInfinity;
            _shares[cell] = Math.Min(_shares[cell] + rate * ((now - _lastMoved[cell] <= _joined ? 1 : 0) - _shares[cell]), MostShare);
        }
        Decide();
    }

    /// <summary>The picture has moved: what was learnt is of another place where it moved by a cell or more, or nobody knows how far.</summary>
    internal void Move(int x, int y)
    {
        if ((x, y) == (0, 0) || Math.Abs(x) * _columns >= _width || Math.Abs(y) * _rows >= _height)
            Clear();
    }

    /// <summary>Takes over what another one has learnt; nothing, where that is of pictures of another size.</summary>
    internal void TakeOver(SmartMask other)
    {
        if ((other._width, other._height) != (_width, _height))
            return;
        other._shares.CopyTo(_shares, 0);
        other._isSeed.CopyTo(_isSeed, 0);
        other._lastMoved.CopyTo(_lastMoved, 0);
        _last = other._last;
        Decide();
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _shares.AsSpan().Clear();
        _lastMoved.AsSpan().Fill(double.NegativeInfinity);
        Decide();
    }

    /// <summary>Writes the shares as a grey PNG, a pixel a cell: from black where nothing moves to 40 % white.</summary>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void Save(Stream stream) => PngWriter.WriteGray(stream, Array.ConvertAll(_shares, share => (byte)Math.Round(255 * share)), _columns, _rows);

    /// <summary>Goes on with shares that were saved.</summary>
    /// <exception cref="InvalidDataException">The stream is no such picture, or has another number of cells; nothing was changed.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public void Load(Stream stream)
    {
        LabelImage picture = PngReader.ReadLabels(stream);
        if ((picture.Width, picture.Height) != (_columns, _rows))
            throw new InvalidDataException($"A smart mask of {picture.Width}x{picture.Height} cells does not fit this picture, which has {_columns}x{_rows}.");
        for (int cell = 0; cell < _shares.Length; cell++)
            _shares[cell] = Math.Min(picture.Values[cell] / 255.0, MostShare);
        Decide();
    }

    private void Decide()
    {
        int seeds = 0;
        for (int cell = 0; cell < _shares.Length; cell++)
        {
            _isSeed[cell] = _shares[cell] > (_isSeed[cell] ? MaskedBeside : MaskedAbove);
            _far[cell] = _isSeed[cell] ? 0 : int.MaxValue;
            seeds += _isSeed[cell] ? 1 : 0;
        }
        bool isEverywhere = seeds > MostOfPicture * _shares.Length;
        for (int step = 1; step <= Reach && seeds > 0 && !isEverywhere; step++)
            for (int cell = 0; cell < _shares.Length; cell++)
                if (_far[cell] > Reach && _shares[cell] > MaskedBeside && IsBeside(cell, step - 1))
                    _far[cell] = step;
        bool changed = false;
        for (int cell = 0; cell < _shares.Length; cell++)
        {
            bool masked = !isEverywhere && _far[cell] <= Reach;
            changed |= masked != _isMasked[cell];
            _isMasked[cell] = masked;
        }
        if (!changed)
            return;
        Masked = new MaskedCells(_width, _height, _columns, _rows, _isMasked);
        for (int y = 0; y < _height; y++)
        {
            Span<ulong> row = Pixels.Row(y);
            row.Clear();
            for (int x = 0; x < _width; x++)
                if (_isMasked[_rowOf[y] * _columns + _columnOf[x]])
                    row[x >> 6] |= 1UL << (x & 63);
        }
    }

    private bool IsBeside(int cell, int far)
    {
        (int row, int column) = Math.DivRem(cell, _columns);
        for (int y = Math.Max(row - 1, 0); y <= Math.Min(row + 1, _rows - 1); y++)
            for (int x = Math.Max(column - 1, 0); x <= Math.Min(column + 1, _columns - 1); x++)
                if (_far[y * _columns + x] == far)
                    return true;
        return false;
    }

    private static int[] CellsOf(int pixels, int cells)
    {
        var cellOf = new int[pixels];
        for (int cell = 0; cell < cells; cell++)
            cellOf.AsSpan()[MaskedCells.Edge(cell, pixels, cells)..MaskedCells.Edge(cell + 1, pixels, cells)].Fill(cell);
        return cellOf;
    }
}
