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

    /// <summary>Whether ffmpeg can go to a time in it.</summary>
    public bool CanSeek { get; init; } = true;

    /// <summary>What was noticed while it was found.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
