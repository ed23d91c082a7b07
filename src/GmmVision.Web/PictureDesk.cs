using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Text.Json;
using GmmVision.Background;
using GmmVision.Imaging;
using GmmVision.Motion;

namespace GmmVision.Web;

/// <summary>
/// Where a camera's thread lays down what it has, and viewers take pictures from. Without a viewer a frame costs the
/// camera next to nothing; with one it costs a copy made smaller, and the encoding happens on another thread.
/// </summary>
/// <remarks>
/// A message is: length of the header (4 bytes, lowest first), the header as JSON, the JPEG of the picture, the JPEG
/// of the side view; the header's "lengths" gives the bytes of both, 0 for none.
/// </remarks>
public sealed class PictureDesk
{
    /// <summary>Pictures are sent at most this wide.</summary>
    public const int MostWidth = 960;

    private const int ScoresKept = 4096, Quality = 75;
    private readonly Lock _lock = new();
    private readonly List<PictureViewer> _viewers = [];
    private readonly (long Milliseconds, float Score)[] _scores = new (long, float)[ScoresKept];
    private readonly JpegWriter _jpeg = new(Quality);
    private readonly SmallPicture[] _small = new SmallPicture[Enum.GetValues<SideView>().Length];      // by view; that of None is the picture itself
    private readonly List<Delivery> _deliveries = [];
    private readonly ArrayBufferWriter<byte> _header = new();
    private long _scoreCount, _lastScore;
    private int _ready, _isEncoding;
    private Heatmap? _heat;
    private Frame? _background;
    private float[] _probabilities = [];

    private sealed record Delivery(PictureViewer Viewer, byte[] Header, SideView Side);

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

    /// <summary>Begins to look.</summary>
    public PictureViewer Join()
    {
        PictureViewer viewer = new(this);
        lock (_lock)
            _viewers.Add(viewer);
        return viewer;
    }

