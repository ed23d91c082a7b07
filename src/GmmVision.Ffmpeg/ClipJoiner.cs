using System.Globalization;
using System.Text;

namespace GmmVision.Ffmpeg;

/// <summary>Puts clips one behind the other into one video.</summary>
public static class ClipJoiner
{
    /// <summary>Joins without encoding again where all clips are of one kind, else encodes all of them in the size of the first one.</summary>
    /// <param name="clips">Video files, in their order; at least one.</param>
    /// <param name="output">Name of the new file; its extension chooses the container. Written under a temporary name first.</param>
    /// <param name="cancellation">Ends the work; nothing stays behind.</param>
    /// <returns>Whether the streams were copied, not encoded again.</returns>
    /// <remarks>Thread-safe. Encoding makes H.264 without sound, for clips without sound cannot be joined to those with it.</remarks>
    /// <exception cref="ArgumentException">There is no clip.</exception>
    /// <exception cref="IOException">One can be neither read nor written; the message says which.</exception>
    public static bool Join(IReadOnlyList<string> clips, string output, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(clips);
        ArgumentException.ThrowIfNullOrEmpty(output);
        if (clips.Count == 0)
            throw new ArgumentException("there is no clip to join.");
        MediaInfo[] infos = [.. clips.Select(clip => MediaInfo.Read(clip, null, cancellation))];
        TimeSpan all = TimeSpan.FromSeconds(infos.Sum(info => info.Duration?.TotalSeconds ?? 0));
        using var file = new OutputFile(output);
        string list = file.TemporaryPath + ".txt", doing = $"cannot join {clips.Count} clips to '{output}'", target = "file:" + file.TemporaryPath;
        string[] fast = Path.GetExtension(output).ToLowerInvariant() is ".mp4" or ".mov" or ".m4v" ? ["-movflags", "+faststart"] : [];
        try
        {
            File.WriteAllText(list, List(clips), new UTF8Encoding(false));
            string[] input = ["-hide_banner", "-nostats", "-nostdin", "-loglevel", "level+error", "-y", "-f", "concat", "-safe", "0", "-i", "file:" + list];
            bool copied = infos.All(info => (info.Codec, info.Width, info.Height, info.PixelFormat, info.HasAudio) == (infos[0].Codec, infos[0].Width, infos[0].Height, infos[0].PixelFormat, infos[0].HasAudio))
                && TryCopy([.. input, "-map", "0:v:0", "-map", "0:a:0?", "-c", "copy", .. fast, target], doing, file.TemporaryPath, all, cancellation);
            if (!copied)
                Encode(clips, infos, [.. fast, target], doing, cancellation);
            file.Complete();
            return copied;
        }
        finally
        {
            File.Delete(list);
        }
    }

    // A copy whose parts do not fit together comes out short, or not at all.
    private static bool TryCopy(string[] arguments, string doing, string path, TimeSpan all, CancellationToken cancellation)
    {
        try
        {
            FfmpegTools.Run(FfmpegTools.Ffmpeg, arguments, doing, cancellation);
            return MediaInfo.Read(path, null, cancellation).Duration is TimeSpan length && length > 0.9 * all;
        }
        catch (FfmpegException)
        {
            return false;
        }
    }

    private static void Encode(IReadOnlyList<string> clips, MediaInfo[] infos, string[] target, string doing, CancellationToken cancellation)
    {
        int width = infos[0].Width / 2 * 2, height = infos[0].Height / 2 * 2;
        StringBuilder filter = new();
        for (int i = 0; i < clips.Count; i++)
            filter.Append(CultureInfo.InvariantCulture, $"[{i}:v:0]scale={width}:{height}:force_original_aspect_ratio=decrease,pad={width}:{height}:-1:-1,setsar=1,format=yuv420p,setpts=PTS-STARTPTS[v{i}];");
        filter.Append(string.Concat(Enumerable.Range(0, clips.Count).Select(i => $"[v{i}]"))).Append(CultureInfo.InvariantCulture, $"concat=n={clips.Count}:v=1:a=0[v]");
        FfmpegTools.Run(FfmpegTools.Ffmpeg, ["-hide_banner", "-nostats", "-nostdin", "-loglevel", "level+error", "-y", .. clips.SelectMany(clip => (string[])["-i", InputName.ForFfmpeg(clip)]),
            "-filter_complex", filter.ToString(), "-map", "[v]", "-fps_mode", "vfr", "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", .. target], doing, cancellation);
    }

    // In ffmpeg's own quoting: whatever a name holds stands between quotes, a quote itself outside of them.
    private static string List(IReadOnlyList<string> clips) =>
        string.Concat(clips.Select(clip => $"file '{("file:" + Path.GetFullPath(clip)).Replace("'", "'\\''", StringComparison.Ordinal)}'\n"));
}
