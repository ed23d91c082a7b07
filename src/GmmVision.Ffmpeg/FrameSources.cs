using System.Globalization;
using System.Text.Json;
using GmmVision.Ffmpeg.Processes;
using GmmVision.Imaging;

namespace GmmVision.Ffmpeg;

/// <summary>Opens whatever a user names as input.</summary>
public static class FrameSources
{
    private const double FolderFrameRate = 25;

    /// <summary>Schemes of which a picture that is not fetched in time is gone.</summary>
    private static readonly string[] LiveSchemes = ["rtsp", "rtsps", "rtmp", "rtmps", "udp", "rtp", "srt", "tcp", "rist"];

    /// <summary>
    /// Opens a video file, a folder of images (in number order), "-" (y4m or any other stream on standard input),
    /// a camera ("/dev/video0", "camera:0") or a URL (rtsp, http, https, udp, ...).
    /// </summary>
    /// <param name="input">What to read.</param>
    /// <param name="options">What of it, and as what; null for all defaults.</param>
    /// <param name="cancellation">Ends the wait for the first frame.</param>
    /// <returns>A source whose first frame has been decoded. A live one reads on by itself and drops the oldest frames when nobody does.</returns>
    /// <remarks>A URL over http counts as live where it states no duration.</remarks>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FfmpegException">It cannot be decoded, holds no frame, does not answer, or ffmpeg is missing.</exception>
    /// <exception cref="ArgumentException">An option is out of range, or does not go with the input.</exception>
    public static IFrameSource Open(string input, SourceOptions? options = null, CancellationToken cancellation = default)
    {
        options = (options ?? new SourceOptions()).Validate();
        FfmpegFrameSource source = new(Describe(input, options, isBrief: false, cancellation), options, cancellation);
        return source.IsLive ? new LiveFrameSource(source) : source;
    }

    /// <summary>Opens the same as a camera: a URL is looked at only briefly before its first frame, and no thread reads on, so that whoever reads must read fast; while nobody does, ffmpeg waits, and then the camera.</summary>
    /// <inheritdoc cref="Open"/>
    public static FfmpegFrameSource OpenBare(string input, SourceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(input);
        options = (options ?? new SourceOptions()).Validate();
        return new FfmpegFrameSource(Describe(input, options, isBrief: true, cancellation), options, cancellation);
    }

    /// <summary>Whether an input is a camera of this machine: /dev/video0, or camera:0 on any system.</summary>
    public static bool IsCamera(string input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Cameras.IsCamera(input);
    }

    /// <summary>Whether an input is a URL.</summary>
    public static bool IsUrl(string input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return InputName.IsUrl(input);
    }

    /// <summary>What a person calls the input: a URL loses its password.</summary>
    public static string NameOf(string input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return InputName.IsUrl(input) ? ErrorLog.WithoutPassword(input) : input;
    }

    /// <summary>Looks whether an input's own packets can be put into a clip as they are (H.264, H.265, MPEG-4 part 2, MPEG-1 and 2).</summary>
    /// <returns>Copy where they can, Encode where not (raw, motion JPEG).</returns>
    /// <exception cref="FfmpegException">The input does not answer or holds no video.</exception>
    public static PacketKind FindPackets(string input, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(input);
        if (IsCamera(input))
            return PacketKind.Encode;      // raw or motion JPEG; some devices can be opened only once
        string doing = $"cannot read '{NameOf(input)}'";
        string[] arguments = IsUrl(input) ? [.. UrlArguments(input, new SourceOptions(), isBrief: true)] : ["-i", InputName.ForFfmpeg(input)];
        byte[] json = FfmpegTools.Run(FfmpegTools.Ffprobe,
            ["-loglevel", "level+error", .. arguments, "-of", "json", "-select_streams", "v:0", "-show_entries", "stream=codec_name"], doing, cancellation);
        using JsonDocument document = JsonDocument.Parse(json);
        if (!document.RootElement.TryGetProperty("streams", out JsonElement streams) || streams.GetArrayLength() == 0)
            throw new FfmpegException($"{doing}: it holds no video.");
        string? codec = streams[0].TryGetProperty("codec_name", out JsonElement name) ? name.GetString() : null;
        return codec is "h264" or "hevc" or "mpeg4" or "mpeg2video" or "mpeg1video" ? PacketKind.Copy : PacketKind.Encode;
    }