    /// <summary>Shows a frame. Camera's thread only.</summary>
    public void Offer(in LiveFrame frame)
    {
        FrameFormat format = frame.Picture.Format;
        if (_heat?.Width != format.Width || _heat.Height != format.Height)
            _heat = new Heatmap(format.Width, format.Height);
        _heat.Add(frame.Foreground);
        AddScore(frame.Captured.ToUnixTimeMilliseconds(), frame.Score);
        if (Volatile.Read(ref _ready) == 0 || Interlocked.CompareExchange(ref _isEncoding, 1, 0) != 0)
            return;
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

    private void Prepare(in LiveFrame frame)
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
                    viewer.NextSide = now + (long)(SecondsBetween(side) * Stopwatch.Frequency);
                _small[(int)side].IsWanted = true;
                _deliveries.Add(new Delivery(viewer, Header(frame, viewer), side));
            }
        }
        _small[(int)SideView.None].IsWanted = _deliveries.Count > 0;
        int factor = PictureScaler.FactorFor(frame.Picture.Width, MostWidth);
        foreach (SideView view in Enum.GetValues<SideView>())
        {
            if (_small[(int)view].IsWanted)
                Draw(view, frame, factor);
        }
    }

    private static double SecondsBetween(SideView view) => view switch
    {
        SideView.Probability => 0.2,
        SideView.Background or SideView.Heatmap => 1,
        _ => 0,
    };

    private void Draw(SideView view, in LiveFrame frame, int factor)
    {
        FrameFormat full = frame.Picture.Format;
        FrameFormat small = PictureScaler.Shrink(view is SideView.Mask or SideView.Probability
            ? new FrameFormat(full.Width, full.Height, PixelLayout.Gray8, ColorRange.Full) : full, factor);
        if (view == SideView.Heatmap)
            small = small with { Layout = PixelLayout.Rgb };
        ref Frame? target = ref _small[(int)view].Frame;
        if (target is null || target.Format != small)
            target = new Frame(small);
        switch (view)
        {
            case SideView.None:
                PictureScaler.Shrink(frame.Picture, target, factor);
                break;
            case SideView.Mask:
                DrawMask(frame.Foreground, target, factor);
                break;
            case SideView.Probability:
                DrawProbability(frame, target, factor);
                break;
            case SideView.Background:
                PictureScaler.Shrink(BackgroundOf(frame), target, factor);
                break;
            default:
                DrawHeat(frame, target, factor);
                break;
        }
    }

    private Frame BackgroundOf(in LiveFrame frame)
    {
        if (_background is null || _background.Format != frame.Picture.Format)
            _background = new Frame(frame.Picture.Format);
        frame.Background.CopyBackgroundTo(_background);
        frame.Hide?.Invoke(_background);
        return _background;
    }

    // The brightest pixel of each square, so that a thin thing does not vanish.
    private static void DrawMask(Mask mask, Frame target, int factor)
    {
        Span<byte> data = target.Data;
        data.Clear();
        for (int y = 0; y < target.Height * factor; y++)
        {
            Span<byte> line = data.Slice(y / factor * target.Width, target.Width);
            ReadOnlySpan<ulong> row = mask.Row(y);
            for (int i = 0; i < row.Length; i++)
            {
                for (ulong bits = row[i]; bits != 0;)
                {
                    int start = System.Numerics.BitOperations.TrailingZeroCount(bits), length = System.Numerics.BitOperations.TrailingZeroCount(~(bits >> start));
                    bits = start + length == 64 ? 0 : bits >> (start + length) << (start + length);
                    int first = Math.Min(((i << 6) + start) / factor, line.Length - 1), last = Math.Min(((i << 6) + start + length - 1) / factor, line.Length - 1);
                    line[first..(last + 1)].Fill(255);
                }
            }
        }
    }

    private void DrawProbability(in LiveFrame frame, Frame target, int factor)
    {
        int width = frame.Picture.Width, height = frame.Picture.Height;
        if (_probabilities.Length != width * height)
            _probabilities = new float[width * height];
        frame.Background.ComputeForegroundProbability(frame.Picture, _probabilities);
        Span<byte> data = target.Data;
        float scale = 255f / (factor * factor);
        for (int y = 0; y < target.Height; y++)
        {
            for (int x = 0; x < target.Width; x++)
            {
                float sum = 0;
                for (int row = 0; row < factor; row++)
                    foreach (float value in _probabilities.AsSpan((y * factor + row) * width + x * factor, factor))
                        sum += value;
                data[y * target.Width + x] = (byte)(sum * scale + 0.5f);
            }
        }
    }

    // Over the grey background: from dark red over yellow to white, by the logarithm of how often there was motion.
    private void DrawHeat(in LiveFrame frame, Frame target, int factor)
    {
        Frame background = BackgroundOf(frame);
        ReadOnlySpan<int> counts = _heat!.Counts;
        int width = _heat.Width;
        int most = 1;
        foreach (int count in counts)
            most = Math.Max(most, count);
        double scale = 255 / Math.Log(1 + most);
        for (int y = 0; y < target.Height; y++)
        {
            Span<byte> red = target.Row(0, y), green = target.Row(1, y), blue = target.Row(2, y);
            for (int x = 0; x < target.Width; x++)
            {
                int sum = 0;
                for (int row = 0; row < factor; row++)
                    foreach (int count in counts.Slice((y * factor + row) * width + x * factor, factor))
                        sum += count;
                byte heat = sum == 0 ? (byte)0 : (byte)(Math.Log(1 + (double)sum / (factor * factor)) * scale);
                int grey = background.Row(0, y * factor)[x * factor] / 2;
                red[x] = (byte)Math.Min(255, grey + 2 * heat);
                green[x] = (byte)Math.Clamp(grey + 2 * heat - 200, grey * (255 - heat) / 255, 255);
                blue[x] = (byte)Math.Clamp(3 * heat - 560, grey * (255 - heat) / 255, 255);
            }
        }
    }

    private byte[] Header(in LiveFrame frame, PictureViewer viewer)
    {
        _header.ResetWrittenCount();
        using (Utf8JsonWriter json = new(_header))
        {
            json.WriteStartObject();
            json.WriteNumber("time", frame.Captured.ToUnixTimeMilliseconds());
            json.WriteNumber("width", frame.Picture.Width);
            json.WriteNumber("height", frame.Picture.Height);
            json.WriteNumber("score", Math.Round(frame.Score, 6));
            json.WriteNumber("threshold", frame.Threshold);
            json.WriteNumber("event", frame.Event);
            json.WriteStartArray("boxes");
            foreach (LiveRegion region in frame.Regions)
            {
                json.WriteStartArray();
                json.WriteNumberValue(region.Box.X);
                json.WriteNumberValue(region.Box.Y);
                json.WriteNumberValue(region.Box.Width);
                json.WriteNumberValue(region.Box.Height);
                json.WriteNumberValue(region.Track);
                json.WriteEndArray();
            }
            json.WriteEndArray();
            json.WriteStartArray("scores");
            for (long i = Math.Max(viewer.ScoresSent, _scoreCount - ScoresKept); i < _scoreCount; i++)
            {
                (long milliseconds, float score) = _scores[i % ScoresKept];
                json.WriteNumberValue(milliseconds);
                json.WriteNumberValue(Math.Round(score, 6));
            }
            json.WriteEndArray();
            viewer.ScoresSent = _scoreCount;
            if (viewer.Pixel is { } pixel && pixel.X >= 0 && pixel.X < frame.Picture.Width && pixel.Y >= 0 && pixel.Y < frame.Picture.Height)
                WritePixel(json, frame, pixel.X, pixel.Y);
            json.WriteEndObject();
        }
        return _header.WrittenSpan.ToArray();
    }

    private static void WritePixel(Utf8JsonWriter json, in LiveFrame frame, int x, int y)
    {
        FrameFormat format = frame.Picture.Format;
        json.WriteStartObject("pixel");
        json.WriteNumber("x", x);
        json.WriteNumber("y", y);
        json.WriteBoolean("foreground", frame.Foreground[x, y]);
        json.WriteNumber("background_ratio", frame.Background.Options.BackgroundRatio);
        json.WriteStartArray("value");
        for (int plane = 0; plane < format.PlaneCount; plane++)
        {
            int shift = plane > 0 && format.Layout == PixelLayout.Yuv420 ? 1 : 0;
            json.WriteNumberValue(frame.Picture.Row(plane, y >> shift)[x >> shift]);
        }
        json.WriteEndArray();
        json.WriteStartArray("modes");
        for (int i = 0; i < frame.Background.Options.Modes; i++)
        {
            Mode mode = frame.Background.GetMode(x, y, i);
            if (mode.Weight <= 0)
                continue;
            json.WriteStartObject();
            json.WriteNumber("weight", Math.Round(mode.Weight, 5));
            WriteChannels(json, "mean", mode.Mean, format.PlaneCount);
            WriteChannels(json, "deviation", mode.Deviation, format.PlaneCount);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteChannels(Utf8JsonWriter json, string name, ChannelValues values, int count)
    {
        json.WriteStartArray(name);
        for (int i = 0; i < count; i++)
            json.WriteNumberValue(Math.Round(values[i], 3));
        json.WriteEndArray();
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

    /// <summary>Puts a message together; the header gets its "lengths" here, where they are known.</summary>
    private static byte[] Message(byte[] header, byte[] picture, byte[] side)
    {
        byte[] lengths = System.Text.Encoding.ASCII.GetBytes($",\"lengths\":[{picture.Length},{side.Length}]}}");
        int headerLength = header.Length - 1 + lengths.Length;
        byte[] message = new byte[4 + headerLength + picture.Length + side.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, headerLength);
        header.AsSpan(0, header.Length - 1).CopyTo(message.AsSpan(4));
        lengths.CopyTo(message.AsSpan(4 + header.Length - 1));
        picture.CopyTo(message.AsSpan(4 + headerLength));
        side.CopyTo(message.AsSpan(4 + headerLength + picture.Length));
        return message;
    }
}
