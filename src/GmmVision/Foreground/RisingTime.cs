using GmmVision.Imaging;

namespace GmmVision.Foreground;

/// <summary>Sees to it that every frame is later than the one before: all that is stated in seconds hangs on it.</summary>
/// <remarks>
/// A caller who sets no times gives the same one over and over, and a looped file begins again. Such frames get the time and the
/// number that follow the last one's at the frame rate; masks would be right without, but nothing would ever last, so there
/// would be no event, and nobody would know why.
/// </remarks>
internal struct RisingTime(double frameRate)
{
    /// <summary>The longest that a stream can last: a century. Beyond it sums of times would overflow.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromDays(36525);

    private readonly TimeSpan _interval = TimeSpan.FromSeconds(1 / frameRate);
    private TimeSpan? _last;
    private long _number;

    /// <summary>Puts a frame's time and number right where they do not rise.</summary>
    /// <exception cref="ArgumentException">The time is beyond a century.</exception>
    public void Give(Frame frame)
    {
        if (frame.Time > Limit || frame.Time < -Limit)
            throw new ArgumentException($"A frame's time is {frame.Time.TotalDays:0} days: it must be within a century of 0, the time of the first frame.");
        if (_last is TimeSpan last)
        {
            if (frame.Time <= last)
                frame.Time = last + _interval;
            if (frame.Number <= _number)
                frame.Number = _number + 1;
        }
        (_last, _number) = (frame.Time, frame.Number);
    }
}
