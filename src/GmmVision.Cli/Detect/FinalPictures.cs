using System.Globalization;
using GmmVision.Cli.Drawing;
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
    /// <param name="zones">In the video's own pixels.</param>
    /// <param name="masked">What the smart mask covers; null without one.</param>
    /// <param name="backgroundPath">Where the background goes.</param>
    /// <param name="heatPath">Where the heat goes.</param>
    public static void Write(Frame background, Heatmap heatmap, FrameFormat own, ZoneOutlines zones, MaskedCells? masked, string backgroundPath, string heatPath)
    {
        Canvas canvas = new(background.Format);
        canvas.Load(background);
        heatmap.PaintOn(canvas.Frame);
        // Compressing one takes as long as a hundred frames: they are compressed side by side.
        OwnPixels pixels = new(canvas.Frame.Format, own with { Layout = canvas.Frame.Format.Layout });
        Task heat = Task.Run(() => Readers.SavePicture(heatPath, Explain(pixels.Of(canvas.Frame), heatmap, zones, masked, pixels)));
        try
        {
            Readers.SavePicture(backgroundPath, new OwnPixels(background.Format, own).Of(background));
        }
        finally
        {
            heat.GetAwaiter().GetResult();
        }
    }

    // Zones, what the smart mask covers, and at the bottom what the colours mean: from no motion to the most of the time that any pixel moved.
    private static Frame Explain(Frame picture, Heatmap heatmap, ZoneOutlines zones, MaskedCells? masked, OwnPixels pixels)
    {
        Canvas canvas = new(picture.Format);
        canvas.Load(picture);
        Hatching.DrawOn(canvas, masked, pixels);
        zones.DrawOn(canvas);
        double most = heatmap.Frames == 0 ? 0 : (double)heatmap.Highest / heatmap.Frames;
        Paint text = canvas.Color(240, 240, 240);
        int top = canvas.Frame.Height - canvas.LabelHeight, x = canvas.Label(0, top, "MOVED 0%", text), step = canvas.Scale;
        for (int i = 1; i <= 64 && most > 0; i++, x += step)
        {
            (byte red, byte green, byte blue) = Heatmap.ColorOf(i / 64.0);
            canvas.Fill(new Box(x, top, step, canvas.LabelHeight), canvas.Color(red, green, blue));
        }
        if (most > 0)
            canvas.Label(x, top, string.Create(CultureInfo.InvariantCulture, $"{most:0.##%} OF THE TIME"), text);
        return canvas.Frame;
    }
}
