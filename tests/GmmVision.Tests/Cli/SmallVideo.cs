using System.Diagnostics;

namespace GmmVision.Tests.Cli;

/// <summary>A tiny noisy video with sound in which a red box crosses the picture twice, made once for all tests here.</summary>
internal static class SmallVideo
{
    public const int Width = 160, Height = 120, Frames = 250;

    public const double FrameRate = 25;

    /// <summary>When the box is in the picture, in seconds; the second time until the end.</summary>
    public static readonly (double Start, double End)[] Crossings = [(2, 4), (8, 10)];

    private static readonly Lazy<string> Made = new(Make);

    public static string Path => Made.Value;

    /// <summary>How often <see cref="Repeat"/> repeats it.</summary>
    public const int LongCopies = 60;

    /// <summary>Copies it many times over, one behind the other.</summary>
    public static void Repeat(string path) =>
        Ffmpeg("-stream_loop", $"{LongCopies - 1}", "-i", Path, "-c", "copy", path);

    /// <summary>Copies it into another container.</summary>
    public static void Remux(string path) => Ffmpeg("-i", Path, "-c", "copy", path);

    /// <summary>Copies its first seconds.</summary>
    public static void Cut(string path, int seconds) => Ffmpeg("-i", Path, "-c", "copy", "-t", $"{seconds}", path);

    /// <summary>A smaller copy.</summary>
    public static string Scaled(int width, int height)
    {
        string path = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, $"small-{width}.mp4");
        Ffmpeg("-i", Path, "-an", "-vf", $"scale={width}:{height}", "-c:v", "libx264", "-preset", "ultrafast", path);
        return path;
    }

    private static string Make()
    {
        string folder = Directory.CreateTempSubdirectory("gmmvision-video").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        string path = System.IO.Path.Combine(folder, "small.mp4");
        const string Place = "if(between(t,2,4),(t-2)*70,if(gte(t,8),150-(t-8)*70,-100))";
        Ffmpeg(
            "-f", "lavfi", "-i", $"testsrc=s={Width}x{Height}:r=25:d=0.04,loop=loop=-1:size=1,trim=duration=10,noise=alls=8:allf=t:all_seed=1",
            "-f", "lavfi", "-i", "color=0xC02020:s=24x20:r=25:d=10",
            "-f", "lavfi", "-i", "sine=frequency=440:duration=10",
            "-filter_complex", $"[0][1]overlay=x='{Place}':y=50:eval=frame,format=yuv420p[v]",
            "-map", "[v]", "-map", "2", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "20", "-g", "25", "-c:a", "aac", "-t", "10", path);
        return path;
    }

    private static void Ffmpeg(params string[] arguments)
    {
        using Process ffmpeg = Process.Start(new ProcessStartInfo("ffmpeg", ["-hide_banner", "-loglevel", "error", "-nostdin", "-y", .. arguments]) { RedirectStandardError = true })!;
        string error = ffmpeg.StandardError.ReadToEnd();
        ffmpeg.WaitForExit();
        if (ffmpeg.ExitCode != 0)
            throw new InvalidOperationException(error);
    }
}
