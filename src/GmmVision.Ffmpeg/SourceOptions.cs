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
        if (Layout is PixelLayout layout)
            Range.Check(layout, nameof(Layout));
        if (Start < TimeSpan.Zero)
            throw new ArgumentException($"Start {Start} is negative: give a time from 0, the beginning of the video.");
        if (End <= (Start ?? TimeSpan.Zero))
            throw new ArgumentException($"End {End} is not behind start {Start ?? TimeSpan.Zero}: give a later end.");
        Range.Check(Every, 1, 10_000, "1 reads each frame");
        Range.Check(Width ?? 1, 1, FrameFormat.MaxSide, name: nameof(Width));
        Range.Check(Height ?? 1, 1, FrameFormat.MaxSide, name: nameof(Height));
        if (!WorkingHeight.IsFull && (Width ?? Height) is not null)
            throw new ArgumentException($"A working height of {WorkingHeight} and a size of {Width}x{Height} both say how large frames are: leave one out.");
        if (CaptureSize is { } size)
            Range.Check(size is { Width: >= 1 and <= FrameFormat.MaxSide, Height: >= 1 and <= FrameFormat.MaxSide }, $"{size.Width}x{size.Height}", $"of sides of 1 to {FrameFormat.MaxSide}", nameof(CaptureSize));
        if (Loop && !Realtime)
            throw new ArgumentException("A file that begins again for ever must be played at its own pace: ask for real time too.");
        _ = Packets?.Validate();
        if (Packets is not null && Start is not null)
            throw new ArgumentException($"Packets are taken of what is live, from its beginning on: leave the start {Start} out.");
        Range.Check(Threads, 0, 64, "0: one a core");
        if (FrameRate is double rate)
            Range.Check(rate is > 0 and <= 1000, rate, "over 0, up to 1000 frames a second", nameof(FrameRate));
        Range.Check(Times);
        if (Times != ImageTimes.Rate && FrameRate is not null)
            throw new ArgumentException($"A frame rate of {FrameRate} and times by {Times} contradict each other: leave one of them out.");
        Range.Check(Stream is not < 0, Stream, "0 or more, as streams count from 0");
        if (Levels is (int low, int high))
            Range.Check(low >= 0 && high <= 65535 && low < high, $"{low}:{high}", "two values from 0 to 65535, the lower first", nameof(Levels));
        Range.Check(Timeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        return this;
    }
}
