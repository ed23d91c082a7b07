using System.Globalization;
using System.Text.Json;
using GmmVision.Imaging;

namespace GmmVision.Ffmpeg;

/// <summary>What ffprobe says about the video of a file, without decoding it.</summary>
public sealed record MediaInfo
{
    /// <summary>Pixels in a row as shown, rotation applied.</summary>
    public required int Width { get; init; }

    /// <summary>Rows as shown, rotation applied.</summary>
    public required int Height { get; init; }

    /// <summary>Degrees clockwise by which a player turns the stored picture: 0 to 359, in practice 0, 90, 180 or 270.</summary>
    public int Rotation { get; init; }

    /// <summary>Short name of the codec, for example "h264".</summary>
    public required string Codec { get; init; }

    /// <summary>ffmpeg's name of the pixel format, for example "yuv420p"; empty where unknown.</summary>
    public string PixelFormat { get; init; } = "";

    /// <summary>Meaning of the stored sample values.</summary>
    public ColorRange Range { get; init; }

    /// <summary>Frames a second on average; 0 where unknown.</summary>
    public double FrameRate { get; init; }

    /// <summary>Frames as the container states them, else duration times frame rate, else null. An estimate.</summary>
    public long? FrameCount { get; init; }

    /// <summary>Length of the video, where the container says.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Whether there is sound.</summary>
    public bool HasAudio { get; init; }

    /// <summary>Names of the container as ffmpeg gives them, for example "mov,mp4,m4a,3gp,3g2,mj2".</summary>
    public string Container { get; init; } = "";

    /// <summary>When it was recorded, as the container says; null where it does not, or says what cannot be.</summary>
    public DateTimeOffset? Recorded { get; init; }

    /// <summary>Whether samples are grey only.</summary>
    public bool IsGray => PixelFormat.StartsWith("gray", StringComparison.Ordinal) || PixelFormat.StartsWith("mono", StringComparison.Ordinal)
        || PixelFormat is "ya8" or "ya16le" or "ya16be";

    /// <summary>Time stamp of the first video frame behind that of the whole file (sound may begin earlier).</summary>
    internal TimeSpan StartOffset { get; init; }

    /// <summary>Time stamp of the first video frame on the file's own clock.</summary>
    internal TimeSpan StreamStart { get; init; }

    /// <summary>Whether <see cref="Duration"/> was written by who made the video, so that a shorter stream is a cut one.</summary>
    internal bool DurationIsStated { get; init; }

    /// <summary>Frames that the container counts; null where it does not.</summary>
    internal long? StatedFrames { get; init; }

    /// <summary>Number of the stream in its file, as ffprobe counts: from 0.</summary>
    public int StreamIndex { get; init; }

    /// <summary>Whether the file holds pictures only, without times: of these the frame rate is what ffmpeg assumes, or what the pictures' own header says.</summary>
    internal bool HasNoTimes => RawContainers.Contains(Container);

    /// <summary>Whether the container has no index, so that a seek can land behind what was asked for.</summary>
    internal bool HasNoIndex => Container is "mpegts" or "mpeg" || HasNoTimes;

    /// <summary>Whether the container may be cut anywhere and joined, so that its clock can start again.</summary>
    internal bool ClockMayRestart => Container is "mpegts" or "mpeg";

    // ffprobe's names of what is a bare stream of pictures.
    private static readonly string[] RawContainers = ["h264", "hevc", "vvc", "m4v", "mpegvideo", "mjpeg", "mjpeg_2000", "rawvideo", "av1", "obu", "h263", "h261", "cavsvideo", "vc1", "dirac", "jpeg_pipe"];

    /// <summary>Reads what a file holds.</summary>
    /// <param name="path">A file, or a URL that ffmpeg reads.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FfmpegException">It is not a video, or ffprobe is missing.</exception>
    public static MediaInfo Read(string path, CancellationToken cancellation = default) => Read(path, null, cancellation);

    /// <summary>Reads what a file holds, of a certain stream.</summary>
    /// <param name="path">A file, or a URL that ffmpeg reads.</param>
    /// <param name="stream">Number of the video stream; null takes the default and largest one that is more than a single picture.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FfmpegException">It is not a video, there is no such stream, or ffprobe is missing.</exception>
    public static MediaInfo Read(string path, int? stream, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string doing = $"cannot read video '{InputName.Of(path)}'";
        string input = InputName.ForFfmpeg(path);
        // The first packets tell a stream that moves from a single picture, and the rate from what a header claims.
        return ProbeAnswer.Ask(["-show_format", "-show_streams", "-show_packets", "-read_intervals", "%+#120", "-i", input], doing, root => Parse(root, stream, doing), cancellation);
    }

