using GmmVision.Imaging;

namespace GmmVision.Motion;

/// <summary>What the event state machine needs to know of a frame.</summary>
/// <param name="Frame">Its number.</param>
/// <param name="Time">Its time, after that of the frame before.</param>
/// <param name="Score">The fraction of the area that is moving, 0 to 1.</param>
/// <param name="Box">Around all that moves.</param>
/// <param name="Zones">A bit for every include zone with motion.</param>
/// <param name="Reached">A bit for every include zone whose own threshold (<see cref="ZoneLimits.Threshold"/>) is reached: the frame has motion then, whatever its score.</param>
public readonly record struct FrameMotion(long Frame, TimeSpan Time, double Score, Box Box, ulong Zones = 0, ulong Reached = 0);
