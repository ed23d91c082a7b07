using GmmVision.Background;
using GmmVision.Imaging;

namespace GmmVision.Foreground;

/// <summary>
/// Finds foreground that is only the hole left by something that was learnt as background and went away. An object has an edge in
/// the picture where its region ends; a ghost has it in the background instead. Ghosts that stay so for a second are taken over
/// into the background at once.
/// </summary>
/// <remarks>The comparison of edges is that of Cucchiara et al. (2003) and of the MultiCue subtractor; it looks at the ends of runs only.</remarks>
internal sealed unsafe class GhostTest : IMaskStage
{
    private const int Checks = 5;               // in a row, a fifth of a second apart, before a region is believed to be a ghost
    private const int Cap = 60;                 // grey levels: one strong edge does not outvote the rest of the contour
    private const int LeastContour = 6;         // ends of runs, below which there is no contour to speak of
    private const double Close = 0.3;           // of the picture: a region as large as this is something close, which ...
    private const double MostMotion = 0.4;      // ... is no ghost while so much of it changes within the second: a vehicle that passes
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1.0 / Checks);
    private const int Margin = 3;               // grey levels a point by which the background's edge must be stronger

    private const double Largest = 0.4;             // of the picture: what is larger is another view, which is told and kept

    private readonly SceneGrid _grid;
    private readonly SceneMonitor? _scene;
    private readonly ConnectedComponentLabeler _labeler;
    private readonly Mask[] _streak = new Mask[Checks];
    private readonly int _distance;
    private int[] _inImage = new int[64], _inBackground = new int[64], _points = new int[64];
    private bool[] _unwanted = new bool[64];
    private int[] _moving = new int[64];
    private TimeSpan _next;

    /// <param name="format">Size of the pictures.</param>
    /// <param name="grid">Tells where something moves: a ghost cannot.</param>
    /// <param name="scene">Knows whether the camera turns: then it is for the whole picture to judge, or the light and the shift that are known would be the old view's; null where nobody knows.</param>
    public GhostTest(FrameFormat format, SceneGrid grid, SceneMonitor? scene = null)
    {
        (_grid, _scene) = (grid, scene);
        _labeler = new ConnectedComponentLabeler(format.Width, format.Height);
        for (int i = 0; i < Checks; i++)
            _streak[i] = new Mask(format.Width, format.Height);
        // Three pixels of 240 on either side: beyond what blur and the median move the mask's edge.
        _distance = Math.Max(2, (int)Math.Round(3 * Math.Min(format.Width, format.Height) / 240.0));
    }

    /// <summary>Forgets what it has seen.</summary>
    public void Forget()
    {
        foreach (Mask mask in _streak)
            mask.Clear();
    }

    void IMaskStage.Apply(in StageContext seen, Mask mask)
    {
        if (_scene is { IsTurning: true })
            Forget();
        else if (seen.Learns)
            Apply(seen.Lit, seen.Background, mask);
    }

    /// <summary>Where the foreground has been a ghost for a second, the background takes the frame over.</summary>
    /// <param name="frame">The frame, in the light of the background.</param>
    /// <param name="background">The model of it.</param>
    /// <param name="foreground">The clean mask.</param>
    public void Apply(Frame frame, BackgroundModel background, Mask foreground)
    {
        if (frame.Time < _next && frame.Time >= _next - CheckInterval)
            return;
        _next = frame.Time + CheckInterval;
        for (int i = Checks - 1; i > 0; i--)
        {
            _streak[i].CopyFrom(_streak[i - 1]);
            _streak[i].And(foreground);
        }
        _streak[0].CopyFrom(foreground);
        ReadOnlySpan<Region> regions = _labeler.Label(_streak[0]);
        if (_points.Length < regions.Length)
            (_inImage, _inBackground, _points, _unwanted) = (new int[2 * regions.Length], new int[2 * regions.Length], new int[2 * regions.Length], new bool[2 * regions.Length]);
        if (_moving.Length < regions.Length)
            _moving = new int[2 * regions.Length];
        _inImage.AsSpan(0, regions.Length).Clear();
        _inBackground.AsSpan(0, regions.Length).Clear();
        _points.AsSpan(0, regions.Length).Clear();
        _moving.AsSpan(0, regions.Length).Clear();
        TimeSpan since = frame.Time - Checks * CheckInterval;
        for (int y = 0; y < foreground.Height; y++)
            for (int run = _labeler.FirstRun(y); run < _labeler.FirstRun(y + 1); run++)
            {
                (int region, int start, int end) = _labeler.Run(run);
                for (int cell = start / _grid.Side; cell <= (end - 1) / _grid.Side; cell++)
                    _moving[region] += _grid.StillSince[y / _grid.Side * _grid.Across + cell] > since ? 1 : 0;
                if (end - start <= _distance)
                    continue;
                Compare(frame, background.View, y, start - _distance, start + _distance - 1, region);
                Compare(frame, background.View, y, end - 1 + _distance, end - _distance, region);
            }
        for (int i = 0; i < regions.Length; i++)
            _unwanted[i] = !(regions[i].Area <= Largest * foreground.Width * foreground.Height && _points[i] >= LeastContour && _inBackground[i] > _inImage[i] + Margin * _points[i]
                && (regions[i].Area < Close * foreground.Width * foreground.Height || _moving[i] * _grid.Side <= MostMotion * regions[i].Area));
        _labeler.Flip(_streak[0], _unwanted);
        for (int i = 1; i < Checks; i++)
            _streak[i].And(_streak[0]);
        if (!_streak[Checks - 1].IsEmpty)
        {
            background.Adopt(frame, _streak[Checks - 1]);
            foreach (Mask mask in _streak)
                mask.Clear();
        }
    }

    private void Compare(Frame frame, BackgroundView background, int y, int outside, int inside, int region)
    {
        if ((uint)outside >= (uint)frame.Width || (uint)inside >= (uint)frame.Width)
            return;
        int image = 0, learnt = 0;
        for (int channel = 0; channel < frame.Format.PlaneCount; channel++)
        {
            int scale = channel > 0 && frame.Format.Layout == PixelLayout.Yuv420 ? 2 : 1;
            byte* row = frame.Pointer(channel) + (nint)(y / scale) * frame.Stride(channel);
            image += Math.Abs(row[outside / scale] - row[inside / scale]);
            learnt += Math.Abs(background.Mean(channel, outside, y) - background.Mean(channel, inside, y)) / BackgroundView.Level;
        }
        _inImage[region] += Math.Min(Cap, image);
        _inBackground[region] += Math.Min(Cap, learnt);
        _points[region]++;
    }
}
