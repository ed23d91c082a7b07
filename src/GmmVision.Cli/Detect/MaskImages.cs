using System.Globalization;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Recording.Loop;

namespace GmmVision.Cli.Detect;

/// <summary>Writes each mask as an image bin000001.png and so on, as changedetection.net takes results: numbered by the input's frames, from 1.</summary>
internal sealed class MaskImages : IFrameObserver
{
    private readonly string _folder;
    private readonly OwnPixels _pixels;

    public MaskImages(string folder, OwnPixels pixels)
    {
        (_folder, _pixels) = (folder, pixels);
        Folders.Create(folder, "--masks");
    }

    public void See(Frame frame, FrameResult result) =>
        StillImage.Save(Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"bin{frame.Number + 1:000000}.png")), _pixels.Of(result.Foreground));
}
