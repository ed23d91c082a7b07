using GmmVision.Imaging;

namespace GmmVision.Ffmpeg;

/// <summary>What of a source to read, and as what.</summary>
public sealed record SourceOptions
{
    /// <summary>Planes of the frames; null takes Gray8 for grey input and Yuv420 for everything else. Gray8 of a colour source is its luma.</summary>
    public PixelLayout? Layout { get; init; }

    /// <summary>The first frame is the first one at or after this time; null begins at the beginning. Not for live sources.</summary>
    public TimeSpan? Start { get; init; }

    /// <summary>Frames at or after this time, on the same clock as <see cref="Start"/>, are not read; null reads to the end.</summary>
    public TimeSpan? End { get; init; }

    /// <summary>Reads every n-th frame, 1 to 10,000.</summary>
    public int Every { get; init; } = 1;

    /// <summary>
    /// Decodes key frames only, and of these at most one a second; numbers of frames then count what is delivered. A codec without
    /// other frames is decoded whole. Not for live sources.
    /// </summary>
    public bool KeyFramesOnly { get; init; }

    /// <summary>Plays at its own pace, as a camera would; frames that nobody reads in time are lost and counted.</summary>
    public bool Realtime { get; init; }

    /// <summary>Begins a file again at its end, for ever; only with <see cref="Realtime"/>.</summary>
    public bool Loop { get; init; }

    /// <summary>Size to ask of a camera of this machine; null takes what comes.</summary>
    public (int Width, int Height)? CaptureSize { get; init; }

    /// <summary>Takes the encoded stream beside the frames; null for frames only. For live sources, and files with <see cref="Realtime"/>.</summary>
    public PacketTap? Packets { get; init; }

    /// <summary>Scales to this width, 1 to 32768; null keeps it, or follows from <see cref="Height"/> at the same aspect.</summary>
    public int? Width { get; init; }

    /// <summary>Scales to this height, 1 to 32768; null keeps it, or follows from <see cref="Width"/> at the same aspect.</summary>
    public int? Height { get; init; }

    /// <summary>How many rows the frames have at most; full by default. Not together with <see cref="Width"/> or <see cref="Height"/>.</summary>
    public WorkingHeight WorkingHeight { get; init; }

    /// <summary>Threads of the decoder, 0 to 64; 0 leaves it to ffmpeg (one for each core).</summary>
    public int Threads { get; init; }

    /// <summary>Frames a second of a folder of images (25 where null), of a bare stream without times, or asked of a camera; over 0, up to 1000. Ignored where the source has times of its own.</summary>
    public double? FrameRate { get; init; }

    /// <summary>Where the times of a folder's images come from.</summary>
    public ImageTimes Times { get; init; }

    /// <summary>Number of the video stream in the file, from 0 as ffprobe counts; null takes the default and largest one that is more than a single picture.</summary>
    public int? Stream { get; init; }

    /// <summary>Makes whole pictures of interlaced ones.</summary>
    public bool Deinterlace { get; init; }

    /// <summary>
    /// Sample values, as the file has them, that become 0 and 255 of a grey picture; 0 up to 65535, the first lower. Null chooses them for
    /// samples of more than 8 bits by what the first frames use, and leaves others alone.
    /// </summary>
    public (int Low, int High)? Levels { get; init; }

    /// <summary>After how long a silent network source counts as lost, 1 s to 1 h; 10 s by default.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Throws where a value is out of range.</summary>
    /// <exception cref="ArgumentException">The message names the value, what is allowed, and what to do.</exception>
    public SourceOptions Validate()
    {
        if (Layout is PixelLayout layout && !Enum.IsDefined(layout))
            throw new ArgumentException($"Layout {layout} is unknown: use Gray8, Yuv420 or Rgb.");
        if (Start < TimeSpan.Zero)
            throw new ArgumentException($"Start {Start} is negative: give a time from 0, the beginning of the video.");
        if (End <= (Start ?? TimeSpan.Zero))
            throw new ArgumentException($"End {End} is not behind start {Start ?? TimeSpan.Zero}: give a later end.");
        if (Every is < 1 or > 10_000)
            throw new ArgumentException($"Every {Every} is out of range: 1 reads each frame, up to 10000.");
        if (Width is < 1 or > FrameFormat.MaxSide || Height is < 1 or > FrameFormat.MaxSide)
            throw new ArgumentException($"Size {Width}x{Height} is out of range: each side must be 1 to {FrameFormat.MaxSide}.");
        if (!WorkingHeight.IsFull && (Width ?? Height) is not null)
            throw new ArgumentException($"A working height of {WorkingHeight} and a size of {Width}x{Height} both say how large frames are: leave one out.");
        if (CaptureSize is { } size && (size.Width is < 1 or > FrameFormat.MaxSide || size.Height is < 1 or > FrameFormat.MaxSide))
            throw new ArgumentException($"Size {size.Width}x{size.Height} is out of range: each side must be 1 to {FrameFormat.MaxSide}.");
        if (Loop && !Realtime)
            throw new ArgumentException("A file that begins again for ever must be played at its own pace: ask for real time too.");
        _ = Packets?.Validate();
        if (Packets is not null && Start is not null)
            throw new ArgumentException($"Packets are taken of what is live, from its beginning on: leave the start {Start} out.");
        if (Threads is < 0 or > 64)
            throw new ArgumentException($"Threads {Threads} is out of range: 1 to 64, or 0 for one a core.");
        if (FrameRate is double rate && !(rate is > 0 and <= 1000))
            throw new ArgumentException($"Frame rate {rate} is out of range: over 0, up to 1000 frames a second.");
        if (!Enum.IsDefined(Times))
            throw new ArgumentException($"Times {Times} is unknown: use Rate, Exif or Name.");
        if (Times != ImageTimes.Rate && FrameRate is not null)
            throw new ArgumentException($"A frame rate of {FrameRate} and times by {Times} contradict each other: leave one of them out.");
        if (Stream is < 0)
            throw new ArgumentException($"Stream {Stream} is out of range: streams count from 0.");
        if (Levels is (int low, int high) && (low < 0 || high > 65535 || low >= high))
            throw new ArgumentException($"Levels {low}:{high} are out of range: two values from 0 to 65535, the lower first.");
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromHours(1))
            throw new ArgumentException($"Timeout {Timeout} is out of range: 1 second to 1 hour.");
        return this;
    }
}
