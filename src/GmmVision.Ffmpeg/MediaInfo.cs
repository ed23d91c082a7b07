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

    /// <summary>Whether samples are grey only.</summary>
    public bool IsGray => PixelFormat.StartsWith("gray", StringComparison.Ordinal) || PixelFormat.StartsWith("mono", StringComparison.Ordinal)
        || PixelFormat is "ya8" or "ya16le" or "ya16be";

    /// <summary>Time stamp of the first video frame behind that of the whole file (sound may begin earlier).</summary>
    internal TimeSpan StartOffset { get; init; }

    /// <summary>Whether <see cref="Duration"/> was written by who made the video, so that a shorter stream is a cut one.</summary>
    internal bool DurationIsStated { get; init; }

    /// <summary>Reads what a file holds.</summary>
    /// <param name="path">A file, or a URL that ffmpeg reads.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FfmpegException">It is not a video, or ffprobe is missing.</exception>
    public static MediaInfo Read(string path, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string doing = $"cannot read video '{InputName.Of(path)}'";
        string input = InputName.ForFfmpeg(path);
        byte[] json = FfmpegTools.Run(FfmpegTools.Ffprobe,
            ["-loglevel", "level+error", "-of", "json", "-show_format", "-show_streams", "-i", input], doing, cancellation);
        using var document = JsonDocument.Parse(json);
        return Parse(document.RootElement, doing);
    }

    private static MediaInfo Parse(JsonElement root, string doing)
    {
        JsonElement? video = null;
        bool audio = false;
        if (root.TryGetProperty("streams", out JsonElement streams))
        {
            foreach (JsonElement stream in streams.EnumerateArray())
            {
                string type = Text(stream, "codec_type");
                audio |= type == "audio";
                if (type == "video" && video is null && !IsCover(stream))
                    video = stream;
            }
        }
        if (video is not JsonElement found || Number(found, "width") is not > 0 || Number(found, "height") is not > 0)
            throw new FfmpegException($"{doing}: it holds no video.");

        JsonElement format = root.GetProperty("format");
        int rotation = Rotate(found);
        int width = (int)Number(found, "width")!, height = (int)Number(found, "height")!;
        if (rotation is 90 or 270)
            (width, height) = (height, width);
        double rate = Rate(found, "avg_frame_rate") is > 0 and double average ? average : Rate(found, "r_frame_rate") ?? 0;
        // Matroska states a stream's own length in a tag; only then is it sure that sound has no part in it.
        double? own = Number(found, "duration") ?? TaggedDuration(found);
        double? seconds = own ?? Number(format, "duration");
        long? stated = (long?)Number(found, "nb_frames");
        string container = Text(format, "format_name");
        // Of a cut AVI ffprobe guesses the length from what is left; its header still tells the frames that there were.
        if (container == "avi" && stated is > 0 && rate > 0)
            seconds = own = stated.Value / rate;
        long? count = stated ?? (seconds * rate is > 0 and double estimate ? (long)Math.Round(estimate) : null);
        string pixels = Text(found, "pix_fmt");
        return new MediaInfo
        {
            Width = width,
            Height = height,
            Rotation = rotation,
            Codec = Text(found, "codec_name"),
            PixelFormat = pixels,
            Range = Text(found, "color_range") == "pc" || pixels.StartsWith("yuvj", StringComparison.Ordinal) ? ColorRange.Full : ColorRange.Limited,
            FrameRate = rate,
            FrameCount = count,
            Duration = seconds is double length ? TimeSpan.FromSeconds(length) : null,
            HasAudio = audio,
            Container = container,
            StartOffset = TimeSpan.FromSeconds((Number(found, "start_time") ?? 0) - (Number(format, "start_time") ?? 0)),
            DurationIsStated = (own is not null || !audio) && !container.StartsWith("mpeg", StringComparison.Ordinal),
        };
    }

    private static bool IsCover(JsonElement stream) =>
        stream.TryGetProperty("disposition", out JsonElement disposition) && Number(disposition, "attached_pic") > 0;

    private static int Rotate(JsonElement stream)
    {
        if (!stream.TryGetProperty("side_data_list", out JsonElement list))
            return 0;
        foreach (JsonElement item in list.EnumerateArray())
        {
            // ffprobe counts anticlockwise.
            if (Number(item, "rotation") is double degrees)
                return (int)(((-Math.Round(degrees)) % 360 + 360) % 360);
        }
        return 0;
    }

    private static double? TaggedDuration(JsonElement stream) =>
        stream.TryGetProperty("tags", out JsonElement tags) && Text(tags, "DURATION") is { Length: > 0 } text
        && text.Split(':') is [string hours, string minutes, string rest]
        && double.TryParse(hours, CultureInfo.InvariantCulture, out double h) && double.TryParse(minutes, CultureInfo.InvariantCulture, out double m)
        && double.TryParse(rest, CultureInfo.InvariantCulture, out double s)
            ? h * 3600 + m * 60 + s
            : null;

    private static string Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static double? Number(JsonElement item, string name)
    {
        if (!item.TryGetProperty(name, out JsonElement value))
            return null;
        if (value.ValueKind == JsonValueKind.Number)
            return value.GetDouble();
        return value.ValueKind == JsonValueKind.String && double.TryParse(value.GetString(), CultureInfo.InvariantCulture, out double number) ? number : null;
    }

    private static double? Rate(JsonElement item, string name) =>
        Text(item, name).Split('/') is [string a, string b]
        && double.TryParse(a, CultureInfo.InvariantCulture, out double numerator)
        && double.TryParse(b, CultureInfo.InvariantCulture, out double denominator) && denominator > 0
            ? numerator / denominator
            : null;
}
