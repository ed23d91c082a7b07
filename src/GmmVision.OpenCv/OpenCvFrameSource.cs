using GmmVision.Imaging;
using OpenCvSharp;

namespace GmmVision.OpenCv;

/// <summary>Frames from OpenCV's <see cref="VideoCapture"/>: webcams by number (V4L2, Media Foundation, AVFoundation), files and URLs, with nothing but OpenCV's native package.</summary>
/// <remarks>
/// What it cannot: times are those that OpenCV tells, to the millisecond, and of a file of varying rate not always those of the
/// container; where they do not rise, frames follow at the frame rate. Only a rotation that OpenCV undoes by itself is undone. A
/// file that ends early cannot be told from one that is whole. A read that waits for a camera cannot be cancelled in the middle;
/// <see cref="Dispose"/> waits for it. OpenCvSharp's native package for Linux is built without network: there a URL is never opened.
/// </remarks>
public sealed class OpenCvFrameSource : IFrameSource
{
    private const int OpenTimeout = 53, ReadTimeout = 54;      // CAP_PROP_OPEN_TIMEOUT_MSEC and READ, which OpenCvSharp does not name

    private readonly Lock _use = new();
    private readonly VideoCapture _capture;
    private readonly MatConverter _converter = new();
    private readonly Mat _next = new(), _scaled = new();
    private readonly CaptureOptions _options;
    private bool _isDisposed, _hasEnded, _isWaiting;      // waiting: the next frame is in _next already
    private long _number = -1;         // of the frame taken last, among all
    private TimeSpan? _first;
    private TimeSpan _time;

