namespace GmmVision.Imaging;

/// <summary>Where frames come from: a file, a folder of images, a camera, a rendered scene.</summary>
/// <remarks>Used by one thread at a time, except that <see cref="IDisposable.Dispose"/> may be called from any thread and ends a read that is under way.</remarks>
public interface IFrameSource : IDisposable
{
    /// <summary>What a person calls it: a file name, a URL without its password.</summary>
    string Name { get; }

    /// <summary>Size and layout of every frame.</summary>
    FrameFormat Format { get; }

    /// <summary>What frames were before they were scaled to <see cref="Format"/>; the same where they were not.</summary>
    FrameFormat OwnFormat => Format;

    /// <summary>Frames a second on average as the container states it; 0 where unknown.</summary>
    double FrameRate { get; }

    /// <summary>How many frames there will be, where the container says; an estimate, for progress only.</summary>
    long? FrameCount { get; }

    /// <summary>Whether frames come at their own pace and are lost when nobody reads them.</summary>
    bool IsLive { get; }

    /// <summary>Frames that were lost because nobody read them in time; always 0 for a source that is not live.</summary>
    long Dropped => 0;

    /// <summary>What went wrong without ending the source, each in one line: a hole in the numbering of images, damaged frames. Grows while reading.</summary>
    IReadOnlyList<string> Warnings => [];

    /// <summary>Fills a frame with the next picture and its time.</summary>
    /// <param name="frame">A frame of <see cref="Format"/>, reused from call to call.</param>
    /// <param name="cancellation">Ends the wait for a frame.</param>
    /// <returns>False at the end of the source.</returns>
    /// <exception cref="ArgumentException">The frame is of another format.</exception>
    /// <exception cref="IOException">The source broke: the message says what was read, and why it ended.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    bool TryRead(Frame frame, CancellationToken cancellation = default);
}
