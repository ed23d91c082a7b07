namespace GmmVision.Ffmpeg;

/// <summary>Takes the encoded stream beside the frames of a live source, as an MPEG transport stream, out of the same ffmpeg.</summary>
public sealed record PacketTap
{
    /// <summary>Which packets.</summary>
    public required PacketKind Kind { get; init; }

    /// <summary>Receives them in portions, on a thread of its own; it must not wait.</summary>
    public required Action<ReadOnlySpan<byte>> Sink { get; init; }

    /// <summary>Whether the source's sound, where it has any, goes into them too, as AAC.</summary>
    public bool Sound { get; init; }

    /// <summary>Areas of the picture, as parts of width and height, that are black in the packets; only with <see cref="PacketKind.Encode"/>.</summary>
    public IReadOnlyList<(double X, double Y, double Width, double Height)> Blackened { get; init; } = [];

    /// <summary>Throws where a value is out of range.</summary>
    /// <exception cref="ArgumentException">The message names the value, what is allowed, and what to do.</exception>
    public PacketTap Validate()
    {
        if (!Enum.IsDefined(Kind))
            throw new ArgumentException($"Packets {Kind} are unknown: use Copy or Encode.");
        ArgumentNullException.ThrowIfNull(Sink);
        if (Blackened.Count > 0 && Kind == PacketKind.Copy)
            throw new ArgumentException("Blackened areas need packets that are encoded; a copy shows what the camera sees.");
        return this;
    }
}

/// <summary>Which encoded packets a <see cref="PacketTap"/> takes.</summary>
public enum PacketKind
{
    /// <summary>The source's own, untouched.</summary>
    Copy,

    /// <summary>Encoded anew as H.264: for raw and motion-JPEG cameras, and where areas must be black.</summary>
    Encode,
}
