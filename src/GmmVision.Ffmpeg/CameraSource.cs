using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using GmmVision.Ffmpeg.Nut;
using GmmVision.Ffmpeg.Processes;
using GmmVision.Imaging;

namespace GmmVision.Ffmpeg;

/// <summary>
/// A camera, a network stream, or a file played at its own pace: frames with little delay, and on request the encoded
/// stream beside them, both out of one ffmpeg process.
/// </summary>
/// <remarks>
/// Frames are Yuv420, limited range. Their <see cref="Frame.Time"/> comes from the stream. Whoever reads must read fast:
/// while nobody does, ffmpeg waits, and then the camera. One thread reads; <see cref="Dispose"/> may be called by any.
/// </remarks>
public sealed class CameraSource : IFrameSource
{
    private readonly ChildProcess _process;
    private readonly NutReader _reader;
    private readonly TcpListener? _listener;
    private readonly string _doing;
    private long _number;
    private long? _firstTicks;
    private volatile bool _isDisposed;

    private CameraSource(string name, ChildProcess process, TcpListener? listener)
    {
        Name = name;
        _doing = $"cannot read '{name}'";
        _process = process;
        _listener = listener;
        _reader = new NutReader(process.Output);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public FrameFormat Format { get; private set; }

    /// <summary>0: a camera does not say it reliably.</summary>
    public double FrameRate => 0;

    /// <summary>Null: it goes on.</summary>
    public long? FrameCount => null;

    /// <inheritdoc/>
    public bool IsLive => true;

    /// <summary>Whether an input is a camera of this machine: /dev/video0, or camera:0 on any system.</summary>
    public static bool IsDevice(string input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Cameras.IsCamera(input);
    }

    /// <summary>Whether an input is a URL.</summary>
    public static bool IsUrl(string input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return InputName.IsUrl(input);
    }

    /// <summary>What a person calls the input: a URL loses its password.</summary>
    public static string NameOf(string input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return InputName.IsUrl(input) ? ErrorLog.WithoutPassword(input) : input;
    }

    /// <summary>Looks whether an input's own packets can be put into a clip as they are (H.264, H.265, MPEG-4 part 2, MPEG-1 and 2).</summary>
    /// <returns>Copy where they can, Encode where not (raw, motion JPEG).</returns>
    /// <exception cref="FfmpegException">The input does not answer or holds no video.</exception>
    public static CameraPackets FindPackets(string input, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(input);
        if (IsDevice(input))
            return CameraPackets.Encode;      // raw or motion JPEG; some devices can be opened only once
        string doing = $"cannot read '{NameOf(input)}'";
        byte[] json = FfmpegTools.Run(FfmpegTools.Ffprobe,
            ["-loglevel", "level+error", .. InputArguments(input, new CameraOptions(), isProbe: true), "-of", "json", "-select_streams", "v:0", "-show_entries", "stream=codec_name"], doing, cancellation);
        using JsonDocument document = JsonDocument.Parse(json);
        if (!document.RootElement.TryGetProperty("streams", out JsonElement streams) || streams.GetArrayLength() == 0)
            throw new FfmpegException($"{doing}: it holds no video.");
        string? codec = streams[0].TryGetProperty("codec_name", out JsonElement name) ? name.GetString() : null;
        return codec is "h264" or "hevc" or "mpeg4" or "mpeg2video" or "mpeg1video" ? CameraPackets.Copy : CameraPackets.Encode;
    }

    /// <summary>Opens the input and waits for its first picture.</summary>
    /// <param name="input">/dev/video0, camera:0, a URL (rtsp, http, https, udp, tcp, rtmp), or a file.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FfmpegException">It cannot be opened; the message says why.</exception>
    /// <exception cref="FileNotFoundException">It is a path, and nothing is there.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static CameraSource Open(string input, CameraOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(input);
        options = (options ?? new CameraOptions()).Validate();
        TcpListener? listener = null;
        if (options.Packets != CameraPackets.None)
        {
            listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start(1);
        }
        CameraSource source;
        try
        {
            string[] arguments =
            [
                "-hide_banner", "-nostdin", "-nostats", "-loglevel", "level+warning",
                .. InputArguments(input, options, isProbe: false),
                .. FrameArguments(input, options),
                .. PacketArguments(options, listener),
            ];
            source = new CameraSource(NameOf(input), ChildProcess.Start(FfmpegTools.Ffmpeg, arguments, ChildInput.None, largeOutput: true), listener);
        }
        catch
        {
            listener?.Dispose();
            throw;
        }
        if (listener is not null)
            new Thread(() => ForwardPackets(listener, options.PacketSink!)) { IsBackground = true, Name = "packets of " + source.Name }.Start();
        using CancellationTokenRegistration registration = cancellation.Register(source._process.Kill);
        try
        {
            source.ReadFormat();
            return source;
        }
        catch
        {
            source.Dispose();
            cancellation.ThrowIfCancellationRequested();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool TryRead(Frame frame, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.Format != Format)
            throw new ArgumentException($"A {Format} source cannot fill a {frame.Format} frame.");
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        cancellation.ThrowIfCancellationRequested();
        using CancellationTokenRegistration registration = cancellation.Register(static process => ((ChildProcess)process!).Kill(), _process);
        try
        {
            if (!_reader.TryReadHeader(out long pts))
            {
                cancellation.ThrowIfCancellationRequested();
                if (_isDisposed)
                    return false;
                return _process.WaitForEnd() == 0 ? false : throw _process.Failure(_doing);
            }
            if (_reader.Remaining != frame.Data.Length)
                throw new FfmpegException($"{_doing}: the size of its picture changed.");
            _reader.Read(frame.Data);
            long ticks = _reader.ToTicks(pts);
            _firstTicks ??= ticks;
            frame.Time = TimeSpan.FromTicks(Math.Max(0, ticks - _firstTicks.Value));
            frame.Number = _number++;
            return true;
        }
        catch (Exception exception) when (exception is IOException and not FfmpegException or InvalidDataException or ObjectDisposedException)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_isDisposed)
                return false;
            throw _process.Failure(_doing, exception);
        }
    }

    /// <summary>Ends ffmpeg; a read that is under way returns false.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _process.Dispose();
        _listener?.Dispose();
    }

    private void ReadFormat()
    {
        try
        {
            if (!_reader.TryOpen())
                throw _process.Failure(_doing);
        }
        catch (Exception exception) when (exception is IOException and not FfmpegException or InvalidDataException)
        {
            throw _process.Failure(_doing, exception);
        }
        Format = new FrameFormat(_reader.Width, _reader.Height, PixelLayout.Yuv420).Validate();
    }

    private static IEnumerable<string> InputArguments(string input, CameraOptions options, bool isProbe)
    {
        if (IsDevice(input))
        {
            List<string> arguments = [.. Cameras.InputArguments(input, options.FrameRate)];
            if (options.Size is { } wanted)
                arguments.InsertRange(arguments.IndexOf("-i"), ["-video_size", string.Create(CultureInfo.InvariantCulture, $"{wanted.Width}x{wanted.Height}")]);
            return arguments;
        }
        if (!InputName.IsUrl(input))
        {
            // AVI has no time stamp for each packet, and a clip needs one.
            string[] pace = isProbe ? [] : ["-re", "-fflags", "+genpts", .. options.Loop ? (string[])["-stream_loop", "-1"] : [], "-threads", "1"];
            return [.. pace, "-i", InputName.ForFfmpeg(input)];
        }
        // Half a second of looking is enough for a stream of one picture track, and all that is looked at is decoded too.
        string[] look = ["-analyzeduration", "500000", "-probesize", "1000000"];
        string[] transport = input.StartsWith("rtsp", StringComparison.Ordinal) ? ["-rtsp_transport", "tcp"] : [];
        // One thread: each further one would hold back a frame.
        string[] decoder = isProbe ? [] : ["-fflags", "+genpts", "-threads", "1"];
        return [.. look, .. transport, .. decoder, "-i", input];
    }

    // -autoscale 0: a picture of another size arrives as it is, and is noticed, instead of being rescaled in silence.
    private static string[] FrameArguments(string input, CameraOptions options)
    {
        string[] scale = options.Size is { } size && !IsDevice(input)
            ? ["-vf", string.Create(CultureInfo.InvariantCulture, $"scale={size.Width}:{size.Height}:flags=area")]
            : options.WorkingHeight.Filter() is string filter
            ? ["-autoscale", "0", "-vf", filter]
            : ["-autoscale", "0"];
        return ["-map", "0:v:0", "-fps_mode", "passthrough", .. scale, "-pix_fmt", "yuv420p", "-c:v", "rawvideo", "-flush_packets", "1", "-f", "nut", "pipe:1"];
    }

    private static IEnumerable<string> PacketArguments(CameraOptions options, TcpListener? listener)
    {
        if (listener is null)
            return [];
        string[] codec = options.Packets == CameraPackets.Copy
            ? ["-c:v", "copy"]
            : ["-vf", EncodeFilter(options), "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "veryfast", "-tune", "zerolatency", "-crf", "24", "-threads", "1", "-force_key_frames", "expr:gte(t,n_forced*2)"];
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return
        [
            // Half a second of waiting for the other stream, should the sound stand still, instead of ten.
            .. options.Sound ? ["-map", "0:a:0?", "-c:a", "aac", "-b:a", "64k", "-max_interleave_delta", "500000"] : Array.Empty<string>(),
            "-map", "0:v:0", .. codec, "-fps_mode", "passthrough", "-muxdelay", "0", "-muxpreload", "0", "-flush_packets", "1",
            "-f", "mpegts", "-mpegts_flags", "+pat_pmt_at_frames", string.Create(CultureInfo.InvariantCulture, $"tcp://127.0.0.1:{port}"),
        ];
    }

    private static string EncodeFilter(CameraOptions options)
    {
        IEnumerable<string> boxes = options.Blackened.Select(box => string.Create(CultureInfo.InvariantCulture,
            $"drawbox=x=floor(iw*{box.X:0.######}):y=floor(ih*{box.Y:0.######}):w=ceil(iw*{box.Width:0.######})+1:h=ceil(ih*{box.Height:0.######})+1:color=black:t=fill"));
        return string.Join(',', boxes.Append("scale=trunc(iw/2)*2:trunc(ih/2)*2"));      // H.264 has even sides here
    }

    private static void ForwardPackets(TcpListener listener, Action<ReadOnlySpan<byte>> sink)
    {
        try
        {
            using Socket socket = listener.AcceptSocket();
            listener.Stop();
            byte[] buffer = new byte[1 << 16];
            for (int read; (read = socket.Receive(buffer)) > 0;)
                sink(buffer.AsSpan(0, read));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // ffmpeg has ended, or the source was disposed; whoever reads frames is told why.
        }
    }
}
