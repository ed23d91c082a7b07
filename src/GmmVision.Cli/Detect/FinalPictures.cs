using GmmVision.Cli.Drawing;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Motion;

namespace GmmVision.Cli.Detect;

/// <summary>The two pictures that are made of all frames: the background, and the heat over it.</summary>
internal static class FinalPictures
{
    /// <summary>Writes both.</summary>
    /// <param name="background">What hides nothing that must not be seen.</param>
    /// <param name="heatmap">As large.</param>
    /// <param name="own">Of the video's own pictures, as large as which they become.</param>
    /// <param name="backgroundPath">Where the background goes.</param>
    /// <param name="heatPath">Where the heat goes.</param>
    public static void Write(Frame background, Heatmap heatmap, FrameFormat own, string backgroundPath, string heatPath)
    {
        Canvas canvas = new(background.Format);
        canvas.Load(background);
        heatmap.PaintOn(canvas.Frame);
        // Compressing one takes as long as a hundred frames: they are compressed side by side.
        Task heat = Task.Run(() => StillImage.Save(heatPath, new OwnPixels(canvas.Frame.Format, own with { Layout = canvas.Frame.Format.Layout }).Of(canvas.Frame)));
        try
        {
            StillImage.Save(backgroundPath, new OwnPixels(background.Format, own).Of(background));
        }
        finally
        {
            heat.GetAwaiter().GetResult();
        }
    }
}