    private OpenCvFrameSource(string name, VideoCapture capture, bool isLive, CaptureOptions? options, CancellationToken cancellation)
    {
        (Name, _capture, IsLive, _options) = (name, capture, isLive, (options ?? new CaptureOptions()).Validate());
        try
        {
            if (!capture.IsOpened())
                throw new IOException(isLive ? $"cannot open '{name}': OpenCV finds no such camera or stream; " + (name.Contains("://", StringComparison.Ordinal) ? "check the URL; OpenCV's package for Linux is built without network, there URLs need ffmpeg." : "check the number, and that no other program has it.")
                    : $"cannot open '{name}': OpenCV cannot decode it; is it a video?");
            FrameRate = capture.Fps is > 0 and <= 1000 and double rate ? rate : 0;
            if (!TryGrab() || !Retrieve())
                throw new IOException($"cannot read '{name}': it holds no frame.");
            OwnFormat = MatConverter.FormatOf(_next);
            while (_time < _options.Start)
            {
                cancellation.ThrowIfCancellationRequested();
                if (!TryGrab())
                    throw new IOException($"cannot read '{name}' from {_options.Start.Value.TotalSeconds:0.###} s: it ends at {_time.TotalSeconds:0.###} s.");
            }
            _isWaiting = _options.Start is null || Retrieve();
            if (_time >= _options.End)
                throw new IOException($"cannot read '{name}': there is no frame from {_options.Start.GetValueOrDefault().TotalSeconds:0.###} to {_options.End.Value.TotalSeconds:0.###} s.");
            Size size = _options.Scale?.Invoke(new Size(OwnFormat.Width, OwnFormat.Height)) ?? new Size(OwnFormat.Width, OwnFormat.Height);
            Format = (OwnFormat with { Width = size.Width, Height = size.Height }).Validate();
            if (!isLive && _options is { Start: null, End: null } && capture.FrameCount is > 0 and int count)
                FrameCount = (count + _options.Every - 1) / _options.Every;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public FrameFormat Format { get; }

    /// <inheritdoc/>
    public FrameFormat OwnFormat { get; }

    /// <inheritdoc/>
    public double FrameRate { get; }

    /// <inheritdoc/>
    public long? FrameCount { get; }

    /// <inheritdoc/>
    public bool IsLive { get; }

    /// <summary>Opens a file or a URL.</summary>
    /// <param name="input">A path, or a URL that OpenCV's backends know (rtsp, http, ...).</param>
    /// <param name="options">What of it, and at which size; null for all as it is.</param>
    /// <param name="cancellation">Ends the way to the start that was asked for.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It cannot be decoded, or holds no frame.</exception>
    /// <exception cref="ArgumentException">An option is out of range, or does not go with a stream.</exception>
    /// <exception cref="DllNotFoundException">OpenCV's native library is missing; the message names the package.</exception>
    public static OpenCvFrameSource Open(string input, CaptureOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(input);
        bool isUrl = input.Contains("://", StringComparison.Ordinal);
        if (!isUrl && !File.Exists(input))
            throw new FileNotFoundException($"There is no file '{input}'.", input);
        NativeLibraryCheck.Require();
        bool isLive = isUrl && !input.StartsWith("file:", StringComparison.Ordinal);
        if (isLive)
            RequireNoTimes(WithoutPassword(input), options);
#pragma warning disable CA2000      // the source owns it, and ends it where it cannot be opened
        return new OpenCvFrameSource(WithoutPassword(input), Capture(input, isUrl ? options?.Timeout : null), isLive, options, cancellation);
#pragma warning restore CA2000
    }

    /// <summary>Opens a camera.</summary>
    /// <param name="camera">Its number, from 0.</param>
    /// <param name="options">Every how many frames, and at which size; null for all as they are.</param>
    /// <exception cref="IOException">There is no such camera, or it gives no frame.</exception>
    /// <exception cref="ArgumentException">An option is out of range, or does not go with a camera.</exception>
    /// <exception cref="DllNotFoundException">OpenCV's native library is missing; the message names the package.</exception>
    public static OpenCvFrameSource OpenCamera(int camera, CaptureOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(camera);
        NativeLibraryCheck.Require();
        RequireNoTimes($"camera:{camera}", options);
#pragma warning disable CA2000      // the source owns it, and ends it where it cannot be opened
        return new OpenCvFrameSource($"camera:{camera}", Capture(camera, options), isLive: true, options, CancellationToken.None);
#pragma warning restore CA2000
    }

    private static VideoCapture Capture(string input, TimeSpan? timeout)
    {
        if (timeout is not { } limit)
            return new VideoCapture(input);
        int milliseconds = (int)limit.TotalMilliseconds;
        return new VideoCapture(input, VideoCaptureAPIs.ANY, [OpenTimeout, milliseconds, ReadTimeout, milliseconds]);
    }

    private static VideoCapture Capture(int camera, CaptureOptions? options)
    {
        VideoCapture capture = new(camera);
        if (options?.CameraSize is { } size)
            (capture.FrameWidth, capture.FrameHeight) = (size.Width, size.Height);
        if (options?.CameraRate is { } rate)
            capture.Fps = rate;
        return capture;
    }

    private static void RequireNoTimes(string name, CaptureOptions? options)
    {
        if (options?.Start is not null || options?.End is not null)
            throw new ArgumentException($"'{name}' is live: it has no start and end to choose; leave them out.");
    }

    /// <inheritdoc/>
    public bool TryRead(Frame frame, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.Format != Format)
            throw new ArgumentException($"A {frame.Format} frame cannot take pictures of {Format}.", nameof(frame));
        cancellation.ThrowIfCancellationRequested();
        lock (_use)
        {
            if (_isDisposed || _hasEnded)
                return false;
            if (!_isWaiting && !TryAdvance(cancellation))
            {
                _hasEnded = true;
                return IsLive ? throw new IOException($"'{Name}' was lost: it gives no more frames.") : false;
            }
            _isWaiting = false;
            FrameFormat format = MatConverter.FormatOf(_next);
            if (format != OwnFormat)
                throw new IOException($"'{Name}' changed from {OwnFormat} to {format} in mid-stream, with frame {_number}.");
            Mat picture = _next;
            if (Format != OwnFormat)
                Cv2.Resize(_next, picture = _scaled, new Size(Format.Width, Format.Height), 0, 0, InterpolationFlags.Area);
            frame.CopyFrom(_converter.Convert(picture));
            (frame.Number, frame.Time) = (_number, _time);
            return true;
        }
    }

    private bool TryAdvance(CancellationToken cancellation)
    {
        for (int i = 0; i < _options.Every; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!TryGrab() || _time >= _options.End)
                return false;
        }
        return Retrieve();
    }

    private bool Retrieve() => _capture.Retrieve(_next) && !_next.Empty();

    /// <summary>Takes the next frame from the decoder, and its time.</summary>
    private bool TryGrab()
    {
        if (!_capture.Grab())
            return false;
        _number++;
        TimeSpan told = TimeSpan.FromMilliseconds(Told());
        if (_first is not TimeSpan first)
            _first = told;
        else
            _time = told - first > _time ? told - first : _time + TimeSpan.FromSeconds(1 / (FrameRate > 0 ? FrameRate : 25));
        return true;
    }

    private double Told() => _capture.Get(VideoCaptureProperties.PosMsec) is >= 0 and < 1e14 and double milliseconds ? milliseconds : 0;

    private static string WithoutPassword(string input) =>
        Uri.TryCreate(input, UriKind.Absolute, out Uri? url) && url.UserInfo.Length > 0 ? new UriBuilder(url) { UserName = "", Password = "" }.Uri.ToString() : input;

    /// <summary>Ends the source; waits for a read that is under way.</summary>
    public void Dispose()
    {
        lock (_use)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            _capture.Dispose();
            _converter.Dispose();
            _next.Dispose();
            _scaled.Dispose();
        }
    }
}
