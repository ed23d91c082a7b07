namespace GmmVision.Ffmpeg;

/// <summary>Puts the packets of a recorded transport stream into an MP4 that every player and browser opens, without encoding anything again.</summary>
public static class ClipRemuxer
{
    /// <summary>Writes the clip; the target gets its name only when it is whole.</summary>
    /// <param name="source">A transport stream, also one that was cut off in the middle.</param>
    /// <param name="target">Ends in .mp4; replaced if it is there.</param>
    /// <param name="cancellation">Gives up; nothing is left of the target.</param>
    /// <exception cref="FfmpegException">There is nothing in it that can be played, or the disk is full.</exception>
    public static void ToMp4(string source, string target, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentException.ThrowIfNullOrEmpty(target);
        string temporary = Path.ChangeExtension(target, ".tmp.mp4");
        try
        {
            FfmpegTools.Run(FfmpegTools.Ffmpeg,
                ["-hide_banner", "-nostdin", "-nostats", "-loglevel", "level+error", "-y", "-fflags", "+genpts+discardcorrupt", "-i", InputName.ForFfmpeg(source),
                    "-map", "0:v:0", "-map", "0:a:0?", "-c", "copy", "-movflags", "+faststart", "-f", "mp4", "file:" + temporary],
                $"cannot write clip '{Path.GetFileName(target)}'", cancellation);
            if (new FileInfo(temporary) is not { Exists: true, Length: > 0 })
                throw new FfmpegException($"cannot write clip '{Path.GetFileName(target)}': the recording holds no picture.");
            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
