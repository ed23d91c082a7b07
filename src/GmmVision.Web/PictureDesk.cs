using System.Buffers.Binary;
using System.Diagnostics;
using System.Text.Json;
using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Recording.Loop;

namespace GmmVision.Web;

/// <summary>
/// Where a camera's thread lays down what it has, and viewers take pictures from. Without a viewer a frame costs the
/// camera next to nothing; with one it costs a copy made smaller, and the encoding happens on another thread.
/// </summary>
/// <remarks>
/// A message is: length of the header (4 bytes, lowest first), the header as JSON, the JPEG of the picture, the JPEG
/// of the side view; the header's "lengths" gives the bytes of both, 0 for none.
/// </remarks>
public sealed class PictureDesk : ICameraView
{
    /// <summary>Pictures are sent at most this wide.</summary>
    public const int MostWidth = 960;

    /// <summary>And at most so many of them a second, each with the frame, the boxes and the mask of one moment.</summary>
    public const int MostPerSecond = 15;

    private const int ScoresKept = 4096, Quality = 75;
    private readonly Lock _lock = new();
    private readonly List<PictureViewer> _viewers = [];
    private readonly (long Milliseconds, float Score)[] _scores = new (long, float)[ScoresKept];
    private readonly JpegWriter _jpeg = new(Quality);
    private readonly SmallPicture[] _small = new SmallPicture[Enum.GetValues<SideView>().Length];      // by view; that of None is the picture itself
    private readonly List<Delivery> _deliveries = [];
    private long _scoreCount, _lastScore, _nextPicture;
    private int _ready, _isEncoding;
    private Heatmap? _heat;
    private volatile bool _isClosed;

    private sealed record Delivery(PictureViewer Viewer, PictureHeader Header, SideView Side);

    private sealed class SmallPicture
    {
        public Frame? Frame;
        public bool IsWanted;
        public byte[] Jpeg = [];
    }

    /// <summary>Nobody looks yet.</summary>
    public PictureDesk()
    {
        for (int i = 0; i < _small.Length; i++)
            _small[i] = new SmallPicture();
    }

    /// <summary>Whether the camera is no longer there, so that nobody need wait for its pictures.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>The camera is no longer there: who looks is let go within a few seconds.</summary>
    public void Close() => _isClosed = true;

    /// <summary>Begins to look.</summary>
    public PictureViewer Join()
    {
        PictureViewer viewer = new(this);
        lock (_lock)
            _viewers.Add(viewer);
        return viewer;
    }

    /// <inheritdoc/>
    public void Show(in CameraFrame frame)
    {
        FrameFormat format = frame.Picture.Format;
        if (_heat?.Width != format.Width || _heat.Height != format.Height)
            _heat = new Heatmap(format.Width, format.Height);
        _heat.Add(frame.Foreground);
        AddScore(frame.Captured.ToUnixTimeMilliseconds(), frame.Score);
        long now = Stopwatch.GetTimestamp();
        if (Volatile.Read(ref _ready) == 0 || now < _nextPicture || Interlocked.CompareExchange(ref _isEncoding, 1, 0) != 0)
            return;
        // Towards the next period, not from now on: a camera of 25 frames a second then gives 15 pictures and not 12.5.
        long period = Stopwatch.Frequency / MostPerSecond;
        _nextPicture = Math.Max(_nextPicture + period, now - period);
        try
        {
            Prepare(frame);
        }
        catch
        {
            Volatile.Write(ref _isEncoding, 0);
            throw;
        }
        ThreadPool.UnsafeQueueUserWorkItem(static desk => desk.Encode(), this, preferLocal: false);
    }

    internal void Ask(PictureViewer viewer)
    {
        lock (_lock)
        {
            if (viewer.IsReady || !_viewers.Contains(viewer))
                return;
            viewer.IsReady = true;
            _ready++;
        }
    }

    internal void Leave(PictureViewer viewer)
    {
        lock (_lock)
        {
            if (_viewers.Remove(viewer) && viewer.IsReady)
                _ready--;
        }
    }

