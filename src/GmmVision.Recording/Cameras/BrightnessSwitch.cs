using GmmVision.Imaging;

namespace GmmVision.Recording.Cameras;

/// <summary>Tells night from day by the picture's mean brightness: with two thresholds, and only after it has stayed so for a while.</summary>
internal sealed class BrightnessSwitch
{
    private static readonly TimeSpan Dwell = TimeSpan.FromSeconds(5);
    private TimeSpan? _since;

    /// <summary>What it is now; day at the start.</summary>
    public bool IsNight { get; private set; }

    /// <summary>Takes a measurement.</summary>
    /// <param name="brightness">0 black to 255 white.</param>
    /// <param name="time">Of the measurement, later than the last.</param>
    /// <param name="nightBelow">Night begins below this.</param>
    /// <param name="dayAbove">Day begins above this.</param>
    /// <returns>Whether it has just changed.</returns>
    public bool Step(double brightness, TimeSpan time, double nightBelow, double dayAbove)
    {
        bool wantsChange = IsNight ? brightness > dayAbove : brightness < nightBelow;
        if (!wantsChange)
        {
            _since = null;
            return false;
        }
        _since ??= time;
        if (time - _since < Dwell)
            return false;
        (IsNight, _since) = (!IsNight, null);
        return true;
    }

    /// <summary>Day again, as at the start.</summary>
    public void Reset() => (IsNight, _since) = (false, null);

    /// <summary>Mean luma of a frame in full range, from a grid of about ten thousand pixels.</summary>
    public static double BrightnessOf(Frame frame)
    {
        int step = Math.Max(1, (int)Math.Sqrt(frame.Format.PixelCount / 10_000.0));
        long sum = 0, count = 0;
        for (int y = step / 2; y < frame.Height; y += step)
        {
            ReadOnlySpan<byte> row = frame.Row(0, y);
            for (int x = step / 2; x < row.Length; x += step, count++)
                sum += row[x];
        }
        double mean = count == 0 ? 0 : (double)sum / count;
        return frame.Format.Range == ColorRange.Limited ? Math.Clamp((mean - 16) * 255 / 219, 0, 255) : mean;
    }
}
