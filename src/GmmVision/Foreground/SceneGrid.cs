using System.Numerics;
using GmmVision.Imaging;

namespace GmmVision.Foreground;

/// <summary>
/// The picture in coarse cells, for questions about it as a whole: how bright each cell is, since when it has looked so, how
/// much of it is foreground and since when.
/// </summary>
/// <remarks>A few samples a cell, so the cost hardly grows with the picture. Times are those of the frames.</remarks>
internal sealed unsafe class SceneGrid
{
    private const int CellsAcrossShortSide = 60;        // 4 pixels of 240: a hand that moves changes a cell
    private const int Samples = 4;                      // to each side of a cell: sensor noise of 4 grey levels becomes 1
    private const float LeastTolerance = 2.5f;          // grey levels of a cell's mean: what compression changes from frame to frame
    private const float NoiseTolerance = 5;             // standard deviations of a cell's mean from one frame to the next
    private const float Enough = 0.25f;                 // of a cell, that makes it foreground: less is the rim of what is beside it
    private static readonly TimeSpan Dropout = TimeSpan.FromSeconds(0.5);     // where contrast is low a mask flickers: so short a pause is none
    private static readonly TimeSpan Lost = TimeSpan.FromSeconds(0.25);       // in which who walks has come half a step
    private readonly FrameFormat _format;
    private readonly int _luma;
    private readonly int[] _columns, _rows;             // where the samples lie
    private readonly ushort[] _lineSums;                // over the sampled lines of a row of cells
    private readonly ulong[] _anyForeground;            // in one of them
    private readonly float[] _anchor, _plainAnchor, _partAnchor, _plain, _differences;
    private readonly TimeSpan[] _litSince, _plainSince, _partSince;
    private readonly TimeSpan[] _spell, _foregroundLast, _lastBeforeSpell;     // of foreground: since when, until when, and when before that
    private TimeSpan _now, _newAt;
    private float _level;                               // mean of the frame before
    private bool _seen;

    public SceneGrid(FrameFormat format)
    {
        _format = format;
        _luma = format.Layout == PixelLayout.Rgb ? 1 : 0;       // green stands in for luma
        Side = Math.Max(2, (int)Math.Round(Math.Min(format.Width, format.Height) / (double)CellsAcrossShortSide));
        (Across, Down) = ((format.Width + Side - 1) / Side, (format.Height + Side - 1) / Side);
        _columns = Positions(Across, format.Width);
        _rows = Positions(Down, format.Height);
        _lineSums = new ushort[format.Width];
        _anyForeground = new ulong[(format.Width + 63) / 64];
        int cells = Across * Down;
        (Mean, Previous, Foreground, _differences) = (new float[cells], new float[cells], new float[cells], new float[cells]);
        (_anchor, _plainAnchor, _partAnchor, _plain) = (new float[cells], new float[cells], new float[cells], new float[cells]);
        (_litSince, _plainSince, _partSince) = (new TimeSpan[cells], new TimeSpan[cells], new TimeSpan[cells]);
        (StillSince, ForegroundSince, AppearedAt) = (new TimeSpan[cells], new TimeSpan[cells], new TimeSpan[cells]);
        (_spell, _foregroundLast, _lastBeforeSpell) = (new TimeSpan[cells], new TimeSpan[cells], new TimeSpan[cells]);
    }

    /// <summary>Pixels of a cell's side; the last ones of a row or column may be cut.</summary>
    public int Side { get; }

    public int Across { get; }

    public int Down { get; }

    public int Count => Across * Down;

    /// <summary>Mean luma of each cell in this frame and in the one before, in grey levels.</summary>
    public float[] Mean { get; private set; }

    /// <inheritdoc cref="Mean"/>
    public float[] Previous { get; private set; }

    /// <summary>Which part of each cell is foreground, 0 to 1.</summary>
    public float[] Foreground { get; }

    /// <summary>
    /// Since when each cell has looked as it does: in the light of the background, as the camera gives it, or beside the whole
    /// picture. A cloud changes the second and not the first; a light that is not rightly undone, as someone walks in, the first
    /// and not the second; a day that dawns on what nothing is known of, all but the last.
    /// </summary>
    public TimeSpan[] StillSince { get; }

