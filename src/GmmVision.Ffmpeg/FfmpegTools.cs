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

    /// <summary>Whether the environment names one of them: then nothing else will do, even where that name is wrong.</summary>
    public static bool IsNamed => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(FfmpegVariable)) || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(FfprobeVariable));

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

    // No answer of ffprobe, and no first frames of a picture that fits a frame, are longer.
    private const int MostOutput = 1 << 30, MostAnswer = 1 << 26;

    // It answers at once; how long an encoder may take that cuts an hour's clip, its life tells.
    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(30), LongestEncoding = TimeSpan.FromDays(1);

    /// <summary>Runs one of the executables to its end and returns what it wrote to standard output.</summary>
    /// <param name="executable">Full path.</param>
    /// <param name="arguments">One item an argument.</param>
    /// <param name="doing">For messages.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="text">Written to its standard input; null: nothing.</param>
    internal static byte[] Run(string executable, IEnumerable<string> arguments, string doing, CancellationToken cancellation = default, string? text = null)
    {
        bool isProbe = executable == Locate("ffprobe", FfprobeVariable);
        using ChildProcess process = ChildProcess.Start(executable, arguments, text is null ? ChildInput.None : ChildInput.Pipe);
        using CancellationTokenRegistration registration = cancellation.UnsafeRegister(static p => ((ChildProcess)p!).Kill(), process);
        using ReadWatch? watch = isProbe ? new(LongestProbe, process.Kill) : null;
        using LifeWatch? life = isProbe ? null : new(process, longest: LongestEncoding);
        watch?.Begin();
        life?.Begin();
        if (text is not null)
            process.Feed(text);
        using var output = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = process.Output.Read(buffer)) > 0;)
        {
            output.Write(buffer, 0, read);
            if (output.Length > (isProbe ? MostAnswer : MostOutput))
            {
                process.Kill();
                throw new FfmpegException($"{doing}: {Path.GetFileName(executable)} answers without end: check the program that runs under this name.");
            }
        }
        int exitCode = process.WaitForEnd();
        cancellation.ThrowIfCancellationRequested();
        if (watch?.HasEnded == true)
            throw new FfmpegException($"{doing}: {Path.GetFileName(executable)} has not answered within {watch.Limit.TotalSeconds:0} s.");
        if (life?.Reason is string reason)
            throw new FfmpegException($"{doing}: {Path.GetFileName(executable)} {reason}.");
        return exitCode == 0 ? output.ToArray() : throw process.Failure(doing);
    }
}
