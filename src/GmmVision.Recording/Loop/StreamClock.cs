namespace GmmVision.Recording.Loop;

/// <summary>
/// Times for the frames of a live stream: evenly spaced as the stream's own time stamps are, yet on the clock of this
/// machine. A network delivers in bursts; the stream's stamps do not, but they may jump or stand still.
/// </summary>
internal sealed class StreamClock
{
    private static readonly TimeSpan MostDelay = TimeSpan.FromSeconds(1), Tick = TimeSpan.FromMilliseconds(1);
    private TimeSpan? _offset;
    private TimeSpan _last = TimeSpan.MinValue, _lastStamp;

    /// <summary>Another stream begins: its stamps have nothing to do with the last one's. Times still never go back.</summary>
    public void Restart() => _offset = null;

    /// <summary>The time of a frame, later than that of the one before.</summary>
    /// <param name="stamp">The stream's own time stamp.</param>
    /// <param name="arrival">When it arrived, on the clock that the result is on.</param>
    public TimeSpan Next(TimeSpan stamp, TimeSpan arrival)
    {
        bool standsStill = _offset is not null && stamp <= _lastStamp;
        _lastStamp = stamp;
        // The earliest arrival relative to its stamp is the least delayed; a frame cannot be from the future.
        if (_offset is null || stamp + _offset > arrival || arrival - (stamp + _offset.Value) > MostDelay)
            _offset = arrival - stamp;
        TimeSpan time = standsStill ? arrival : stamp + _offset.Value;
        if (_last != TimeSpan.MinValue && time <= _last)
            time = _last + Tick;
        _last = time;
        return time;
    }
}
