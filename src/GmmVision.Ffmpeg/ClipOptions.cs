using GmmVision.Imaging;

namespace GmmVision.Ffmpeg;

/// <summary>How a clip is cut.</summary>
public sealed record ClipOptions
{
    /// <summary>
    /// True begins with exactly the frame at the start, for which the video is encoded again; false, the default, copies it
    /// bit for bit where nothing else speaks against it, which can begin only at a key frame: the last one at or before the start.
    /// </summary>
    public bool Exact { get; init; }

    /// <summary>Number of the video stream; null takes the default and largest one that is more than a single picture.</summary>
    public int? Stream { get; init; }

    /// <summary>Boxes that are black in the clip, in pixels of the file's first pictures (of another size: in proportion); the video is encoded again then.</summary>
    public IReadOnlyList<Box> Hidden { get; init; } = [];

    /// <summary>Whether the time is drawn into every picture, below on the left; the video is encoded again then, and begins with exactly the frame at the start. Needs an ffmpeg with drawtext.</summary>
    public bool Timecode { get; init; }

    /// <summary>When the file's first picture was taken, for the day and time to be drawn instead of the time since then; null: unknown.</summary>
    public DateTime? Began { get; init; }

    internal bool Draws => Hidden.Count > 0 || Timecode;
}
