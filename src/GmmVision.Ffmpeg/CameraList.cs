using System.Globalization;
using System.Text.RegularExpressions;
using GmmVision.Ffmpeg.Processes;

namespace GmmVision.Ffmpeg;

/// <summary>The cameras that are plugged into this machine.</summary>
public static partial class CameraList
{
    /// <summary>Every camera, in the order of its numbers.</summary>
    /// <exception cref="FfmpegException">ffmpeg, which knows them on Windows and macOS, is missing.</exception>
    public static IReadOnlyList<CameraDevice> Find()
    {
        if (OperatingSystem.IsWindows())
            return ParseDirectShow(Ask("-f", "dshow", "-list_devices", "true", "-i", "dummy"));
        if (OperatingSystem.IsMacOS())
            return ParseAvFoundation(Ask("-f", "avfoundation", "-list_devices", "true", "-i", ""));
        return FindVideo4Linux("/sys/class/video4linux");
    }

    /// <summary>ffmpeg's words for a camera.</summary>
    /// <param name="input">/dev/video0 (Linux) or camera:0 (any system; the number, or the name as the system lists it).</param>
    /// <param name="size">To ask of it.</param>
    /// <param name="frameRate">To ask of it.</param>
    internal static IEnumerable<string> DeviceArguments(string input, (int Width, int Height)? size, double? frameRate)
    {
        string which = input.StartsWith("camera:", StringComparison.Ordinal) ? input["camera:".Length..] : input;
        List<string> arguments = [];
        if (size is { } wanted)
            arguments.AddRange(["-video_size", string.Create(CultureInfo.InvariantCulture, $"{wanted.Width}x{wanted.Height}")]);
        if (frameRate is double rate)
            arguments.AddRange(["-framerate", rate.ToString(CultureInfo.InvariantCulture)]);
        if (OperatingSystem.IsWindows())
        {
            bool isNumber = int.TryParse(which, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
            CameraDevice? device = isNumber ? Find().ElementAtOrDefault(number) : null;
            return ["-f", "dshow", "-rtbufsize", "64M", .. arguments, "-i", "video=" + (device?.Name ?? which)];
        }
        if (OperatingSystem.IsMacOS())
            return ["-f", "avfoundation", .. frameRate is null ? ["-framerate", "30"] : Array.Empty<string>(), .. arguments, "-i", which + ":none"];
        return ["-f", "v4l2", "-timestamps", "abs", .. arguments, "-i", which.StartsWith('/') ? which : "/dev/video" + which];
    }

    internal static IReadOnlyList<CameraDevice> FindVideo4Linux(string root)
    {
        if (!Directory.Exists(root))
            return [];
        List<(int Number, CameraDevice Device)> found = [];
        foreach (string folder in Directory.EnumerateDirectories(root, "video*"))
        {
            if (!int.TryParse(Path.GetFileName(folder).AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                continue;
            // A webcam has one node for pictures (index 0) and further ones for their meta data.
            if (ReadLine(Path.Combine(folder, "index")) is not (null or "0"))
                continue;
            found.Add((number, new CameraDevice($"/dev/video{number}", ReadLine(Path.Combine(folder, "name")) ?? "camera")));
        }
        return [.. found.OrderBy(item => item.Number).Select(item => item.Device)];
    }

    internal static IReadOnlyList<CameraDevice> ParseDirectShow(IEnumerable<string> lines)
    {
        List<CameraDevice> found = [];
        bool isVideo = false;
        foreach (string line in lines)
        {
            // Older versions list under headings, newer ones say the kind behind the name.
            if (line.Contains("DirectShow video devices", StringComparison.Ordinal) || line.Contains("DirectShow audio devices", StringComparison.Ordinal))
                isVideo = line.Contains("video", StringComparison.Ordinal);
            else if (!line.Contains("Alternative name", StringComparison.Ordinal) && QuotedName().Match(line) is { Success: true } match
                && (match.Groups[2].Success ? match.Groups[2].Value == "video" : isVideo))
                found.Add(new CameraDevice($"camera:{found.Count}", match.Groups[1].Value));
        }
        return found;
    }

    internal static IReadOnlyList<CameraDevice> ParseAvFoundation(IEnumerable<string> lines)
    {
        List<CameraDevice> found = [];
        bool isVideo = false;
        foreach (string line in lines)
        {
            if (line.Contains("AVFoundation", StringComparison.Ordinal) && line.Contains("devices:", StringComparison.Ordinal))
                isVideo = line.Contains("video", StringComparison.Ordinal);
            else if (isVideo && NumberedName().Match(line) is { Success: true } match && !match.Groups[2].Value.StartsWith("Capture screen", StringComparison.Ordinal))
                found.Add(new CameraDevice("camera:" + match.Groups[1].Value, match.Groups[2].Value.Trim()));
        }
        return found;
    }

    // The list comes as messages of a run that then fails, because there is nothing to read.
    private static IReadOnlyList<string> Ask(params string[] arguments)
    {
        using ChildProcess process = ChildProcess.Start(FfmpegTools.Ffmpeg, ["-hide_banner", .. arguments], ChildInput.None);
        process.Output.CopyTo(Stream.Null);
        process.WaitForExit();
        return process.Log.Lines;
    }

    private static string? ReadLine(string path)
    {
        try
        {
            return File.ReadLines(path).FirstOrDefault()?.Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [GeneratedRegex("\"([^\"]+)\"(?: \\((video|audio|none)\\))?")]
    private static partial Regex QuotedName();

    [GeneratedRegex(@"\] \[(\d+)\] (.+)$")]
    private static partial Regex NumberedName();
}

/// <summary>A camera of this machine.</summary>
/// <param name="Input">What to give to watch: /dev/video0, or camera:0.</param>
/// <param name="Name">What the system calls it.</param>
public sealed record CameraDevice(string Input, string Name);
