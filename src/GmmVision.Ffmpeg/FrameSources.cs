using GmmVision.Imaging;

namespace GmmVision.Ffmpeg;

/// <summary>Opens whatever a user names as input.</summary>
public static class FrameSources
{
    /// <summary>Opens a video file, or a URL that ffmpeg reads.</summary>
    /// <param name="input">What to read.</param>
    /// <param name="options">What of it, and as what; null for all defaults.</param>
    /// <param name="cancellation">Ends the wait for the first frame.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FfmpegException">It cannot be decoded, holds no frame, or ffmpeg is missing.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static IFrameSource Open(string input, SourceOptions? options = null, CancellationToken cancellation = default) =>
        FfmpegFrameSource.OpenFile(input, options, cancellation);
}
