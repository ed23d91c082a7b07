namespace GmmVision.Scenes;

/// <summary>From the first to the last frame on which something moves.</summary>
/// <param name="Start">Seconds at which the first such frame is shown.</param>
/// <param name="End">Seconds at which the last such frame is shown.</param>
public readonly record struct MotionInterval(double Start, double End);
