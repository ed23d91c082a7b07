using System.Globalization;
using System.Text.RegularExpressions;
using GmmVision.Ffmpeg.Processes;

namespace GmmVision.Ffmpeg;

/// <summary>A camera of this machine.</summary>
/// <param name="Input">What to give as input to open it, for example "/dev/video0" or "camera:0".</param>
/// <param name="Name">What its driver calls it.</param>
public sealed record Camera(string Input, string Name);

/// <summary>Lists the cameras of this machine.</summary>
/// <remarks>Video4Linux on Linux; through ffmpeg's DirectShow and AVFoundation devices on Windows and macOS.</remarks>
public static partial class Cameras
{
    private const string Prefix = "camera:";

    /// <summary>All cameras, in the order of their numbers; empty where there is none.</summary>
    /// <exception cref="FfmpegException">ffmpeg is missing (asked on Windows and macOS only).</exception>
    public static IReadOnlyList<Camera> List()
    {
        if (OperatingSystem.IsLinux())
            return ListVideo4Linux("/sys/class/video4linux", "/dev");
        string device = OperatingSystem.IsWindows() ? "dshow" : "avfoundation";
        using ChildProcess process = ChildProcess.Start(FfmpegTools.Ffmpeg, ["-hide_banner", "-nostdin", "-f", device, "-list_devices", "true", "-i", OperatingSystem.IsWindows() ? "dummy" : ""], ChildInput.None);
        process.WaitForExit();      // always with an error, since "dummy" is none
        return ParseDeviceList(process.Log.Lines, OperatingSystem.IsWindows());
    }

    internal static bool IsCamera(string input) =>
        input.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || (OperatingSystem.IsLinux() && input.StartsWith("/dev/video", StringComparison.Ordinal));

    /// <summary>ffmpeg's options for a camera, the input included.</summary>
    internal static IReadOnlyList<string> InputArguments(string input, double? frameRate, (int Width, int Height)? size = null)
    {
        string[] rate = frameRate is double value ? ["-framerate", value.ToString(CultureInfo.InvariantCulture)] : [];
        string[] wanted = size is { } sides ? ["-video_size", string.Create(CultureInfo.InvariantCulture, $"{sides.Width}x{sides.Height}")] : [];
        if (OperatingSystem.IsLinux())
            return ["-f", "v4l2", .. rate, .. wanted, "-i", LinuxDevice(input)];
        int number = Number(input);
        if (OperatingSystem.IsMacOS())
            return ["-f", "avfoundation", .. rate.Length > 0 ? rate : ["-framerate", "30"], .. wanted, "-i", string.Create(CultureInfo.InvariantCulture, $"{number}:none")];
        IReadOnlyList<Camera> cameras = List();
        return number < cameras.Count
            ? ["-f", "dshow", .. rate, .. wanted, "-i", "video=" + cameras[number].Name]
            : throw Missing(input, cameras);
    }

    internal static IReadOnlyList<Camera> ListVideo4Linux(string classFolder, string deviceFolder)
    {
        if (!Directory.Exists(classFolder))
            return [];
        var found = new SortedDictionary<int, Camera>();
        foreach (string folder in Directory.EnumerateDirectories(classFolder, "video*"))
        {
            string device = Path.GetFileName(folder);
            // One camera may have several nodes; those beyond the first carry metadata, not pictures.
            if (!int.TryParse(device.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int number) || (ReadLine(folder, "index") ?? "0") != "0")
                continue;
            found[number] = new Camera(Path.Combine(deviceFolder, device), ReadLine(folder, "name") ?? device);
        }
        return [.. found.Values];
    }

    internal static IReadOnlyList<Camera> ParseDeviceList(IEnumerable<string> lines, bool directShow)
    {
        var cameras = new List<Camera>();
        foreach (string line in lines)
        {
            if (!directShow && line.Contains("audio devices", StringComparison.OrdinalIgnoreCase))
                break;
            Match match = (directShow ? DirectShowVideo() : AvFoundation()).Match(line);
            if (match.Success)
                cameras.Add(new Camera(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{cameras.Count}"), match.Groups[1].Value));
        }
        return cameras;
    }

    private static string LinuxDevice(string input)
    {
        string device = input;
        if (input.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            int number = Number(input);
            IReadOnlyList<Camera> cameras = List();
            device = number < cameras.Count ? cameras[number].Input : throw Missing(input, cameras);
        }
        return File.Exists(device) ? device : throw Missing(input, List());
    }

    private static int Number(string input) =>
        int.TryParse(input.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new ArgumentException($"'{input}' names no camera: use camera:0 for the first, camera:1 for the second.");

    private static FfmpegException Missing(string input, IReadOnlyList<Camera> cameras)
    {
        string there = cameras.Count == 0 ? "no camera is there" : "there are " + string.Join(", ", cameras.Select(camera => $"{camera.Input} ({camera.Name})"));
        return new FfmpegException($"cannot open camera '{input}': {there}.");
    }

    private static string? ReadLine(string folder, string file)
    {
        string path = Path.Combine(folder, file);
        return File.Exists(path) ? File.ReadLines(path).FirstOrDefault()?.Trim() : null;
    }

    // [dshow @ 000001] "Integrated Webcam" (video)
    [GeneratedRegex("\"([^\"@][^\"]*)\" \\(video\\)")]
    private static partial Regex DirectShowVideo();

    // [AVFoundation indev @ 0x7f] [0] FaceTime HD Camera
    [GeneratedRegex(@"\] \[\d+\] (.+)$")]
    private static partial Regex AvFoundation();
}
