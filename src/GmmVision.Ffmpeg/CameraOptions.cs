using GmmVision.Imaging;

namespace GmmVision.Ffmpeg;

/// <summary>How a live source is opened. See <see cref="CameraSource"/>.</summary>
public sealed record CameraOptions
{
    /// <summary>What comes out beside the frames, as an MPEG transport stream.</summary>
    public CameraPackets Packets { get; init; }

    /// <summary>Receives the transport stream in portions, on a thread of its own; it must not wait. Needed unless <see cref="Packets"/> is None.</summary>
    public Action<ReadOnlySpan<byte>>? PacketSink { get; init; }

    /// <summary>Size to ask of a webcam; others are scaled to it. Null takes what comes.</summary>
    public (int Width, int Height)? Size { get; init; }

    /// <summary>How many rows the frames have at most, their shape kept; the packets stay as they are. Full by default. Not together with a <see cref="Size"/> that streams are scaled to.</summary>
    public WorkingHeight WorkingHeight { get; init; }

    /// <summary>Frames a second to ask of a webcam, over 0 up to 1000; null takes what comes.</summary>
    public double? FrameRate { get; init; }

    /// <summary>Whether the camera's sound, where it has any, goes into the packets too, as AAC.</summary>
    public bool Sound { get; init; }

    /// <summary>Whether a file begins again at its end, for ever.</summary>
    public bool Loop { get; init; }

    /// <summary>Areas of the picture, as parts of width and height, that are black in the encoded packets; only with <see cref="CameraPackets.Encode"/>.</summary>
    public IReadOnlyList<(double X, double Y, double Width, double Height)> Blackened { get; init; } = [];

    /// <summary>Throws where a value is out of range.</summary>
    /// <exception cref="ArgumentException">The message names the value, what is allowed, and what to do.</exception>
    public CameraOptions Validate()
    {
        if (Packets != CameraPackets.None && PacketSink is null)
            throw new ArgumentException($"Packets {Packets} needs a {nameof(PacketSink)} that takes them.");
        if (Blackened.Count > 0 && Packets == CameraPackets.Copy)
            throw new ArgumentException("Blackened areas need packets that are encoded; a copy shows what the camera sees.");
        if (Size is { } size && (size.Width is < 1 or > FrameFormat.MaxSide || size.Height is < 1 or > FrameFormat.MaxSide))
            throw new ArgumentException($"Size {size.Width}x{size.Height} is out of range: each side must be 1 to {FrameFormat.MaxSide}.");
        if (FrameRate is double rate && !(rate is > 0 and <= 1000))
            throw new ArgumentException($"Frame rate {rate} is out of range: over 0, up to 1000 frames a second.");
        return this;
    }
}

/// <summary>Which encoded packets a <see cref="CameraSource"/> hands on.</summary>
public enum CameraPackets
{
    /// <summary>None: frames only.</summary>
    None,

    /// <summary>The camera's own, untouched.</summary>
    Copy,

    /// <summary>Encoded anew as H.264: for raw and motion-JPEG cameras, and where areas must be black.</summary>
    Encode,
}