    private static SourceInput Describe(string input, SourceOptions options, bool isBrief, CancellationToken cancellation)
    {
        bool isPath = !Cameras.IsCamera(input) && input != "-" && (!InputName.IsUrl(input) || input.StartsWith("file://", StringComparison.Ordinal));
        if (options.Stream is not null && (!isPath || Directory.Exists(input)))
            throw new ArgumentException($"'{InputName.Of(input)}' is no file with several streams: leave the choice of a stream out.");
        if (options.Times != ImageTimes.Rate && !Directory.Exists(input))
            throw new ArgumentException($"'{InputName.Of(input)}' is no folder of images: leave the choice of times out.");
        if (input == "-")
            return new SourceInput { Name = "-", Arguments = ["-i", "pipe:0"], StandardInput = ChildInput.Inherit };
        if (Cameras.IsCamera(input))
        {
            RequireNoTimes(input, options);
            return new SourceInput { Name = input, Kind = "camera", Arguments = [.. NoDelay, .. Cameras.InputArguments(input, options.FrameRate, options.CaptureSize)], IsLive = true };
        }
        if (InputName.IsUrl(input) && !input.StartsWith("file://", StringComparison.Ordinal))
            return DescribeUrl(input, options, isBrief);
        return Directory.Exists(input) ? DescribeFolder(input, options, cancellation) : FfmpegFrameSource.Describe(input, options, cancellation);
    }

    // Threads that take a frame each would hold one back each; those that share a frame hold none.
    private static string[] NoDelay => ["-thread_type", "slice"];

    private static SourceInput DescribeUrl(string url, SourceOptions options, bool isBrief)
    {
        string scheme = url[..url.IndexOf(':', StringComparison.Ordinal)];
        bool live = Array.IndexOf(LiveSchemes, scheme) >= 0;
        if (live)
            RequireNoTimes(url, options);
        return new SourceInput
        {
            Name = InputName.Of(url),
            Kind = "stream",
            Arguments = [.. live || isBrief ? NoDelay : [], .. UrlArguments(url, options, live || isBrief)],
            IsLive = live,
            LiveWithoutDuration = true,
        };
    }

    private static IEnumerable<string> UrlArguments(string url, SourceOptions options, bool isBrief)
    {
        string timeout = ((long)options.Timeout.TotalMicroseconds).ToString(CultureInfo.InvariantCulture);
        // Half a second of looking is enough for a stream of one picture track, and all that is looked at is decoded too; a file behind a URL may hold anything.
        string[] look = isBrief ? ["-analyzeduration", "500000", "-probesize", "1000000"] : [];
        // UDP loses packets without a word, which smears the picture: TCP unless the URL asks otherwise.
        string[] transport = url.StartsWith("rtsp", StringComparison.Ordinal) ? ["-rtsp_transport", "tcp", "-timeout", timeout] : ["-rw_timeout", timeout];
        return [.. look, .. transport, "-i", url];
    }

    private static SourceInput DescribeFolder(string folder, SourceOptions options, CancellationToken cancellation)
    {
        if (ImageFolder.Find(folder) is not (IReadOnlyList<string> paths, IReadOnlyList<string> warnings))
            throw new FfmpegException($"cannot read folder '{InputName.Of(folder)}': it holds no images (.png, .jpg, .bmp, .tif, ...).");
        IReadOnlyList<TimeSpan>? times = null;
        double rate = options.FrameRate ?? FolderFrameRate;
        List<string> notes = [.. warnings];
        if (options.Times != ImageTimes.Rate)
        {
            (paths, times) = ImageClock.Order(paths, options.Times);
            rate = ImageClock.FrameRate(times) ?? FolderFrameRate;
        }
        else if (options.FrameRate is null)
        {
            notes.Add($"'{InputName.Of(folder)}' is taken as {FolderFrameRate.ToString(CultureInfo.InvariantCulture)} frames a second; give a frame rate (fps) if it is another, or take the images' own times (exif or name).");
        }
        string doing = $"cannot read folder '{InputName.Of(folder)}'";
        // The list gives times for seeking, but to 1/25 s; the rate in front of the input makes them exact.
        string[] arguments = ["-r", FfmpegFrameSource.Fraction(rate), "-f", "concat", "-safe", "0", "-protocol_whitelist", "file,pipe", "-i", "pipe:0"];
        string list = ImageFolder.ConcatList(paths, rate);
        return FfmpegFrameSource.Deepen(new SourceInput
        {
            Name = InputName.Of(folder),
            Kind = "folder",
            Arguments = arguments,
            StandardInputText = list,
            Filter = ImageFileInfo.Upright(ImageFileInfo.Orientation(paths[0])) is { Length: > 0 } turn ? turn.TrimEnd(',') : null,
            FrameRate = rate,
            FrameCount = paths.Count,
            Times = times,
            Warnings = notes,
        }, options, MayBeDeep(paths[0]) ? MediaInfo.Read(paths[0], cancellation).PixelFormat : "", doing, cancellation);
    }

    private static bool MayBeDeep(string image) => Path.GetExtension(image).ToLowerInvariant() is ".png" or ".tif" or ".tiff" or ".pgm" or ".ppm" or ".pnm" or ".jp2" or ".dpx" or ".exr";

    private static void RequireNoTimes(string input, SourceOptions options)
    {
        if (options.Start is not null || options.End is not null)
            throw new ArgumentException($"'{InputName.Of(input)}' is live: it has no start and end to choose; leave them out.");
    }
}
