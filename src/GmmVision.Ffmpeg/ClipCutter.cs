using System.Globalization;
using GmmVision.Imaging;

namespace GmmVision.Ffmpeg;

/// <summary>Cuts a piece out of a video file, with its sound.</summary>
public static class ClipCutter
{
    /// <summary>Cuts without encoding again where the new container can hold the streams as they are, else encodes.</summary>
    /// <param name="input">A video file.</param>
    /// <param name="output">Name of the new file; its extension chooses the container. Written under a temporary name first.</param>
    /// <param name="start">Beginning, on the clock of <see cref="Imaging.Frame.Time"/>.</param>
    /// <param name="end">End, later than the beginning; beyond the end of the file is its end.</param>
    /// <param name="options">What is cut, and what is drawn into it; null for all defaults.</param>
    /// <param name="cancellation">Ends the work; nothing stays behind.</param>
    /// <returns>Whether the streams were copied, not encoded again.</returns>
    /// <remarks>Thread-safe. Encoding makes H.264 and AAC.</remarks>
    /// <exception cref="ArgumentException">The times are negative or in the wrong order.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It can be neither read nor written; the message says which.</exception>
    public static bool Cut(string input, string output, TimeSpan start, TimeSpan end, ClipOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new ClipOptions();
        ArgumentException.ThrowIfNullOrEmpty(input);
        if (start < TimeSpan.Zero || end <= start)
            throw new ArgumentException($"cannot cut '{InputName.Of(input)}' from {Seconds(start)} to {Seconds(end)} s: the start must not be negative, and the end must be later.");
        MediaInfo info = MediaInfo.Read(input, options.Stream, cancellation);
        using var file = new OutputFile(output);
        string doing = $"cannot cut '{InputName.Of(input)}' to '{output}'", source = InputName.ForFfmpeg(input), target = "file:" + file.TemporaryPath;
        // Times here count from the first picture, ffmpeg's from where the file begins.
        TimeSpan from = start + info.StartOffset, length = end - start;
        string[] streams = ["-map", $"0:{info.StreamIndex.ToString(CultureInfo.InvariantCulture)}", "-map", "0:a?", "-avoid_negative_ts", "make_zero"];
        string[] fast = Path.GetExtension(output).ToLowerInvariant() is ".mp4" or ".mov" or ".m4v" ? ["-movflags", "+faststart"] : [];
        bool copied = false;
        if (!options.Exact && !info.HasNoTimes && !options.Draws)
        {
            // Without an index a seek lands behind the wanted key frame: begin earlier until the copy is as long as it has to be.
            TimeSpan least = Min(length, (info.Duration ?? TimeSpan.MaxValue) - start) - TimeSpan.FromSeconds(2.5 / Math.Max(1, info.FrameRate));
            foreach (TimeSpan earlier in info.HasNoIndex ? Earlier : [TimeSpan.Zero])
            {
                TimeSpan begin = Max(TimeSpan.Zero, from - earlier);
                copied = TryRun([.. Quiet, .. begin > TimeSpan.Zero ? (string[])["-ss", Seconds(begin)] : [], "-i", source, "-t", Seconds(from + length - begin), .. streams, "-c", "copy", .. fast, target], doing, cancellation)
                    && HoldsVideo(file.TemporaryPath, info.HasNoIndex ? least : TimeSpan.Zero);
                if (copied || begin == TimeSpan.Zero)
                    break;
            }
        }
        if (!copied)
        {
            // Where seeking cannot be trusted ffmpeg decodes from the beginning.
            string[] begin = info.HasNoIndex ? ["-i", source, "-ss", Seconds(from)] : ["-ss", Seconds(from), "-i", source];
            FfmpegTools.Run(FfmpegTools.Ffmpeg, [.. Quiet, .. begin, "-t", Seconds(length), .. streams, "-c:v", "libx264", "-preset", "veryfast", "-crf", "20",
                "-vf", Blacken(options.Hidden, info) + Stamp(options, info.HasNoIndex ? -info.StartOffset : start) + Even, "-fps_mode", "vfr", "-c:a", "aac", .. fast, target], doing, cancellation);
            if (!HoldsVideo(file.TemporaryPath, TimeSpan.Zero))
                throw new FfmpegException($"{doing}: there is no frame from {Seconds(start)} to {Seconds(end)} s.");
        }
        file.Complete();
        return copied;
    }

