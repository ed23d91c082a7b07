using GmmVision.Imaging;

namespace GmmVision.Foreground;

/// <summary>
/// Watches the picture as a whole: whether most of it changed at once (a light, another view, a lens cap), whether much of it has
/// become something else and stands still, and whether a view that was left is back. Says what to do about the background.
/// </summary>
/// <remarks>
/// A change of the whole picture is told from something large that passes by its spread over the quarters of the picture, by its
/// suddenness, and by its standing still afterwards. A wrong guess costs little, since the view before is kept and taken up again
/// when it comes back.
/// </remarks>
internal sealed class SceneMonitor
{
    /// <summary>What to do about the background.</summary>
    public enum Advice
    {
        /// <summary>Nothing: go on.</summary>
        None,

        /// <summary>Tell nothing and learn nothing until it is clear what happens.</summary>
        Wait,

        /// <summary>Learn anew from this frame.</summary>
        Relearn,

        /// <summary>Take up the background of before.</summary>
        Restore,
    }

    /// <summary>Views that are kept: the scene, what stood before it, and one more (a lamp switched off, another position of the camera).</summary>
    public const int Views = 3;

    private const float Jump = 0.25f;               // of the picture, that becomes foreground at once ...
    private const float LeastQuarter = 0.10f;       // ... in three of its quarters at least: what passes is in one or two
    /// <summary>Of the picture, foreground that stands still: no object is that large and that still, so it is for the whole picture to judge.</summary>
    public const float StillPart = 0.25f;

