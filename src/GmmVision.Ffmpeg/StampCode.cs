namespace GmmVision.Ffmpeg;

/// <summary>
/// Carries time stamps as they are through ffmpeg's muxers, which bend stamps that do not rise: each step is doubled, and
/// one that does not rise goes as the odd number after twice its size. Units are ticks of 100 ns.
/// </summary>
internal struct StampCode
{
    /// <summary>The time base of the code.</summary>
    public const string TimeBase = "1:10000000";

    /// <summary>Filters that encode; the first sets the unit. A frame without a stamp counts as a repeated one.</summary>
    public const string Unit = "settb=1/10000000",
        Encoder = "setpts='if(N,PREV_OUTPTS+if(gt(PTS,PREV_INPTS),2*(PTS-PREV_INPTS),if(lte(PTS,PREV_INPTS),2*(PREV_INPTS-PTS)+1,1)),if(gte(PTS,0),2*PTS,if(lt(PTS,0),1-2*PTS,0)))'";

    private long _last, _stamp;

    /// <summary>The stamp that a coded one stands for, in order.</summary>
    public TimeSpan Decode(long coded)
    {
        long step = coded - _last;
        _last = coded;
        _stamp += (step & 1) == 0 ? step / 2 : -((step - 1) / 2);
        return new TimeSpan(_stamp);
    }
}
