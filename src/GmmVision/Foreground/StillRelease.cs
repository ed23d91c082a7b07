using GmmVision.Imaging;

namespace GmmVision.Foreground;

/// <summary>
/// Lets go of foreground that nothing lives in: a region no part of which has changed for seconds is a thing that was put down, the
/// place that something left, or a patch of other light, and becomes background. Who sits still moves a little all the time. What
/// is there at once and whole, and still from that frame on, has not come from anywhere: the next digit of a clock that the
/// camera writes into its picture, a lamp, a sign. It is let go of after a moment, and known when it comes again; what is large
/// (the light of a lamp, a drop on the lens) after two seconds, if nothing moved around it before.
/// </summary>
/// <remarks>Regions are connected cells of the grid. What was background before stays the second component, so that it is known again when the thing is taken away.</remarks>
internal sealed class StillRelease : IMaskStage
{
    private const float MostMotion = 0.03f;         // of a region's cells: what noise moves
    private const float LeastForeground = 0.7f;     // of its cells, which must have been foreground all that time
    private const float MostThatAppears = 0.02f;    // of the picture: a line of large digits; what is larger may be someone whom a gap in the stream has hidden, so ...
    private const float AtOnce = 0.9f;              // of its cells, in one frame or the next (a field, a frame that compression has blended)
    private const int FramesAfter = 3;              // whoever walks has moved in as many, at any rate of frames
    private const float MostlyAtOnce = 0.5f;        // ... of the larger, a lamp's light or a drop on the lens, whose rim comes later: exposure and light settle ...
    private static readonly TimeSpan Appearing = TimeSpan.FromSeconds(0.25);    // ... within this time, in which nobody comes whole into the picture, ...
    private static readonly TimeSpan Coming = TimeSpan.FromSeconds(1);          // ... nothing has come near for so long before, ...
    private static readonly TimeSpan LongMoment = TimeSpan.FromSeconds(2);      // ... and it is still for as long as nobody stands without any move
    private static readonly TimeSpan LeftFor = TimeSpan.FromSeconds(2);         // that what is left of a thing goes after it

    private readonly SceneGrid _grid;
    private readonly SceneMonitor _scene;
    private readonly TimeSpan _patience, _moment, _longMoment;
    private readonly TimeSpan[] _releasedAt;
    private readonly int[] _stack, _label;
    private readonly Mask _released;
    private bool _any;

    /// <param name="grid">Cells and their times.</param>
    /// <param name="scene">Knows whether the light or the view has changed, after which less patience is asked.</param>
    /// <param name="format">Size of the pictures.</param>
    /// <param name="patience">How long nothing may have moved in a region.</param>
    /// <param name="moment">The same for a small one that was there at once and whole.</param>
    public StillRelease(SceneGrid grid, SceneMonitor scene, FrameFormat format, TimeSpan patience, TimeSpan moment)
    {
        (_grid, _scene, _patience, _moment) = (grid, scene, patience, moment);
        _longMoment = moment > LongMoment ? moment : LongMoment;
        (_stack, _label, _releasedAt) = (new int[grid.Count], new int[grid.Count], new TimeSpan[grid.Count]);
        Forget();
        _released = new Mask(format.Width, format.Height);
    }

    /// <summary>Takes what is released into the background and out of the foreground.</summary>
    public void Apply(in StageContext seen, Mask mask)
    {
        if (!seen.Learns)
            return;
        TimeSpan patience = _scene.Patience(seen.IsOtherLight) is { } shorter && shorter < _patience ? shorter : _patience;
        _any = false;
        // What the clean mask does not show has been judged already, and must not hold up what changes beside it.
        for (int cell = 0; cell < _grid.Count; cell++)
            _label[cell] = _grid.AppearedAt[cell] != TimeSpan.MaxValue && !_grid.ShowsIn(cell, mask) ? 1 : 0;
        for (int cell = 0; cell < _grid.Count; cell++)
            if (_label[cell] == 0 && _grid.ForegroundSince[cell] != TimeSpan.MaxValue)
                Follow(cell, seen.Lit.Time, patience);
        if (!_any)
            return;
        _released.And(mask);
        seen.Background.Adopt(seen.Lit, _released);
        mask.AndNot(_released);
        _released.Clear();
    }

    /// <summary>The background is another one, of which nothing has been let go.</summary>
    public void Forget() => Array.Fill(_releasedAt, TimeSpan.MinValue / 2);

