namespace GmmVision.Ffmpeg;

/// <summary>ffmpeg or ffprobe failed: the message says in one line what was being done, how the program ended, and why it says so.</summary>
public sealed class FfmpegException : IOException
{
    /// <summary>An error that no run of ffmpeg explains, for example that it is not installed.</summary>
    public FfmpegException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    internal FfmpegException(string message, int? exitCode, IReadOnlyList<string> log, Exception? inner = null)
        : base(message, inner)
    {
        (ExitCode, Log) = (exitCode, log);
    }

    /// <summary>How the program ended: its exit code (on Unix 128 + signal for a killed one); null where it never ran or still runs.</summary>
    public int? ExitCode { get; }

    /// <summary>The last lines that the program wrote to its error output, at most 100, passwords blotted out.</summary>
    public IReadOnlyList<string> Log { get; } = [];
}
