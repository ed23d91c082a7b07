using System.Numerics;
using GmmVision.Imaging;

namespace GmmVision.Foreground;

/// <summary>
/// Tells rain and snow, and leaves them out while they fall. Drops are all over the picture, thin, and in every frame elsewhere: of
/// what is foreground next to nothing was so in the frame before. Somebody is thicker, and goes on where he was.
/// </summary>
/// <remarks>Cells of the grid are counted before anything was made clean. Who is as thin as a drop is not found while it rains.</remarks>
internal sealed class RainTest : IMaskStage
{
    private const float LeastTurnover = 0.7f;       // of the cells that are foreground, which were not so in the frame before
    private const float LeastThin = 0.5f;           // of the foreground, as it begins: between the cars of a busy street there are leaves too
    private const int Parts = 4;                    // the picture in 4 by 4
    private const int LeastPartsAtOnce = 2, LeastParts = 10;    // with such cells in one frame, and in the last ones: who passes, however large, is in one or two
    private const int LeastCells = 2;               // of a drop: noise, as of thermal cameras, is smaller
    private const float Full = 0.75f;               // of a cell: two by two such are no drop; cars at one frame a second are elsewhere in every frame too
    private const float Rate = 0.2f, Begins = 0.6f, Ends = 0.3f;        // of a mean over five frames
    private const int LeastChain = 3;               // frames that somebody is followed in before he is believed ...
    private static readonly TimeSpan Reached = TimeSpan.FromSeconds(0.2);       // ... who has gone the reach meanwhile; where a frame takes longer he has gone farther ...
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(0.34);         // ... and where it takes so long he may have passed in two

    private readonly SceneGrid _grid;
    private readonly SceneMonitor _scene;
    private readonly BoxMorphology _box;
    private readonly ConnectedComponentLabeler _labeler;
    private readonly Mask _thick;
    private readonly bool[] _before;
    private readonly int[] _cells, _label;
    private readonly int[] _lastParts = new int[10];
    private readonly int _reach;
    private List<(Box Box, int Chain)> _followed = [], _previous = [];
    private bool[] _unwanted = new bool[64];
    private long _frames;
    private float _rain;

    /// <param name="grid">Cells, whose foreground has been counted.</param>
    /// <param name="scene">Knows whether the camera shakes: then edges flicker.</param>
    /// <param name="format">Size of the pictures.</param>
    /// <param name="thickness">Pixels of the side of a square that fits into no drop, odd.</param>
    /// <param name="reach">Pixels that somebody may go in a fifth of a second.</param>
    public RainTest(SceneGrid grid, SceneMonitor scene, FrameFormat format, int thickness, int reach)
    {
        (_grid, _scene, _before, _reach) = (grid, scene, new bool[grid.Count], reach);
        (_cells, _label) = (new int[grid.Count], new int[grid.Count]);
        _box = new BoxMorphology(format.Width, format.Height, thickness);
        _labeler = new ConnectedComponentLabeler(format.Width, format.Height);
        _thick = new Mask(format.Width, format.Height);
    }

    /// <summary>Whether it rains or snows.</summary>
    public bool Rains { get; private set; }

    /// <summary>Looks at a frame, and takes drops out of its mask while it rains.</summary>
    public void Apply(in StageContext seen, Mask mask)
    {
        // Cells are counted only where the background is learnt: else it rains as it did.
        if (seen.Learns)
        {
            bool flickers = Flickers() && _scene.State != SceneState.Shaken;
            // Before the first frame nobody knows what was there. After it the mean is over all frames, until there are five.
            if (_frames++ > 0)
                _rain += Math.Max(Rate, 1f / (_frames - 1)) * ((flickers ? 1 : 0) - _rain);
        }
        Rains = _rain >= (Rains ? Ends : Begins);
        if (!Rains)
        {
            _followed.Clear();
            return;
        }
        _box.Erode(mask, _thick);
        _box.Dilate(_thick, _thick);
        mask.And(_thick);
        LeaveFollowed(mask);
    }

    /// <summary>It is not known whether it rains.</summary>
    public void Forget()
    {
        (Rains, _rain, _frames) = (false, 0, 0);
        _followed.Clear();
    }

    /// <summary>Whether thin foreground comes and goes all over the picture.</summary>
    private bool Flickers()
    {
        int all = 0, thin = 0, fresh = 0, parts = 0;
        Array.Clear(_label);
        for (int seed = 0; seed < _grid.Count; seed++)
        {
            if (_label[seed] != 0 || _grid.AppearedAt[seed] == TimeSpan.MaxValue)
                continue;
            ReadOnlySpan<int> cells = _cells.AsSpan(0, _grid.Collect(seed, _grid.AppearedAt, _label, _cells));
            all += cells.Length;
            if (cells.Length < LeastCells || IsThick(cells))
                continue;
            thin += cells.Length;
            foreach (int cell in cells)
            {
                if (_before[cell])
                    continue;
                fresh++;
                parts |= 1 << (cell / _grid.Across * Parts / _grid.Down * Parts + cell % _grid.Across * Parts / _grid.Across);
            }
        }
        for (int cell = 0; cell < _before.Length; cell++)
            _before[cell] = _label[cell] != 0;
        _lastParts[_frames % _lastParts.Length] = parts;
        int lately = 0;
        foreach (int part in _lastParts)
            lately |= part;
        return (Rains || thin >= LeastThin * all) && fresh >= LeastTurnover * thin
            && BitOperations.PopCount((uint)parts) >= LeastPartsAtOnce && BitOperations.PopCount((uint)lately) >= LeastParts;
    }

    /// <summary>Whether a region holds two by two cells that are full.</summary>
    private bool IsThick(ReadOnlySpan<int> cells)
    {
        float[] part = _grid.Foreground;
        int across = _grid.Across;
        foreach (int cell in cells)
            if (part[cell] >= Full && cell % across < across - 1 && cell / across < _grid.Down - 1
                && part[cell + 1] >= Full && part[cell + across] >= Full && part[cell + across + 1] >= Full)
                return true;
        return false;
    }

    /// <summary>Leaves regions that were near in the frames before, too.</summary>
    private void LeaveFollowed(Mask mask)
    {
        int reach = (int)(_reach * Math.Clamp(_grid.Step / Reached, 1, 10)), least = _grid.Step > Slow ? 1 : LeastChain;
        (_previous, _followed) = (_followed, _previous);
        _followed.Clear();
        ReadOnlySpan<Region> regions = _labeler.Label(mask);
        if (_unwanted.Length < regions.Length)
            _unwanted = new bool[2 * regions.Length];
        for (int i = 0; i < regions.Length; i++)
        {
            Box box = regions[i].Box;
            int chain = 0;
            foreach ((Box other, int length) in _previous)
                if (box.X < other.Right + reach && other.X < box.Right + reach && box.Y < other.Bottom + reach && other.Y < box.Bottom + reach)
                    chain = Math.Max(chain, length);
            _followed.Add((box, chain + 1));
            _unwanted[i] = chain + 1 < least;
        }
        _labeler.Flip(mask, _unwanted);
    }
}