    // A plot over minutes needs no more than ten points a second; of several frames the highest counts.
    private void AddScore(long milliseconds, double score)
    {
        lock (_lock)
        {
            if (milliseconds - _lastScore < 100 && _scoreCount > 0)
            {
                ref (long Milliseconds, float Score) last = ref _scores[(_scoreCount - 1) % ScoresKept];
                last.Score = Math.Max(last.Score, (float)score);
                return;
            }
            _scores[_scoreCount++ % ScoresKept] = (milliseconds, (float)score);
            _lastScore = milliseconds;
        }
    }

    private void Prepare(in CameraFrame frame)
    {
        _deliveries.Clear();
        foreach (SmallPicture picture in _small)
            picture.IsWanted = false;
        long now = Stopwatch.GetTimestamp();
        lock (_lock)
        {
            foreach (PictureViewer viewer in _viewers)
            {
                if (!viewer.IsReady)
                    continue;
                viewer.IsReady = false;
                _ready--;
                SideView side = viewer.Side != SideView.None && now >= viewer.NextSide ? viewer.Side : SideView.None;
                if (side != SideView.None)
                    viewer.NextSide = now + (long)(SidePainter.SecondsBetween(side) * Stopwatch.Frequency);
                _small[(int)side].IsWanted = true;
                _deliveries.Add(new Delivery(viewer, Header(frame, viewer), side));
            }
        }
        _small[(int)SideView.None].IsWanted = _deliveries.Count > 0;
        foreach (SideView view in Enum.GetValues<SideView>())
        {
            if (_small[(int)view].IsWanted)
                Draw(view, frame);
        }
    }

    private void Draw(SideView view, in CameraFrame frame)
    {
        FrameFormat format = SidePainter.FormatOf(view, frame.Picture.Format);
        ref Frame? target = ref _small[(int)view].Frame;
        if (target is null || target.Format != format)
            target = new Frame(format);
        SidePainter.Paint(view, frame, _heat!, target);
    }

    private PictureHeader Header(in CameraFrame frame, PictureViewer viewer)
    {
        List<double> scores = [];
        for (long i = Math.Max(viewer.ScoresSent, _scoreCount - ScoresKept); i < _scoreCount; i++)
        {
            (long milliseconds, float score) = _scores[i % ScoresKept];
            scores.Add(milliseconds);
            scores.Add(Math.Round(score, 6));
        }
        viewer.ScoresSent = _scoreCount;
        MaskedDocument? masked = ReferenceEquals(viewer.MaskedSent, frame.Masked) ? null : MaskedDocument.Of(frame.Masked);
        viewer.MaskedSent = frame.Masked;
        return new PictureHeader
        {
            Time = frame.Captured.ToUnixTimeMilliseconds(),
            Width = frame.Picture.Width,
            Height = frame.Picture.Height,
            Score = Math.Round(frame.Score, 6),
            Threshold = frame.Threshold,
            Event = (int)frame.Event,
            Boxes = Array.ConvertAll(frame.Regions.ToArray(), region => new[] { region.Box.X, region.Box.Y, region.Box.Width, region.Box.Height, region.Track }),
            Scores = scores,
            Masked = masked,
            Pixel = viewer.Pixel is { } pixel && pixel.X >= 0 && pixel.X < frame.Picture.Width && pixel.Y >= 0 && pixel.Y < frame.Picture.Height ? PixelDocument.Of(frame, pixel.X, pixel.Y) : null,
        };
    }

    private void Encode()
    {
        try
        {
            foreach (SmallPicture picture in _small)
            {
                if (picture.IsWanted)
                    picture.Jpeg = _jpeg.Encode(picture.Frame!).ToArray();
            }
            byte[] main = _small[(int)SideView.None].Jpeg;
            foreach (Delivery delivery in _deliveries)
                delivery.Viewer.Deliver(Message(delivery.Header, main, delivery.Side == SideView.None ? [] : _small[(int)delivery.Side].Jpeg));
        }
        finally
        {
            Volatile.Write(ref _isEncoding, 0);
        }
    }

    private static byte[] Message(PictureHeader header, byte[] picture, byte[] side)
    {
        byte[] told = JsonSerializer.SerializeToUtf8Bytes(header with { Lengths = [picture.Length, side.Length] }, PictureJson.Default.PictureHeader);
        byte[] message = new byte[4 + told.Length + picture.Length + side.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, told.Length);
        told.CopyTo(message, 4);
        picture.CopyTo(message, 4 + told.Length);
        side.CopyTo(message, 4 + told.Length + picture.Length);
        return message;
    }
}
