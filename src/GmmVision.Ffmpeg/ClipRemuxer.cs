using System.Globalization;
using GmmVision.Ffmpeg.Processes;

namespace GmmVision.Ffmpeg;

/// <summary>Puts the packets of a recorded transport stream into an MP4 that every player and browser opens, without encoding anything again.</summary>
public static class ClipRemuxer
{
    // A seek in a transport stream may land behind the key frame that it should.
    private static readonly TimeSpan SeekMargin = TimeSpan.FromSeconds(5);

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
        await SendAsync(["-fflags", "+genpts+discardcorrupt", "-i", InputName.ForFfmpeg(source)], null, $"cannot play what is recorded of '{Path.GetFileName(source)}'", target, cancellation).ConfigureAwait(false);
    }

    /// <summary>Sends a part of a recording in several files as an MP4 in fragments.</summary>
    /// <param name="sources">Transport streams of one camera, in order; the last may still grow.</param>
    /// <param name="skip">Where the part begins, from the first one's start; it begins with a key frame up to five seconds before, or a little more.</param>
    /// <param name="length">How long it is.</param>
    /// <param name="target">Where to; left open.</param>
    /// <param name="cancellation">Gives up: nobody watches any more.</param>
    /// <exception cref="FfmpegException">There is nothing there that can be played.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task ToFragmentsAsync(IReadOnlyList<string> sources, TimeSpan skip, TimeSpan length, Stream target, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfZero(sources.Count);
        TimeSpan early = skip < SeekMargin ? skip : SeekMargin;
        // A place in a transport stream is told by its own clock, which goes on from file to file.
        double place = (MediaInfo.Read(sources[0], cancellation: cancellation).StreamStart + skip - early).TotalSeconds, most = (length + early).TotalSeconds;
        string list = string.Concat(sources.Select((source, i) => string.Create(CultureInfo.InvariantCulture,
            $"file 'file:{Path.GetFullPath(source).Replace("'", @"'\''", StringComparison.Ordinal)}'\n{(i == 0 && skip > early ? $"inpoint {place:0.###}\n" : "")}")));
        await SendAsync(["-fflags", "+genpts+discardcorrupt", "-f", "concat", "-safe", "0", "-protocol_whitelist", "file,pipe", "-t", most.ToString("0.###", CultureInfo.InvariantCulture), "-i", "pipe:0"], list,
            $"cannot play what is recorded of '{Path.GetFileName(sources[0])}'", target, cancellation).ConfigureAwait(false);
    }

    private static async Task SendAsync(string[] input, string? list, string doing, Stream target, CancellationToken cancellation)
    {
        using ChildProcess ffmpeg = ChildProcess.Start(FfmpegTools.Ffmpeg,
            ["-hide_banner", "-nostdin", "-nostats", "-loglevel", "level+error", .. input,
                "-map", "0:v:0", "-map", "0:a:0?", "-c", "copy", "-movflags", "frag_keyframe+empty_moov+default_base_moof", "-f", "mp4", "pipe:1"], list is null ? ChildInput.None : ChildInput.Pipe);
        using CancellationTokenRegistration giveUp = cancellation.Register(ffmpeg.Kill);
        if (list is not null)
            ffmpeg.Feed(list);
        byte[] buffer = new byte[1 << 16];
        long sent = 0;
        for (int read; (read = await ffmpeg.Output.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0; sent += read)
            await target.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        if (ffmpeg.WaitForEnd() != 0 && sent == 0)
            throw ffmpeg.Failure(doing);
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
