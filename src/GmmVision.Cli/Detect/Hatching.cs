using GmmVision.Cli.Drawing;
using GmmVision.Motion;

namespace GmmVision.Cli.Detect;

/// <summary>Shows what a smart mask covers, as the live page does.</summary>
internal static class Hatching
{
    /// <summary>Hatches every masked cell.</summary>
    /// <param name="canvas">A picture of the video's own size.</param>
    /// <param name="masked">The cells; null for none.</param>
    /// <param name="pixels">From the pixels that the pipeline sees to those of the canvas.</param>
    public static void DrawOn(Canvas canvas, MaskedCells? masked, OwnPixels pixels)
    {
        if (masked is not { Count: > 0 })
            return;
        Paint paint = canvas.Color(240, 240, 240);
        for (int row = 0; row < masked.Rows; row++)
            for (int column = 0; column < masked.Columns; column++)
                if (masked[column, row])
                    canvas.Hatch(pixels.Of(masked.BoxOf(column, row)), paint);
    }
}
