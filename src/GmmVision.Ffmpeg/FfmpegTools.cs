using GmmVision.Ffmpeg.Processes;

namespace GmmVision.Ffmpeg;

/// <summary>Finds the <c>ffmpeg</c> and <c>ffprobe</c> executables.</summary>
/// <remarks>
/// The environment variables <c>GMMVISION_FFMPEG</c> and <c>GMMVISION_FFPROBE</c> name the executables, as a path or
/// as a name to look for; without them the PATH is searched. They are read anew each time. Thread-safe.
/// </remarks>
public static class FfmpegTools
{
    internal const string FfmpegVariable = "GMMVISION_FFMPEG";
    internal const string FfprobeVariable = "GMMVISION_FFPROBE";

    /// <summary>Path of ffmpeg.</summary>
    /// <exception cref="FfmpegException">There is none; the message says how to get it.</exception>
    public static string Ffmpeg => Find("ffmpeg", FfmpegVariable);

    /// <summary>Path of ffprobe.</summary>
    /// <exception cref="FfmpegException">There is none; the message says how to get it.</exception>
    public static string Ffprobe => Find("ffprobe", FfprobeVariable);

    /// <summary>Whether both executables are there.</summary>
    public static bool IsAvailable => Locate("ffmpeg", FfmpegVariable) is not null && Locate("ffprobe", FfprobeVariable) is not null;

    private static string Find(string name, string variable)
    {
        if (Locate(name, variable) is string path)
            return path;
        string? named = Environment.GetEnvironmentVariable(variable);
        throw new FfmpegException(string.IsNullOrEmpty(named)
            ? $"{name} was not found on the PATH: install ffmpeg (apt-get install ffmpeg, dnf install ffmpeg, brew install ffmpeg), or set {variable} to its path."
            : $"{variable} is set to '{named}', where there is no {name}: correct it, or unset it to use the one on the PATH.");
    }

    private static string? Locate(string name, string variable)
    {
        string? named = Environment.GetEnvironmentVariable(variable);
        return ExecutableSearch.Find(string.IsNullOrEmpty(named) ? name : named);
    }

    /// <summary>Runs one of the executables to its end and returns what it wrote to standard output.</summary>
    internal static byte[] Run(string executable, IEnumerable<string> arguments, string doing, CancellationToken cancellation = default)
    {
        using ChildProcess process = ChildProcess.Start(executable, arguments, ChildInput.None);
        using CancellationTokenRegistration registration = cancellation.UnsafeRegister(static p => ((ChildProcess)p!).Kill(), process);
        using var output = new MemoryStream();
        process.Output.CopyTo(output);
        int exitCode = process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        return exitCode == 0 ? output.ToArray() : throw process.Failure(doing);
    }
}
