using System.Globalization;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Scenes.Still;

namespace GmmVision.Benchmarks.Blindness;

/// <summary>Pictures of one run to be looked at: frame, truth, foreground and motion side by side, two a second around the disturbance.</summary>
/// <param name="folder">Is made where it is missing.</param>
internal sealed class FrameDump(string folder)
{
    private const double Interval = 0.5, Before = 3;

    private double _next;

    /// <summary>Writes a picture where it is time for one.</summary>
    public void Add(DisturbedScene scene, Frame frame, Truth truth, FrameResult result, double time, bool visible, bool found)
    {
        if (time < scene.Start - Before || time < _next)
            return;
        _next = time + Interval;
        Directory.CreateDirectory(folder);
        var picture = new Frame(new FrameFormat(2 * frame.Width, 2 * frame.Height, PixelLayout.Gray8, ColorRange.Full));
        for (int y = 0; y < frame.Height; y++)
        {
            frame.Row(0, y).CopyTo(picture.Row(0, y));
            for (int x = 0; x < frame.Width; x++)
            {
                picture.Row(0, y)[frame.Width + x] = truth.Distinct[x, y] ? (byte)255 : truth.Objects[x, y] ? (byte)128 : (byte)0;
                picture.Row(0, frame.Height + y)[x] = result.Foreground[x, y] ? (byte)255 : (byte)0;
                picture.Row(0, frame.Height + y)[frame.Width + x] = result.Motion[x, y] ? (byte)255 : (byte)0;
            }
        }
        string verdict = !visible ? "none" : found ? "found" : "blind";
        string name = string.Create(CultureInfo.InvariantCulture, $"{time:0000.00}_{verdict}_{result.Scene}.png");
        StillImage.Save(Path.Combine(folder, name), picture);
    }
}