    private static MediaInfo Parse(JsonElement root, int? wanted, string doing)
    {
        JsonElement found = VideoStreamChoice.Choose(root, wanted, doing);
        List<JsonElement> streams = [.. ProbeAnswer.Items(root, "streams")];
        JsonElement format = root.TryGetProperty("format", out JsonElement given) ? given : default;
        int rotation = Rotate(found);
        int width = (int)ProbeAnswer.Number(found, "width")!, height = (int)ProbeAnswer.Number(found, "height")!;
        if (rotation is 90 or 270)
            (width, height) = (height, width);
        double rate = VideoStreamChoice.FrameRate(root, found);
        double offset = (ProbeAnswer.Number(found, "start_time") ?? 0) - (ProbeAnswer.Number(format, "start_time") ?? 0);
        // Matroska states where a stream ends in a tag; only of a stream's own length is it sure that no other has a part in it.
        double? own = ProbeAnswer.Number(found, "duration") ?? (TaggedEnd(found) is double end ? end - offset : null);
        double? seconds = own ?? ProbeAnswer.Number(format, "duration") - offset;
        long? stated = (long?)ProbeAnswer.Number(found, "nb_frames");
        string container = ProbeAnswer.Text(format, "format_name");
        // Of a cut AVI ffprobe guesses the length from what is left; its header still tells the frames that there were.
        if (container == "avi" && stated is > 0 && rate > 0)
            seconds = own = stated.Value / rate;
        long? count = stated ?? (seconds * rate is > 0 and < 1e15 and double estimate ? (long)Math.Round(estimate) : null);
        string pixels = ProbeAnswer.Text(found, "pix_fmt");
        return new MediaInfo
        {
            Width = width,
            Height = height,
            Rotation = rotation,
            Codec = ProbeAnswer.Text(found, "codec_name"),
            PixelFormat = pixels,
            Range = ProbeAnswer.Text(found, "color_range") == "pc" || pixels.StartsWith("yuvj", StringComparison.Ordinal) ? ColorRange.Full : ColorRange.Limited,
            FrameRate = rate,
            FrameCount = count,
            Duration = seconds is double length ? TimeSpan.FromSeconds(length) : null,
            HasAudio = streams.Exists(stream => ProbeAnswer.Text(stream, "codec_type") == "audio"),
            Container = container,
            StreamIndex = VideoStreamChoice.Index(found),
            Recorded = RecordingTime(format) ?? RecordingTime(found),
            StartOffset = TimeSpan.FromSeconds(offset),
            StreamStart = TimeSpan.FromSeconds(ProbeAnswer.Number(found, "start_time") ?? 0),
            StatedFrames = stated,
            DurationIsStated = (own is not null || streams.Count == 1) && !container.StartsWith("mpeg", StringComparison.Ordinal),
        };
    }

    // Cameras whose clock was never set write 1904 or 1970.
    private static DateTimeOffset? RecordingTime(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty("tags", out JsonElement tags)
        && DateTimeOffset.TryParse(ProbeAnswer.Text(tags, "creation_time"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time)
        && time.Year is > 1980 and < 9000
            ? time
            : null;

    private static int Rotate(JsonElement stream)
    {
        foreach (JsonElement item in ProbeAnswer.Items(stream, "side_data_list"))
        {
            // ffprobe counts anticlockwise.
            if (ProbeAnswer.Number(item, "rotation") is double degrees)
                return (int)(((-Math.Round(degrees)) % 360 + 360) % 360);
        }
        return 0;
    }

    private static double? TaggedEnd(JsonElement stream) =>
        stream.TryGetProperty("tags", out JsonElement tags) && ProbeAnswer.Text(tags, "DURATION") is { Length: > 0 } text
        && text.Split(':') is [string hours, string minutes, string rest]
        && double.TryParse(hours, CultureInfo.InvariantCulture, out double h) && double.TryParse(minutes, CultureInfo.InvariantCulture, out double m)
        && double.TryParse(rest, CultureInfo.InvariantCulture, out double s) && h * 3600 + m * 60 + s is >= 0 and < 1e9
            ? h * 3600 + m * 60 + s
            : null;
}
