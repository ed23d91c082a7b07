using System.Globalization;
using GmmVision.Cli.Drawing;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Recording.Loop;

namespace GmmVision.Cli.Detect;

/// <summary>Writes the video with what was found drawn in: boxes with their numbers, the state of the event, the time.</summary>
internal sealed class OverlayVideo : IFrameObserver, IDisposable
{
    private readonly Canvas _canvas;
    private readonly VideoSink _sink;
    private readonly Paint _moving, _text, _event, _quiet;
    private readonly int _eventsBefore;
    private readonly OwnPixels _pixels;
    private readonly ZoneOutlines _zones;
    private readonly LabelPlaces _places = new();

    public OverlayVideo(string path, InputPart part, OwnPixels pixels, ZoneOutlines zones, double frameRate, CancellationToken hurry)
    {
        (_pixels, _zones) = (pixels, zones);
        FrameFormat format = part.Format;
        _eventsBefore = part.EventsBefore;
        _canvas = new Canvas(format);
        _sink = new VideoSink(path, _canvas.Frame.Format, new VideoSinkOptions { Codec = VideoCodec.H264, FrameRate = frameRate }, hurry);
        (_moving, _text) = (_canvas.Color(255, 60, 40), _canvas.Color(240, 240, 240));
        (_event, _quiet) = (_canvas.Color(255, 190, 40), _canvas.Color(150, 150, 150));
    }

    public void See(Frame frame, FrameResult result)
    {
        _canvas.Load(_pixels.Of(frame));
        Hatching.DrawOn(_canvas, result.Masked, _pixels);
        _zones.DrawOn(_canvas);
        _places.Begin(DrawState(frame, result));
        foreach (Track track in result.Tracks)
        {
            if (track.IsVisible)
                DrawTrack(track);
        }
        _sink.Write(_canvas.Frame);
    }

    public void Complete() => _sink.Complete();

    public void Dispose() => _sink.Dispose();

    private void DrawTrack(Track track)
    {
        Box box = _pixels.Of(track.Region.Box);
        _canvas.Outline(box, _canvas.Scale, _moving);
        string number = string.Create(CultureInfo.InvariantCulture, $"#{track.Number}");
        if (_places.Find(box, _canvas.LabelWidth(number), _canvas.LabelHeight, (_canvas.Frame.Width, _canvas.Frame.Height)) is var (x, y))
            _canvas.Label(x, y, number, _text);
    }

    private Box DrawState(Frame frame, FrameResult result)
    {
        int x = _canvas.Label(0, 0, Timecode.Of(frame.Time), _text);
        (string state, Paint paint) = result.State switch
        {
            EventState.Event => (string.Create(CultureInfo.InvariantCulture, $"EVENT {result.EventNumber + _eventsBefore}"), _event),
            EventState.Candidate => ("MOTION", _moving),
            _ => ("QUIET", _quiet),
        };
        x += _canvas.Label(x, 0, state, paint);
        x += _canvas.Label(x, 0, string.Create(CultureInfo.InvariantCulture, $"{result.Score:0.00%}"), _text);
        return new Box(0, 0, x, _canvas.LabelHeight);
    }
}