    /// <summary>Cuts by the numbers of frames, for files whose time stamps cannot be trusted: decoded from the beginning and encoded again, without sound.</summary>
    /// <param name="input">A video file.</param>
    /// <param name="output">Name of the new file.</param>
    /// <param name="first">Number of the first frame, from 0.</param>
    /// <param name="last">Number of the last frame.</param>
    /// <param name="frameRate">Frames a second of the clip, over 0.</param>
    /// <param name="options">As in <see cref="Cut"/>; null for all defaults.</param>
    /// <param name="cancellation">Ends the work; nothing stays behind.</param>
    /// <exception cref="IOException">It can be neither read nor written; the message says which.</exception>
    public static void CutFrames(string input, string output, long first, long last, double frameRate, ClipOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new ClipOptions();
        MediaInfo info = MediaInfo.Read(input, options.Stream, cancellation);
        using var file = new OutputFile(output);
        string doing = $"cannot cut '{InputName.Of(input)}' to '{output}'";
        string filter = string.Create(CultureInfo.InvariantCulture, $"select=between(n\\,{first}\\,{last}),setpts=N/{frameRate:0.######}/TB,{Blacken(options.Hidden, info)}{Stamp(options, TimeSpan.FromSeconds(first / frameRate))}{Even}");
        FfmpegTools.Run(FfmpegTools.Ffmpeg, [.. Quiet, "-i", InputName.ForFfmpeg(input), "-map", $"0:{info.StreamIndex.ToString(CultureInfo.InvariantCulture)}", "-vf", filter,
            "-frames:v", (last - first + 1).ToString(CultureInfo.InvariantCulture), "-fps_mode", "vfr", "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "file:" + file.TemporaryPath], doing, cancellation);
        if (!HoldsVideo(file.TemporaryPath, TimeSpan.Zero))
            throw new FfmpegException($"{doing}: there are no frames {first} to {last}.");
        file.Complete();
    }

    // Encoders of 4:2:0 take even sides only.
    private const string Even = "pad=ceil(iw/2)*2:ceil(ih/2)*2,format=yuv420p";

    // As parts of the picture, whatever its size; outwards by two pixels, since chroma is shared by two and rounding must not show a rim.
    private static string Blacken(IReadOnlyList<Box> hidden, MediaInfo info) => string.Concat(hidden.Select(box => string.Create(CultureInfo.InvariantCulture,
        $"drawbox=x='floor(iw*{box.X}/{info.Width})-2':y='floor(ih*{box.Y}/{info.Height})-2':w='ceil(iw*{box.Width}/{info.Width})+4':h='ceil(ih*{box.Height}/{info.Height})+4':color=black:t=fill,")));

    // The filter's clock begins anew with what is cut; it prints seconds since the file's first picture, or since 1970 as a day and a time.
    private static string Stamp(ClipOptions options, TimeSpan first)
    {
        if (!options.Timecode)
            return "";
        string text = options.Began is DateTime began
            ? string.Create(CultureInfo.InvariantCulture, $@"%{{pts\:gmtime\:{(DateTime.SpecifyKind(began, DateTimeKind.Utc) - DateTime.UnixEpoch + first).TotalSeconds:0.###}\:%Y-%m-%d %T}}")
            : string.Create(CultureInfo.InvariantCulture, $@"%{{pts\:hms\:{first.TotalSeconds:0.######}}}");
        return $"drawtext=text='{text}':x=h/40:y=h-text_h-h/40:fontsize=max(12\\,h/24):fontcolor=white:box=1:boxcolor=black@0.6:boxborderw=4,";
    }

    private static readonly string[] Quiet = ["-hide_banner", "-nostats", "-nostdin", "-loglevel", "level+error", "-y"];

    private static readonly TimeSpan[] Earlier = [TimeSpan.Zero, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(60), TimeSpan.FromDays(1000)];

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

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

    private static bool HoldsVideo(string path, TimeSpan least)
    {
        try
        {
            MediaInfo info = MediaInfo.Read(path);
            return info.FrameCount is null or > 0 && (info.Duration is null || info.Duration >= least);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.######", CultureInfo.InvariantCulture);
}
