using GmmVision.Imaging;

namespace GmmVision.Cli.Detect;

/// <summary>From a frame on pictures have another size.</summary>
/// <param name="Frame">Number of the first frame of the new size.</param>
/// <param name="Time">Its time.</param>
/// <param name="Format">What frames are like from there on.</param>
internal readonly record struct SizeChange(long Frame, TimeSpan Time, FrameFormat Format);
