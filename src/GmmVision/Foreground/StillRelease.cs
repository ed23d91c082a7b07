using GmmVision.Imaging;

namespace GmmVision.Foreground;

/// <summary>
/// Lets go of foreground that nothing lives in: a region no part of which has changed for seconds is a thing that was put down, the
/// place that something left, or a patch of other light, and becomes background. Who sits still moves a little all the time.
/// </summary>
/// <remarks>Regions are connected cells of the grid. What was background before stays the second component, so that it is known again when the thing is taken away.</remarks>
internal sealed class StillRelease : IMaskStage
{
    private const float MostMotion = 0.03f;         // of a region's cells: what noise moves
    private const float LeastForeground = 0.7f;     // of its cells, which must have been foreground all that time

    private readonly SceneGrid _grid;
    private readonly SceneMonitor _scene;
    private readonly TimeSpan _patience;
    private readonly int[] _stack, _label;
    private readonly Mask _released;
    private bool _any;

    /// <param name="grid">Cells and their times.</param>
    /// <param name="scene">Knows whether the light or the view has changed, after which less patience is asked.</param>
    /// <param name="format">Size of the pictures.</param>
    /// <param name="patience">How long nothing may have moved in a region.</param>
    public StillRelease(SceneGrid grid, SceneMonitor scene, FrameFormat format, TimeSpan patience)
    {
        (_grid, _scene, _patience) = (grid, scene, patience);
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
                Follow(cell, seen.Lit.Time - patience);
        if (!_any)
            return;
        _released.And(mask);
        seen.Background.Adopt(seen.Lit, _released);
        mask.AndNot(_released);
        _released.Clear();
    }

    private void Follow(int seed, TimeSpan since)
    {
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
        if (moving > MostMotion * count || old < LeastForeground * count || count > SceneMonitor.StillPart * _grid.Count)
            return;
        for (int i = 0; i < count; i++)
            Mark(_stack[i] % _grid.Across, _stack[i] / _grid.Across);
        _any = true;
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
