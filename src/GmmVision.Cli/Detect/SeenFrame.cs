using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Motion;

namespace GmmVision.Cli.Detect;

/// <summary>What is kept of a frame that a scan has looked at, until the frames before it are known too.</summary>
/// <param name="Motion">All of its motion in a few numbers.</param>
/// <param name="Boxes">Around each region that moves; empty in a frame without motion.</param>
/// <param name="Change">What is now known to have happened to the picture as a whole; null for nothing new.</param>
/// <param name="Peak">The picture at the peak of the event that has ended with this frame, with what is private in black; null where it was not kept.</param>
internal readonly record struct SeenFrame(FrameMotion Motion, Box[] Boxes, SceneChange? Change, Frame? Peak);
