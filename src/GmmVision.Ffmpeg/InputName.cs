using GmmVision.Ffmpeg.Processes;

namespace GmmVision.Ffmpeg;

/// <summary>What an input is called, by people and by ffmpeg.</summary>
internal static class InputName
{
    /// <summary>Whether it is a URL ("rtsp://..."), as opposed to a path.</summary>
    public static bool IsUrl(string input)
    {
        int colon = input.IndexOf("://", StringComparison.Ordinal);
        return colon > 1 && input.AsSpan(0, colon).IndexOfAnyExceptInRange('a', 'z') < 0;
    }

    /// <summary>The file name, or the URL without its password.</summary>
    public static string Of(string input) =>
        IsUrl(input) ? ErrorLog.WithoutPassword(input) : input == "-" ? "-" : Path.GetFileName(Path.TrimEndingDirectorySeparator(input)) is { Length: > 0 } name ? name : input;

    /// <summary>A path in the form that ffmpeg takes for a path, whatever characters are in it; a URL as it is.</summary>
    /// <exception cref="FileNotFoundException">It is a path, and nothing is there.</exception>
    public static string ForFfmpeg(string input)
    {
        if (IsUrl(input))
            return input;
        if (Directory.Exists(input))
            throw new FfmpegException($"cannot read video '{Of(input)}': it is a folder.");
        if (!File.Exists(input))
            throw new FileNotFoundException($"cannot read '{input}': there is no such file.", input);
        return "file:" + input;
    }
}
