namespace GmmVision.Imaging;

/// <summary>Where frames go: a video file, a sequence of images.</summary>
/// <remarks>
/// What is written has its final name only after <see cref="Complete"/>; disposing without it removes what was
/// written. Used by one thread at a time.
/// </remarks>
public interface IFrameSink : IDisposable
{
    /// <summary>Appends a frame.</summary>
    /// <exception cref="IOException">It could not be written: disk full, no permission, the encoder ended.</exception>
    void Write(Frame frame);

    /// <summary>Finishes the file and gives it its final name.</summary>
    /// <exception cref="IOException">It could not be finished.</exception>
    void Complete();
}