    /// <summary>Since when each cell has been foreground without a pause over half a second; <see cref="TimeSpan.MaxValue"/> where it is none.</summary>
    public TimeSpan[] ForegroundSince { get; }

    /// <summary>Since when each cell has been foreground without any pause; <see cref="TimeSpan.MaxValue"/> where it is none.</summary>
    public TimeSpan[] AppearedAt { get; }

    /// <summary>Time from the frame before to this one.</summary>
    public TimeSpan Step { get; private set; }

    /// <summary>When a frame came last that showed something new after the picture had been lost, or had stood frozen, for a quarter of a second or longer.</summary>
    public TimeSpan BackAt { get; private set; } = TimeSpan.MinValue / 2;

    /// <summary>By how much a cell's mean may differ and the cell still look the same: what the camera's own noise makes of it.</summary>
    public float Tolerance { get; private set; } = LeastTolerance;

    /// <summary>Cells that changed from the frame before, as a fraction.</summary>
    public float Changed { get; private set; }

    /// <summary>Looks at a frame.</summary>
    /// <param name="frame">As the camera gave it.</param>
    /// <param name="lit">The same in the light of the background, where that is known.</param>
    public void Look(Frame frame, Frame lit)
    {
        (Mean, Previous) = (Previous, Mean);
        TakeMeans(lit, Mean);
        if (lit != frame)
            TakeMeans(frame, _plain);
        else
            Mean.CopyTo(_plain, 0);
        Follow(frame.Time);
    }

    private void TakeMeans(Frame frame, float[] means)
    {
        byte* plane = frame.Pointer(_luma);
        int stride = frame.Stride(_luma);
        fixed (int* columns = _columns)
        fixed (ushort* sums = _lineSums)
        {
            for (int row = 0, cell = 0; row < Down; row++)
            {
                AddLines(plane, stride, _rows.AsSpan(row * Samples, Samples), sums);
                for (int column = 0; column < Across; column++, cell++)
                {
                    int* x = columns + column * Samples;
                    means[cell] = (sums[x[0]] + sums[x[1]] + sums[x[2]] + sums[x[3]]) * (1f / (Samples * Samples));
                }
            }
        }
    }

    private void AddLines(byte* plane, int stride, ReadOnlySpan<int> rows, ushort* sums)
    {
        byte* a = plane + (nint)rows[0] * stride, b = plane + (nint)rows[1] * stride, c = plane + (nint)rows[2] * stride, d = plane + (nint)rows[3] * stride;
        int x = 0;
        for (; x <= _format.Width - Vector<byte>.Count; x += Vector<byte>.Count)
        {
            Vector.Widen(Vector.Load(a + x), out Vector<ushort> left, out Vector<ushort> right);
            Add(b + x, ref left, ref right);
            Add(c + x, ref left, ref right);
            Add(d + x, ref left, ref right);
            Vector.Store(left, sums + x);
            Vector.Store(right, sums + x + Vector<ushort>.Count);
        }
        for (; x < _format.Width; x++)
            sums[x] = (ushort)(a[x] + b[x] + c[x] + d[x]);

        static void Add(byte* line, ref Vector<ushort> left, ref Vector<ushort> right)
        {
            Vector.Widen(Vector.Load(line), out Vector<ushort> first, out Vector<ushort> second);
            left += first;
            right += second;
        }
    }

    /// <summary>Counts the foreground in the cells.</summary>
    /// <param name="foreground">The frame's mask.</param>
    /// <returns>The part of the picture that is foreground, 0 to 1, as the cells see it.</returns>
    public float CountForeground(Mask foreground)
    {
        double all = 0;
        for (int row = 0; row < Down; row++)
        {
            if (!CountRow(foreground, row))
                continue;
            foreach (float part in Foreground.AsSpan(row * Across, Across))
                all += part;
        }
        for (int row = 0, cell = 0; row < Down; row++)
            for (int column = 0; column < Across; column++, cell++)
            {
                if (IsForeground(column, row))
                {
                    if (ForegroundSince[cell] == TimeSpan.MaxValue)
                        ForegroundSince[cell] = _now;
                    if (AppearedAt[cell] == TimeSpan.MaxValue)
                    {
                        (AppearedAt[cell], _spell[cell]) = (_now, _now);
                        _lastBeforeSpell[cell] = _foregroundLast[cell];
                    }
                    _foregroundLast[cell] = _now;
                    continue;
                }
                AppearedAt[cell] = TimeSpan.MaxValue;
                if (ForegroundSince[cell] != TimeSpan.MaxValue && (_now - _foregroundLast[cell] > Dropout || _now < _foregroundLast[cell]))
                    ForegroundSince[cell] = TimeSpan.MaxValue;
            }
        return (float)(all / Count);
    }