    private void Follow(int seed, TimeSpan now, TimeSpan patience)
    {
        TimeSpan since = now - patience;
        int moving = 0, old = 0, count = _grid.Collect(seed, _grid.ForegroundSince, _label, _stack);
        ReadOnlySpan<int> cells = _stack.AsSpan(0, count);
        foreach (int cell in cells)
        {
            moving += _grid.StillSince[cell] > since ? 1 : 0;
            old += _grid.ForegroundSince[cell] <= since ? 1 : 0;
        }
        // What is larger is another view, which is told and kept.
        if (count > SceneMonitor.StillPart * _grid.Count)
            return;
        bool isStill = moving <= MostMotion * count && old >= LeastForeground * count;
        if (!isStill && !HasAppearedWhole(cells, now) && !HasAppearedFromNowhere(cells, now) && !IsLeft(cells, now))
            return;
        foreach (int cell in cells)
            Mark(cell % _grid.Across, cell / _grid.Across, now);
        _any = true;
    }

    /// <summary>Whether a small region was there at once, a moment ago, and has not changed since.</summary>
    private bool HasAppearedWhole(ReadOnlySpan<int> cells, TimeSpan now) =>
        cells.Length <= MostThatAppears * _grid.Count && First(cells) is { } first && now - first >= _moment && (now - first) / FramesAfter >= _grid.Step
            && Part(cells, first + _grid.Step).Whole >= AtOnce;

    /// <summary>Whether a region of any size was there within the blink of an eye, where nothing was before, and has not changed since.</summary>
    private bool HasAppearedFromNowhere(ReadOnlySpan<int> cells, TimeSpan now)
    {
        // Who was there when the picture came back has come meanwhile.
        if (_grid.Step > Appearing || First(cells) is not { } first || now - first < _longMoment || first - _grid.BackAt < Appearing && first >= _grid.BackAt)
            return false;
        (float whole, float still) = Part(cells, first + Appearing);
        return whole >= MostlyAtOnce && still >= AtOnce && ComesFromNowhere(cells, first);
    }

    /// <summary>Since when a cell of the region has been foreground, the first of those that are.</summary>
    private TimeSpan? First(ReadOnlySpan<int> cells)
    {
        TimeSpan first = TimeSpan.MaxValue;
        foreach (int cell in cells)
            first = _grid.AppearedAt[cell] < first ? _grid.AppearedAt[cell] : first;
        return first == TimeSpan.MaxValue ? null : first;
    }

    /// <summary>Whether nothing was foreground around a region, as far as it is wide or high, in the second before: whatever moves comes from somewhere.</summary>
    private bool ComesFromNowhere(ReadOnlySpan<int> cells, TimeSpan first)
    {
        int left = _grid.Across, right = 0, top = _grid.Down, bottom = 0, before = 0;
        foreach (int cell in cells)
        {
            (int x, int y) = (cell % _grid.Across, cell / _grid.Across);
            (left, right, top, bottom) = (Math.Min(left, x), Math.Max(right, x), Math.Min(top, y), Math.Max(bottom, y));
        }
        int reach = Math.Max(right - left, bottom - top) + 1;
        for (int y = Math.Max(0, top - reach); y <= Math.Min(_grid.Down - 1, bottom + reach); y++)
            for (int x = Math.Max(0, left - reach); x <= Math.Min(_grid.Across - 1, right + reach); x++)
                before += _grid.WasForeground(y * _grid.Across + x, first - Coming, first) ? 1 : 0;
        return before <= (1 - AtOnce) * cells.Length;
    }

    /// <summary>Which part of the cells was still from a time on, and which was foreground too.</summary>
    private (float Whole, float Still) Part(ReadOnlySpan<int> cells, TimeSpan time)
    {
        int whole = 0, still = 0;
        foreach (int cell in cells)
        {
            bool isStill = _grid.StillSince[cell] <= time;
            still += isStill ? 1 : 0;
            whole += isStill && _grid.AppearedAt[cell] <= time ? 1 : 0;
        }
        return ((float)whole / cells.Length, (float)still / cells.Length);
    }

    /// <summary>Whether a region is what is left of one that was let go of just now: its rim, which was no foreground in that very frame.</summary>
    private bool IsLeft(ReadOnlySpan<int> cells, TimeSpan now)
    {
        int left = 0;
        foreach (int cell in cells)
            left += now - _releasedAt[cell] < LeftFor && _grid.StillSince[cell] <= _releasedAt[cell] ? 1 : 0;
        return left >= AtOnce * cells.Length;
    }

    /// <summary>A cell and the one around it: the region's rim is less than a quarter of a cell.</summary>
    private void Mark(int column, int row, TimeSpan now)
    {
        for (int y = Math.Max(0, row - 1); y <= Math.Min(_grid.Down - 1, row + 1); y++)
            _releasedAt.AsSpan()[(y * _grid.Across + Math.Max(0, column - 1))..(y * _grid.Across + Math.Min(_grid.Across, column + 2))].Fill(now);
        int side = _grid.Side, left = Math.Max(0, (column - 1) * side), right = Math.Min(_released.Width, (column + 2) * side);
        for (int y = Math.Max(0, (row - 1) * side); y < Math.Min(_released.Height, (row + 2) * side); y++)
            for (int x = left; x < right; x++)
                _released[x, y] = true;
    }
}
