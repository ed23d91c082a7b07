using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using GmmVision.Ffmpeg;

namespace GmmVision.Tests.Live;

/// <summary>A camera on the loopback: ffmpeg that sends H.264 in a transport stream over UDP or HTTP, with a box that crosses the picture every four seconds.</summary>
internal sealed class SimulatedCamera : IDisposable
{
    private readonly Process _process;

    private SimulatedCamera(Process process) => _process = process;

    /// <summary>A box moves in the last two of every four seconds, over noise.</summary>
    public static string[] Picture(string size) =>
    [
        "-f", "lavfi", "-i", $"color=0x607060:s={size}:r=25,noise=alls=5:allf=t",
        "-f", "lavfi", "-i", "color=0xD0D0D0:s=60x80:r=25",
        "-filter_complex", "[0][1]overlay=x='mod(t,4)*90-180':y=60:enable='gte(mod(t,4),2)',format=yuv420p",
    ];

    public static string[] Encoder => ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "25", "-b:v", "800k", "-threads", "1"];

    public static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static SimulatedCamera Start(string target, string size = "320x240") =>
        Start(["-re", .. Picture(size), .. Encoder, "-f", "mpegts", .. target.StartsWith("http", StringComparison.Ordinal) ? ["-listen", "1"] : Array.Empty<string>(), target]);

    public static SimulatedCamera Start(IEnumerable<string> arguments)
    {
        ProcessStartInfo info = new(FfmpegTools.Ffmpeg, ["-hide_banner", "-nostdin", "-loglevel", "error", .. arguments]) { RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        Process process = Process.Start(info)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return new SimulatedCamera(process);
    }

    /// <summary>A square that always moves, and is so little brighter than the ground that it depends on the threshold whether it is seen.</summary>
    public static string[] FaintPicture =>
    [
        "-f", "lavfi", "-i", "color=0x606060:s=320x240:r=25,noise=alls=5:allf=t",
        "-f", "lavfi", "-i", "color=0x6E6E6E:s=80x80:r=25",
        "-filter_complex", "[0][1]overlay=x='mod(t,4)*100-100':y=120,format=yuv420p",
    ];

    /// <summary>Makes a file of what the camera would send.</summary>
    public static void WriteFile(string path, int seconds, string size = "320x240") => WriteFile(path, seconds, Picture(size));

    /// <summary>Makes a file of a picture.</summary>
    public static void WriteFile(string path, int seconds, string[] picture)
    {
        ProcessStartInfo info = new(FfmpegTools.Ffmpeg, ["-hide_banner", "-nostdin", "-loglevel", "error", .. picture, .. Encoder, "-t", seconds.ToString(CultureInfo.InvariantCulture), path]);
        using Process process = Process.Start(info)!;
        process.WaitForExit();
    }

    /// <summary>It stops in the middle, with its connections open, as a camera does that hangs.</summary>
    public void Freeze() => Signal("STOP");

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Signal(string name)
    {
        using Process kill = Process.Start("kill", ["-" + name, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
