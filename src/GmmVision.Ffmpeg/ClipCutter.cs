using System.Globalization;

namespace GmmVision.Ffmpeg;

/// <summary>Cuts a piece out of a video file, with its sound.</summary>
public static class ClipCutter
{
    /// <summary>Cuts without encoding again where the new container can hold the streams as they are, else encodes.</summary>
    /// <param name="input">A video file.</param>
    /// <param name="output">Name of the new file; its extension chooses the container. Written under a temporary name first.</param>
    /// <param name="start">Beginning, on the clock of <see cref="Imaging.Frame.Time"/>.</param>
    /// <param name="end">End, later than the beginning; beyond the end of the file is its end.</param>
    /// <param name="exact">
    /// True begins with exactly the frame at <paramref name="start"/>, for which the video is encoded again; false copies
    /// it bit for bit, which can begin only at a key frame: the last one at or before the beginning.
    /// </param>
    /// <param name="cancellation">Ends the work; nothing stays behind.</param>
    /// <returns>Whether the streams were copied, not encoded again.</returns>
    /// <remarks>Thread-safe. Encoding makes H.264 and AAC.</remarks>
    /// <exception cref="ArgumentException">The times are negative or in the wrong order.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It can be neither read nor written; the message says which.</exception>
    public static bool Cut(string input, string output, TimeSpan start, TimeSpan end, bool exact = false, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(input);
        if (start < TimeSpan.Zero || end <= start)
            throw new ArgumentException($"cannot cut '{InputName.Of(input)}' from {Seconds(start)} to {Seconds(end)} s: the start must not be negative, and the end must be later.");
        MediaInfo info = MediaInfo.Read(input, cancellation);
        using var file = new OutputFile(output);
        string doing = $"cannot cut '{InputName.Of(input)}' to '{output}'";
        // Times here count from the first picture, ffmpeg's from where the file begins.
        string[] from = ["-hide_banner", "-nostats", "-nostdin", "-loglevel", "level+error", "-y", "-ss", Seconds(start + info.StartOffset), "-i", InputName.ForFfmpeg(input),
            "-t", Seconds(end - start), "-map", "0:V:0", "-map", "0:a?", "-avoid_negative_ts", "make_zero"];
        string[] fast = Path.GetExtension(output).ToLowerInvariant() is ".mp4" or ".mov" or ".m4v" ? ["-movflags", "+faststart"] : [];
        string target = "file:" + file.TemporaryPath;
        bool copied = !exact && TryRun([.. from, "-c", "copy", .. fast, target], doing, cancellation) && HoldsVideo(file.TemporaryPath);
        if (!copied)
        {
            FfmpegTools.Run(FfmpegTools.Ffmpeg, [.. from, "-c:v", "libx264", "-preset", "veryfast", "-crf", "20",
                "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2,format=yuv420p", "-fps_mode", "vfr", "-c:a", "aac", .. fast, target], doing, cancellation);
            if (!HoldsVideo(file.TemporaryPath))
                throw new FfmpegException($"{doing}: there is no frame from {Seconds(start)} to {Seconds(end)} s.");
        }
        file.Complete();
        return copied;
    }

    private static bool TryRun(string[] arguments, string doing, CancellationToken cancellation)
    {
        try
        {
            FfmpegTools.Run(FfmpegTools.Ffmpeg, arguments, doing, cancellation);
            return true;
        }
        catch (FfmpegException)
        {
            return false;      // the container cannot hold the codec as it is; encoding, if that fails too, says why
        }
    }

    private static bool HoldsVideo(string path)
    {
        try
        {
            return MediaInfo.Read(path) is { FrameCount: null or > 0 };
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.######", CultureInfo.InvariantCulture);
}