    /// <summary>Collects the cells of a region.</summary>
    /// <param name="seed">One of them.</param>
    /// <param name="since">Cells are of a region where this is no <see cref="TimeSpan.MaxValue"/>.</param>
    /// <param name="label">0 for cells that nobody has collected; set to 1.</param>
    /// <param name="cells">Receives them; room for all.</param>
    /// <returns>How many there are.</returns>
    public int Collect(int seed, TimeSpan[] since, int[] label, int[] cells)
    {
        (cells[0], label[seed]) = (seed, 1);
        int count = 1;
        // What is found is also the list of what is to be gone on from.
        for (int done = 0; done < count; done++)
        {
            int x = cells[done] % Across, y = cells[done] / Across;
            for (int ny = Math.Max(0, y - 1); ny <= Math.Min(Down - 1, y + 1); ny++)
                for (int nx = Math.Max(0, x - 1); nx <= Math.Min(Across - 1, x + 1); nx++)
                {
                    int neighbor = ny * Across + nx;
                    if (label[neighbor] != 0 || since[neighbor] == TimeSpan.MaxValue)
                        continue;
                    label[neighbor] = 1;
                    cells[count++] = neighbor;
                }
        }
        return count;
    }

    /// <summary>Whether a mask has a pixel in a cell.</summary>
    public bool ShowsIn(int cell, Mask mask)
    {
        int left = cell % Across * Side, right = Math.Min(mask.Width, left + Side), top = cell / Across * Side;
        for (int y = top; y < Math.Min(mask.Height, top + Side); y++)
            for (int x = left; x < right; x++)
                if (mask[x, y])
                    return true;
        return false;
    }

    /// <summary>Whether a cell was foreground at a time before another; of what was before its last two spells of foreground nothing is known.</summary>
    public bool WasForeground(int cell, TimeSpan from, TimeSpan end) =>
        _spell[cell] < end ? _foregroundLast[cell] >= from : _lastBeforeSpell[cell] >= from && _lastBeforeSpell[cell] < end;

    /// <summary>A quarter of a cell; less where nothing larger is around it: a region that is smaller than the cells.</summary>
    private bool IsForeground(int column, int row)
    {
        float part = Foreground[row * Across + column];
        if (part is 0 or >= Enough)
            return part > 0;
        for (int y = Math.Max(0, row - 1); y <= Math.Min(Down - 1, row + 1); y++)
            for (int x = Math.Max(0, column - 1); x <= Math.Min(Across - 1, column + 1); x++)
                if (Foreground[y * Across + x] >= Enough)
                    return false;
        return true;
    }

    /// <returns>Whether there is any in that row of cells.</returns>
    private bool CountRow(Mask foreground, int row)
    {
        Span<float> cells = Foreground.AsSpan(row * Across, Across);
        cells.Clear();
        Span<ulong> any = _anyForeground;
        any.Clear();
        ReadOnlySpan<int> rows = _rows.AsSpan(row * Samples, Samples);
        foreach (int y in rows)
        {
            ReadOnlySpan<ulong> words = foreground.Row(y);
            for (int i = 0; i < any.Length; i++)
                any[i] |= words[i];
        }
        if (!any.ContainsAnyExcept(0UL))
            return false;
        for (int column = 0; column < cells.Length; column++)
        {
            ReadOnlySpan<int> columns = _columns.AsSpan(column * Samples, Samples);
            if ((any[columns[0] >> 6] | any[columns[1] >> 6] | any[columns[2] >> 6] | any[columns[3] >> 6]) == 0)
                continue;
            int hits = 0;
            foreach (int y in rows)
            {
                ReadOnlySpan<ulong> words = foreground.Row(y);
                foreach (int x in columns)
                    hits += (int)(words[x >> 6] >> x & 1);
            }
            cells[column] = hits * (1f / (Samples * Samples));
        }
        return true;
    }

