using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;

namespace GmmVision.Tests.Ffmpeg;

/// <summary>The kinds of source that one contract holds for.</summary>
public enum SourceKind
{
    File,
    ImageFolder,
    StandardInput,
    Realtime,
    HttpFile,
    HttpStream,
    UdpStream,
    CameraFile,
    CameraStream,
}

/// <summary>An open source of some kind, with whatever feeds it.</summary>
public sealed class OpenedSource : IDisposable
{
    public const int Frames = 12;

    private readonly List<Action> _cleanup = [];

    private OpenedSource(IFrameSource source) => Source = source;

    public IFrameSource Source { get; }

    /// <summary>The process that decodes.</summary>
    public int DecoderId => Source is LiveFrameSource live ? live.ProcessId : ((FfmpegFrameSource)Source).ProcessId;

    public static OpenedSource Open(SourceKind kind, Clips clips) => kind switch
    {
        SourceKind.File => new OpenedSource(FrameSources.Open(Video(clips))),
        SourceKind.ImageFolder => new OpenedSource(FrameSources.Open(Folder(clips), new SourceOptions { FrameRate = 10 })),
        SourceKind.StandardInput => OpenStandardInput(clips),
        SourceKind.Realtime => new OpenedSource(FrameSources.Open(Video(clips), new SourceOptions { Realtime = true })),
        SourceKind.HttpFile => OpenHttp(clips.Render("http.mp4", "64x48", Frames, 10, "-pix_fmt", "yuv420p", "-c:v", "libx264", "-movflags", "+faststart"), sendLength: true),
        SourceKind.HttpStream => OpenHttp(clips.Render("http.ts", "64x48", Frames, 10, "-c:v", "mpeg2video", "-g", "5"), sendLength: false),
        SourceKind.CameraFile => new OpenedSource(FrameSources.OpenBare(Video(clips), Tapped(new SourceOptions { Realtime = true }, PacketKind.Encode))),
        SourceKind.CameraStream => OpenHttp(clips.Render("camera.ts", "64x48", Frames, 10, "-c:v", "mpeg2video", "-g", "5"), sendLength: false, url => FrameSources.OpenBare(url, Tapped(new SourceOptions(), PacketKind.Copy))),
        _ => OpenUdp(),
    };

    public void Dispose()
    {
        Source.Dispose();
        foreach (Action action in _cleanup)
            action();
    }

    public static string Video(Clips clips) => clips.Render("contract.mkv", "64x48", Frames, 10, "-pix_fmt", "yuv420p", "-c:v", "ffv1");

    public static string Folder(Clips clips) => clips.Made("contract images", folder =>
    {
        Directory.CreateDirectory(folder);
        Clips.Run("-i", Video(clips), "-pix_fmt", "rgb24", Path.Combine(folder, "in%d.png"));      // without zeros in front: "in10" sorts behind "in9"
    });

    private static OpenedSource OpenStandardInput(Clips clips)
    {
        var feeder = new StandardInput(clips.Render("contract.y4m", "64x48", Frames, 10, "-pix_fmt", "yuv420p"), staysOpen: false);
        var opened = new OpenedSource(feeder.Open());
        opened._cleanup.Add(feeder.Dispose);
        return opened;
    }

    // As a camera is read: every frame, and the packets beside them.
    private static SourceOptions Tapped(SourceOptions options, PacketKind kind) => options with { Layout = PixelLayout.Yuv420, Threads = 1, Packets = new PacketTap { Kind = kind, Sink = _ => { } } };

    private static OpenedSource OpenHttp(string path, bool sendLength, Func<string, IFrameSource>? open = null)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        byte[] body = System.IO.File.ReadAllBytes(path);
        string header = "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nConnection: close\r\n" + (sendLength ? $"Content-Length: {body.Length}\r\n" : "") + "\r\n";
        _ = Task.Run(async () =>
        {
            try
            {
                while (true)
                {
                    using TcpClient client = await listener.AcceptTcpClientAsync();
                    NetworkStream stream = client.GetStream();
                    byte[] request = new byte[4096];
                    _ = await stream.ReadAsync(request);
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(header));
                    await stream.WriteAsync(body);
                }
            }
            catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        });
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var opened = new OpenedSource((open ?? (url => FrameSources.Open(url, new SourceOptions { Timeout = TimeSpan.FromSeconds(5) })))($"http://user:secret@127.0.0.1:{port}/{Path.GetFileName(path)}"));
        opened._cleanup.Add(listener.Dispose);
        return opened;
    }

    private static OpenedSource OpenUdp()
    {
        int port;
        using (var probe = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0)))
            port = ((IPEndPoint)probe.Client.LocalEndPoint!).Port;
        var info = new ProcessStartInfo("ffmpeg") { RedirectStandardInput = true };
        foreach (string argument in (string[])["-v", "quiet", "-re", "-f", "lavfi", "-i", "testsrc2=s=64x48:r=20", "-c:v", "mpeg2video", "-g", "5", "-f", "mpegts", $"udp://127.0.0.1:{port}?pkt_size=1316"])
            info.ArgumentList.Add(argument);
        Process feeder = Process.Start(info)!;
        try
        {
            var opened = new OpenedSource(FrameSources.Open($"udp://127.0.0.1:{port}", new SourceOptions { Timeout = TimeSpan.FromSeconds(20) }));
            opened._cleanup.Add(Stop);
            return opened;
        }
        catch
        {
            Stop();
            throw;
        }

        void Stop()
        {
            feeder.Kill();
            feeder.WaitForExit();
            feeder.Dispose();
        }
    }
}
