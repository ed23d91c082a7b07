using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Recording.Loop;

namespace GmmVision.Cli.Detect;

/// <summary>Writes the masks as a grey video, 255 where something moves; FFV1, which loses nothing.</summary>
internal sealed class MaskVideo : IFrameObserver, IDisposable
{
    private readonly VideoSink _sink;
    private readonly OwnPixels _pixels;

    public MaskVideo(string path, OwnPixels pixels, double frameRate, CancellationToken hurry)
    {
        _pixels = pixels;
        FrameFormat format = new(pixels.Format.Width, pixels.Format.Height, PixelLayout.Gray8, ColorRange.Full);
        _sink = new VideoSink(path, format, new VideoSinkOptions { Codec = VideoCodec.Ffv1, FrameRate = frameRate }, hurry);
    }

    public void See(Frame frame, FrameResult result) => _sink.Write(_pixels.Of(result.Foreground), frame.Time);

    public void Complete() => _sink.Complete();

    public void Dispose() => _sink.Dispose();
}
