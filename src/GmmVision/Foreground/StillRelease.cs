using GmmVision.Imaging;

namespace GmmVision.Foreground;

/// <summary>
/// Lets go of foreground that nothing lives in: a region no part of which has changed for seconds is a thing that was put down, the
/// place that something left, or a patch of other light, and becomes background. Who sits still moves a little all the time. What
/// is there at once and whole, and still from that frame on, has not come from anywhere: the next digit of a clock that the
/// camera writes into its picture, a lamp, a sign. It is let go of after a moment, and known when it comes again.
/// </summary>
/// <remarks>Regions are connected cells of the grid. What was background before stays the second component, so that it is known again when the thing is taken away.</remarks>
internal sealed class StillRelease : IMaskStage
{
    private const float MostMotion = 0.03f;         // of a region's cells: what noise moves
    private const float LeastForeground = 0.7f;     // of its cells, which must have been foreground all that time
    private const float MostThatAppears = 0.02f;    // of the picture: a line of large digits; what is larger may be someone whom a gap in the stream has hidden
    private const float AtOnce = 0.9f;              // of its cells, in one frame or the next (a field, a frame that compression has blended)
    private const int FramesAfter = 3;              // whoever walks has moved in as many, at any rate of frames

    private readonly SceneGrid _grid;
    private readonly SceneMonitor _scene;
    private readonly TimeSpan _patience, _moment;
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
        (_stack, _label) = (new int[grid.Count], new int[grid.Count]);
        _released = new Mask(format.Width, format.Height);
    }

    /// <summary>Takes what is released into the background and out of the foreground.</summary>
    public void Apply(in StageContext seen, Mask mask)
    {
        if (!seen.Learns)
            return;
        TimeSpan patience = _scene.Patience(seen.IsOtherLight) is { } shorter && shorter < _patience ? shorter : _patience;
        Array.Clear(_label);
        _any = false;
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

    private void Follow(int seed, TimeSpan now, TimeSpan patience)
    {
        TimeSpan since = now - patience;
        int count = 1, done = 0, moving = 0, old = 0;
        (_stack[0], _label[seed]) = (seed, 1);
        // The stack is also the list of the region's cells.
        for (; done < count; done++)
        {
            int cell = _stack[done], x = cell % _grid.Across, y = cell / _grid.Across;
            moving += _grid.StillSince[cell] > since ? 1 : 0;
            old += _grid.ForegroundSince[cell] <= since ? 1 : 0;
            for (int ny = Math.Max(0, y - 1); ny <= Math.Min(_grid.Down - 1, y + 1); ny++)
                for (int nx = Math.Max(0, x - 1); nx <= Math.Min(_grid.Across - 1, x + 1); nx++)
                {
                    int neighbor = ny * _grid.Across + nx;
                    if (_label[neighbor] != 0 || _grid.ForegroundSince[neighbor] == TimeSpan.MaxValue)
                        continue;
                    _label[neighbor] = 1;
                    _stack[count++] = neighbor;
                }
        }
        // What is larger is another view, which is told and kept.
        bool isStill = moving <= MostMotion * count && old >= LeastForeground * count && count <= SceneMonitor.StillPart * _grid.Count;
        if (!isStill && !HasAppearedWhole(_stack.AsSpan(0, count), now))
            return;
        for (int i = 0; i < count; i++)
            Mark(_stack[i] % _grid.Across, _stack[i] / _grid.Across);
        _any = true;
    }

    /// <summary>Whether a region was there at once, a moment ago, and has not changed since.</summary>
    private bool HasAppearedWhole(ReadOnlySpan<int> cells, TimeSpan now)
    {
        if (cells.Length > MostThatAppears * _grid.Count)
            return false;
        TimeSpan first = TimeSpan.MaxValue;
        foreach (int cell in cells)
            first = _grid.AppearedAt[cell] < first ? _grid.AppearedAt[cell] : first;
        if (first == TimeSpan.MaxValue || now - first < _moment || (now - first) / FramesAfter < _grid.Step)
            return false;
        TimeSpan next = first + _grid.Step;
        int whole = 0;
        foreach (int cell in cells)
            whole += _grid.AppearedAt[cell] <= next && _grid.StillSince[cell] <= next ? 1 : 0;
        return whole >= AtOnce * cells.Length;
    }

    /// <summary>A cell and the one around it: the region's rim is less than a quarter of a cell.</summary>
    private void Mark(int column, int row)
    {
        int side = _grid.Side, left = Math.Max(0, (column - 1) * side), right = Math.Min(_released.Width, (column + 2) * side);
        for (int y = Math.Max(0, (row - 1) * side); y < Math.Min(_released.Height, (row + 2) * side); y++)
            for (int x = left; x < right; x++)
                _released[x, y] = true;
    }
}
