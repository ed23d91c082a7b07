using GmmVision.Motion;

namespace GmmVision.Cli.Detect;

/// <summary>An event and the files that show it.</summary>
/// <param name="Motion">What moved, when and where.</param>
/// <param name="Thumbnail">Name of the picture at its peak.</param>
/// <param name="Clip">Name of the piece of the video; null where none was cut.</param>
/// <param name="ClipProblem">Why a clip that was asked for could not be cut; null where nothing went wrong.</param>
internal sealed record DetectedEvent(MotionEvent Motion, string? Thumbnail, string? Clip, string? ClipProblem = null)
{
    /// <summary>"event-007" and an extension.</summary>
    public static string FileName(int number, string extension) => $"event-{number:000}{extension}";
}
