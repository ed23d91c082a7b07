using GmmVision.Ffmpeg;
using GmmVision.Motion;

namespace GmmVision.Recording.Cameras;

/// <summary>A camera as the command line and the configuration describe it.</summary>
public sealed record CameraSetup
{
    /// <summary>Letters, digits, '-' and '_'.</summary>
    public required string Name { get; init; }

    /// <summary>What to open.</summary>
    public required string Source { get; init; }

    /// <summary>Settings by day and night.</summary>
    public CameraProfiles Profiles { get; init; } = new();

    /// <summary>Zones in pixels, by kind.</summary>
    public IReadOnlyList<(ZoneKind Kind, Zone Zone)> Zones { get; init; } = [];

    /// <summary>How motion becomes events; areas, threshold and zones come from the settings.</summary>
    public MotionOptions Motion { get; init; } = new() { MaxDuration = TimeSpan.FromMinutes(10) };

    /// <summary>Size to ask of the camera, or to scale to.</summary>
    public (int Width, int Height)? Size { get; init; }

    /// <summary>Detection and the page see a picture of at most so many rows; clips stay as they are.</summary>
    public WorkingHeight DetectHeight { get; init; }

    /// <summary>Frames a second to ask of a webcam.</summary>
    public double? FrameRate { get; init; }

    /// <summary>After how long without a picture the camera counts as lost.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether a file may be played as if it were a camera.</summary>
    public bool Realtime { get; init; }

    /// <summary>Whether a file begins again at its end.</summary>
    public bool Loop { get; init; }

    /// <summary>Whether clips have the camera's sound.</summary>
    public bool Sound { get; init; }

    /// <summary>How clips are made.</summary>
    public RecordMode Record { get; init; }

    /// <summary>What opens it in place of ffmpeg, without clips; null for ffmpeg.</summary>
    public SourceOpener? Opener { get; init; }

    /// <summary>Whether events have clips: packets to make them of, and the wish.</summary>
    internal bool HasClips => Record != RecordMode.Off && Opener is null;

    /// <summary>Whether it is a file, which may come to an end.</summary>
    public bool IsFile => !FrameSources.IsCamera(Source) && !FrameSources.IsUrl(Source);
}

/// <summary>How clips are made.</summary>
public enum RecordMode
{
    /// <summary>The camera's own packets where they can be kept as they are, else encoded.</summary>
    Auto,

    /// <summary>Encoded anew.</summary>
    Encode,

    /// <summary>As auto, and all that the camera sends besides, in a file an hour.</summary>
    Always,

    /// <summary>No clips.</summary>
    Off,
}
