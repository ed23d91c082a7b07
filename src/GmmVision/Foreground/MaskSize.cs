using GmmVision.Imaging;

namespace GmmVision.Foreground;

/// <summary>The check at the door of everything here that holds scratch memory for masks of one size.</summary>
internal static class MaskSize
{
    public static void Require(Mask mask, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(mask);
        if (mask.Width != width || mask.Height != height)
            throw new ArgumentException($"The mask is {mask.Width}x{mask.Height}, but this filter was made for {width}x{height}: make one for each size.");
    }
}