    private const float Undoubted = 0.5f;           // of the picture, foreground that is another view or a lid whatever was wrongly taken for one before
    private const float MostMoving = 0.25f;         // as much as what stands still: people before another view are less
    private const float LeastRest = 0.05f;          // of the picture, foreground that may be what is left of another view
    private const int FlashFrames = 3;              // a flash of lightning lasts no longer, nor than a quarter of a second
    private const int FewestFrames = FlashFrames + 3;
    private const float Moving = 0.3f;              // cells that change from frame to frame while a camera turns
    private static readonly TimeSpan Sudden = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan FlashTime = TimeSpan.FromSeconds(0.28);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(0.4);
    private static readonly TimeSpan StillTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan VisitorTime = TimeSpan.FromSeconds(3);     // to ring and wait without a move; a truck that stands there longer hides who passes
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Restless = TimeSpan.FromSeconds(5);     // after a jump that came to nothing, leaves in a storm will jump again
    private static readonly TimeSpan LongestDistrust = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Established = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);       // what differs so soon after a change and does not move was there from its start
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FreshPatience = TimeSpan.FromSeconds(1), AftermathPatience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(5);
    private const int LongestStep = 10;                                      // steps from frame to frame; longer is a gap
    private static readonly TimeSpan Shown = TimeSpan.FromSeconds(2);       // so long a change stays the state of the scene

    private readonly SceneGrid _grid;
    private readonly int _black;
    private readonly float[] _quarters = new float[4], _quietQuarters = new float[4];
    private readonly float[] _learnt;               // the picture that the background was learnt from, cell by cell
    private readonly float[][] _views;              // those before, each as a picture of cells
    private readonly TimeSpan?[] _viewLeft = new TimeSpan?[Views];
    private bool _first = true;
    private float _quiet;                           // foreground before the jump
    private int _waited;
    private TimeSpan _step, _waitSince, _learntAt, _last, _lastBase;
    private TimeSpan? _changedAt, _relitAt, _gapAt, _movedAt;
    private SceneChange? _move;          // of a picture that stays shifted, told when its frame is judged
    private TimeSpan _restlessUntil = TimeSpan.MinValue;
    private TimeSpan _distrust, _distrustUntil = TimeSpan.MinValue / 2;
    private bool _settles;
    private TimeSpan? _piecesSince;                 // the light that changed by pieces ...
    private long _piecesFrame;
    private int _pieces;
    private float _beforePieces;
    private long _waitFrame;
    private bool _afterGap;

    public SceneMonitor(SceneGrid grid, FrameFormat format)
    {
        _grid = grid;
        _black = format.Layout != PixelLayout.Rgb && format.Range == ColorRange.Limited ? 16 : 0;
        _learnt = new float[grid.Count];
        _views = [.. Enumerable.Range(0, Views).Select(_ => new float[grid.Count])];
    }

    /// <summary>What the picture as a whole is like.</summary>
    public SceneState State { get; private set; }

    /// <summary>What is now known to have happened; null for nothing new.</summary>
    public SceneChange? Change { get; private set; }

    /// <summary>Whether the background was learnt anew just now and the camera may still be settling.</summary>
    public bool IsSettling => _settles && _last - _learntAt < Settling;

    /// <summary>Whether most of the picture is what the background knows: only then does its light tell the background's.</summary>
    public bool IsMostlyKnown => _quiet < Undoubted;

    /// <summary>Whether the view or the light changed within the last half minute.</summary>
    public bool HasJustChanged => _changedAt is { } changed && _last - changed < Aftermath || _relitAt is { } relit && _last - relit < Aftermath;

    /// <summary>Whether this is the first frame of a change of which it is not clear yet what it is.</summary>
    public bool HasJustBegunToWait => _waited == 1;

    /// <summary>Where the background in use is to be kept before another takes its place: 0 to <see cref="Views"/> - 1, or -1 where it has not lasted long enough.</summary>
    public int PlaceToKeep { get; private set; }

    /// <summary>Which of the kept backgrounds is back, where that is the advice.</summary>
    public int PlaceOfReturned { get; private set; }

    /// <summary>
    /// How long what stands still must have stood to be a part of the background rather than a thing that was put down; null for
    /// as long as the user says.
    /// </summary>
    /// <param name="otherLight">Whether the light is clearly other than the background's.</param>
    public TimeSpan? Patience(bool otherLight)
    {
        if (_changedAt is { } changed && _last - changed < Fresh || _gapAt is { } gap && _last - gap < Fresh)
            return FreshPatience;
        return HasJustChanged || otherLight ? AftermathPatience : null;
    }

    /// <summary>Takes in a frame whose cells and foreground have been counted.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="foreground">The part of the picture that is foreground, 0 to 1.</param>
    /// <param name="lightUndone">Whether the light differs from the background's and that was undone.</param>
    /// <param name="shaken">Whether the picture was brought back to its place.</param>
    public Advice Judge(Frame frame, float foreground, bool lightUndone, bool shaken)
    {
        (Change, _move) = (_move, null);
        TimeSpan time = frame.Time > _last || _first ? frame.Time : _last;
        if (_first)
        {
            (_first, _last, _learntAt, _lastBase) = (false, time, time, time);
            Learnt();
        }
        // A still a minute is no row of gaps.
        bool gap = time - _last > Gap && time - _last > LongestStep * _step;
        if (gap)
            _gapAt = time;
        else if (time > _last)
            _step = time - _last;
        _last = time;
        // While a camera shakes, frames that could not be brought back look like another view; they are not.
        // A shift that leaves much foreground explains nothing, and is no sign of shaking.
        if (shaken && foreground < Jump / 2)
            _restlessUntil = time + Shown;
        CountQuarters();
        if (IsTurning && foreground > Undoubted)
            _movedAt = time;        // it goes on: no more than the first shifts can be measured
        if (_changedAt is not { } changed || time - changed > Shown)
            State = shaken ? SceneState.Shaken : SceneState.Steady;
        FollowPiecewiseLight(frame, foreground, lightUndone);
        Advice advice = _waited > 0 ? GoOnWaiting(frame, foreground) : Begin(frame, foreground, gap);
        if (advice is Advice.Relearn or Advice.Restore)
            FindPlace(advice == Advice.Restore);
        if (_waited == 0 && time - _lastBase >= Sudden)
            Remember(foreground, time);
        else if (_waited == 0 && foreground < _quiet)
            Remember(foreground, time);
        return advice;
    }

    /// <summary>
    /// A lamp, or a camera that switches to infrared, changes some things more than others: what is other than the rest of the light
    /// tells appears at once all over the picture, less than another view, and stands still.
    /// </summary>
    private void FollowPiecewiseLight(Frame frame, float foreground, bool lightUndone)
    {
        if (_piecesSince is not { } since)
        {
            if (lightUndone && !IsTurning && _waited == 0 && foreground > _quiet + LeastRest && Spread(_quietQuarters, LeastRest) >= 3)
                (_piecesSince, _piecesFrame, _pieces, _beforePieces) = (frame.Time, frame.Number, 1, _quiet);
            return;
        }
        if (_waited > 0 || foreground < _beforePieces + LeastRest / 2 || _grid.Changed > LeastRest && _pieces > 1)
        {
            _piecesSince = null;
            return;
        }
        if (++_pieces <= FlashFrames || frame.Time - since <= FlashTime)
            return;
        if (State != SceneState.LightChanged)
            Change = new SceneChange(SceneState.LightChanged, _piecesFrame, since);
        (State, _changedAt, _piecesSince) = (SceneState.LightChanged, frame.Time, null);
    }

    private Advice Begin(Frame frame, float foreground, bool gap)
    {
        if (frame.Time < _distrustUntil && foreground < Undoubted)
            return Advice.None;
        bool jumped = frame.Time >= _restlessUntil && foreground > _quiet + Jump && Spread(_quietQuarters, LeastQuarter) >= 3;
        if (jumped)
        {
            (_waited, _waitSince, _waitFrame, _afterGap) = (1, frame.Time, frame.Number, gap);
            return Back() ? Advice.Restore : Advice.Wait;
        }
        if (foreground > StillPart && Still() > StillPart)
        {
            (_waitSince, _waitFrame, _afterGap) = (frame.Time, frame.Number, gap);
            return Back() ? Advice.Restore : Advice.Relearn;
        }
        // What stood before the camera leaves bit by bit.
        if (HasJustChanged && foreground > LeastRest && Back())
        {
            (_waitSince, _waitFrame, _afterGap) = (frame.Time, frame.Number, gap);
            return Advice.Restore;
        }
        return Advice.None;
    }

    private Advice GoOnWaiting(Frame frame, float foreground)
    {
        _waited++;
        if (foreground < _quiet + Jump / 2)
        {
            _waited = 0;            // a flash: nothing stays of it
            return Advice.None;
        }
        if (Back())
            return Advice.Restore;
        bool calm = _grid.Changed < Moving;
        bool lasts = _waited > FlashFrames && frame.Time - _waitSince > FlashTime;
        if (lasts && calm)
            return Advice.Relearn;
        // A slow camera has shown but few frames by then, of which the first still change with the light.
        if (!lasts || frame.Time - _waitSince <= LongestWait || _waited < FewestFrames)
            return Advice.Wait;
        // It does not come to rest: a camera that turns, a crowd, leaves all over. What moves is foreground, however much it is.
        (_waited, _quiet, _restlessUntil) = (0, foreground, frame.Time + Restless);
        return Advice.None;
    }

    /// <summary>The background was learnt anew, or taken up again, from this frame on.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="restored">Whether it was taken up again.</param>
    public void Relearnt(Frame frame, bool restored)
    {
        SceneState what = restored ? SceneState.Restarted : Name();
        if (PlaceToKeep >= 0)
        {
            _learnt.CopyTo(_views[PlaceToKeep], 0);
            _viewLeft[PlaceToKeep] = frame.Time;
        }
        if (restored)
            _views[PlaceOfReturned].CopyTo(_learnt, 0);
        else
            Learnt();
        // What was learnt anew and is given up within seconds was no other view. Whoever is taken in by that is so again and again
        // (a large screen, a crowd), so it costs trust, twice as much each time.
        if (restored && frame.Time - _learntAt < Settling)
        {
            _distrust = frame.Time - _distrustUntil < LongestDistrust ? TimeSpan.FromTicks(Math.Min(2 * _distrust.Ticks, LongestDistrust.Ticks)) : Settling;
            _distrustUntil = frame.Time + _distrust;
        }
        bool again = IsSettling && State == what;
        (State, _changedAt, _waited, _learntAt, _settles) = (what, frame.Time, 0, frame.Time, !restored);
        if (!again)
            Change = new SceneChange(what, _waitFrame, _waitSince);
        _grid.ForgetForeground();
        Remember(0, frame.Time);
    }

    /// <summary>The picture stays shifted, and the background was moved after it. Comes before the frame is judged.</summary>
    public void Moved(Frame frame, int x, int y)
    {
        (State, _changedAt, _movedAt) = (SceneState.Moved, frame.Time, frame.Time);
        _move = new SceneChange(SceneState.Moved, frame.Number, frame.Time, x, y);
    }

    /// <summary>The background was brought into another light.</summary>
    public void Relit(TimeSpan time) => _relitAt = time;

    /// <summary>Whether the picture was shifted a few seconds ago, or before it was filled with something else: the camera turns, and that is another view.</summary>
    public bool IsTurning => _movedAt is { } moved && _last - moved < Fresh;

    private void Learnt() => _grid.Mean.CopyTo(_learnt, 0);

    private void Remember(float foreground, TimeSpan time)
    {
        (_quiet, _lastBase) = (foreground, time);
        _quarters.CopyTo(_quietQuarters, 0);
    }

    /// <summary>A name for what has become of the picture that was learnt.</summary>
    private SceneState Name()
    {
        (float mean, float deviation) = Statistics(_grid.Mean);
        (float before, float deviationBefore) = Statistics(_learnt);
        if (mean - _black < 14 && deviation < 6)
            return SceneState.Dark;
        if (mean > 225)
            return SceneState.Blinded;
        if (before - _black < 14 && deviationBefore < 6)
            return SceneState.LightChanged;
        if (deviation < 0.35f * deviationBefore && deviation < 12)
            return SceneState.Covered;
        if (_afterGap)
            return SceneState.Restarted;
        return !IsTurning && Correlation(_grid.Mean, _learnt) > 0.75 ? SceneState.LightChanged : SceneState.Moved;
    }

    /// <summary>Finds a place for the view that is left: that of the same view in the same light, a free one, or that of the oldest.</summary>
    private void FindPlace(bool restore)
    {
        PlaceToKeep = -1;
        if (_last - _learntAt < Established && !Array.TrueForAll(_viewLeft, left => left is null))
            return;
        for (int i = 0; i < Views && PlaceToKeep < 0; i++)
            if (_viewLeft[i] is not null && Likeness(_views[i], _learnt) is not null)
                PlaceToKeep = i;
        for (int i = 0; i < Views && PlaceToKeep < 0; i++)
            if (_viewLeft[i] is null)
                PlaceToKeep = i;
        if (PlaceToKeep < 0)
            PlaceToKeep = Array.IndexOf(_viewLeft, _viewLeft.Min());
        if (restore && PlaceToKeep == PlaceOfReturned)
            PlaceToKeep = -1;
    }

    /// <summary>Whether a view that was left is back.</summary>
    private bool Back()
    {
        double best = Correlation(_grid.Mean, _learnt) + 0.02;
        bool back = false;
        for (int i = 0; i < Views; i++)
            if (_viewLeft[i] is not null && Likeness(_grid.Mean, _views[i]) is double like && like >= best)
                (best, PlaceOfReturned, back) = (like, i, true);
        return back;
    }

    /// <summary>How far two pictures show the same; null where they do not, or in another light, in which it would have to be learnt anew all the same.</summary>
    private static double? Likeness(float[] view, float[] other)
    {
        (float mean, float deviation) = Statistics(view);
        (float before, float deviationBefore) = Statistics(other);
        if (deviation <= 0.7f * deviationBefore || deviation >= 1.4f * deviationBefore || Math.Abs(mean - before) >= 25)
            return null;
        return Correlation(view, other) is >= 0.85 and double like ? like : null;
    }

    private void CountQuarters()
    {
        Array.Clear(_quarters);
        int middle = (_grid.Across + 1) / 2;
        for (int row = 0; row < _grid.Down; row++)
        {
            ReadOnlySpan<float> cells = _grid.Foreground.AsSpan(row * _grid.Across, _grid.Across);
            int upper = 2 * row / _grid.Down * 2;
            foreach (float part in cells[..middle])
                _quarters[upper] += part;
            foreach (float part in cells[middle..])
                _quarters[upper + 1] += part;
        }
        for (int i = 0; i < 4; i++)
            _quarters[i] *= 4f / _grid.Count;
    }

    private int Spread(float[] before, float least)
    {
        int count = 0;
        for (int i = 0; i < 4; i++)
            count += _quarters[i] > before[i] + least ? 1 : 0;
        return count;
    }

    /// <summary>
    /// The part of the picture that is foreground and has stood still for a while; none where much of the foreground moves, since
    /// the inside of a large thing in one color looks still as it passes. Who came in bit by bit and stands there, as at a door, is given longer.
    /// </summary>
    private float Still()
    {
        float still = Still(IsSettling ? StillTime / 4 : StillTime);
        return still <= StillPart || IsSettling || IsTurning || AppearedAtOnce() ? still : Still(VisitorTime);
    }

    private float Still(TimeSpan time)
    {
        int still = 0, moving = 0;
        TimeSpan since = _last - time;
        for (int cell = 0; cell < _grid.Count; cell++)
        {
            if (_grid.ForegroundSince[cell] == TimeSpan.MaxValue)
                continue;
            bool isStill = _grid.StillSince[cell] <= since;
            still += isStill && _grid.ForegroundSince[cell] <= since ? 1 : 0;
            moving += isStill ? 0 : 1;
        }
        return still > Undoubted * _grid.Count || moving < MostMoving * still ? (float)still / _grid.Count : 0;
    }

    /// <summary>Whether half of the foreground or more became so within half a second, as another view does.</summary>
    private bool AppearedAtOnce()
    {
        Span<int> counts = stackalloc int[64];      // quarters of a second back from now; the last is all before
        counts.Clear();
        int all = 0;
        foreach (TimeSpan since in _grid.ForegroundSince)
        {
            if (since == TimeSpan.MaxValue)
                continue;
            counts[(int)Math.Clamp(4 * (_last - since).TotalSeconds, 0, counts.Length - 1)]++;
            all++;
        }
        int most = 0;
        for (int i = 1; i < counts.Length; i++)
            most = Math.Max(most, counts[i] + counts[i - 1]);
        return 2 * most >= all;
    }

    private static (float Mean, float Deviation) Statistics(float[] cells)
    {
        double sum = 0, squares = 0;
        foreach (float cell in cells)
        {
            sum += cell;
            squares += (double)cell * cell;
        }
        double mean = sum / cells.Length;
        return ((float)mean, (float)Math.Sqrt(Math.Max(0, squares / cells.Length - mean * mean)));
    }

    private static double Correlation(float[] a, float[] b)
    {
        double sa = 0, sb = 0, aa = 0, bb = 0, ab = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sa += a[i];
            sb += b[i];
            aa += (double)a[i] * a[i];
            bb += (double)b[i] * b[i];
            ab += (double)a[i] * b[i];
        }
        double n = a.Length, va = aa / n - sa / n * sa / n, vb = bb / n - sb / n * sb / n;
        return (ab / n - sa / n * sb / n) / Math.Sqrt((va + 1) * (vb + 1));
    }
}
