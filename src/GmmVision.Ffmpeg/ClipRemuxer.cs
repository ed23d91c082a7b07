using GmmVision.Ffmpeg.Processes;

namespace GmmVision.Ffmpeg;

/// <summary>Puts the packets of a recorded transport stream into an MP4 that every player and browser opens, without encoding anything again.</summary>
public static class ClipRemuxer
{
    /// <summary>Sends what a recording holds so far as an MP4 in fragments, which a browser plays while it comes.</summary>
    /// <param name="source">A transport stream that may still grow; what comes later is not sent.</param>
    /// <param name="target">Where to; left open.</param>
    /// <param name="cancellation">Gives up: nobody watches any more.</param>
    /// <exception cref="FfmpegException">There is nothing in it that can be played.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task ToFragmentsAsync(string source, Stream target, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentNullException.ThrowIfNull(target);
        using ChildProcess ffmpeg = ChildProcess.Start(FfmpegTools.Ffmpeg,
            ["-hide_banner", "-nostdin", "-nostats", "-loglevel", "level+error", "-fflags", "+genpts+discardcorrupt", "-i", InputName.ForFfmpeg(source),
                "-map", "0:v:0", "-map", "0:a:0?", "-c", "copy", "-movflags", "frag_keyframe+empty_moov+default_base_moof", "-f", "mp4", "pipe:1"], ChildInput.None);
        using CancellationTokenRegistration giveUp = cancellation.Register(ffmpeg.Kill);
        byte[] buffer = new byte[1 << 16];
        long sent = 0;
        for (int read; (read = await ffmpeg.Output.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0; sent += read)
            await target.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        if (ffmpeg.WaitForEnd() != 0 && sent == 0)
            throw ffmpeg.Failure($"cannot play what is recorded of '{Path.GetFileName(source)}'");
    }

    /// <summary>Writes the clip; the target gets its name only when it is whole.</summary>
    /// <param name="source">A transport stream, also one that was cut off in the middle.</param>
    /// <param name="target">Ends in .mp4; replaced if it is there.</param>
    /// <param name="cancellation">Gives up; nothing is left of the target.</param>
    /// <exception cref="FfmpegException">There is nothing in it that can be played, or the disk is full.</exception>
    public static void ToMp4(string source, string target, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentException.ThrowIfNullOrEmpty(target);
        using OutputFile file = new(target);
        FfmpegTools.Run(FfmpegTools.Ffmpeg,
            ["-hide_banner", "-nostdin", "-nostats", "-loglevel", "level+error", "-y", "-fflags", "+genpts+discardcorrupt", "-i", InputName.ForFfmpeg(source),
                "-map", "0:v:0", "-map", "0:a:0?", "-c", "copy", "-movflags", "+faststart", "-f", "mp4", "file:" + file.TemporaryPath],
            $"cannot write clip '{Path.GetFileName(target)}'", cancellation);
        if (new FileInfo(file.TemporaryPath) is not { Exists: true, Length: > 0 })
            throw new FfmpegException($"cannot write clip '{Path.GetFileName(target)}': the recording holds no picture.");
        file.Complete();
    }
}
