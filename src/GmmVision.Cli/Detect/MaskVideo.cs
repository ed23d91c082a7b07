using GmmVision.Ffmpeg;
using GmmVision.Imaging;

namespace GmmVision.Cli.Detect;

/// <summary>Writes the masks as a grey video, 255 where something moves; FFV1, which loses nothing.</summary>
internal sealed class MaskVideo : IFrameOutput
{
    private readonly VideoSink _sink;

    public MaskVideo(string path, FrameFormat format, double frameRate) => _sink = new VideoSink(
        path, new FrameFormat(format.Width, format.Height, PixelLayout.Gray8, ColorRange.Full), new VideoSinkOptions { Codec = VideoCodec.Ffv1, FrameRate = frameRate });

    public void Add(Frame frame, FrameResult result) => _sink.Write(result.Foreground, frame.Time);

    public void Complete() => _sink.Complete();

    public void Dispose() => _sink.Dispose();
}
