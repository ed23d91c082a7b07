namespace GmmVision.Benchmarks.Blindness;

/// <summary>
/// Seconds of blindness from frames that were judged one by one. Only frames with a walker who can be seen count: time in
/// which there is nothing to be seen is neither blind nor sighted.
/// </summary>
/// <remarks>
/// Sight is back at the first of three frames in a row in which the walker is found, when of the following five seconds at
/// least 80 % are so too.
/// </remarks>
internal sealed class Recovery
{
    private const int FramesInARow = 3;
    private const double Lasting = 5, LastingShare = 0.8;

    private readonly List<(bool Found, double Seconds)> _frames = [];

    /// <summary>Seconds added so far.</summary>
    public double Total => _frames.Sum(frame => frame.Seconds);

    /// <summary>The share of the time in which the walker was found, 0 to 1; 1 where there was no walker.</summary>
    public double FoundShare => Total == 0 ? 1 : _frames.Where(frame => frame.Found).Sum(frame => frame.Seconds) / Total;

    /// <summary>Adds a frame with a walker who can be seen.</summary>
    /// <param name="found">Whether the walker was found, and little else.</param>
    /// <param name="seconds">How long the frame lasts.</param>
    public void Add(bool found, double seconds) => _frames.Add((found, seconds));

    /// <summary>Seconds from the first frame until sight is back; all there are where it never is.</summary>
    public double FirstBlindness => BlindnessFrom(0);

    /// <summary>The longest that sight takes to be back, from whatever frame on.</summary>
    public double LongestBlindness
    {
        get
        {
            double longest = 0;
            for (int i = 0; i < _frames.Count; i++)
                if (i == 0 || (!_frames[i].Found && _frames[i - 1].Found))
                    longest = Math.Max(longest, BlindnessFrom(i));
            return longest;
        }
    }

    private double BlindnessFrom(int first)
    {
        double blind = 0;
        for (int i = first; i < _frames.Count; i++)
        {
            if (IsBack(i))
                return blind;
            blind += _frames[i].Seconds;
        }
        return blind;
    }

    private bool IsBack(int at)
    {
        double seconds = 0, found = 0;
        for (int i = at; i < _frames.Count && seconds < Lasting; i++)
        {
            if (i < at + FramesInARow && !_frames[i].Found)
                return false;
            seconds += _frames[i].Seconds;
            found += _frames[i].Found ? _frames[i].Seconds : 0;
        }
        return found >= LastingShare * seconds;
    }
}
