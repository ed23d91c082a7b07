namespace GmmVision.Recording.Clips;

/// <summary>A stretch of continuous recording: an hour, or less where the camera or the program began or ended in it.</summary>
/// <param name="File">Its file in the camera's folder, a transport stream.</param>
/// <param name="Start">When its first key frame arrived, to the second.</param>
/// <param name="End">When its last bytes were written.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="IsRunning">Whether it is still being written.</param>
public sealed record RecordedStretch(string File, DateTimeOffset Start, DateTimeOffset End, long Bytes, bool IsRunning);
