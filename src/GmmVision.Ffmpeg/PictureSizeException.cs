namespace GmmVision.Ffmpeg;

/// <summary>Pictures have another size from here on; <see cref="FfmpegFrameSource.Continue"/> reads on with that.</summary>
public sealed class PictureSizeException : IOException
{
    internal PictureSizeException(string message)
        : base(message)
    {
    }
}
