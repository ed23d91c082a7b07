using GmmVision.Imaging;

namespace GmmVision.Motion;

/// <summary>A region that keeps its identity from frame to frame.</summary>
/// <param name="Number">From 1, in order of first sight; never given twice.</param>
/// <param name="Region">Where it is, or was when it was last seen.</param>
/// <param name="FirstSeen">Time of the first frame that showed it.</param>
/// <param name="LastSeen">Time of the last frame that showed it.</param>
/// <param name="Frames">How many frames showed it.</param>
/// <param name="VelocityX">Pixels a second to the right, smoothed.</param>
/// <param name="VelocityY">Pixels a second downwards, smoothed.</param>
/// <param name="IsVisible">Whether the present frame shows it; a track is kept for a moment when it does not.</param>
public readonly record struct Track(
    int Number, Region Region, TimeSpan FirstSeen, TimeSpan LastSeen, int Frames, double VelocityX, double VelocityY, bool IsVisible);
