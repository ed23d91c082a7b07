using GmmVision.Imaging;
using OpenCvSharp;

namespace GmmVision.OpenCv;

/// <summary>Frames from OpenCV's <see cref="VideoCapture"/>: webcams by number (V4L2, Media Foundation, AVFoundation), files and URLs, with nothing but OpenCV's native package.</summary>
/// <remarks>
/// What it cannot: times are those that OpenCV tells, to the millisecond, and of a file of varying rate not always those of the
/// container; where they do not rise, frames follow at the frame rate. Only a rotation that OpenCV undoes by itself is undone. A
/// file that ends early cannot be told from one that is whole. A read that waits for a camera cannot be cancelled in the middle;
/// <see cref="Dispose"/> waits for it.
/// </remarks>
public sealed class OpenCvFrameSource : IFrameSource
{
    private readonly Lock _use = new();
    private readonly VideoCapture _capture;
    private readonly MatConverter _converter = new();
    private readonly Mat _next = new();
    private bool _isBehindFirst, _isDisposed, _hasEnded;
    private long _number;
    private TimeSpan _first, _last;

    private OpenCvFrameSource(string name, VideoCapture capture, bool isLive)
    {
        (Name, _capture, IsLive) = (name, capture, isLive);
        try
        {
            if (!capture.IsOpened())
                throw new IOException(isLive ? $"cannot open '{name}': OpenCV finds no such camera or stream; check the number or URL, and that no other program has it."
                    : $"cannot open '{name}': OpenCV cannot decode it; is it a video?");
            if (!capture.Read(_next) || _next.Empty())
                throw new IOException($"cannot read '{name}': it holds no frame.");
            Format = MatConverter.FormatOf(_next);
            FrameRate = capture.Fps is > 0 and <= 1000 and double rate ? rate : 0;
            if (!isLive && capture.FrameCount is > 0 and int count)
                FrameCount = count;
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
    public double FrameRate { get; }

    /// <inheritdoc/>
    public long? FrameCount { get; }

    /// <inheritdoc/>
    public bool IsLive { get; }

    /// <summary>Opens a file or a URL.</summary>
    /// <param name="input">A path, or a URL that OpenCV's backends know (rtsp, http, ...).</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It cannot be decoded, or holds no frame.</exception>
    /// <exception cref="DllNotFoundException">OpenCV's native library is missing; the message names the package.</exception>
    public static OpenCvFrameSource Open(string input)
    {
        ArgumentException.ThrowIfNullOrEmpty(input);
        bool isUrl = input.Contains("://", StringComparison.Ordinal);
        if (!isUrl && !File.Exists(input))
            throw new FileNotFoundException($"There is no file '{input}'.", input);
        NativeLibraryCheck.Require();
        return new OpenCvFrameSource(WithoutPassword(input), new VideoCapture(input), isUrl && !input.StartsWith("file:", StringComparison.Ordinal));
    }

    /// <summary>Opens a camera.</summary>
    /// <param name="camera">Its number, from 0.</param>
    /// <exception cref="IOException">There is no such camera, or it gives no frame.</exception>
    /// <exception cref="DllNotFoundException">OpenCV's native library is missing; the message names the package.</exception>
    public static OpenCvFrameSource OpenCamera(int camera)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(camera);
        NativeLibraryCheck.Require();
        return new OpenCvFrameSource($"camera:{camera}", new VideoCapture(camera), isLive: true);
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
            if (_isBehindFirst && (!_capture.Read(_next) || _next.Empty()))
            {
                _hasEnded = true;
                return IsLive ? throw new IOException($"'{Name}' was lost: it gives no more frames.") : false;
            }
            _isBehindFirst = true;
            if (MatConverter.FormatOf(_next) != Format)
                throw new IOException($"'{Name}' changed from {Format} to {MatConverter.FormatOf(_next)} in mid-stream, after {_number} frames.");
            frame.CopyFrom(_converter.Convert(_next));
            (frame.Number, frame.Time) = (_number, TimeOfFrame());
            (_last, _number) = (frame.Time, _number + 1);
            return true;
        }
    }

    private TimeSpan TimeOfFrame()
    {
        if (_number == 0)
        {
            _first = TimeSpan.FromMilliseconds(Told());
            return TimeSpan.Zero;
        }
        TimeSpan told = TimeSpan.FromMilliseconds(Told()) - _first;
        if (told > _last)
            return told;
        return _last + TimeSpan.FromSeconds(1 / (FrameRate > 0 ? FrameRate : 25));
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
        }
    }
}
