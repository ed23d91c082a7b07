using GmmVision.Imaging;

namespace GmmVision.Background;

/// <summary>How bright the pictures have been of late, and which part of the deviations of a bright picture holds in them.</summary>
/// <param name="Level">Mean luma above black, in grey levels; not a number where no picture has been seen.</param>
internal readonly record struct Brightness(double Level)
{
    private const double Dark = 20, Bright = 60;        // grey levels: a street by night, and the darkest of pictures by day
    private const double Memory = 2;                    // seconds: a flash is soon over, a lamp that is switched off is not
    private const int Sparse = 16;                      // of so many rows, and columns, one is looked at

    public static readonly Brightness Unknown = new(double.NaN);

    /// <summary>Of a single picture.</summary>
    public static Brightness Of(Frame frame)
    {
        int plane = frame.Format.Layout == PixelLayout.Rgb ? 1 : 0;        // green stands in for luma
        int black = frame.Format.Layout != PixelLayout.Rgb && frame.Format.Range == ColorRange.Limited ? 16 : 0;
        long sum = 0, count = 0;
        for (int y = Sparse / 2 % frame.Format.Height; y < frame.Format.Height; y += Sparse)
        {
            ReadOnlySpan<byte> row = frame.Row(plane, y);
            for (int x = Sparse / 2 % row.Length; x < row.Length; x += Sparse, count++)
                sum += row[x];
        }
        return new Brightness((double)sum / count - black);
    }

    /// <summary>With another picture, so many seconds after the last one.</summary>
    public Brightness After(Frame frame, double seconds)
    {
        double now = Of(frame).Level;
        return double.IsNaN(Level) ? new Brightness(now) : new Brightness(Level + (1 - Math.Exp(-Math.Max(0, seconds / Memory))) * (now - Level));
    }

    /// <summary>Part of the deviations that holds: the factor in the dark, all of it in bright light.</summary>
    public double PartOf(double darkFactor) => double.IsNaN(Level) ? 1 : darkFactor + (1 - darkFactor) * Math.Clamp((Level - Dark) / (Bright - Dark), 0, 1);
}
