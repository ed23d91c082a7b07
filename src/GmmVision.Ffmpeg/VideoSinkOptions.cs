namespace GmmVision.Ffmpeg;

/// <summary>How a video is encoded.</summary>
public enum VideoCodec
{
    /// <summary>Plays everywhere; 8-bit 4:2:0, lossy. For .mp4, .mov and .mkv.</summary>
    H264,

    /// <summary>Lossless, sample by sample, in the layout of the frames. For .mkv and .avi.</summary>
    Ffv1,
}

/// <summary>How to encode a video.</summary>
public sealed record VideoSinkOptions
{
    /// <summary>The codec; null takes H.264, except FFV1 for grey frames into .mkv or .avi.</summary>
    public VideoCodec? Codec { get; init; }

    /// <summary>Frames a second that the file states, over 0, up to 1000; the frames' own times decide in .mp4, .mov and .mkv.</summary>
    public double FrameRate { get; init; } = 25;

    /// <summary>Quality of H.264 as its constant rate factor, 0 (lossless) to 51 (worst); 23 by default.</summary>
    public int Quality { get; init; } = 23;

    /// <summary>x264's preset, from "ultrafast" to "veryslow": time against size.</summary>
    public string Speed { get; init; } = "veryfast";

    /// <summary>Threads of the encoder, 0 to 64; 0 leaves it to ffmpeg.</summary>
    public int Threads { get; init; }

    private static readonly string[] Speeds = ["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"];

    /// <summary>Throws where a value is out of range.</summary>
    /// <exception cref="ArgumentException">The message names the value, what is allowed, and what to do.</exception>
    public VideoSinkOptions Validate()
    {
        if (Codec is VideoCodec codec)
            Range.Check(codec, nameof(Codec));
        Range.Check(FrameRate is > 0 and <= 1000, FrameRate, "over 0, up to 1000 frames a second");
        Range.Check(Quality, 0, 51, "0: lossless, 51: the worst");
        Range.Check(Array.IndexOf(Speeds, Speed) >= 0, Speed, "one of " + string.Join(", ", Speeds));
        Range.Check(Threads, 0, 64, "0: left to ffmpeg");
        return this;
    }
}
