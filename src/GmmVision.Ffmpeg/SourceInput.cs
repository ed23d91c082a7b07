using GmmVision.Ffmpeg.Processes;

namespace GmmVision.Ffmpeg;

/// <summary>One thing to read, in terms of ffmpeg.</summary>
internal sealed record SourceInput
{
    /// <summary>What a person calls it.</summary>
    public required string Name { get; init; }

    /// <summary>What kind of thing it is, for messages: "video", "camera", "images".</summary>
    public string Kind { get; init; } = "video";

    /// <summary>Options in front of the input, and the input itself behind <c>-i</c>.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    public ChildInput StandardInput { get; init; }

    /// <summary>Written to ffmpeg's standard input when it starts.</summary>
    public string? StandardInputText { get; init; }

    /// <summary>What is known before; null for what can be opened only once.</summary>
    public MediaInfo? Info { get; init; }

    /// <summary>Whether it comes at its own pace.</summary>
    public bool IsLive { get; init; }

    /// <summary>A filter in front of the conversion to the layout.</summary>
    public string? Filter { get; init; }

    /// <summary>Whether only the first frame is wanted.</summary>
    public bool FirstFrameOnly { get; init; }

    /// <summary>Whether it is live where it turns out to state no duration.</summary>
    public bool LiveWithoutDuration { get; init; }

    /// <summary>ffmpeg's name of the stream to read.</summary>
    public string Map { get; init; } = "0:V:0";

    /// <summary>The file itself, where it is one: to be looked at when it ends early.</summary>
    public string? Path { get; init; }

    /// <summary>Times of the frames, in order, where they come from elsewhere than the stream.</summary>
    public IReadOnlyList<TimeSpan>? Times { get; init; }

    /// <summary>ffmpeg's name of the pixel format where <see cref="Info"/> does not tell it; may be empty.</summary>
    public string PixelFormat { get; init; } = "";

    /// <summary>Which sample values become 0 and 255; null: all of them.</summary>
    public (int Low, int High)? Levels { get; init; }

    /// <summary>Frames a second, where known better than ffmpeg knows.</summary>
    public double? FrameRate { get; init; }

    /// <summary>Frames in all, where known without ffprobe.</summary>
    public long? FrameCount { get; init; }

    /// <summary>What was noticed while it was found.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