    /// <summary>Everything begins anew: nothing is foreground.</summary>
    public void ForgetForeground()
    {
        Array.Fill(ForegroundSince, TimeSpan.MaxValue);
        Array.Fill(AppearedAt, TimeSpan.MaxValue);
        foreach (TimeSpan[] times in new[] { _spell, _foregroundLast, _lastBeforeSpell })
            Array.Fill(times, TimeSpan.MinValue / 2);
        Array.Clear(Foreground);
    }

    private void Follow(TimeSpan time)
    {
        Step = _seen ? time - _now : TimeSpan.Zero;
        _now = time;
        if (!_seen)
        {
            Mean.CopyTo(_anchor, 0);
            _plain.CopyTo(_plainAnchor, 0);
            _plain.CopyTo(_partAnchor, 0);
            _level = Level();
            Mean.CopyTo(Previous, 0);
            Array.Fill(StillSince, time);
            Array.Fill(_litSince, time);
            Array.Fill(_plainSince, time);
            Array.Fill(_partSince, time);
            ForgetForeground();
            (_seen, _newAt) = (true, time);
            return;
        }
        if (!Mean.AsSpan().SequenceEqual(Previous))
        {
            if (time - _newAt >= Lost)
                BackAt = time;
            _newAt = time;
        }
        int changed = 0;
        float level = Level(), growth = level / _level;
        _level = level;
        for (int cell = 0; cell < Mean.Length; cell++)
        {
            float step = Math.Abs(Mean[cell] - Previous[cell]);
            _differences[cell] = step;
            changed += step > Tolerance ? 1 : 0;
            Compare(Mean[cell], ref _anchor[cell], ref _litSince[cell], time);
            Compare(_plain[cell], ref _plainAnchor[cell], ref _plainSince[cell], time);
            _partAnchor[cell] *= growth;
            Compare(_plain[cell], ref _partAnchor[cell], ref _partSince[cell], time);
            TimeSpan since = _litSince[cell] < _plainSince[cell] ? _litSince[cell] : _plainSince[cell];
            StillSince[cell] = since < _partSince[cell] ? since : _partSince[cell];
        }
        Changed = (float)changed / Mean.Length;
        // Half of the cells show noise alone, whatever moves in the others: their median is 0.67 standard deviations of a difference.
        float median = Median(_differences);
        if (Changed < 0.3f)
            Tolerance += 0.05f * (Math.Max(LeastTolerance, NoiseTolerance * median / (0.6745f * 1.414f)) - Tolerance);
    }

    /// <summary>How bright the picture is as a whole, at least a grey level.</summary>
    private float Level()
    {
        float sum = 0;
        foreach (float mean in _plain)
            sum += mean;
        return Math.Max(1, sum / _plain.Length);
    }

    private void Compare(float mean, ref float anchor, ref TimeSpan since, TimeSpan time)
    {
        if (Math.Abs(mean - anchor) > Tolerance)
            (anchor, since) = (mean, time);
        else
            anchor += 0.02f * (mean - anchor);      // the anchor settles on the mean of its first frames
    }

    private static float Median(float[] values)
    {
        // To a tenth of a grey level, which is all that is asked for.
        Span<int> histogram = stackalloc int[256];
        foreach (float value in values)
            histogram[Math.Min(255, (int)(value * 10))]++;
        int count = 0, at = 0;
        while (count + histogram[at] <= values.Length / 2)
            count += histogram[at++];
        return (at + 0.5f) / 10;
    }

    private int[] Positions(int cells, int length)
    {
        int[] positions = new int[cells * Samples];
        for (int i = 0; i < positions.Length; i++)
            positions[i] = Math.Min(length - 1, i / Samples * Side + (2 * (i % Samples) + 1) * Side / (2 * Samples));
        return positions;
    }
}
