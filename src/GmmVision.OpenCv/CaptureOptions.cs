using OpenCvSharp;

namespace GmmVision.OpenCv;

/// <summary>What of a capture to read, and at which size.</summary>
public sealed record CaptureOptions
{
    /// <summary>The first frame is the first one at or after this time; null begins at the beginning. Everything before is decoded, as OpenCV's own seeking is not exact. Not for live sources.</summary>
    public TimeSpan? Start { get; init; }

    /// <summary>Frames at or after this time are not read; null reads to the end. Not for live sources.</summary>
    public TimeSpan? End { get; init; }

    /// <summary>Reads every n-th frame, 1 to 10,000; numbers count all.</summary>
    public int Every { get; init; } = 1;

    /// <summary>From a picture's own size to that of the frames (averaged by area where smaller); null keeps it.</summary>
    public Func<Size, Size>? Scale { get; init; }

    /// <summary>Size of the picture to ask of a camera, which gives what it can that is nearest; null asks for none. Cameras by number only.</summary>
    public Size? CameraSize { get; init; }

    /// <summary>Frames a second to ask of a camera, 0.1 to 1,000; null asks for none. Cameras by number only.</summary>
    public double? CameraRate { get; init; }

    /// <summary>How long a URL may take to open and to give each frame, 1 s to 1 h; null for OpenCV's own 30 s. URLs only.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Throws where a value is out of range.</summary>
    /// <exception cref="ArgumentException">The message names the value, what is allowed, and what to do.</exception>
    public CaptureOptions Validate()
    {
        if (Start < TimeSpan.Zero)
            throw new ArgumentException($"Start {Start} is negative: give a time from 0, the beginning of the video.");
        if (End <= (Start ?? TimeSpan.Zero))
            throw new ArgumentException($"End {End} is not behind start {Start ?? TimeSpan.Zero}: give a later end.");
        Range.Check(Every, 1, 10_000, "1 reads each frame");
        if (CameraSize is { } size)
            Range.Check(size is { Width: >= 1, Height: >= 1 }, $"{size.Width}x{size.Height}", "1x1 or more", nameof(CameraSize));
        if (CameraRate is double rate)
            Range.Check(rate, 0.1, 1000, "frames a second", nameof(CameraRate));
        if (Timeout is { } timeout)
            Range.Check(timeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), nameof(Timeout));
        return this;
    }
}
